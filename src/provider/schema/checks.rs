//! Checks of single arguments of the provider block.

use crate::rules::Fault;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// Checks a text by a rule of the domain; what it faults is said at the path.
pub(crate) fn checked(
    value: &Value,
    path: &Path,
    rule: impl FnOnce(&str) -> Result<(), Fault>,
) -> Diagnostics {
    match rule(value.as_str().unwrap_or_default()) {
        Ok(()) => Diagnostics::new(),
        Err(fault) => Diagnostic::error(fault.summary, fault.detail)
            .at(path.clone())
            .into(),
    }
}

/// Checks the address of a service.
pub(super) fn address(value: &Value, path: &Path) -> Diagnostics {
    let text = value.as_str().unwrap_or_default();
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    let host = rest.and_then(|r| r.split(['/', '?', '#']).next());
    match host {
        _ if text.is_empty() => Diagnostics::new(),
        Some(host) if !host.is_empty() => Diagnostics::new(),
        _ => Diagnostic::error(
            format!("\"{text}\" is not an address"),
            "An endpoint is an address with its scheme and host, such as \
             \"http://127.0.0.1:5000\".",
        )
        .at(path.clone())
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_scheme_and_a_host() {
        let good = [
            "http://127.0.0.1:5000",
            "https://ec2.eu-west-1.amazonaws.com/",
            "",
        ];
        let bad = ["127.0.0.1:5000", "http://", "https:///x", "ftp://x"];
        let check = |text: &str| address(&text.into(), &Path::root());
        for text in good {
            assert!(check(text).is_empty(), "{text}");
        }
        for text in bad {
            assert!(check(text).has_errors(), "{text}");
        }
    }
}
