//! Tags that every resource gets, and tags that are left alone.

use super::section::{Arguments, Section};
use crate::ec2::settings::Settings;
use crate::session::{
    self, DEFAULT_TAGS, ProviderTags, TagPolicy, Variables, checked_tags, defaults_of, tag_faults,
};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::{Attr, Type, Value};

/// The blocks `default_tags` and `ignore_tags`, each a list of at most one.
pub(super) struct ProviderBlockTags<'a> {
    default_tags: Attr<&'a [Value]>,
    ignore_tags: Attr<&'a [Value]>,
}

impl<'a> Section<'a> for ProviderBlockTags<'a> {
    fn attributes() -> Vec<Attribute> {
        Vec::new()
    }

    fn blocks() -> Vec<NestedBlock> {
        let default_tags = Block {
            description: "Tags of every resource. A resource's own tag with the same key takes \
                         precedence. At most one such block.",
            attributes: vec![
                Attribute::optional(
                    "tags",
                    Type::map(Type::String),
                    "The tags. Environment variables `TF_AWS_DEFAULT_TAGS_<key>` add more. If \
                     both set a key, the value here takes precedence.",
                )
                .must_be("tags as EC2 takes them: a key of 1 to 128 characters that doesn't begin with `\"aws:\"`", checked_tags),
            ],
            blocks: Vec::new(),
        };
        let texts = |name, description| {
            Attribute::optional(name, Type::set(Type::String), description)
                .must_be("texts that aren't empty", no_empty_ones)
        };
        let ignore_tags = Block {
            description: "Tags that other tools manage: the provider doesn't show, change or \
                         remove them. If a resource or `default_tags` has such a tag, it is set \
                         when the resource is created, and ignored from then on. The tag \
                         `\"curated:unused-since\"`, the mark of `curated prune`, is ignored without \
                         being listed here, unless a configuration sets it. At most one such \
                         block.",
            attributes: vec![
                texts(
                    "keys",
                    "Complete keys, case-sensitive. `TF_AWS_IGNORE_TAGS_KEYS` adds more, \
                     separated by commas.",
                ),
                texts(
                    "key_prefixes",
                    "Prefixes of keys. `TF_AWS_IGNORE_TAGS_KEY_PREFIXES` adds more, separated by \
                     commas.",
                ),
            ],
            blocks: Vec::new(),
        };
        vec![
            NestedBlock::new("default_tags", Nesting::List, default_tags).once(),
            NestedBlock::new("ignore_tags", Nesting::List, ignore_tags).once(),
        ]
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        Self {
            default_tags: arguments.elements("default_tags"),
            ignore_tags: arguments.elements("ignore_tags"),
        }
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let lists = [
            ("default_tags", self.default_tags),
            ("ignore_tags", self.ignore_tags),
        ];
        for (name, blocks) in lists {
            if blocks.known().is_some_and(|blocks| blocks.len() > 1) {
                found.push(twice(name));
            }
        }
        found.extend(of_environment(&session::variables()));
        found
    }

    fn add_to(&self, settings: &mut Settings) {
        settings.ignored_tags = self.tagging().ignored();
    }
}

impl ProviderBlockTags<'_> {
    /// The tags of the blocks and of the environment.
    pub(super) fn tagging(&self) -> TagPolicy {
        let given = ProviderTags {
            default_tags: in_block(self.default_tags, "tags"),
            ignored_keys: in_block(self.ignore_tags, "keys"),
            ignored_key_prefixes: in_block(self.ignore_tags, "key_prefixes"),
        };
        TagPolicy::new(&given, &session::variables())
    }
}

/// An argument of a block that is written once at most: null where the block is missing, unknown while
/// the block is.
fn in_block(blocks: Attr<&[Value]>, argument: &str) -> Value {
    match blocks {
        Attr::Known([block, ..]) => block.get(argument).clone(),
        Attr::Known([]) | Attr::Null => Value::Null,
        Attr::Unknown => Value::Unknown,
    }
}

/// Checks the default tags of an environment.
fn of_environment(variables: &Variables) -> Diagnostics {
    let mut found = Diagnostics::new();
    let path = Path::root().attribute("default_tags");
    let of_variable = |key: &str, fault: Diagnostic| {
        let detail = format!(
            "{} The tag comes from the environment variable {DEFAULT_TAGS}{key}.",
            fault.detail
        );
        Diagnostic::error(fault.summary, detail).at(path.clone())
    };
    for (key, value) in defaults_of(variables) {
        found.extend(tag_faults(&key, &value).map(|fault| of_variable(&key, fault)));
    }
    found
}

/// An empty text would be no tag's key, or the beginning of every one.
fn no_empty_ones(value: &Value, path: &Path) -> Diagnostics {
    let elements = value.as_elements().unwrap_or_default();
    let empty = |element: &Value| element.is_null() || element.as_str() == Some("");
    if !elements.iter().any(empty) {
        return Diagnostics::new();
    }
    Diagnostic::error(
        "A tag to ignore is empty",
        "Leave it out: compact([…]) does that for a list in which some may be empty or null. An \
         empty key belongs to no tag, and every key begins with an empty prefix.",
    )
    .at(path.clone())
    .into()
}

fn twice(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("More than one \"{name}\" block"),
        format!("Put everything into one \"{name}\" block."),
    )
    .at(Path::root().attribute(name).index(1))
}

#[cfg(test)]
mod tests {
    use super::super::section::read;
    use super::*;
    use crate::tf_provider::validate::validate as by_schema;

    fn tagging(config: &Value) -> TagPolicy {
        read::<ProviderBlockTags>(config).tagging()
    }

    fn of(name: &str, attributes: Vec<Vec<(&str, Value)>>) -> Value {
        let blocks = attributes.into_iter().map(Value::object);
        super::super::schema()
            .block
            .empty()
            .with(name, Value::list(blocks))
    }

    #[test]
    fn what_is_wrong_with_the_blocks_is_said_where_it_is_written() {
        let tags = |key: &str, value: Value| vec![("tags", Value::map([(key, value)]))];
        let keys = |name, value: Value| {
            let other = if name == "keys" {
                "key_prefixes"
            } else {
                "keys"
            };
            vec![(name, Value::set([value])), (other, Value::Null)]
        };
        for (config, expected) in [
            (of("default_tags", vec![tags("team", "web".into())]), None),
            (of("default_tags", vec![tags("team", Value::Null)]), None),
            (of("default_tags", vec![vec![("tags", Value::Null)]]), None),
            (
                of("default_tags", vec![tags("aws:x", "web".into())]),
                Some("default_tags[0].tags[\"aws:x\"]"),
            ),
            (
                of("default_tags", vec![tags("x", "v".repeat(257).into())]),
                Some("default_tags[0].tags[\"x\"]"),
            ),
            (
                of(
                    "default_tags",
                    vec![tags("a", "1".into()), tags("b", "2".into())],
                ),
                Some("default_tags[1]"),
            ),
            (of("ignore_tags", vec![keys("keys", "a".into())]), None),
            (
                of("ignore_tags", vec![keys("key_prefixes", "".into())]),
                Some("ignore_tags[0].key_prefixes"),
            ),
            (
                of("ignore_tags", vec![keys("keys", Value::Null)]),
                Some("ignore_tags[0].keys"),
            ),
            (
                of(
                    "ignore_tags",
                    vec![keys("keys", "a".into()), keys("keys", "b".into())],
                ),
                Some("ignore_tags[1]"),
            ),
        ] {
            let mut found = by_schema(&super::super::schema().block, &config);
            found.extend(read::<ProviderBlockTags>(&config).validate());
            let paths: Vec<String> = found.iter().map(|d| d.path.to_string()).collect();
            let expected: Vec<&str> = expected.into_iter().collect();
            assert_eq!(paths, expected, "{config:?}");
        }
    }

    #[test]
    fn tags_are_unknown_while_a_block_or_its_argument_is() {
        let own = Value::map([("team", "web")]);
        let empty = super::super::schema().block.empty();
        assert_eq!(tagging(&empty).all(&own), own);
        for name in ["default_tags", "ignore_tags"] {
            let unknown = empty.clone().with(name, Value::Unknown);
            assert!(tagging(&unknown).all(&own).is_unknown(), "{name}");
        }
        let unknown = of("default_tags", vec![vec![("tags", Value::Unknown)]]);
        assert!(tagging(&unknown).all(&own).is_unknown());
    }

    #[test]
    fn a_bad_tag_of_the_environment_names_its_variable() {
        let variables = [
            ("TF_AWS_DEFAULT_TAGS_aws:x", "1"),
            ("TF_AWS_DEFAULT_TAGS_ok", ""),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found = of_environment(&variables.into());
        let details: Vec<&str> = found.iter().map(|d| d.detail.as_str()).collect();
        assert_eq!(details.len(), 1);
        assert!(
            details[0].contains("TF_AWS_DEFAULT_TAGS_aws:x"),
            "{details:?}"
        );
    }
}
