//! Takes groups over from the AWS provider, by their states alone. What that provider writes down where
//! the configuration says nothing is left out here, so that a configuration which only renamed the type
//! plans no change. Must not know any of the resource types.

use serde_json::Value as Json;

use super::desired_rules::{self, RuleContext};
use super::model;
use super::tags::{tags_from, tags_value};
use crate::catalog::{Catalog, arns};
use crate::rules::Direction;
use crate::tf_provider::codec::json;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::MovedFrom;
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// The state of the group that `source` is, as far as both types have the same attributes; `None` if
/// it is none of the type `theirs` of the AWS provider.
pub(in crate::resources) fn translated(
    block: &Block,
    source: &MovedFrom,
    theirs: &str,
) -> Option<Result<Value, Diagnostics>> {
    // Whatever host and namespace: registries, mirrors and forks differ, the provider is the same.
    // Some OpenTofus send the bare name. Once Terraform has moved one instance of a resource, it
    // says of the others that they are this provider's.
    let name = source.provider_address.rsplit('/').next();
    let is_known = name.is_some_and(|name| ["aws", "curated"].contains(&name));
    let is_group = source.type_name == theirs;
    (is_known && is_group).then(|| translate(block, source.state.clone(), theirs))
}

fn translate(block: &Block, mut state: Json, theirs: &str) -> Result<Value, Diagnostics> {
    nothing_for_empty(&mut state);
    let region = region(&state);
    let bytes = state.to_string();
    let state = json::decode_state(bytes.as_bytes(), &block.ty()).map_err(|error| {
        Diagnostic::error(
            format!("Can't read the state of the {theirs}"),
            format!("{error}. Import the group instead."),
        )
    })?;
    let state = block.complete(state);
    let attributes = model::of(&state);
    let revoke = attributes.revoke_rules_on_delete().known();
    let region = attributes.region().known().map(str::to_owned).or(region);
    let tags = tags_value(&tags_from(attributes.tags()));
    let state = state
        .with("region", region)
        .with("tags", tags)
        .with("revoke_rules_on_delete", revoke.unwrap_or(false));
    if model::of(&state).region().is_null() {
        return Err(no_region(theirs).into());
    }
    // Its blocks name no service.
    let desired = desired_rules::desired(&state, RuleContext::of(&state, Catalog::built_in()));
    Ok(state.with("rules", desired_rules::rules_value(&desired.rules)))
}

/// An empty text, list or map becomes nothing: in attributes, and in those of the rule blocks.
fn nothing_for_empty(state: &mut Json) {
    let Some(members) = state.as_object_mut() else {
        return;
    };
    for (name, value) in members.iter_mut() {
        if Direction::BOTH.iter().any(|d| d.name() == name) {
            value
                .as_array_mut()
                .into_iter()
                .flatten()
                .for_each(nothing_for_empty);
            continue;
        }
        let empty = match value {
            Json::String(text) => text.is_empty(),
            Json::Array(items) => items.is_empty(),
            Json::Object(entries) => entries.is_empty() && name != "tags_all",
            _ => false,
        };
        if empty || (name == "self" && *value == Json::Bool(false)) {
            *value = Json::Null;
        }
    }
    // "All protocols" is written with ports 0 there, which mean nothing.
    if members.get("protocol") == Some(&Json::String("-1".to_owned())) {
        members.insert("from_port".to_owned(), Json::Null);
        members.insert("to_port".to_owned(), Json::Null);
    }
}

/// States of before version 6 don't name the region: the ARN does.
fn region(state: &Json) -> Option<String> {
    let arn = state.get("arn")?.as_str()?;
    arns::region(arn).map(str::to_owned)
}

fn no_region(theirs: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Can't tell the region of the {theirs}"),
        format!(
            "Its state has neither a region nor an ARN. Run {} with the AWS provider first, or \
             import the group instead.",
            // A move comes maybe before the host has told who it is.
            Host::default().command("apply -refresh-only")
        ),
    )
}
