//! Keeps rules of a direction for which a group declares nothing. The AWS provider ignores such a
//! direction, but a group of this provider that declares any rules is exclusive in both. If a state
//! has such rules, the direction is added to `ignore_changes`.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use super::document::{Document, span};
use super::edit::Edits;
use super::inside::{self, DIRECTIONS};
use super::mixed;
use super::module::{Declaration, Module};
use super::note::{Kind, Note};
use super::project::Project;
use super::types;

/// A group in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInState {
    /// The folder of the root module that has the state, if it is known.
    pub root: Option<String>,
    /// The address, as in `module.a["x"].aws_security_group.b[0]`.
    pub address: String,
    /// Whether it has rules of ingress, and of egress.
    pub has_rules: [bool; 2],
}

/// Directions of undeclared rules of groups, by folder, type and name.
#[derive(Debug, Default)]
pub(super) struct Undeclared(BTreeMap<(String, String, String), BTreeSet<&'static str>>);

/// Finds the undeclared rules in states.
pub(super) fn find(project: &Project<'_>, states: &[GroupInState]) -> Undeclared {
    let mut found = Undeclared::default();
    // Rules of resources are declared by these.
    let mixed = mixed::find(project);
    for group in states {
        let Some((modules, ty, name)) = parts(&group.address) else {
            continue;
        };
        // A state doesn't say to which root module it belongs: the directory's own, or any below.
        let roots = match &group.root {
            Some(folder) => vec![folder.as_str()],
            None if project.modules.contains_key("") => vec![""],
            None => project.uncalled(),
        };
        for root in roots {
            let mut module = project.modules.get(root);
            for called in &modules {
                module = module.and_then(|module| {
                    let mut calls = module.calls.iter();
                    let call = calls.find(|call| call.name == called)?;
                    project.callee(module, call)
                });
            }
            let Some(module) = module else {
                continue;
            };
            let declared = Declared::of(module, &ty, &name);
            if mixed.has(module, &ty, &name) {
                continue;
            }
            for (direction, has_rules) in DIRECTIONS.into_iter().zip(group.has_rules) {
                if has_rules && declared.would_revoke(direction) {
                    let key = (module.folder.to_owned(), ty.clone(), name.clone());
                    found.0.entry(key).or_default().insert(direction);
                }
            }
        }
    }
    found
}

/// The number of renamed groups that declare rules of one direction only.
pub(super) fn half_declared(project: &Project<'_>) -> usize {
    let is_half = |(folder, ty, name): &&(&str, &'static str, &str)| {
        let module = project.modules.get(folder);
        module.is_some_and(|module| {
            let declared = Declared::of(module, ty, name);
            DIRECTIONS
                .iter()
                .any(|direction| declared.would_revoke(direction))
        })
    };
    project.renamed.iter().filter(is_half).count()
}

/// The rules and settings of a group, from its block and its overrides.
#[derive(Debug, Default)]
struct Declared {
    is_exclusive: bool,
    declared: BTreeSet<&'static str>,
    ignored: BTreeSet<&'static str>,
}

impl Declared {
    fn of(module: &Module<'_>, ty: &str, name: &str) -> Self {
        let mut declared = Self::default();
        let mut blocks = module.declarations.iter();
        while let Some(group) = blocks.find(|group| {
            let is_group = group.renaming.kind != types::Kind::Rule;
            is_group && group.renaming.from == ty && group.name == name
        }) {
            declared.is_exclusive |= group.renaming.kind == types::Kind::DefaultGroup
                || inside::has_rules(group.block)
                || inside::declare_rules(group.block);
            let of = |is: fn(&Block, &str) -> bool| {
                let directions = DIRECTIONS.into_iter();
                directions.filter(move |direction| is(group.block, direction))
            };
            declared.declared.extend(of(inside::has_rules_of));
            declared.declared.extend(of(inside::has_list_of));
            declared.ignored.extend(of(inside::ignores_rules_of));
        }
        declared
    }

    /// Whether this provider would revoke rules of a direction that the AWS provider ignored.
    fn would_revoke(&self, direction: &str) -> bool {
        self.is_exclusive && !self.declared.contains(direction) && !self.ignored.contains(direction)
    }
}

/// Adds the directions of undeclared rules to a group's `ignore_changes`.
pub(super) fn ignore(
    project: &Project<'_>,
    module: &Module<'_>,
    declaration: &Declaration<'_>,
    undeclared: &Undeclared,
    edits: &mut Edits,
    notes: &mut Vec<Note>,
) {
    let document = &project.documents[declaration.document];
    let key = (
        module.folder.to_owned(),
        declaration.renaming.from.to_owned(),
        declaration.name.to_owned(),
    );
    let Some(directions) = undeclared.0.get(&key).filter(|_| !document.is_override()) else {
        return;
    };
    let directions: Vec<&str> = directions.iter().copied().collect();
    let names = directions.join(", ");
    let is_written = write(document, declaration, &names, edits);
    let done = if is_written {
        "They are in \"ignore_changes\" now, and stay as they are. To manage them, declare them and \
         remove that."
    } else {
        "Write the resource on several lines, with \"ignore_changes\" in \"lifecycle\", or declare \
         them: the plan would revoke them."
    };
    notes.push(Note {
        kind: Kind::Hint,
        path: document.path.clone(),
        line: document.line(declaration.word.start),
        text: format!(
            "{}.{} has rules of {} in its state, and declares none. {done}",
            declaration.renaming.to,
            declaration.name,
            directions.join(" and ")
        ),
    });
}

/// Adds names to a resource's `ignore_changes`. Returns `false` if the block is on one line.
fn write(
    document: &Document,
    declaration: &Declaration<'_>,
    names: &str,
    edits: &mut Edits,
) -> bool {
    let (text, newline, index) = (&document.text, document.newline(), declaration.document);
    let block = declaration.block;
    let close = span(block).end - 1;
    let line = text[..close].rfind('\n').map_or(0, |at| at + 1);
    let outer = &text[line..close];
    if !outer.trim().is_empty() || line == 0 {
        return false;
    }
    let Some(lifecycle) = block.body.get_blocks("lifecycle").next() else {
        let new = format!(
            "\n{outer}  lifecycle {{\n{outer}    ignore_changes = [{names}]\n{outer}  }}\n"
        );
        edits.insert(index, line, new.replace('\n', newline));
        return true;
    };
    if let Some(ignored) = lifecycle.body.get_attribute("ignore_changes") {
        let open = span(&ignored.value).start + 1;
        if let Expression::Array(list) = &ignored.value {
            let rest = &text[open..];
            let comma = if list.is_empty() {
                ""
            } else if rest.starts_with(['\r', '\n', ' ']) {
                ","
            } else {
                ", "
            };
            edits.insert(index, open, format!("{names}{comma}"));
        }
        return true;
    }
    let whole = span(lifecycle);
    let open = whole.start + text[whole.clone()].find('{').unwrap_or_default() + 1;
    let line = text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[line..whole.start];
    edits.insert(
        index,
        open,
        format!("{newline}{indent}  ignore_changes = [{names}]"),
    );
    if !text[whole.clone()].contains('\n') {
        // The argument of a block on one line moves to a line of its own.
        let inside = &text[open..whole.end - 1];
        let rest = inside.trim();
        let own = if rest.is_empty() {
            String::new()
        } else {
            format!("{newline}{indent}  {rest}")
        };
        edits.replace(
            index,
            open..whole.end - 1,
            format!("{own}{newline}{indent}"),
        );
    }
    true
}

/// The names of the module calls of an address without keys, and the type and name of its resource.
fn parts(address: &str) -> Option<(Vec<String>, String, String)> {
    let mut plain = String::new();
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    for letter in address.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth = depth.saturating_sub(1),
            letter if depth == 0 && !is_quoted => plain.push(letter),
            _ => {}
        }
    }
    let mut names = plain.split('.').map(str::to_owned);
    let mut modules = Vec::new();
    loop {
        let word = names.next()?;
        if word == "module" {
            modules.push(names.next()?);
        } else {
            return Some((modules, word, names.next()?));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_whatever_its_keys_are() {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        for (address, modules, name) in [
            ("aws_security_group.a", &[][..], "a"),
            ("aws_security_group.a[0]", &[][..], "a"),
            (
                "module.x[\"a.b\\\"]\"].module.y[1].aws_security_group.b[\"c.d\"]",
                &["x", "y"][..],
                "b",
            ),
        ] {
            let (found, ty, named) = parts(address).expect("an address");
            assert_eq!(
                (found, ty.as_str(), named.as_str()),
                (owned(modules), "aws_security_group", name)
            );
        }
        assert_eq!(parts("module.x"), None);
    }
}
