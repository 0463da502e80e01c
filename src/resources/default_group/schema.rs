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
            description: "The default security group of a VPC, with exactly the rules that you declare: \
                          by default none. The existing group is adopted, and its other rules are \
                          revoked. It is never created, renamed or deleted. Rules that belong to other \
                          resources, by their tag `\"curated:owner\"`, stay.",
            attributes: attributes(),
            blocks: vec![
                rules(
                    "ingress",
                    "Inbound rules, in addition to those of `ingress_rules`.",
                ),
                rules(
                    "egress",
                    "Outbound rules, in addition to those of `egress_rules`.",
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
             VPC, that VPC's group is adopted, and this one stays as it is.",
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
            "Whether the group gets AWS's default rules again when this resource is destroyed: all \
             traffic from itself, and all outbound traffic. With `false`, destroying the resource \
             removes it from the state, and the group stays as it is. Apply a change of this argument \
             before you destroy the resource. Default: `false`.",
        )
        .default(false),
        Attribute::optional_computed(
            "revoke_rules_on_delete",
            Type::Bool,
            "Has no effect, because the group is never deleted. It is accepted so that you can reuse \
             configurations of `aws_default_security_group`. Default: `false`.",
        )
        .default(false),
        guardrails::attribute(),
        attributes::redact_rules(),
        attributes::tags(
            "Tags of the group, in addition to the provider's `default_tags`; at most 50 together. \
             Other tags of the group are removed. A tag whose value is null is left out, and a default \
             tag with its key applies.",
        ),
        attributes::tags_all(),
        Attribute::computed(
            "rules",
            Type::map(Type::String),
            "The rules that EC2 will hold, known during the plan, with an entry for each rule. The key \
             is the rule, such as `ingress tcp/443 from 10.0.0.0/8`; the value is its description. It \
             also shows values that the configuration marks as sensitive, because Terraform doesn't \
             tell providers which values are: see `redact_rules`.",
        ),
        Attribute::computed("name", Type::String, "The group's name, `\"default\"`."),
        Attribute::computed("description", Type::String, "The group's description, AWS's own."),
        Attribute::computed("id", Type::String, "The group's id, `sg-…`."),
        Attribute::computed("arn", Type::String, "The group's Amazon resource name."),
        Attribute::computed("owner_id", Type::String, "The account that owns the group."),
    ]
}
