//! Tags that are not the user's to manage here.

use std::collections::BTreeSet;

/// Tags of these keys, and of keys that begin like this, are other tools'.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoredTags {
    /// Whole keys.
    pub keys: BTreeSet<String>,
    /// Beginnings of keys.
    pub key_prefixes: BTreeSet<String>,
}

impl IgnoredTags {
    /// Whether a tag of this key is left alone.
    pub fn ignores(&self, key: &str) -> bool {
        let begins = |prefix: &String| key.starts_with(prefix.as_str());
        self.keys.contains(key) || self.key_prefixes.iter().any(begins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_ignored_by_its_key_or_by_how_the_key_begins() {
        let set = |text: &str| BTreeSet::from([text.to_owned()]);
        let ignored = IgnoredTags {
            keys: set("owner"),
            key_prefixes: set("kubernetes.io/"),
        };
        for (key, expected) in [
            ("owner", true),
            ("Owner", false),
            ("owners", false),
            ("kubernetes.io/cluster/a", true),
            ("x-kubernetes.io/", false),
        ] {
            assert_eq!(ignored.ignores(key), expected, "{key}");
        }
        assert!(!IgnoredTags::default().ignores(""));
    }
}
