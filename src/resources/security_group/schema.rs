//! The schema of `curated_security_group`. Attributes that `aws_security_group` has too have its names and
//! meanings.

use crate::resources::common::guardrails;
use crate::resources::common::presets::elements_are_given;
use crate::resources::common::{attributes, rule_blocks, short_form, timeouts};
use crate::rules::text;
use crate::session::checked;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting, Schema};
use crate::tf_provider::value::Type;

/// As in `resource "curated_security_group" "web"`.
pub(super) const TYPE_NAME: &str = "curated_security_group";

/// The description of a group for which neither the configuration nor a preset has one.
pub(super) const DEFAULT_DESCRIPTION: &str = "Managed by Terraform";

pub(super) fn schema() -> Schema {
    Schema::new(
        0,
        Block {
            description: "A security group of a curated collection: from a preset, from rules of \
                          your own, or both. Traffic is never interrupted while rules change.",
            attributes: attributes(),
            blocks: vec![
                NestedBlock::new("ingress", Nesting::Set, rule_blocks::schema(INGRESS)),
                NestedBlock::new("egress", Nesting::Set, rule_blocks::schema(EGRESS)),
                NestedBlock::new("timeouts", Nesting::Single, timeouts::block()),
            ],
        },
    )
}

/// The block of a rule in the schema of a group, which is the same for both directions.
pub(super) fn rule(group: &Block) -> &Block {
    &group.nested("ingress").expect("a group has it").block
}

fn attributes() -> Vec<Attribute> {
    let [ingress_rules, egress_rules] = short_form::attributes();
    vec![
        Attribute::optional(
            "preset",
            Type::String,
            "A group of the catalog: `\"exodus\"`, `\"http\"`, `\"https\"`, `\"ssh\"`, `\"openvpn\"`, \
             `\"shiny\"` or `\"flask\"`. It sets name, description and rules; rules of blocks are added \
             to its own. If the name or description comes from it, another preset forces replacement.",
        ),
        Attribute::optional(
            "presets",
            Type::set(Type::String),
            "Several groups of the catalog, whose rules are combined. A rule that two of them share is \
             added once. They set neither name nor description. Conflicts with `preset`.",
        )
        .conflicts_with("preset")
        .must_be("names, none of them null", elements_are_given),
        Attribute::optional_computed(
            "name",
            Type::String,
            "Name, 1 to 255 characters, unique in its VPC regardless of case. Default: generated from \
             `name_prefix`, else the preset's, else generated from `\"terraform-\"`. Another name \
             replaces the group.",
        )
        .replaces()
        .must_be("a name that EC2 takes, which doesn't begin with `\"sg-\"`", |value, path| checked(value, path, text::group_name)),
        Attribute::optional_computed(
            "name_prefix",
            Type::String,
            "Beginning of a name, to which 26 characters are added that make it unique. Conflicts with \
             `name`. Forces replacement, unless the name begins with it. Default: the prefix of the \
             name, if it ends in 26 such characters.",
        )
        .must_be("the begin of a name that EC2 takes, which isn't `\"sg-\"`", |value, path| checked(value, path, text::group_name_prefix)),
        Attribute::optional_computed(
            "description",
            Type::String,
            "Description, 1 to 255 characters. Default: the preset's, else `\"Managed by Terraform\"`. \
             EC2 can't change it: another description replaces the group.",
        )
        .replaces()
        .must_be("a text that EC2 takes", |value, path| checked(value, path, text::group_description)),
        Attribute::optional_computed(
            "vpc_id",
            Type::String,
            "The VPC. Default: the region's default VPC. Another VPC replaces the group.",
        )
        .replaces(),
        Attribute::optional(
            "associated_vpc_ids",
            Type::set(Type::String),
            "Further VPCs of the same account and region to associate the group with, so that you can \
             attach it to interfaces there. None of them can be a default VPC. An apply waits until the \
             group is associated. It disassociates the group from VPCs that you remove, and before it \
             deletes the group. Without the attribute, associations are neither read nor changed.",
        )
        .must_be("ids of VPCs, none of them null", elements_are_given),
        Attribute::optional_computed(
            "region",
            Type::String,
            "The region. Default: the provider's. Another region replaces the group.",
        )
        .replaces(),
        ingress_rules,
        egress_rules,
        Attribute::optional_computed(
            "exclusive",
            Type::Bool,
            "Whether rules that EC2 holds and the configuration doesn't declare are drift, shown in the \
             plan and revoked. With `false`, they stay. Default: `true` for a group that declares any \
             rule. A group that declares none (no block, label or preset) doesn't manage its rules \
             unless this is set: rules that EC2 holds aren't drift, aren't revoked, and are shown in \
             `rules`.",
        )
        .default(true),
        Attribute::optional_computed(
            "revoke_rules_on_delete",
            Type::Bool,
            "When the group is deleted, also revoke the rules of other groups that reference it and \
             prevent its deletion. Default: `false`.",
        )
        .default(false),
        guardrails::attribute(),
        attributes::redact_rules(),
        attributes::tags(
            "Tags of the group, in addition to the provider's `default_tags`; at most 50 together. A \
             tag whose value is null is left out, and a default tag with its key applies.",
        ),
        attributes::tags_all(),
        Attribute::computed(
            "rules",
            Type::map(Type::String),
            "The rules that EC2 will hold, known during the plan, with an entry for each rule. The key \
             is the rule, such as `ingress tcp/443 from 0.0.0.0/0`; the value is its description. It \
             also shows values that the configuration marks as sensitive, because Terraform doesn't \
             tell providers which values are: see `redact_rules`. For a group that doesn't manage its \
             rules, it shows the rules that EC2 held at the last refresh.",
        ),
        Attribute::computed("id", Type::String, "The group's id, `sg-…`."),
        Attribute::computed("arn", Type::String, "The group's Amazon resource name."),
        Attribute::computed("owner_id", Type::String, "The account that owns the group."),
    ]
}

const INGRESS: &str = "Inbound rules, in addition to those of `ingress_rules` and the preset. A group \
                       that declares no rule at all doesn't manage its rules: see `exclusive`.";
const EGRESS: &str = "Outbound rules, in addition to those of `egress_rules` and the preset. A group \
                      that declares no rule at all doesn't manage its rules: see `exclusive`.";
