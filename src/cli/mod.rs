//! The command line of `curated`: reads arguments, runs one command, and ends with one of the codes
//! of `exit`. Knows nothing of Terraform's protocol. Each command is one file, and one line of
//! `Command`.

mod adopt;
mod audit;
mod called;
mod catalog;
mod connection;
mod exit;
mod failure;
mod inputs;
mod migrate;
mod numbers;
mod output;
mod pages;
mod paths;
mod prune;
mod reading;
mod restore;
mod show;
mod waiting;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use self::called::Called;
use self::exit::Exit;
use self::waiting::waited_for;

/// Curated security groups of EC2: looks at what an account has, and moves it into a curated collection.
#[derive(Debug, Parser)]
#[command(
    name = "curated",
    version,
    disable_help_subcommand = true,
    after_help = "Examples:
  curated audit --all-regions       What is wrong, in all regions
  curated adopt --region eu-west-1  Write configuration for groups that exist
  curated migrate infra             Show how to move the configuration in infra"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at the security groups of accounts and regions, and tell what is wrong with them.
    Audit(audit::Arguments),
    /// Write configuration that imports existing groups, without a change in EC2.
    Adopt(adopt::Arguments),
    /// Print the catalog: services and presets that configurations can name.
    Catalog(catalog::Arguments),
    /// Find groups that can be deleted, and delete them by a plan, with a backup.
    Prune(prune::Arguments),
    /// Make groups again from a backup of `curated prune`.
    Restore(restore::Arguments),
    /// Show one security group: its rules, and everything that holds it.
    Show(show::Arguments),
    /// Move a configuration of the AWS provider over, without a change in EC2.
    Migrate(migrate::Arguments),
    /// Print completions for a shell.
    Completions(pages::Completions),
    /// Write the pages of the manual, one for each command.
    Man(pages::Man),
}

/// Runs the command that the arguments name; the first argument is the program's own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut command = Arguments::command();
    let parsed = command.try_get_matches_from_mut(arguments);
    let parsed = parsed.and_then(|matches| {
        let called = Called::of(&command, &matches);
        Ok((Arguments::from_arg_matches(&matches)?, called))
    });
    let (arguments, called) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version aren't errors; everything else is wrong usage.
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            let _ = error.print();
            return exit.into();
        }
    };
    let exit = match arguments.command {
        Command::Audit(arguments) => waited_for(audit::run(&arguments)),
        Command::Adopt(arguments) => waited_for(adopt::run(&arguments)),
        Command::Catalog(arguments) => catalog::run(&arguments),
        Command::Prune(arguments) => waited_for(prune::run(&arguments, &called)),
        Command::Restore(arguments) => waited_for(restore::run(&arguments)),
        Command::Show(arguments) => waited_for(show::run(&arguments)),
        Command::Migrate(arguments) => migrate::run(&arguments, &called),
        Command::Completions(arguments) => pages::completions(&arguments, Arguments::command()),
        Command::Man(arguments) => pages::man(&arguments, Arguments::command()),
    };
    exit.into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_contradict_neither_each_other_nor_their_help() {
        Arguments::command().debug_assert();
    }

    /// Such a line is wrapped where the terminal ends, and its last word stands alone.
    #[test]
    fn a_line_of_help_was_broken_where_no_terminal_breaks_it() {
        let command = Arguments::command();
        let commands = std::iter::once(&command).chain(command.get_subcommands());
        let mut breaks = Vec::new();
        for command in commands {
            let help = command.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let lines: Vec<&str> = help.lines().collect();
            let is_prose =
                |line: &str| !line.is_empty() && !line.starts_with(' ') && !line.ends_with(':');
            for pair in lines.windows(2) {
                if is_prose(pair[0]) && is_prose(pair[1]) {
                    breaks.push(format!("{}: {}", command.get_name(), pair[1]));
                }
            }
            let long = lines
                .iter()
                .filter(|it| it.starts_with(' ') && it.chars().count() > 80);
            breaks.extend(long.map(|line| format!("{}: {line}", command.get_name())));
        }
        assert_eq!(breaks, [""; 0]);
    }
}
