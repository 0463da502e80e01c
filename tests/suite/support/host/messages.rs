//! Diagnostics as a user would be told them.

use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;

/// What a user would be told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) is_error: bool,
    pub(crate) summary: String,
    pub(crate) detail: String,
    /// The names on the way to the attribute, with dots between them.
    pub(crate) path: String,
}

impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.summary, self.detail)
    }
}

/// The messages of any answer.
pub(crate) fn messages(diagnostics: Vec<pb::Diagnostic>) -> Vec<Message> {
    let message = |diagnostic: pb::Diagnostic| Message {
        is_error: match diagnostic.severity() {
            pb::diagnostic::Severity::Error => true,
            pb::diagnostic::Severity::Warning => false,
            pb::diagnostic::Severity::Invalid => panic!("neither error nor warning"),
        },
        path: diagnostic.attribute.as_ref().map(path).unwrap_or_default(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
    };
    diagnostics.into_iter().map(message).collect()
}

pub(super) fn path(path: &pb::AttributePath) -> String {
    use pb::attribute_path::step::Selector;

    let steps = path.steps.iter().map(|step| match &step.selector {
        Some(Selector::AttributeName(text) | Selector::ElementKeyString(text)) => text.clone(),
        Some(Selector::ElementKeyInt(index)) => index.to_string(),
        None => panic!("a step that leads nowhere"),
    });
    steps.collect::<Vec<_>>().join(".")
}

/// Proves that a configuration was refused, for this reason alone.
#[track_caller]
pub(crate) fn assert_refused(said: &[Message], path: &str, summary: &str, mend: &str) {
    assert_says(said, true, path, summary, mend);
}

/// Proves that there was a warning and nothing else.
#[track_caller]
pub(crate) fn assert_warned(said: &[Message], path: &str, summary: &str, detail: &str) {
    assert_says(said, false, path, summary, detail);
}

#[track_caller]
fn assert_says(said: &[Message], is_error: bool, path: &str, summary: &str, detail: &str) {
    let [one] = said else {
        panic!("{summary:?} is not all that was said: {said:#?}");
    };
    assert_eq!(one.is_error, is_error, "{one:#?}");
    assert_eq!((one.path.as_str(), one.summary.as_str()), (path, summary));
    assert!(one.detail.contains(detail), "{detail:?} is not in {one:#?}");
}
