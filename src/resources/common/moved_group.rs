//! Converts states of groups of the AWS provider, for `moved` blocks. That provider stores empty values for
//! attributes that aren't configured; they become null, so that a configuration in which only the type was
//! renamed plans no change. Must not know any of the resource types.

use serde_json::Value as Json;

use super::desired_rules::{self, RuleContext};
use super::model::{self, MovedState};
use super::tags::{tags_from, tags_value};
use crate::aws_names::arns;
use crate::catalog::Catalog;
use crate::rules::Direction;
use crate::snapshot::MARK;
use crate::tf_provider::codec::json;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::MovedFrom;
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// The state of a group that is moved here, in the attributes that both types have; `None` if `source` isn't
/// of the type `theirs` of the AWS provider.
pub(in crate::resources) fn translated(
    block: &Block,
    source: &MovedFrom,
    theirs: &str,
) -> Option<Result<Value, Diagnostics>> {
    let is_group = is_of_known_provider(source) && source.type_name == theirs;
    is_group.then(|| translate(block, source.state.clone(), theirs))
}

/// Whether a moved state is of the AWS provider, of any host and namespace: the provider is the same in
/// registries, mirrors and forks. Some versions of OpenTofu send the name without a host, and Terraform names
/// this provider for all instances of a resource after the first.
pub(in crate::resources) fn is_of_known_provider(source: &MovedFrom) -> bool {
    let name = source.provider_address.rsplit('/').next();
    name.is_some_and(|name| ["aws", "curated"].contains(&name))
}

fn translate(block: &Block, mut state: Json, theirs: &str) -> Result<Value, Diagnostics> {
    nothing_for_empty(&mut state);
    // States of versions before 6 have no `region`.
    let region = MovedState(&state).arn().and_then(arns::region);
    let region = region.map(str::to_owned);
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
    let unmarked = |tags: &Value| {
        let mut tags = tags_from(tags);
        tags.remove(MARK);
        tags_value(&tags)
    };
    let tags = unmarked(attributes.tags());
    let tags_all = match attributes.tags_all() {
        Value::Null => Value::Null,
        tags => unmarked(tags),
    };
    let state = state
        .with("region", region)
        .with("tags", tags)
        .with("tags_all", tags_all)
        .with("revoke_rules_on_delete", revoke.unwrap_or(false));
    if model::of(&state).region().is_null() {
        return Err(no_region(theirs).into());
    }
    // Its blocks name no service.
    let desired = desired_rules::desired(&state, RuleContext::of(&state, Catalog::built_in()));
    Ok(state.with("rules", desired_rules::rules_value(&desired.rules)))
}

/// Sets empty texts, lists and maps to null, in attributes and in those of rule blocks.
fn nothing_for_empty(state: &mut Json) {
    let allows_all_protocols = MovedState(state).protocol() == Some("-1");
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
    // The AWS provider stores port 0 for all protocols, which has no meaning.
    if allows_all_protocols {
        members.insert("from_port".to_owned(), Json::Null);
        members.insert("to_port".to_owned(), Json::Null);
    }
}

fn no_region(theirs: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Can't tell the region of the {theirs}"),
        format!(
            "Its state has neither a region nor an ARN. Run {} with the AWS provider first, or \
             import the group instead.",
            // A move may come before the host has named itself.
            Host::default().command("apply -refresh-only")
        ),
    )
}
