//! Default and ignored tags of the provider block and the environment. Names and meanings are the AWS
//! provider's. Tags that aren't known yet are unknown in all results. Must not know what a resource does with
//! its tags.

use std::collections::BTreeMap;

use crate::ec2::Tags;
use crate::ec2::settings::IgnoredTags;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::{Attr, Value};

/// Prefix of the variables that set default tags; the rest of the name is the tag's key.
pub(crate) const DEFAULT_TAGS: &str = "TF_AWS_DEFAULT_TAGS_";
const IGNORED_KEYS: &str = "TF_AWS_IGNORE_TAGS_KEYS";
const IGNORED_PREFIXES: &str = "TF_AWS_IGNORE_TAGS_KEY_PREFIXES";

/// The tags of a provider block. Each value may be null, unknown, or have unknown parts.
#[derive(Clone, Debug, Default)]
pub struct ProviderTags {
    /// The map of `default_tags`.
    pub default_tags: Value,
    /// The set of keys of `ignore_tags`.
    pub ignored_keys: Value,
    /// The set of prefixes of `ignore_tags`.
    pub ignored_key_prefixes: Value,
}

/// Default and ignored tags.
#[derive(Clone, Debug)]
pub struct TagPolicy {
    /// Values of default tags by key; a value may be unknown. `None` while the keys aren't known.
    defaults: Option<BTreeMap<String, Value>>,
    /// Keys and prefixes of tags to ignore. `None` while they aren't all known.
    ignored: Option<IgnoredTags>,
}

/// Nothing is known before the provider is configured.
impl Default for TagPolicy {
    fn default() -> Self {
        Self {
            defaults: None,
            ignored: None,
        }
    }
}

impl TagPolicy {
    /// The tags of a provider block and of environment variables. A default tag of the provider block
    /// replaces one of the environment with the same key; ignored tags of both add up.
    pub fn new(given: &ProviderTags, variables: &Variables) -> Self {
        Self {
            defaults: defaults(&given.default_tags, variables),
            ignored: ignored(&given.ignored_keys, &given.ignored_key_prefixes, variables),
        }
    }

    /// The value of `tags_all` for a resource with these own tags.
    pub fn all(&self, own: &Value) -> Value {
        let Some(mut all) = self.merged(own) else {
            return Value::Unknown;
        };
        if self.ignored.is_none() && !all.is_empty() {
            return Value::Unknown;
        }
        all.retain(|key, _| !self.ignores(key));
        // An unknown value may turn out to be null. Then there is no such tag, unless it is a default one.
        let has_default = |key| {
            self.default_tag(key)
                .is_some_and(|value| !value.is_unknown())
        };
        if all
            .iter()
            .any(|(key, value)| value.is_unknown() && !has_default(key))
        {
            return Value::Unknown;
        }
        Value::map(all)
    }

    /// The ignored ones among a resource's own and default tags. As with the AWS provider, a resource gets them
    /// when it is created, and from then on they are left alone.
    pub fn create_only_tags(&self, own: &Value) -> Tags {
        let all = self.merged(own).unwrap_or_default().into_iter();
        all.filter(|(key, _)| self.ignores(key))
            .filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())))
            .collect()
    }

    /// Whether tags of this key are ignored, as far as that is known.
    pub fn ignores(&self, key: &str) -> bool {
        self.ignored.as_ref().is_some_and(|i| i.ignores(key))
    }

    /// The value of the default tag of this key.
    pub fn default_tag(&self, key: &str) -> Option<&Value> {
        self.defaults.as_ref()?.get(key)
    }

    /// Whether the keys of all default tags are known.
    pub fn knows_default_tags(&self) -> bool {
        self.defaults.is_some()
    }

    /// The tags to ignore, as far as they are known.
    pub(crate) fn ignored(&self) -> IgnoredTags {
        self.ignored.clone().unwrap_or_default()
    }

    /// Warnings about default tags that are ignored.
    pub(crate) fn conflicts(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let keys = self.defaults.iter().flat_map(BTreeMap::keys);
        for key in keys.filter(|key| self.ignores(key)) {
            found.push(ignored_default(key));
        }
        found
    }

    fn merged(&self, own: &Value) -> Option<BTreeMap<String, Value>> {
        let mut all = self.defaults.clone()?;
        match own.entries() {
            // As with the AWS provider, a tag whose value is null doesn't count.
            Attr::Known(own) => all.extend(given(own)),
            Attr::Unknown => return None,
            Attr::Null => {}
        }
        Some(all)
    }
}

/// The variables of an environment.
pub type Variables = BTreeMap<String, String>;

/// The environment variables for tags, without those that aren't valid Unicode.
pub(crate) fn variables() -> Variables {
    let all = std::env::vars_os();
    let texts = all.filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.into_string().ok()?))
    });
    texts
        .filter(|(name, _)| {
            name.starts_with(DEFAULT_TAGS) || [IGNORED_KEYS, IGNORED_PREFIXES].contains(&&**name)
        })
        .collect()
}

/// The default tags in environment variables.
pub(crate) fn defaults_of(variables: &Variables) -> Tags {
    let tags = variables.iter().filter_map(|(name, value)| {
        let key = name.strip_prefix(DEFAULT_TAGS)?;
        Some((key.to_owned(), value.clone()))
    });
    tags.collect()
}

fn defaults(written: &Value, variables: &Variables) -> Option<BTreeMap<String, Value>> {
    let variables = defaults_of(variables).into_iter();
    let mut tags: BTreeMap<String, Value> = variables.map(|(k, v)| (k, v.into())).collect();
    match written.entries() {
        Attr::Known(written) => tags.extend(given(written)),
        Attr::Unknown => return None,
        Attr::Null => {}
    }
    Some(tags)
}

/// Tags without those whose value is null.
fn given(tags: &BTreeMap<String, Value>) -> impl Iterator<Item = (String, Value)> {
    let given = tags.iter().filter(|(_, value)| !value.is_null());
    given.map(|(key, value)| (key.clone(), value.clone()))
}

fn ignored(keys: &Value, key_prefixes: &Value, variables: &Variables) -> Option<IgnoredTags> {
    if !keys.is_wholly_known() || !key_prefixes.is_wholly_known() {
        return None;
    }
    let both = |given: &Value, variable: &str| {
        let given = given.as_elements().unwrap_or_default();
        let given = given.iter().filter_map(Value::as_str);
        let listed = variables.get(variable).map(String::as_str);
        let listed = listed.unwrap_or_default().split(',').map(str::trim);
        let all = given.chain(listed.filter(|text| !text.is_empty()));
        all.map(str::to_owned).collect()
    };
    Some(IgnoredTags {
        keys: both(keys, IGNORED_KEYS),
        key_prefixes: both(key_prefixes, IGNORED_PREFIXES),
    })
}

fn ignored_default(key: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The default tag \"{key}\" is ignored"),
        "\"ignore_tags\" names it too: a new resource gets it, and from then on it is left alone. \
         Take it out of one of the two.",
    )
    .at(Path::root().attribute("default_tags"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags<const N: usize>(tags: [(&str, &str); N]) -> Value {
        Value::map(tags)
    }

    fn variables<const N: usize>(variables: [(&str, &str); N]) -> Variables {
        let variables = variables.into_iter();
        variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// A provider block with these default tags.
    fn given(default_tags: Value) -> ProviderTags {
        ProviderTags {
            default_tags,
            ..ProviderTags::default()
        }
    }

    fn tagging(given: &ProviderTags) -> TagPolicy {
        TagPolicy::new(given, &Variables::new())
    }

    #[test]
    fn a_resources_own_tags_win_over_default_ones() {
        let none = || tags([]);
        let some = || tags([("team", "web"), ("cost", "1")]);
        for (defaults_given, own, all) in [
            (Value::Null, Value::Null, none()),
            (Value::Null, some(), some()),
            (some(), Value::Null, some()),
            (some(), none(), some()),
            (some(), some(), some()),
            (
                some(),
                tags([("team", "ops")]),
                tags([("team", "ops"), ("cost", "1")]),
            ),
            (
                tags([("empty", "")]),
                tags([("own", "")]),
                tags([("empty", ""), ("own", "")]),
            ),
            // A null tag is none, wherever it is.
            (
                some(),
                Value::map([("team", Value::Null), ("cost", "2".into())]),
                tags([("team", "web"), ("cost", "2")]),
            ),
            (Value::Null, Value::map([("team", Value::Null)]), none()),
            (
                Value::map([("team", Value::Null), ("cost", "1".into())]),
                Value::Null,
                tags([("cost", "1")]),
            ),
            (Value::Unknown, some(), Value::Unknown),
            (some(), Value::Unknown, Value::Unknown),
            // One that isn't known may turn out null.
            (
                Value::map([("team", Value::Unknown), ("cost", Value::Unknown)]),
                tags([("team", "ops")]),
                Value::Unknown,
            ),
            (
                Value::map([("team", Value::Unknown), ("cost", "1".into())]),
                tags([("team", "ops")]),
                tags([("team", "ops"), ("cost", "1")]),
            ),
            (
                some(),
                Value::map([("team", Value::Unknown)]),
                Value::map([("team", Value::Unknown), ("cost", "1".into())]),
            ),
            (
                Value::Null,
                Value::map([("team", Value::Unknown)]),
                Value::Unknown,
            ),
        ] {
            let tagging = tagging(&given(defaults_given.clone()));
            assert_eq!(tagging.all(&own), all, "{defaults_given:?} {own:?}");
        }
    }

    #[test]
    fn nothing_is_known_of_tags_while_the_provider_block_is_not() {
        let own = tags([("team", "web")]);
        assert!(TagPolicy::default().all(&own).is_unknown());
        let no_defaults = tagging(&given(Value::Unknown));
        assert!(no_defaults.all(&own).is_unknown());
        let unknown_key = ProviderTags {
            ignored_keys: Value::set([Value::from("a"), Value::Unknown]),
            ..ProviderTags::default()
        };
        let tagging = tagging(&unknown_key);
        assert!(tagging.all(&own).is_unknown());
        assert_eq!(tagging.all(&tags([])), tags([]), "there's none to ignore");
    }

    #[test]
    fn the_environment_gives_tags_that_the_configuration_overrides_key_by_key() {
        let variables = variables([
            ("TF_AWS_DEFAULT_TAGS_team", "ops"),
            ("TF_AWS_DEFAULT_TAGS_Cost center", "a=b"),
            ("XTF_AWS_DEFAULT_TAGS_x", "x"),
            ("tf_aws_default_tags_x", "x"),
        ]);
        let read = |default_tags| {
            let given = given(default_tags);
            TagPolicy::new(&given, &variables).all(&Value::Null)
        };
        let both = [("team", "ops"), ("Cost center", "a=b")];
        assert_eq!(read(Value::Null), tags(both));
        let overridden = [("team", "web"), ("Cost center", "a=b"), ("x", "y")];
        assert_eq!(read(tags([("team", "web"), ("x", "y")])), tags(overridden));
    }

    #[test]
    fn ignored_tags_of_environment_and_configuration_add_up() {
        let variables = variables([
            ("TF_AWS_IGNORE_TAGS_KEYS", " a, ,b,"),
            ("TF_AWS_IGNORE_TAGS_KEY_PREFIXES", "p/ ,q/"),
        ]);
        let given = ProviderTags {
            default_tags: tags([("a", "1"), ("keep", "2"), ("c", "3")]),
            ignored_keys: Value::set(["c"]),
            ignored_key_prefixes: Value::set(["r/"]),
        };
        let tagging = TagPolicy::new(&given, &variables);
        for (key, ignored) in [
            ("a", true),
            ("b", true),
            ("c", true),
            ("p/x", true),
            ("q/", true),
            ("r/x", true),
            ("", false),
            ("d", false),
            ("keep", false),
        ] {
            assert_eq!(tagging.ignores(key), ignored, "{key}");
            assert_eq!(tagging.ignored().ignores(key), ignored, "{key}");
        }
        let own = tags([("p/own", "4"), ("mine", "5")]);
        assert_eq!(tagging.all(&own), tags([("keep", "2"), ("mine", "5")]));
        let at_first = tagging.create_only_tags(&own);
        let at_first: Vec<&str> = at_first.keys().map(String::as_str).collect();
        assert_eq!(at_first, ["a", "c", "p/own"]);
        let warned = tagging.conflicts();
        let warned: Vec<&str> = warned.iter().map(|d| d.summary.as_str()).collect();
        assert_eq!(
            warned,
            [
                "The default tag \"a\" is ignored",
                "The default tag \"c\" is ignored"
            ]
        );
    }

    #[test]
    fn a_default_tag_that_is_ignored_may_be_unknown() {
        let moment = Value::map([("made", Value::Unknown), ("team", "web".into())]);
        let given = ProviderTags {
            ignored_keys: Value::set(["made"]),
            ..given(moment)
        };
        let tagging = tagging(&given);
        assert_eq!(tagging.all(&Value::Null), tags([("team", "web")]));
        assert!(tagging.create_only_tags(&Value::Null).is_empty());
    }
}
