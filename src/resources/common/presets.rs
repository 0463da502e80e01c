//! A check of sets of texts such as `presets`. Must not know any of the resource types.

use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// Checks that no element of a set is null. Names are checked where the catalog is known.
pub(in crate::resources) fn elements_are_given(value: &Value, path: &Path) -> Diagnostics {
    if !value
        .as_elements()
        .unwrap_or_default()
        .iter()
        .any(Value::is_null)
    {
        return Diagnostics::new();
    }
    let null = Diagnostic::error(
        format!("An element of \"{path}\" is null"),
        "Leave it out: compact([…]) does that for a list in which some may be null.",
    );
    null.at(path.clone()).into()
}
