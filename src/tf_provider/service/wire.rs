//! Decodes and encodes values, paths and diagnostics.

use super::pb;
use crate::tf_provider::codec::{CodecError, json, msgpack};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::tf_provider::path::{Path, Step};
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Type, Value};

/// Decodes a value. An absent and an empty one mean null.
pub(super) fn decode(value: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, Diagnostics> {
    let decoded = match value {
        Some(v) if !v.msgpack.is_empty() => msgpack::decode(&v.msgpack, ty),
        Some(v) if !v.json.is_empty() => json::decode(&v.json, ty),
        _ => Ok(Value::Null),
    };
    decoded.map_err(|e| unreadable(e).into())
}

/// Decodes the value of a schema's block. Clients such as Pulumi may send null, or nothing, in place of
/// empty sets and lists of nested blocks: these are empty in the result.
pub(super) fn decode_block(
    value: Option<&pb::DynamicValue>,
    schema: &Schema,
) -> Result<Value, Diagnostics> {
    Ok(schema.block.complete(decode(value, schema.ty())?))
}

/// Decodes the configuration of a provider, resource, data source or list resource. Null means one in which
/// nothing is set.
pub(super) fn decode_config(
    value: Option<&pb::DynamicValue>,
    schema: &Schema,
) -> Result<Value, Diagnostics> {
    Ok(match decode_block(value, schema)? {
        Value::Null => schema.block.empty(),
        config => config,
    })
}

/// Encodes a value. Always as MessagePack, since JSON has no form for unknown values.
pub(super) fn encode(value: &Value, ty: &Type) -> Result<Option<pb::DynamicValue>, Diagnostics> {
    let msgpack = msgpack::encode(value, ty).map_err(unsayable)?;
    Ok(Some(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    }))
}

pub(super) fn diagnostics(all: Diagnostics) -> Vec<pb::Diagnostic> {
    all.into_iter().map(diagnostic).collect()
}

/// Encodes diagnostics about a configuration of this block, so that hosts quote no secret.
///
/// Hosts quote the line of the file to which a diagnostic's path leads, also for sensitive attributes. So a
/// diagnostic about an attribute that holds a secret has no path, not even to its block, which may stand in
/// one line; its text names the attribute. Without a path, hosts quote the first line of the block. Where the
/// secret is all that the block sets, that line may hold it, and the diagnostic says how to prevent that.
pub(super) fn diagnostics_about(
    block: &Block,
    config: &Value,
    all: Diagnostics,
) -> Vec<pb::Diagnostic> {
    let mut found = Vec::new();
    let alone = only_set(block, config).filter(|(a, value)| a.hides(value));
    for mut message in all {
        if let Some((attribute, _)) = alone {
            message.detail += &format!(
                "\n\n\"{}\" is all that the block sets. If it stands in one line with the block's \
                 braces, hosts print that line: write it on a line of its own.",
                attribute.name
            );
        }
        let attribute = block.attribute_on(&message.path);
        let attribute = attribute.filter(|a| a.hides(value_at(config, &message.path)));
        found.push(diagnostic(match attribute {
            Some(attribute) => unquoted(message, attribute.name),
            None => message,
        }));
    }
    found
}

/// The attribute that is the only one that a block sets, at any depth, and its value.
fn only_set<'a>(block: &'a Block, value: &'a Value) -> Option<(&'a Attribute, &'a Value)> {
    let mut set = Vec::new();
    collect_set(block, value, &mut set);
    match set.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn collect_set<'a>(block: &'a Block, value: &'a Value, set: &mut Vec<(&'a Attribute, &'a Value)>) {
    if value.as_entries().is_none() {
        return;
    }
    for attribute in &block.attributes {
        let own = value.get(attribute.name);
        if !own.is_null() {
            set.push((attribute, own));
        }
    }
    for nested in &block.blocks {
        let slot = value.get(nested.name);
        let items = slot.as_elements().unwrap_or(std::slice::from_ref(slot));
        for item in items {
            collect_set(&nested.block, item, set);
        }
    }
}

/// The value at a path, or at the longest beginning of it that exists.
fn value_at<'a>(config: &'a Value, path: &Path) -> &'a Value {
    let mut value = config;
    for step in path.steps() {
        let next = match step {
            Step::Attribute(name) if value.as_entries().is_some() => Some(value.get_or_null(name)),
            Step::Index(index) => usize::try_from(*index)
                .ok()
                .and_then(|index| value.as_elements()?.get(index)),
            _ => None,
        };
        let Some(next) = next else {
            break;
        };
        value = next;
    }
    value
}

fn unquoted(message: Diagnostic, name: &str) -> Diagnostic {
    let quoted = format!("\"{name}\"");
    let is_named = message.summary.starts_with(name)
        || [&message.summary, &message.detail]
            .iter()
            .any(|text| text.contains(&quoted));
    let detail = if is_named {
        message.detail
    } else {
        format!(
            "{}\n\nThe argument is \"{}\", which may hold a password: so the message points at no line. \
             Hosts then show the first line of the block: keep the argument on a line of its own.",
            message.detail, message.path
        )
    };
    Diagnostic {
        detail,
        path: Path::root(),
        ..message
    }
}

/// Encodes a path, up to the first element of a set, which has no address on the wire.
pub(super) fn path(path: &Path) -> Option<pb::AttributePath> {
    use pb::attribute_path::step::Selector;

    let selectors = path.steps().iter().map_while(|step| match step {
        Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
        Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
        Step::Index(index) => Some(Selector::ElementKeyInt(*index)),
        Step::Element => None,
    });
    let steps: Vec<_> = selectors
        .map(|s| pb::attribute_path::Step { selector: Some(s) })
        .collect();
    (!steps.is_empty()).then_some(pb::AttributePath { steps })
}

fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => pb::diagnostic::Severity::Error,
        Severity::Warning => pb::diagnostic::Severity::Warning,
    };
    pb::Diagnostic {
        severity: severity.into(),
        attribute: path(&diagnostic.path),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
    }
}

/// The error for a value from the host that doesn't fit the schema.
pub(super) fn unreadable(error: CodecError) -> Diagnostic {
    Diagnostic::error(
        "Can't read a value",
        format!("What Terraform sent doesn't fit the provider's schema: {error}."),
    )
    .at(error.path)
}

fn unsayable(error: CodecError) -> Diagnostics {
    Diagnostic::error(
        "Can't write a value",
        format!(
            "A value doesn't fit the provider's own schema: {error}. This is a bug of the \
             provider: please report it."
        ),
    )
    .at(error.path)
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::schema::{NestedBlock, Nesting};

    #[test]
    fn a_path_stops_at_a_set() {
        let inside = Path::root()
            .attribute("ingress")
            .element()
            .attribute("protocol");
        let steps = path(&inside).expect("a path").steps;
        assert_eq!(steps.len(), 1);
        assert!(path(&Path::root()).is_none());
    }

    #[test]
    fn absent_is_null_and_json_is_read_where_there_is_no_msgpack() {
        let json = pb::DynamicValue {
            msgpack: Vec::new(),
            json: b"\"a\"".to_vec(),
        };
        assert_eq!(decode(None, &Type::String), Ok(Value::Null));
        assert_eq!(decode(Some(&json), &Type::String), Ok("a".into()));
    }

    /// The secret may stand in one line with the block's braces, which hosts print without a path.
    #[test]
    fn a_message_about_a_block_that_sets_a_secret_alone_says_how_to_write_it() {
        let of = |name| Attribute::optional(name, Type::String, "");
        let endpoints = Block {
            attributes: vec![of("ec2").address()],
            ..Block::default()
        };
        let block = Block {
            attributes: vec![of("token").sensitive(), of("region")],
            blocks: vec![NestedBlock::new(
                "endpoints",
                Nesting::List,
                endpoints.clone(),
            )],
            ..Block::default()
        };
        let detail = |config: &Value| {
            let message = Diagnostic::error("No region", "Set it.");
            let message = message.at(Path::root().attribute("region"));
            diagnostics_about(&block, config, message.into())
                .remove(0)
                .detail
        };
        let alone = block.empty().with("token", "x");
        let reported = "\"token\" is all that the block sets. If it stands in one line";
        assert!(detail(&alone).contains(reported));
        let address = |url: &str| Value::list([endpoints.empty().with("ec2", url)]);
        let nested = block.empty().with("endpoints", address("http://me:x@h"));
        assert!(detail(&nested).contains("\"ec2\" is all that the block sets"));
        // Where there are more, they stand on lines of their own.
        for config in [
            block.empty(),
            alone.with("region", "x"),
            block.empty().with("region", "x"),
            block.empty().with("endpoints", address("http://h")),
        ] {
            assert_eq!(detail(&config), "Set it.");
        }
    }

    #[test]
    fn a_message_about_a_secret_leads_to_no_line_and_names_the_argument() {
        let address = |name| Attribute::optional(name, Type::String, "").address();
        let endpoints = Block {
            attributes: vec![address("ec2"), address("sts")],
            ..Block::default()
        };
        let token = Attribute::optional("token", Type::String, "").sensitive();
        let key = Attribute::optional("key", Type::String, "").sensitive();
        let block = Block {
            attributes: vec![token, key],
            blocks: vec![NestedBlock::new(
                "endpoints",
                Nesting::List,
                endpoints.clone(),
            )],
            ..Block::default()
        };
        let both = endpoints
            .empty()
            .with("ec2", "http://me:x@h")
            .with("sts", "h:1");
        let config = block
            .empty()
            .with("token", "x")
            .with("endpoints", Value::list([both]));
        let reported = |summary: &str, path: &Path| {
            let message = Diagnostic::error(summary, "Correct it.").at(path.clone());
            let one = diagnostics_about(&block, &config, message.into()).remove(0);
            (one.attribute.is_some(), one.detail)
        };
        let root = Path::root();
        let first = root.attribute("endpoints").index(0);
        let (quotes, detail) = reported("This is ec2.test", &first.attribute("ec2"));
        assert!(
            !quotes && detail.contains("\"endpoints[0].ec2\""),
            "{detail}"
        );
        let (quotes, detail) = reported("\"token\" is bad", &root.attribute("token"));
        assert!(!quotes && detail == "Correct it.", "{detail}");
        // Without a password there is a line to show, and without a value no line to hide.
        for path in [first.attribute("sts"), root.attribute("key"), first] {
            let (quotes, detail) = reported("bad", &path);
            assert!(quotes && detail == "Correct it.", "{path}: {detail}");
        }
    }
}
