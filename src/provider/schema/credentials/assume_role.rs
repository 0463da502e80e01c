//! `assume_role`: roles that are assumed one after the other, each with the credentials of the
//! one before.

use super::super::section::{text, texts};
use super::{identifiers, session};
use crate::ec2::settings::AssumeRole;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block};
use crate::tf_provider::value::{Type, Value};

pub(super) const NAME: &str = "assume_role";

pub(super) fn block() -> Block {
    let mut attributes = session::attributes(
        "ARN of the role. If it is empty in the only block, no role is assumed.",
        "Name of the session in AWS's logs. Default: a generated name for each process.",
    );
    attributes.extend([
        Attribute::optional(
            "external_id",
            Type::String,
            "External id that the owner of a role in another account requires.",
        )
        .must_be(
            "2 to 1224 letters, digits and `_+=,.@:/-`",
            identifiers::external_id,
        ),
        Attribute::optional(
            "source_identity",
            Type::String,
            "Source identity of the session, which is kept along a chain of roles and shown in AWS's \
             logs.",
        )
        .must_be(
            "2 to 64 letters, digits and `_+=,.@-`",
            identifiers::session_name,
        ),
        Attribute::optional(
            "tags",
            Type::Map(Box::new(Type::String)),
            "Tags of the session.",
        ),
        Attribute::optional(
            "transitive_tag_keys",
            Type::Set(Box::new(Type::String)),
            "Keys of `tags` that are passed on along a chain of roles.",
        ),
    ]);
    Block {
        description: "A role to assume. With several blocks, each role is assumed with the credentials \
                      of the previous one; the first, with those that the provider found.",
        attributes,
        blocks: Vec::new(),
    }
}

pub(super) fn validate(blocks: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let blocks = blocks.as_elements().unwrap_or_default();
    for (index, block) in (0..).zip(blocks) {
        let path = Path::root().attribute(NAME).index(index);
        if lacks_role(block) {
            let missing = if blocks.len() == 1 {
                no_role()
            } else {
                missing_role()
            };
            found.push(missing.at(path.attribute("role_arn")));
        }
        let tags = block.get("tags");
        for key in texts(block.get("transitive_tag_keys")) {
            if !tags.is_unknown() && tags.get(key).is_null() {
                found.push(no_such_tag(key).at(path.attribute("transitive_tag_keys")));
            }
        }
    }
    found
}

pub(super) fn read(blocks: &Value) -> Vec<AssumeRole> {
    let blocks = blocks.as_elements().unwrap_or_default().iter();
    blocks.filter_map(role).collect()
}

/// The role of a block, unless it has none.
fn role(block: &Value) -> Option<AssumeRole> {
    let owned = |name| text(block.get(name)).map(str::to_owned);
    let set = |name| texts(block.get(name)).map(str::to_owned).collect();
    let tags = block.get("tags").as_entries().into_iter().flatten();
    Some(AssumeRole {
        role_arn: owned("role_arn")?,
        session_name: owned("session_name"),
        duration: session::length(block),
        external_id: owned("external_id"),
        policy: owned("policy"),
        policy_arns: set("policy_arns"),
        source_identity: owned("source_identity"),
        tags: tags
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect(),
        transitive_tag_keys: set("transitive_tag_keys"),
    })
}

fn lacks_role(block: &Value) -> bool {
    let arn = block.get("role_arn");
    arn.is_null() || arn.as_str().is_some_and(str::is_empty)
}

/// As with the AWS provider, one block without a role is how a configuration says "none here".
fn no_role() -> Diagnostic {
    Diagnostic::warning(
        "No role is assumed",
        "\"role_arn\" is empty, so the provider works with the credentials that it finds. Leave \
         the assume_role block out where there is no role.",
    )
}

fn missing_role() -> Diagnostic {
    Diagnostic::error(
        "\"role_arn\" is missing",
        "Each of several assume_role blocks is a step of a chain. Set \"role_arn\", or remove the block.",
    )
}

fn no_such_tag(key: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no tag \"{key}\""),
        "transitive_tag_keys names keys of \"tags\". Add the tag to \"tags\", or remove the key.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn blocks(blocks: impl IntoIterator<Item = Value>) -> Value {
        Value::list(blocks)
    }

    fn with(name: &str, value: impl Into<Value>) -> Value {
        block().empty().with(name, value)
    }

    const ARN: &str = "arn:aws:iam::123456789012:role/x";

    #[test]
    fn one_block_without_a_role_is_none_and_several_need_theirs() {
        let empty = || with("role_arn", "");
        let alone = validate(&blocks([empty()]));
        assert!(!alone.has_errors() && !alone.is_empty());
        assert!(read(&blocks([empty()])).is_empty());

        let found = validate(&blocks([with("role_arn", ARN), empty()]));
        let one = found.iter().next().expect("one message");
        assert!(found.has_errors());
        assert_eq!(one.path.to_string(), "assume_role[1].role_arn");
        assert!(validate(&blocks([with("role_arn", Value::Unknown)])).is_empty());
    }

    #[test]
    fn transitive_keys_are_keys_of_tags() {
        let role = with("role_arn", ARN).with("transitive_tag_keys", Value::set(["a", "b"]));
        let tags = |tags: Value| validate(&blocks([role.clone().with("tags", tags)]));
        let found = tags(Value::map([("a", "1")]));
        let one = found.iter().next().expect("one message");
        assert_eq!(found.iter().count(), 1);
        assert_eq!(one.summary, "There is no tag \"b\"");
        assert_eq!(one.path.to_string(), "assume_role[0].transitive_tag_keys");
        assert!(tags(Value::map([("a", "1"), ("b", "2")])).is_empty());
        assert!(tags(Value::Unknown).is_empty());
    }

    #[test]
    fn everything_is_read() {
        let block = with("role_arn", ARN)
            .with("session_name", "me")
            .with("duration", "20m")
            .with("external_id", "id")
            .with("policy", "{}")
            .with("policy_arns", Value::set(["p"]))
            .with("source_identity", "who")
            .with("tags", Value::map([("a", "1")]))
            .with("transitive_tag_keys", Value::set(["a"]));
        let expected = AssumeRole {
            role_arn: ARN.to_owned(),
            session_name: Some("me".to_owned()),
            duration: Some(Duration::from_secs(1200)),
            external_id: Some("id".to_owned()),
            policy: Some("{}".to_owned()),
            policy_arns: ["p".to_owned()].into(),
            source_identity: Some("who".to_owned()),
            tags: [("a".to_owned(), "1".to_owned())].into(),
            transitive_tag_keys: ["a".to_owned()].into(),
        };
        assert_eq!(read(&blocks([block])), [expected]);
    }
}
