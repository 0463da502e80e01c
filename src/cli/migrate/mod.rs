//! `curated migrate`: moves a configuration of the AWS provider over, by edits of its files.

mod diff;
mod files;
mod held;
mod next;
mod owned;
mod tag_rules;

use std::path::PathBuf;

use clap::Args;

use super::called::Called;
use super::connection::ConnectionArguments;
use super::exit::Exit;
use super::output;
use super::waiting::waited_for;
use crate::migration::{self, Kind, Migration, Options};

/// Arguments of `curated migrate`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  curated migrate                      Show what would change in this directory
  curated migrate --write              Change it
  curated migrate infra --check        Fail while anything in infra is left
  curated migrate --write --tag-rules  Change it, and tag the rules in EC2

After --write, run \"terraform init\" and \"terraform plan\": they say that resources have moved, and nothing \
to add, change or destroy.")]
pub(super) struct Arguments {
    /// Directory with the configuration. All modules in it are migrated together.
    #[arg(default_value = ".", value_name = "DIR")]
    directory: PathBuf,
    /// Write the files. Without it, the difference is shown.
    #[arg(long)]
    write: bool,
    /// End with 1 if anything is left to do.
    #[arg(long)]
    check: bool,
    /// Make the rules of one module and group one curated_security_group_rules.
    #[arg(long)]
    bundle: bool,
    /// Put a tag on each rule that a resource of the state owns, so that groups with rules of their own
    /// leave it alone. Only with --write is anything changed in EC2. The options about accounts and
    /// regions are for this one alone: nothing else calls AWS.
    #[arg(long)]
    tag_rules: bool,
    /// State file, or what terraform show -json prints; may be repeated. It tells which rules groups have
    /// without declaring them, and for --tag-rules which ones resources own. Default: terraform.tfstate
    /// where the configuration is, if there is one.
    #[arg(long = "state", value_name = "FILE")]
    states: Vec<PathBuf>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// Migrates the directory, or prints the changes.
pub(super) fn run(arguments: &Arguments, called: &Called) -> Exit {
    let read = match files::read(&arguments.directory) {
        Ok(read) => read,
        Err(error) => {
            output::error_line(&error);
            return Exit::Unread;
        }
    };
    for error in &read.errors {
        output::error_line(error);
    }
    let options = Options {
        tags_rules: arguments.tag_rules,
        bundles: arguments.bundle,
    };
    let paths = read.sources.iter().map(|source| source.path.as_str());
    let folders = paths.map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder));
    let folders = folders.filter(|folder| !folder.starts_with("..")).collect();
    let states = match held::read(&arguments.directory, &folders, &arguments.states) {
        Ok(states) => states,
        Err(failure) => return output::failure(&failure),
    };
    let is_without_state = states.is_none();
    let migration = migration::migrate(&read.sources, options, &states.unwrap_or_default());
    // Tags come before files: some of the migrated groups rely on them.
    if arguments.tag_rules {
        let (states, connection) = (&arguments.states, &arguments.connection);
        let tagging = tag_rules::run(&arguments.directory, states, connection, arguments.write);
        let tagged = waited_for(tagging);
        if tagged != Exit::Done {
            return tagged;
        }
    }
    let (text, written) = if arguments.write {
        files::write(&arguments.directory, &migration)
    } else {
        (diff::all(&migration), Ok(()))
    };
    let said = format!(
        "{text}{}{}",
        notes(&migration),
        next::steps(
            &migration,
            arguments.write,
            &arguments.directory,
            is_without_state,
            called
        )
    );
    let printed = output::print(&said);
    if let Err(failure) = written {
        return output::failure(&failure);
    }
    let pending = !arguments.write && !migration.changes.is_empty();
    if printed != Exit::Done {
        printed
    } else if !read.errors.is_empty() {
        Exit::Unread
    } else if arguments.check && (pending || migration.leaves_something()) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// The notes, with those about remaining work first.
fn notes(migration: &Migration) -> String {
    let mut text = String::new();
    let headings = [
        (Kind::Left, "Left with the AWS provider:"),
        (Kind::Hint, "Look at:"),
    ];
    for (kind, heading) in headings {
        let notes = migration.notes.iter().filter(|note| note.kind == kind);
        let lines: String = notes.map(|note| format!("  {note}\n")).collect();
        if !lines.is_empty() {
            text.push_str(&format!("\n{heading}\n{lines}"));
        }
    }
    text
}
