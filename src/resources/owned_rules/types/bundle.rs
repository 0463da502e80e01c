//! `curated_security_group_rules`: any number of rules of one group.

use crate::resources::common::desired_rules::RuleContext;
use crate::resources::common::{presets, reconcile, rule_blocks, short_form};
use crate::resources::owned_rules::held::Held;
use crate::resources::owned_rules::rule_type::RuleType;
use crate::resources::owned_rules::schema;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::{Type, Value};

/// The type.
pub(in crate::resources::owned_rules) struct Bundle;

impl RuleType for Bundle {
    fn name(&self) -> &'static str {
        "curated_security_group_rules"
    }

    fn block(&self) -> Block {
        let mut attributes = vec![schema::group_id()];
        attributes.extend(short_form::attributes());
        attributes.push(
            Attribute::optional(
                "presets",
                Type::set(Type::String),
                "Groups of the catalog whose rules are added. A rule that two of them share is added \
                 once.",
            )
            .must_be("names, none of them null", presets::elements_are_given),
        );
        attributes.extend(schema::common());
        attributes.extend(schema::tags());
        attributes.push(Attribute::computed(
            "id",
            Type::String,
            "`sgrules-…`, generated when the resource is created. The tag `\"curated:owner\"` has this \
             value.",
        ));
        let block = |name, text| NestedBlock::new(name, Nesting::Set, rule_blocks::schema(text));
        Block {
            description: "Rules for a security group that is defined elsewhere, in the same \
                          configuration or in another. The resource owns exactly these rules, and \
                          ignores other rules of the group. Use it for groups that reference each other \
                          in a cycle, and for rules that several teams add to a shared group.",
            attributes,
            blocks: vec![
                block("ingress", "What may come in."),
                block("egress", "What may go out."),
                schema::timeouts(),
            ],
        }
    }

    fn as_blocks(&self, value: &Value) -> Value {
        value.clone()
    }

    fn rule_attributes(&self) -> &'static [&'static str] {
        &[
            "ingress",
            "egress",
            "ingress_rules",
            "egress_rules",
            "presets",
        ]
    }

    fn name_of(&self, attribute: &str) -> Option<&'static str> {
        let mut names = self.rule_attributes().iter();
        names.find(|name| **name == attribute).copied()
    }

    fn validate(&self, _config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    fn has_tags(&self) -> bool {
        true
    }

    fn id_prefix(&self) -> Option<&'static str> {
        Some("sgrules-")
    }

    fn is_its_own_owner(&self) -> bool {
        true
    }

    fn may_be_empty(&self) -> bool {
        true
    }

    fn plan_update(&self, planned: Value, _prior: &Value, _same: bool) -> Value {
        planned
    }

    fn show(&self, state: Value, held: &Held, context: RuleContext<'_>) -> Value {
        let rule_block = rule_blocks::schema("");
        // The shared code reads the group's id and account from the state of a group.
        let group = state
            .clone()
            .with("id", context.id)
            .with("owner_id", context.account);
        let shown = reconcile::blocks(group, &rule_block, &held.rule_set(), context.catalog);
        let names = self.rule_attributes().iter();
        names.fold(state, |state, name| {
            state.with(*name, shown.get(name).clone())
        })
    }
}
