//! Converts states of `aws_security_group`, for `moved` blocks.

use super::{model, naming};
use crate::resources::common::moved_group;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::resource::MovedFrom;
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// The state of a group that is moved here; `None` if `source` is no `aws_security_group`.
pub(super) fn moved(block: &Block, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
    let state = moved_group::translated(block, source, "aws_security_group")?;
    Some(state.map(|state| {
        let name = model::of(&state).name().known().unwrap_or_default();
        let name_prefix = naming::prefix_value(model::of(&state).name_prefix(), name);
        state
            .with("exclusive", true)
            .with("name_prefix", name_prefix)
            .with("preset", Value::Null)
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

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
    fn a_malformed_state_is_refused_with_an_explanation() {
        let no_region = "Can't tell the region of the aws_security_group";
        let unreadable = "Can't read the state of the aws_security_group";
        for (state, summary) in [
            (json!({}), no_region),
            (json!({"arn": ""}), no_region),
            (json!({"arn": 1, "ingress": 5}), unreadable),
            (json!([]), unreadable),
        ] {
            let moved = take(&source(
                "x/hashicorp/aws",
                "aws_security_group",
                state.clone(),
            ));
            let reported = moved.expect("known").expect_err(summary);
            let reported: Vec<&str> = reported.iter().map(|d| d.summary.as_str()).collect();
            assert_eq!(reported, [summary], "{state}");
        }
    }
}
