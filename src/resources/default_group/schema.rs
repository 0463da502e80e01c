//! The schema of `curated_default_security_group`. Attributes that `aws_default_security_group` has too have
//! its names and meanings.

use crate::resources::common::{attributes, guardrails, rule_blocks, short_form, timeouts};
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting, Schema};
use crate::tf_provider::value::Type;

/// As in `resource "curated_default_security_group" "main"`.
pub(super) const TYPE_NAME: &str = "curated_default_security_group";

pub(super) fn schema() -> Schema {
    let rules = |name, text| NestedBlock::new(name, Nesting::Set, rule_blocks::schema(text));
    Schema::new(
        0,
        Block {
            description: "The default security group of a VPC, with exactly the rules that are \
                          declared: by default none. The group is adopted as it is, and its other \
                          rules are revoked; it is never made, renamed or deleted. Rules that other \
                          resources own, by their tag `\"curated:owner\"`, are left alone.",
            attributes: attributes(),
            blocks: vec![
                rules(
                    "ingress",
                    "What may come in. Without any, what `ingress_rules` let in may.",
                ),
                rules(
                    "egress",
                    "What may go out. Without any, what `egress_rules` let out may.",
                ),
                NestedBlock::new("timeouts", Nesting::Single, timeouts::block()),
            ],
        },
    )
}

fn attributes() -> Vec<Attribute> {
    let [ingress_rules, egress_rules] = short_form::attributes();
    vec![
        Attribute::optional_computed(
            "vpc_id",
            Type::String,
            "The VPC whose default group is adopted. Default: the region's default VPC. With another \
             VPC, another group is adopted, and this one is left as it is.",
        )
        .replaces(),
        Attribute::optional_computed(
            "region",
            Type::String,
            "The region. Default: the provider's. Another region has another group.",
        )
        .replaces(),
        ingress_rules,
        egress_rules,
        Attribute::optional_computed(
            "restore_on_destroy",
            Type::Bool,
            "Whether the group gets the rules back that AWS gives it, when this resource is \
             destroyed: all traffic from itself, and all traffic out. Without, destroying removes \
             the resource from the state, and the group stays as it is. Counts once it is applied. \
             Default: `false`.",
        )
        .default(false),
        Attribute::optional_computed(
            "revoke_rules_on_delete",
            Type::Bool,
            "Has no effect, since the group is never deleted. It is taken so that configurations of \
             `aws_default_security_group` carry over. Default: `false`.",
        )
        .default(false),
        guardrails::attribute(),
        attributes::redact_rules(),
        attributes::tags(
            "Tags of the group, beside the provider's `default_tags`; at most 50 together. Others \
             that it has are removed. One whose value is null is left out, and a default tag of its \
             key counts.",
        ),
        attributes::tags_all(),
        Attribute::computed(
            "rules",
            Type::map(Type::String),
            "What EC2 will hold, known when planning: one entry a rule. The key says the rule, \
             such as `ingress tcp/443 from 10.0.0.0/8`; the value is its description. It also shows \
             what the configuration marks as sensitive, since no host tells a provider: see \
             `redact_rules`.",
        ),
        Attribute::computed("name", Type::String, "The group's name, `\"default\"`."),
        Attribute::computed("description", Type::String, "The group's description, AWS's own."),
        Attribute::computed("id", Type::String, "The group's id, `sg-…`."),
        Attribute::computed("arn", Type::String, "The group's Amazon resource name."),
        Attribute::computed("owner_id", Type::String, "The account that owns the group."),
    ]
}
