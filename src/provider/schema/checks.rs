//! Checks of single arguments of the provider block.

use crate::ec2;
use crate::session::checked;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// Checks the address of a service. As in the environment, an empty one is none.
pub(super) fn address(value: &Value, path: &Path) -> Diagnostics {
    match value.as_str().unwrap_or_default() {
        "" => Diagnostics::new(),
        _ => checked(value, path, ec2::settings::address),
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
            "http://localhost/aws",
            "http://[::1]:5000",
            "https://[::1]",
            "",
        ];
        let bad = [
            "127.0.0.1:5000",
            "localhost:5000",
            "http://",
            "https:///x",
            "ftp://x",
            "http://127.0.0.1:99999",
            "http://127.0.0.1:port",
            "http://a b",
            " http://a",
        ];
        let check = |text: &str| address(&text.into(), &Path::root());
        for text in good {
            assert!(check(text).is_empty(), "{text}");
        }
        for text in bad {
            assert!(check(text).has_errors(), "{text}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_said_again() {
        for text in ["http://user:word@127.0.0.1", "user:word@localhost"] {
            let found = address(&text.into(), &Path::root());
            assert!(found.has_errors(), "{text}");
            let said = format!("{found:?}");
            assert!(!said.contains("word@"), "{said}");
        }
    }
}
