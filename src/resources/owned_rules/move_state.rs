//! Converts states of rules of the AWS provider, for `moved` blocks. A configuration in which only the type was
//! renamed plans no change.

use serde_json::Value as Json;

use super::held::{Held, HeldRule, group_of};
use super::model;
use super::rule_type::{self, RuleType};
use super::types::single::SingleRule;
use super::types::vpc_rule::VpcRule;
use crate::aws_names::arns;
use crate::catalog::Catalog;
use crate::ec2::Tags;
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::resources::common::model::MovedState;
use crate::resources::common::moved_group::is_of_known_provider;
use crate::resources::common::tags;
use crate::rules::Direction;
use crate::tf_provider::codec::json;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::resource::MovedFrom;
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// The state of rules that are moved here; `None` if `source` is no resource of the same kind. A bundle can be
/// moved from any type of single rules.
pub(super) fn moved(
    ty: &dyn RuleType,
    block: &Block,
    source: &MovedFrom,
) -> Option<Result<Value, Diagnostics>> {
    let is_known = is_of_known_provider(source);
    if ty.may_be_empty() {
        let single = single_type(&source.type_name).filter(|_| is_known)?;
        return Some(bundled(ty, block, &*single, source));
    }
    let theirs = ty.name().replacen("curated_", "aws_", 1);
    let is_of_aws = source.type_name == theirs;
    (is_known && is_of_aws).then(|| translate(ty, block, &source.type_name, &source.state))
}

/// This provider's type of single rules for a type of either provider.
fn single_type(name: &str) -> Option<Box<dyn RuleType>> {
    let suffix = name
        .strip_prefix("aws_")
        .or(name.strip_prefix("curated_"))?;
    match suffix {
        "security_group_rule" => Some(Box::new(SingleRule)),
        "vpc_security_group_ingress_rule" => Some(Box::new(VpcRule(Direction::Ingress))),
        "vpc_security_group_egress_rule" => Some(Box::new(VpcRule(Direction::Egress))),
        _ => None,
    }
}

/// The state of a bundle with the rules of a resource of single rules.
fn bundled(
    ty: &dyn RuleType,
    block: &Block,
    single: &dyn RuleType,
    source: &MovedFrom,
) -> Result<Value, Diagnostics> {
    let state = translate(single, &single.block(), &source.type_name, &source.state)?;
    let rules = desired_rules::rules_from(model::of(&state).rules()).into_iter();
    let held = Held {
        rules: rules
            .map(|(rule, description)| {
                let held = HeldRule {
                    description,
                    ..HeldRule::default()
                };
                (rule, held)
            })
            .collect(),
        ..Held::default()
    };
    let mut moved = block.empty();
    for name in ["id", "region", "security_group_id", "owner_tag", "rules"] {
        moved = moved.with(name, state.get(name).clone());
    }
    for name in ["tags", "tags_all"] {
        let shown = if single.has_tags() {
            state.get(name).clone()
        } else {
            tags::tags_value(&Tags::new())
        };
        moved = moved.with(name, shown);
    }
    let owner = MovedState(&source.state).owner();
    let moved = moved.with("owner", owner.map(str::to_owned));
    let group_id = model::of(&state).security_group_id();
    let context = RuleContext {
        id: group_id.known().unwrap_or_default(),
        ..RuleContext::new(Catalog::built_in())
    };
    Ok(ty.show(moved, &held, context))
}

fn translate(
    ty: &dyn RuleType,
    block: &Block,
    theirs: &str,
    state: &Json,
) -> Result<Value, Diagnostics> {
    let bytes = state.to_string();
    let unread = |why: &str| {
        Diagnostic::error(
            format!("Can't read the state of the {theirs}"),
            format!("{why}. Import the rule instead."),
        )
    };
    let moved = json::decode_state(bytes.as_bytes(), &block.ty())
        .map_err(|error| unread(&error.to_string()))?;
    let moved = block.complete(moved);
    // States of versions before 6 have no region: it is that of an ARN, else the provider's.
    let arn = model::of(&moved).arn().known();
    let region = model::of(&moved).region().known();
    let region = region.or(arn.and_then(arns::region)).map(str::to_owned);
    let mut moved = moved
        .with("region", region)
        .with("owner", Value::Null)
        .with("owner_tag", true);
    if ty.has_tags() {
        let tags = tags::tags_value(&tags::tags_from(model::of(&moved).tags()));
        let all = tags::tags_value(&tags::tags_from(model::of(&moved).tags_all()));
        moved = moved.with("tags", tags).with("tags_all", all);
    }
    let group_id = group_of(&moved);
    let context = RuleContext {
        id: &group_id,
        ..RuleContext::new(Catalog::built_in())
    };
    let rules = rule_type::desired(ty, &moved, context).rules;
    if group_id.is_empty() || rules.is_empty() {
        return Err(unread("It doesn't say which rule of which group it is").into());
    }
    Ok(moved.with("rules", desired_rules::rules_value(&rules)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::types::bundle::Bundle;
    use super::*;

    fn take(ty: &dyn RuleType, name: &str, state: Json) -> Option<Result<Value, Diagnostics>> {
        let source = MovedFrom {
            provider_address: "registry.terraform.io/hashicorp/aws".to_owned(),
            type_name: name.to_owned(),
            state,
        };
        moved(ty, &ty.block(), &source)
    }

    fn rules(state: &Value) -> Vec<String> {
        let entries = state.get("rules").as_entries().into_iter().flatten();
        entries.map(|(key, _)| key.clone()).collect()
    }

    #[test]
    fn a_rule_of_several_sources_becomes_several_rules() {
        let state = json!({
            "id": "sgrule-1234567890", "type": "ingress", "protocol": "tcp",
            "from_port": 443, "to_port": 443, "security_group_id": "sg-0000000a",
            "cidr_blocks": ["10.0.0.0/8", "192.168.0.0/16"], "ipv6_cidr_blocks": null,
            "prefix_list_ids": [], "self": true, "source_security_group_id": null,
            "description": "", "timeouts": null
        });
        let taken = take(&SingleRule, "aws_security_group_rule", state);
        let state = taken.expect("known").expect("readable");
        let expected = [
            "ingress tcp/443 from 10.0.0.0/8",
            "ingress tcp/443 from 192.168.0.0/16",
            "ingress tcp/443 from self",
        ];
        assert_eq!(rules(&state), expected);
        assert!(state.get("region").is_null() && state.is_wholly_known());
    }

    #[test]
    fn a_bundle_takes_over_rules_of_any_type() {
        let state = json!({
            "id": "sgrule-1234567890", "type": "egress", "protocol": "tcp",
            "from_port": 443, "to_port": 443, "security_group_id": "sg-0000000a",
            "cidr_blocks": ["10.0.0.0/8"], "self": true, "description": "out", "timeouts": null,
            "owner": "rules-1"
        });
        for name in ["aws_security_group_rule", "curated_security_group_rule"] {
            let taken = take(&Bundle, name, state.clone());
            let moved = taken.expect("known").expect("readable");
            let expected = ["egress tcp/443 from 10.0.0.0/8", "egress tcp/443 from self"];
            assert_eq!(rules(&moved), expected.map(|key| key.replace("from", "to")));
            assert_eq!(
                moved.get("egress").as_elements().map(<[Value]>::len),
                Some(1)
            );
            assert_eq!(moved.get("id").as_str(), Some("sgrule-1234567890"));
            assert_eq!(moved.get("owner").as_str(), Some("rules-1"));
        }
        assert!(take(&Bundle, "aws_security_group", state).is_none());
    }

    #[test]
    fn an_arn_tells_the_region() {
        let state = json!({
            "id": "sgr-0123456789abcdef0", "security_group_rule_id": "sgr-0123456789abcdef0",
            "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-0123456789abcdef0",
            "security_group_id": "sg-0000000a", "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0",
            "from_port": null, "to_port": null, "tags": null, "tags_all": {}
        });
        let name = "aws_vpc_security_group_egress_rule";
        let taken = take(&VpcRule(Direction::Egress), name, state.clone());
        let moved = taken.expect("known").expect("readable");
        assert_eq!(moved.get("region"), &"eu-west-1".into());
        assert_eq!(rules(&moved), ["egress all to 0.0.0.0/0"]);
        let other = take(&VpcRule(Direction::Ingress), name, state);
        assert!(other.is_none());
    }

    #[test]
    fn a_malformed_state_is_refused_with_an_explanation() {
        for state in [
            json!({}),
            json!([]),
            json!({"security_group_id": "sg-0000000a"}),
        ] {
            let taken = take(&SingleRule, "aws_security_group_rule", state.clone());
            assert!(taken.expect("known").is_err(), "{state}");
        }
    }
}
