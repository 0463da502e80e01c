//! Names the commands to run after a migration.

use std::path::Path;

use crate::cli::called::{Called, quoted};
use crate::migration::Migration;

/// The guide for users of configuration scanners.
const SCANS: &str =
    "https://registry.terraform.io/providers/curated/curated/latest/docs/guides/keep-your-scans";

/// The commands to run next.
pub(super) fn steps(
    migration: &Migration,
    written: bool,
    directory: &Path,
    is_without_state: bool,
    called: &Called,
) -> String {
    if migration.changes.is_empty() {
        let text = if migration.leaves_something() {
            "Nothing else is to be migrated here. Do what the notes say, and run this again."
        } else {
            "Nothing is to be migrated here."
        };
        return format!("\n{text}\n");
    }
    let mut text = String::from("\n");
    let (resources, files) = (migration.renamed, migration.changes.len());
    let plural = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    let (resources, files) = (plural(resources, "resource"), plural(files, "file"));
    if written {
        text.push_str(&format!("Renamed {resources}, in {files}.\n"));
    } else {
        text.push_str(&format!(
            "Renames {resources}, in {files}. Nothing is written yet.\n"
        ));
    }
    text.push_str("\nNext:\n");
    if !written {
        let line = called.line("migrate", |id| id != "check", &["--write"]);
        text.push_str(&format!("  {line}\n"));
    }
    let places = match migration.roots.as_slice() {
        [] => "of each configuration that calls these modules",
        [root] if root.is_empty() => "",
        _ => "of each configuration",
    };
    if !places.is_empty() {
        text.push_str(&format!("In the directory {places}"));
        if !migration.roots.is_empty() {
            let here = |root: &String| match root.as_str() {
                "" => ".".to_owned(),
                root => root.to_owned(),
            };
            let roots: Vec<String> = migration.roots.iter().map(here).collect();
            text.push_str(&format!(" ({})", roots.join(", ")));
        }
        text.push_str(", and in each of its workspaces:\n");
    }
    // Where several directories are named above, whoever reads this changes into each of them.
    let there = match directory.to_string_lossy() {
        directory if places.is_empty() && directory != "." => {
            format!(" -chdir={}", quoted(&directory))
        }
        _ => String::new(),
    };
    for (command, what) in [
        ("init ", "installs the provider curated/curated"),
        (
            "plan ",
            "says what has moved, and 0 to add, 0 to change, 0 to destroy",
        ),
        ("apply", "records it; nothing changes in EC2"),
    ] {
        text.push_str(&format!("  terraform{there} {command}    # {what}\n"));
    }
    if places.is_empty() {
        text.push_str("Do so in each workspace, if there are several.\n");
    }
    if is_without_state && migration.half_declared > 0 {
        let (groups, have) = match migration.half_declared {
            1 => ("1 group".to_owned(), "has"),
            count => (format!("{count} groups"), "have"),
        };
        text.push_str(&format!(
            "\n{groups} declared rules of one direction only, and {have} no others here. Where EC2 holds \
             others all the\nsame, the plan shows them with a \"-\". To have them left alone as before, \
             run \"terraform show -json >\nstate.json\" before this command, and add --state \
             state.json.\n"
        ));
    }
    text.push_str(&format!(
        "\nIt takes Terraform 1.8 or later, or OpenTofu 1.10 or later. The \"moved\" blocks can be \
         removed once every state has been applied.\nScanners such as Checkov and Trivy don't know \
         the new types: read \"Keep your scans\",\n{SCANS}\n"
    ));
    text
}
