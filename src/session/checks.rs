//! Validators that the provider block and resources share: of texts by the rules layer, and of tags.

use crate::rules::InputError;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// Most tags that EC2 keeps on one resource.
pub(crate) const MOST_TAGS: usize = 50;

/// Checks a text by a function of the rules layer.
pub(crate) fn checked(
    value: &Value,
    path: &Path,
    rule: impl FnOnce(&str) -> Result<(), InputError>,
) -> Diagnostics {
    match rule(value.as_str().unwrap_or_default()) {
        Ok(()) => Diagnostics::new(),
        Err(fault) => Diagnostic::error(fault.summary, fault.detail)
            .at(path.clone())
            .into(),
    }
}

/// Checks a map of tags, without null ones.
pub(crate) fn checked_tags(value: &Value, path: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    let entries = value.as_entries().into_iter().flatten();
    let given: Vec<_> = entries.filter(|(_, value)| !value.is_null()).collect();
    let count = given.len();
    for (key, value) in given {
        let at = path.key(key);
        found.extend(tag_faults(key, value.as_str().unwrap_or_default()).map(|d| d.at(at.clone())));
    }
    if count > MOST_TAGS {
        let summary = format!("{count} tags are too many");
        let detail = format!("EC2 takes at most {MOST_TAGS} on one resource.");
        found.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
    found
}

/// The errors of one tag, without a path.
pub(crate) fn tag_faults(key: &str, value: &str) -> impl Iterator<Item = Diagnostic> {
    let length = key.chars().count();
    let key_length = (length == 0 || length > 128).then(|| {
        let summary = format!("A tag's key is {length} characters long");
        Diagnostic::error(summary, "EC2 takes 1 to 128.")
    });
    let reserved = key.to_ascii_lowercase().starts_with("aws:").then(|| {
        let summary = format!("The tag \"{key}\" is reserved");
        let detail = "Keys that begin with \"aws:\" belong to AWS. Take another key.";
        Diagnostic::error(summary, detail)
    });
    let length = value.chars().count();
    let value_length = (length > 256).then(|| {
        let summary = format!("The tag \"{key}\" has a value of {length} characters");
        Diagnostic::error(summary, "EC2 takes at most 256.")
    });
    [key_length, reserved, value_length].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_checked_key_by_key() {
        let found = |key: &str, value: Value| {
            let map = Value::map([(key, value)]);
            checked_tags(&map, &Path::root().attribute("tags"))
        };
        assert!(found("team", "web".into()).is_empty());
        assert!(found("team", "".into()).is_empty());
        assert!(found("team", Value::Unknown).is_empty());
        for key in ["team", "aws:team", ""] {
            assert!(found(key, Value::Null).is_empty(), "there is no {key:?}");
        }
        assert!(found("AWS:x", "web".into()).has_errors());
        assert!(found("", "web".into()).has_errors());
        assert!(found(&"k".repeat(129), "web".into()).has_errors());
        assert!(found("team", "v".repeat(257).into()).has_errors());
        let many = Value::map((0..51).map(|n| (format!("k{n}"), Value::from("v"))));
        assert!(checked_tags(&many, &Path::root()).has_errors());
        let most_null = (0..51).map(|n| (format!("k{n}"), Value::from((n < 50).then_some("v"))));
        assert!(checked_tags(&Value::map(most_null), &Path::root()).is_empty());
    }
}
