//! The message about a connection that couldn't be opened: a diagnostic at the
//! argument of the provider block that is at fault.

use crate::connection_error::{self, Argument, Explanation, Surface};
use crate::ec2::errors::{OpenError, Part};
use crate::ec2::settings::Settings;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// Says why there is no connection.
pub(super) fn connection_failed(error: OpenError, settings: &Settings) -> Diagnostic {
    let explained = connection_error::explain(error, settings, Surface::ProviderBlock);
    match explained.argument {
        Some(argument) => words(explained).at(path(argument)),
        None => words(explained),
    }
}

/// Checks that a credential of the provider block can be sent.
pub(super) fn unsendable(part: Part, value: &Value, at: &Path) -> Diagnostics {
    let text = value.as_str().unwrap_or_default();
    match connection_error::unsendable_argument(part, text) {
        Some(explained) => words(explained).at(at.clone()).into(),
        None => Diagnostics::new(),
    }
}

fn words(explained: Explanation) -> Diagnostic {
    Diagnostic::error(explained.summary, explained.detail)
}

fn path(argument: Argument) -> Path {
    let mut path = Path::root().attribute(argument.name);
    if let Some(index) = argument.index {
        path = path.index(i64::try_from(index).unwrap_or(i64::MAX));
    }
    match argument.inner {
        Some(inner) => path.attribute(inner),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_faulted_at_its_path() {
        let at = Path::root().attribute("token");
        let said = unsendable(Part::SessionToken, &"fake-token\n".into(), &at);
        let one = said.iter().next().expect("one message");
        assert_eq!(one.path, at);
        assert!(!format!("{one:?}").contains("fake-token"), "{one:?}");
        assert!(unsendable(Part::SessionToken, &"fake-token".into(), &at).is_empty());
    }
}
