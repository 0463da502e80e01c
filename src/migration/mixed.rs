//! Groups that have both kinds of rules: in blocks of their own, and in resources. Here such a group
//! has its rules for itself, and would revoke the others, which the AWS provider didn't.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Block;

use super::document::span;
use super::groups_of::{self, Group};
use super::module::{Declaration, Module};
use super::project::Project;
use super::types;

const DIRECTIONS: [&str; 2] = ["ingress", "egress"];

/// The groups with both kinds, and the rule resources of each.
#[derive(Debug, Default)]
pub(super) struct Mixed<'a> {
    /// Addresses of the rule resources with their places, by group.
    rules: BTreeMap<Group<'a>, BTreeSet<String>>,
    /// The group of a rule resource, by folder, type and name.
    group: BTreeMap<(&'a str, &'static str, &'a str), Group<'a>>,
}

/// Finds the groups that have both kinds of rules.
pub(super) fn find<'a>(project: &Project<'a>) -> Mixed<'a> {
    // An override may add to what another file says.
    let mut inside: BTreeMap<Group<'_>, Inside> = BTreeMap::new();
    for module in project.modules.values() {
        for group in declarations(module, true) {
            let key = (module.folder, group.name.to_owned());
            inside.entry(key).or_default().add(group.block);
        }
    }
    inside.retain(|_, inside| inside.has_rules);
    let mut mixed = Mixed::default();
    if inside.is_empty() {
        return mixed;
    }
    for module in project.modules.values() {
        for rule in declarations(module, false) {
            for group in groups_of::groups_of(project, module, rule.block) {
                let is_watched = |inside: &Inside| inside.watches(direction(rule));
                if !inside.get(&group).is_some_and(is_watched) {
                    continue;
                }
                let document = &project.documents[rule.document];
                let place = format!(
                    "{}.{} ({}:{})",
                    rule.renaming.from,
                    rule.name,
                    document.path,
                    document.line(span(&rule.block.ident).start)
                );
                mixed.rules.entry(group.clone()).or_default().insert(place);
                let key = (module.folder, rule.renaming.from, rule.name);
                mixed.group.insert(key, group);
            }
        }
    }
    mixed
}

impl Mixed<'_> {
    /// Why a resource stays, if it is a group with both kinds of rules or a rule of one: the byte to
    /// point at, and what to do.
    pub(super) fn reason(
        &self,
        project: &Project<'_>,
        module: &Module<'_>,
        declaration: &Declaration<'_>,
    ) -> Option<(usize, String)> {
        let at = declaration.word.start;
        let key = (module.folder, declaration.name.to_owned());
        if declaration.renaming.from == types::GROUP {
            let rules = self.rules.get(&key)?;
            let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
            return Some((
                at,
                format!(
                    "it has rules in blocks of its own, and rules in resources: {}. Here it would \
                     revoke the latter. Write all of them as blocks of the group, or all as \
                     resources, and run this command again; or have the rules tagged as what they \
                     are, resources of their own, which groups leave alone: add --tag-rules.",
                    rules.join(", ")
                ),
            ));
        }
        let key = (module.folder, declaration.renaming.from, declaration.name);
        let (folder, name) = self.group.get(&key)?;
        let group = project.modules.get(folder)?;
        let group = declarations(group, true).find(|group| group.name == *name)?;
        let document = &project.documents[group.document];
        Some((
            at,
            format!(
                "its group aws_security_group.{name} ({}:{}) has rules in blocks of its own too, and \
                 stays.",
                document.path,
                document.line(group.word.start)
            ),
        ))
    }
}

/// The groups of a module, or its rule resources.
fn declarations<'m, 'a>(
    module: &'m Module<'a>,
    groups: bool,
) -> impl Iterator<Item = &'m Declaration<'a>> {
    let all = module.declarations.iter();
    all.filter(move |declaration| (declaration.renaming.from == types::GROUP) == groups)
}

/// What a group's own block says of rules.
#[derive(Debug, Default)]
struct Inside {
    has_rules: bool,
    /// Directions whose changes Terraform is told to ignore: the group then declares what it has.
    ignored: BTreeSet<&'static str>,
}

impl Inside {
    fn add(&mut self, group: &Block) {
        self.has_rules |= has_rules(group);
        for lifecycle in group.body.get_blocks("lifecycle") {
            if let Some(ignored) = lifecycle.body.get_attribute("ignore_changes") {
                let is_ignored = |direction: &&str| ignores(&ignored.value, direction);
                self.ignored
                    .extend(DIRECTIONS.into_iter().filter(is_ignored));
            }
        }
    }

    /// Whether the group would revoke rules of a direction, or of one that isn't known.
    fn watches(&self, direction: Option<&str>) -> bool {
        match direction {
            Some(direction) => !self.ignored.contains(direction),
            None => self.ignored.len() < DIRECTIONS.len(),
        }
    }
}

/// Whether a group's block declares rules, be it by blocks that are made for each element of a list.
pub(super) fn has_rules(group: &Block) -> bool {
    group.body.blocks().any(|block| {
        let label = block.labels.first().map(|label| label.as_str());
        let kind = match block.ident.as_str() {
            "dynamic" => label.unwrap_or_default(),
            ident => ident,
        };
        DIRECTIONS.contains(&kind)
    })
}

/// Whether `ignore_changes` is `all`, or names an attribute.
fn ignores(value: &Expression, attribute: &str) -> bool {
    match value {
        Expression::Variable(name) => name.as_str() == "all",
        Expression::Array(list) => list.iter().any(|element| match element {
            Expression::Variable(name) => name.as_str() == attribute,
            Expression::String(name) => name.as_str() == attribute,
            Expression::Traversal(traversal) => {
                let is_it = match &traversal.expr {
                    Expression::Variable(name) => name.as_str() == attribute,
                    _ => false,
                };
                // `ingress[0]` is a part of it.
                let is_part = |operator: &TraversalOperator| {
                    matches!(
                        operator,
                        TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_)
                    )
                };
                is_it && !traversal.operators.iter().any(|operator| is_part(operator))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// The direction of a rule resource, where its type or a text says it.
pub(super) fn direction<'a>(rule: &Declaration<'a>) -> Option<&'a str> {
    match rule.renaming.from {
        "aws_vpc_security_group_ingress_rule" => Some("ingress"),
        "aws_vpc_security_group_egress_rule" => Some("egress"),
        _ => rule.block.body.get_attribute("type")?.value.as_str(),
    }
}
