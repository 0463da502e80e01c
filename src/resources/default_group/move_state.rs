//! Converts states of `aws_default_security_group`, for `moved` blocks.

use crate::resources::common::moved_group;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::resource::MovedFrom;
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// The state of a group that is moved here; `None` if `source` is no `aws_default_security_group`.
pub(super) fn moved(block: &Block, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
    let theirs = "aws_default_security_group";
    let state = moved_group::translated(block, source, theirs)?;
    Some(state.map(|state| state.with("restore_on_destroy", false)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::super::schema;
    use super::*;

    fn source(ty: &str, state: Json) -> MovedFrom {
        MovedFrom {
            provider_address: "registry.terraform.io/hashicorp/aws".to_owned(),
            type_name: ty.to_owned(),
            state,
        }
    }

    /// As terraform-provider-aws 4 and 5 store it; 6 adds the region.
    fn stored() -> Json {
        json!({
            "id": "sg-0123456789abcdef0",
            "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0",
            "name": "default", "name_prefix": "", "description": "default VPC security group",
            "owner_id": "123456789012", "vpc_id": "vpc-0123abcd",
            "revoke_rules_on_delete": false, "tags": {}, "tags_all": {},
            "ingress": [{
                "cidr_blocks": [], "description": "", "from_port": 0,
                "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "-1",
                "security_groups": [], "self": true, "to_port": 0
            }],
            "egress": []
        })
    }

    #[test]
    fn states_of_every_version_are_taken_over_with_rules_and_region() {
        let mut of_version_6 = stored();
        of_version_6["region"] = json!("us-east-1");
        for (state, region) in [(stored(), "eu-west-1"), (of_version_6, "us-east-1")] {
            let moved = moved(
                &schema::schema().block,
                &source("aws_default_security_group", state),
            );
            let state = moved.expect("known").expect("readable");
            assert_eq!(state.get("region"), &region.into());
            assert_eq!(state.get("restore_on_destroy"), &false.into());
            let rules = state.get("rules").as_entries().expect("a map");
            assert_eq!(rules.keys().collect::<Vec<_>>(), ["ingress all from self"]);
            assert!(state.is_wholly_known());
        }
    }

    #[test]
    fn other_types_are_not_ours_to_take() {
        let moved = moved(
            &schema::schema().block,
            &source("aws_security_group", stored()),
        );
        assert!(moved.is_none());
    }
}
