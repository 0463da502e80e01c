//! Takes a group over from `aws_security_group`, by its state alone. What that provider writes
//! down where the configuration says nothing is left out here, so that a configuration which only
//! renamed the type plans no change.

use serde_json::Value as Json;

use super::model::{self, Own};
use super::naming;
use crate::catalog::Catalog;
use crate::rules::Direction;
use crate::tf_provider::codec::json;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::MovedFrom;
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// The state of the group that `source` is; `None` if it is no `aws_security_group`.
pub(super) fn moved(block: &Block, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
    // Whatever host and namespace: registries, mirrors and forks differ, the provider is the same.
    // Some OpenTofus send the bare name. Once Terraform has moved one instance of a resource, it
    // says of the others that they are this provider's.
    let name = source.provider_address.rsplit('/').next();
    let is_known = name.is_some_and(|name| ["aws", "curated"].contains(&name));
    let is_group = source.type_name == "aws_security_group";
    (is_known && is_group).then(|| translate(block, source.state.clone()))
}

fn translate(block: &Block, mut state: Json) -> Result<Value, Diagnostics> {
    nothing_for_empty(&mut state);
    let region = region(&state);
    let bytes = state.to_string();
    let state = json::decode_state(bytes.as_bytes(), &block.ty()).map_err(|error| {
        Diagnostic::error(
            "Can't read the state of the aws_security_group",
            format!("{error}. Import the group instead."),
        )
    })?;
    let state = block.complete(state);
    let name = state.get("name").as_str().unwrap_or_default();
    let name_prefix = naming::prefix_value(state.get("name_prefix"), name);
    let state = state
        .clone()
        .with(
            "region",
            state.get("region").as_str().map(str::to_owned).or(region),
        )
        .with("exclusive", true)
        .with("name_prefix", name_prefix)
        .with(
            "tags",
            model::tags_value(&model::tags_from(state.get("tags"))),
        )
        .with("preset", Value::Null)
        .with(
            "revoke_rules_on_delete",
            state
                .get("revoke_rules_on_delete")
                .as_bool()
                .unwrap_or(false),
        );
    if state.get("region").is_null() {
        return Err(no_region().into());
    }
    // Its blocks name no service.
    let desired = model::desired(&state, Own::of(&state, Catalog::built_in()));
    Ok(state.with("rules", model::rules_value(&desired.rules)))
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
    let region = arn.split(':').nth(3)?;
    (!region.is_empty()).then(|| region.to_owned())
}

fn no_region() -> Diagnostic {
    Diagnostic::error(
        "Can't tell the region of the aws_security_group",
        format!(
            "Its state has neither a region nor an ARN. Run {} with the AWS provider first, or \
             import the group instead.",
            // A move comes maybe before the host has told who it is.
            Host::default().command("apply -refresh-only")
        ),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema;
    use super::*;

    fn source(address: &str, ty: &str, state: Json) -> MovedFrom {
        MovedFrom {
            provider_address: address.to_owned(),
            type_name: ty.to_owned(),
            state,
        }
    }

    /// As terraform-provider-aws 5 stores it.
    fn stored() -> Json {
        json!({
            "id": "sg-0123456789abcdef0",
            "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0",
            "name": "web", "name_prefix": "", "description": "Managed by Terraform",
            "owner_id": "123456789012", "vpc_id": "vpc-0123abcd",
            "revoke_rules_on_delete": false, "tags": {}, "tags_all": {}, "timeouts": null,
            "ingress": [{
                "cidr_blocks": ["10.0.0.0/8"], "description": "", "from_port": 443,
                "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "tcp",
                "security_groups": ["sg-0123456789abcdef0"], "self": false, "to_port": 443
            }],
            "egress": [{
                "cidr_blocks": ["0.0.0.0/0"], "description": "", "from_port": 0,
                "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "-1",
                "security_groups": [], "self": false, "to_port": 0
            }]
        })
    }

    fn take(source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        moved(&schema::schema().block, source)
    }

    #[test]
    fn a_group_of_any_registry_is_taken_over_with_its_rules_and_region() {
        for address in [
            "registry.terraform.io/hashicorp/aws",
            "registry.opentofu.org/opentofu/aws",
            "mirror.example.com/platform/aws",
            "aws",
        ] {
            let state = take(&source(address, "aws_security_group", stored()));
            let state = state.expect("known").expect("readable");
            assert_eq!(state.get("region"), &"eu-west-1".into());
            assert!(state.get("name_prefix").is_null());
            assert_eq!(state.get("tags"), state.get("tags_all"));
            let rules = state.get("rules").as_entries().expect("a map");
            let keys: Vec<&str> = rules.keys().map(String::as_str).collect();
            assert_eq!(
                keys,
                [
                    "egress all to 0.0.0.0/0",
                    "ingress tcp/443 from 10.0.0.0/8",
                    "ingress tcp/443 from self",
                ]
            );
            assert!(state.is_wholly_known());
        }
    }

    #[test]
    fn version_6_names_the_region_itself() {
        let mut state = stored();
        state["region"] = json!("us-east-1");
        let moved = take(&source("x/hashicorp/aws", "aws_security_group", state));
        let state = moved.expect("known").expect("readable");
        assert_eq!(state.get("region"), &"us-east-1".into());
    }

    #[test]
    fn other_types_and_providers_are_not_ours_to_take() {
        for (address, ty) in [
            (
                "registry.terraform.io/hashicorp/aws",
                "aws_default_security_group",
            ),
            (
                "registry.terraform.io/hashicorp/awscc",
                "aws_security_group",
            ),
            ("registry.terraform.io/other/laws", "aws_security_group"),
            ("", "aws_security_group"),
        ] {
            assert!(
                take(&source(address, ty, stored())).is_none(),
                "{address} {ty}"
            );
        }
    }

    #[test]
    fn a_state_that_makes_no_sense_is_refused_in_words() {
        for state in [
            json!({}),
            json!({"arn": ""}),
            json!({"arn": 1, "ingress": 5}),
            json!([]),
        ] {
            let moved = take(&source(
                "x/hashicorp/aws",
                "aws_security_group",
                state.clone(),
            ));
            assert!(moved.expect("known").is_err(), "{state}");
        }
    }
}
