//! The messages to wrong configurations, grouped by the attribute that each is about.

use std::collections::BTreeMap;

use crate::tf_provider::diagnostics::{Diagnostics, Severity};
use crate::tf_provider::problems::names;

/// Messages by the path of the attribute: the names of its blocks, outermost first, and its own.
pub(super) type ByPath = BTreeMap<Vec<String>, Texts>;

/// The messages about one attribute.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Messages that end the run.
    pub(super) errors: Vec<String>,
    /// Messages after which the run continues.
    pub(super) warnings: Vec<String>,
}

pub(super) fn by_path(refusals: Diagnostics) -> ByPath {
    let mut by_names = ByPath::new();
    for diagnostic in refusals {
        let texts: &mut Texts = by_names.entry(names(&diagnostic.path)).or_default();
        let list = match diagnostic.severity {
            Severity::Error => &mut texts.errors,
            Severity::Warning => &mut texts.warnings,
        };
        if !list.contains(&diagnostic.summary) {
            list.push(diagnostic.summary);
        }
    }
    by_names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::diagnostics::Diagnostic;
    use crate::tf_provider::path::Path;

    #[test]
    fn texts_are_grouped_by_names_alone_and_once() {
        let at = Path::root().attribute("rule").element().attribute("port");
        let mut all = Diagnostics::new();
        for severity in [Diagnostic::error, Diagnostic::warning] {
            for detail in ["x", "y"] {
                all.push(severity("bad", detail).at(at.clone()));
            }
        }
        let by_names = by_path(all);
        let texts = &by_names[&vec!["rule".to_owned(), "port".to_owned()]];
        assert_eq!(
            (&*texts.errors, &*texts.warnings),
            (&["bad".to_owned()][..], &["bad".to_owned()][..])
        );
    }
}
