//! Reads from states whether the groups of a configuration have rules, by direction. A state is
//! optional, since most configurations declare all rules of their groups.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::failure::Failure;
use crate::cli::inputs::state;
use crate::migration::GroupInState;

const TYPES: [&str; 2] = ["aws_security_group", "aws_default_security_group"];
/// The state file of the default workspace, and the folder with those of the others.
const STATE: &str = "terraform.tfstate";
const WORKSPACES: &str = "terraform.tfstate.d";

/// The groups of the given states, or else of those in the folders of the configuration, which are
/// relative to the directory; `None` if there is no state.
///
/// # Errors
/// A given state can't be read.
pub(super) fn read(
    directory: &Path,
    folders: &BTreeSet<&str>,
    states: &[PathBuf],
) -> Result<Option<Vec<GroupInState>>, Failure> {
    let is_named = !states.is_empty();
    let mut files: Vec<(Option<&str>, PathBuf)> = Vec::new();
    for file in states {
        files.push((None, file.clone()));
    }
    if !is_named {
        for folder in folders {
            let found = of_folder(&directory.join(folder)).into_iter();
            files.extend(found.map(|file| (Some(*folder), file)));
        }
    }
    let mut groups = None;
    for (folder, file) in &files {
        let mut found = Vec::new();
        let read = state::each(file, &TYPES, &mut |_, address, attributes| {
            let has = |name: &str| {
                let rules = attributes.get(name).and_then(Value::as_array);
                rules.is_some_and(|rules| !rules.is_empty())
            };
            found.push(GroupInState {
                root: folder.map(str::to_owned),
                address,
                has_rules: ["ingress", "egress"].map(has),
            });
        });
        match read {
            Ok(()) => groups.get_or_insert_with(Vec::new).append(&mut found),
            Err(failure) if is_named => return Err(failure),
            // No option named this state, so an unreadable one is ignored.
            Err(_) => {}
        }
    }
    Ok(groups)
}

/// The states of a folder, those of its workspaces too.
fn of_folder(folder: &Path) -> Vec<PathBuf> {
    let of_workspaces = fs::read_dir(folder.join(WORKSPACES));
    let of_workspaces = of_workspaces.into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = of_workspaces
        .map(|entry| entry.path().join(STATE))
        .collect();
    files.push(folder.join(STATE));
    files.retain(|file| file.is_file());
    files.sort();
    files
}
