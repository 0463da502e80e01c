//! Names that are made from a prefix, and the prefix of such a name. Their form is the AWS provider's, so that
//! either provider takes over groups of the other. Pure, except for the clock and randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::rules::text;
use crate::tf_provider::value::{Attr, Value};

/// Prefix of a name where the configuration has none.
const DEFAULT_PREFIX: &str = "terraform-";

/// The name of a new group: the planned one, else one that is made from the planned prefix.
pub(super) fn name_of_new(name: Attr<&str>, prefix: Attr<&str>) -> String {
    match name {
        Attr::Known(name) => name.to_owned(),
        Attr::Null | Attr::Unknown => unique_name(prefix.known().unwrap_or(DEFAULT_PREFIX)),
    }
}

/// A name of a prefix and 26 characters of time and chance, which no other group has.
fn unique_name(prefix: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = now.map_or(0, |since| since.as_millis());
    let chance = fastrand::u64(..) & 0xffff_ffff_ffff;
    format!("{prefix}{millis:014}{chance:012x}")
}

/// Whether a name is this prefix and 26 hexadecimal digits, as [`unique_name`] and the AWS provider make it.
pub(super) fn is_made_from(prefix: &str, name: &str) -> bool {
    let suffix = name.strip_prefix(prefix);
    suffix.is_some_and(|suffix| {
        suffix.len() == text::SUFFIX && suffix.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// The prefix that a name was made from, by its form alone.
pub(super) fn prefix_of(name: &str) -> Option<&str> {
    let end = name.len().checked_sub(text::SUFFIX)?;
    let prefix = name.get(..end)?;
    (!prefix.is_empty() && is_made_from(prefix, name)).then_some(prefix)
}

/// The value of `name_prefix` for a group of this name: the `given` one if the name begins with it, else the
/// prefix that the name was made from.
pub(super) fn prefix_value(given: Attr<&str>, name: &str) -> Value {
    match given {
        Attr::Known(prefix) if name.starts_with(prefix) => prefix.into(),
        _ => prefix_of(name).map_or(Value::Null, Value::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_names_begin_with_the_prefix_and_differ() {
        let names: Vec<String> = (0..100).map(|_| unique_name("web-")).collect();
        for name in &names {
            assert!(is_made_from("web-", name), "{name}");
            assert!(!is_made_from("we", name) && !is_made_from("app-", name));
            assert_eq!(prefix_of(name), Some("web-"));
        }
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }

    #[test]
    fn a_prefix_is_what_stands_before_26_hexadecimal_digits() {
        for (name, prefix) in [
            ("pre-20261125000000000000000001", Some("pre-")),
            ("pre-2026112500000000000000000F", Some("pre-")),
            ("terraform-20261125120001123400000002", Some("terraform-")),
            // The digits are counted from the end.
            ("ab120261125000000000000000001", Some("ab1")),
            ("a b/20261125000000000000000001", Some("a b/")),
            ("20261125000000000000000001", None),
            ("pre-2026112500000000000000001", None),
            ("pre-2026112500000000000000000g", None),
            ("pre-20261125000000000000000001-x", None),
            ("terraform-web", None),
            ("", None),
            // EC2 allows no such name. It must not be cut inside of a character.
            ("caf\u{e9}2026112500000000000000001", None),
        ] {
            assert_eq!(prefix_of(name), prefix, "{name}");
        }
    }

    #[test]
    fn a_prefix_that_is_given_stays_while_the_name_begins_with_it() {
        let name = "web-20261125000000000000000001";
        for (given, expected) in [
            (Value::Null, "web-".into()),
            (Value::Unknown, "web-".into()),
            ("web-".into(), "web-".into()),
            ("we".into(), "we".into()),
            ("".into(), "".into()),
            ("app-".into(), "web-".into()),
        ] {
            assert_eq!(prefix_value(given.string(), name), expected, "{given:?}");
        }
        assert!(prefix_value(Attr::Known("app-"), "web").is_null());
    }
}
