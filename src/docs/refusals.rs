//! The messages to wrong configurations, filed by the attribute that each is about.

use std::collections::BTreeMap;

use crate::tf_provider::diagnostics::{Diagnostics, Severity};
use crate::tf_provider::problems::names;

/// Texts by the names of blocks and attribute, outermost first.
pub(super) type ByPath = BTreeMap<Vec<String>, Texts>;

/// The messages about one attribute.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The run ends.
    pub(super) errors: Vec<String>,
    /// The run goes on.
    pub(super) warnings: Vec<String>,
}

pub(super) fn by_path(refusals: Diagnostics) -> ByPath {
    let mut filed = ByPath::new();
    for diagnostic in refusals {
        let texts: &mut Texts = filed.entry(names(&diagnostic.path)).or_default();
        let list = match diagnostic.severity {
            Severity::Error => &mut texts.errors,
            Severity::Warning => &mut texts.warnings,
        };
        if !list.contains(&diagnostic.summary) {
            list.push(diagnostic.summary);
        }
    }
    filed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::diagnostics::Diagnostic;
    use crate::tf_provider::path::Path;

    #[test]
    fn texts_are_filed_by_names_alone_and_once() {
        let at = Path::root().attribute("rule").element().attribute("port");
        let mut all = Diagnostics::new();
        for severity in [Diagnostic::error, Diagnostic::warning] {
            for detail in ["x", "y"] {
                all.push(severity("bad", detail).at(at.clone()));
            }
        }
        let filed = by_path(all);
        let texts = &filed[&vec!["rule".to_owned(), "port".to_owned()]];
        assert_eq!(
            (&*texts.errors, &*texts.warnings),
            (&["bad".to_owned()][..], &["bad".to_owned()][..])
        );
    }
}
