//! Finds the groups that a rule resource may belong to: follows its `security_group_id` through
//! locals, variables, outputs and `for_each`. Follows names and not values, so it may find too many
//! groups, but not too few.

use std::collections::BTreeSet;

use hcl_edit::expr::{Expression, Traversal};
use hcl_edit::structure::Block;
use hcl_edit::visit::{Visit, visit_traversal};

use super::module::{Declaration, Module};
use super::project::Project;
use super::references;
use super::types::{self, Kind};

/// A group's resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group<'a> {
    /// The folder of its module.
    pub(super) folder: &'a str,
    /// Its type in the AWS provider.
    pub(super) ty: &'static str,
    pub(super) name: String,
}

impl<'a> Group<'a> {
    /// The group that a module declares.
    pub(super) fn of(module: &Module<'a>, declaration: &Declaration<'a>) -> Self {
        Self {
            folder: module.folder,
            ty: declaration.renaming.from,
            name: declaration.name.to_owned(),
        }
    }
}

/// The groups to which a rule resource may belong.
pub(super) fn groups_of<'a>(
    project: &Project<'a>,
    module: &Module<'a>,
    rule: &Block,
) -> BTreeSet<Group<'a>> {
    let mut search = Search {
        project,
        seen: BTreeSet::new(),
        found: BTreeSet::new(),
    };
    if let Some(attribute) = rule.body.get_attribute("security_group_id") {
        search.follow(module, &attribute.value, Some(rule));
    }
    search.found
}

struct Search<'p, 'a> {
    project: &'p Project<'a>,
    /// Names that were followed already, so that cycles end.
    seen: BTreeSet<(&'a str, String)>,
    found: BTreeSet<Group<'a>>,
}

impl<'a> Search<'_, 'a> {
    /// Follows all references in an expression. `block` contains the expression, and gives the
    /// meaning of `each`.
    fn follow(&mut self, module: &Module<'a>, expression: &Expression, block: Option<&Block>) {
        for path in paths(expression) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            match path.as_slice() {
                ["resource", ty, name, ..] | [ty, name, ..] if is_group(ty) => {
                    let declared = module.declarations.iter();
                    let is_it = |d: &&Declaration<'_>| d.renaming.from == *ty && d.name == *name;
                    self.found
                        .extend(declared.filter(is_it).map(|d| Group::of(module, d)));
                }
                [vpc @ .., "default_security_group_id"] => {
                    self.found.extend(default_groups(module, vpc));
                }
                ["each", ..] => {
                    let each = block.and_then(|block| block.body.get_attribute("for_each"));
                    if let Some(each) = each.filter(|_| self.is_new(module, "each")) {
                        self.follow(module, &each.value, None);
                    }
                }
                ["local", name, ..] if self.is_new(module, &format!("local.{name}")) => {
                    if let Some(value) = module.locals.get(name) {
                        self.follow(module, value, None);
                    }
                }
                ["var", name, ..] if self.is_new(module, &format!("var.{name}")) => {
                    self.follow_variable(module, name);
                }
                ["module", call, output, ..]
                    if self.is_new(module, &format!("module.{call}.{output}")) =>
                {
                    let call = module.calls.iter().find(|c| c.name == *call);
                    let callee = call.and_then(|call| self.project.callee(module, call));
                    if let Some(callee) = callee
                        && let Some(value) = callee.outputs.get(output)
                    {
                        self.follow(callee, value, None);
                    }
                }
                _ => {}
            }
        }
    }

    /// Follows the values that callers of a module give to a variable.
    fn follow_variable(&mut self, module: &Module<'a>, name: &str) {
        for caller in self.project.modules.values() {
            for call in &caller.calls {
                let callee = self.project.callee(caller, call);
                let is_call = callee.is_some_and(|callee| callee.folder == module.folder);
                let given = call.block.body.get_attribute(name);
                if let Some(given) = given.filter(|_| is_call) {
                    self.follow(caller, &given.value, Some(call.block));
                }
            }
        }
    }

    fn is_new(&mut self, module: &Module<'a>, name: &str) -> bool {
        self.seen.insert((module.folder, name.to_owned()))
    }
}

fn is_group(ty: &str) -> bool {
    types::from_aws(ty).is_some_and(|renaming| renaming.kind != Kind::Rule)
}

/// The default groups of a module that may belong to the VPC at this path.
fn default_groups<'a>(module: &Module<'a>, vpc: &[&str]) -> Vec<Group<'a>> {
    let may_be_of = |group: &&Declaration<'_>| {
        let Some(named) = group.block.body.get_attribute("vpc_id") else {
            return true;
        };
        let paths = paths(&named.value);
        let [path] = paths.as_slice() else {
            return true;
        };
        // Two VPCs that are resources of this module have different default groups.
        match path.split_last() {
            Some((_, resource)) if is_vpc(resource) && vpc.first() == Some(&"aws_vpc") => {
                resource == vpc
            }
            _ => true,
        }
    };
    let groups = module.declarations.iter();
    groups
        .filter(|group| group.renaming.kind == Kind::DefaultGroup)
        .filter(may_be_of)
        .map(|group| Group::of(module, group))
        .collect()
}

fn is_vpc(resource: &[String]) -> bool {
    resource.first().is_some_and(|ty| ty == "aws_vpc")
}

/// The names along each traversal of an expression, without their indices.
fn paths(expression: &Expression) -> Vec<Vec<String>> {
    let mut paths = Paths(Vec::new());
    paths.visit_expr(expression);
    paths.0
}

struct Paths(Vec<Vec<String>>);

impl Visit for Paths {
    fn visit_traversal(&mut self, traversal: &Traversal) {
        let names = references::names(traversal).into_iter();
        self.0
            .push(names.map(|(name, _)| name.to_owned()).collect());
        visit_traversal(self, traversal);
    }
}
