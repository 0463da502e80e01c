//! Writes the `moved` blocks of renamed resources.

use std::collections::BTreeSet;

use super::module::Module;
use super::project::Project;

/// The addresses, old and new, for which a module has no `moved` block yet, in the order of the
/// resources. `folded` are the declarations that become part of another resource.
pub(super) fn missing(
    project: &Project<'_>,
    module: &Module<'_>,
    folded: &BTreeSet<usize>,
) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for (index, declaration) in module.declarations.iter().enumerate() {
        if !project.renames(module, declaration) || folded.contains(&index) {
            continue;
        }
        let addresses = (
            format!("{}.{}", declaration.renaming.from, declaration.name),
            format!("{}.{}", declaration.renaming.to, declaration.name),
        );
        // An override file may declare the resource again.
        if seen.insert(addresses.clone()) && !module.moved.contains(&addresses) {
            missing.push(addresses);
        }
    }
    missing
}

/// A `moved` block.
pub(super) fn block((from, to): &(String, String)) -> String {
    format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n")
}
