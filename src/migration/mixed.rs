//! Finds groups with rules both in their own blocks and in resources. A group of this provider that
//! has blocks is exclusive and would revoke the other rules, which the AWS provider doesn't. A
//! default group is exclusive even without blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::document::span;
use super::groups_of::{self, Group};
use super::inside::{self, DIRECTIONS};
use super::module::{Declaration, Module};
use super::project::Project;
use super::types::Kind;

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
    // Override files may add blocks to a group.
    let mut inside: BTreeMap<Group<'_>, Inside> = BTreeMap::new();
    for module in project.modules.values() {
        for group in declarations(module, true) {
            inside
                .entry(Group::of(module, group))
                .or_default()
                .add(group);
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
    /// Whether a group has both kinds of rules.
    pub(super) fn has(&self, module: &Module<'_>, ty: &str, name: &str) -> bool {
        let mut groups = self.rules.keys();
        groups
            .any(|group| (group.folder, group.ty, group.name.as_str()) == (module.folder, ty, name))
    }

    /// Why a group with both kinds of rules, or a rule of one, isn't renamed: the byte to point at,
    /// and what to do.
    pub(super) fn reason(
        &self,
        project: &Project<'_>,
        module: &Module<'_>,
        declaration: &Declaration<'_>,
    ) -> Option<(usize, String)> {
        let at = declaration.word.start;
        if declaration.renaming.kind != Kind::Rule {
            let rules = self.rules.get(&Group::of(module, declaration))?;
            let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
            let own = match declaration.renaming.kind {
                Kind::DefaultGroup => {
                    "a default group has just the rules in blocks of its own here"
                }
                Kind::Group | Kind::Rule => "it has rules in blocks of its own",
            };
            return Some((
                at,
                format!(
                    "{own}, and it has rules in resources: {}. Here it would \
                     revoke the latter. Write all of them as blocks of the group, or all as \
                     resources, and run this command again; or have the rules tagged as what they \
                     are, resources of their own, which groups leave alone: add --tag-rules.",
                    rules.join(", ")
                ),
            ));
        }
        let key = (module.folder, declaration.renaming.from, declaration.name);
        let group = self.group.get(&key)?;
        let holder = project.modules.get(group.folder)?;
        let group = declarations(holder, true).find(|other| Group::of(holder, other) == *group)?;
        let document = &project.documents[group.document];
        Some((
            at,
            format!(
                "its group {}.{} ({}:{}) has its rules in blocks of its own, and stays.",
                group.renaming.from,
                group.name,
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
    all.filter(move |declaration| (declaration.renaming.kind != Kind::Rule) == groups)
}

/// The rules in a group's own block.
#[derive(Debug, Default)]
struct Inside {
    has_rules: bool,
    /// Directions that `ignore_changes` covers: the group doesn't revoke their rules.
    ignored: BTreeSet<&'static str>,
}

impl Inside {
    fn add(&mut self, group: &Declaration<'_>) {
        let is_default = group.renaming.kind == Kind::DefaultGroup;
        self.has_rules |=
            is_default || inside::has_rules(group.block) || inside::declare_rules(group.block);
        let is_ignored = |direction: &&str| inside::ignores_rules_of(group.block, direction);
        self.ignored
            .extend(DIRECTIONS.into_iter().filter(is_ignored));
    }

    /// Whether the group would revoke other rules of a direction, which may be unknown.
    fn watches(&self, direction: Option<&str>) -> bool {
        match direction {
            Some(direction) => !self.ignored.contains(direction),
            None => self.ignored.len() < DIRECTIONS.len(),
        }
    }
}

/// The direction of a rule resource, by its type or its argument; `None` if that is an expression.
pub(super) fn direction<'a>(rule: &Declaration<'a>) -> Option<&'a str> {
    match rule.renaming.from {
        "aws_vpc_security_group_ingress_rule" => Some("ingress"),
        "aws_vpc_security_group_egress_rule" => Some("egress"),
        _ => rule.block.body.get_attribute("type")?.value.as_str(),
    }
}
