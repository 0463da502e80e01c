//! Tags as users write them and as EC2 encodes them, and the tags that this provider leaves to
//! other tools.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::Tag;

/// Tag keys and values.
pub type Tags = BTreeMap<String, String>;

/// The tags that other tools manage: neither shown nor removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoredTags {
    /// Whole keys.
    pub keys: BTreeSet<String>,
    /// Beginnings of keys.
    pub key_prefixes: BTreeSet<String>,
}

impl IgnoredTags {
    /// Whether a tag of this key is ignored.
    pub fn ignores(&self, key: &str) -> bool {
        let begins = |prefix: &String| key.starts_with(prefix.as_str());
        self.keys.contains(key) || self.key_prefixes.iter().any(begins)
    }
}

pub(in crate::ec2) fn encode_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

/// Tags as users write them, without ignored ones and without those of AWS's own services, which
/// can't be changed.
pub(in crate::ec2) fn decode_tags(tags: &[Tag], ignored: &IgnoredTags) -> Tags {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let all = tags.iter().map(|t| (text(t.key()), text(t.value())));
    all.filter(|(key, _)| !key.starts_with("aws:") && !ignored.ignores(key))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_aws_itself_and_ignored_ones_are_not_shown() {
        let keys = ["aws:cloudformation:stack-id", "k8s/a", "owner", "team"];
        let all = keys.map(|key| (key.to_owned(), "x".to_owned()));
        let ignored = IgnoredTags {
            keys: ["owner".to_owned()].into(),
            key_prefixes: ["k8s/".to_owned()].into(),
        };
        let shown = decode_tags(&encode_tags(&all.into()), &ignored);
        assert_eq!(shown.keys().collect::<Vec<_>>(), ["team"]);
    }

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
