//! The pages of the commands: each command has one, and the pages quote the help as the program prints
//! it. `UPDATE_COMMANDS=1 cargo test --test suite command::pages` quotes it anew.

use std::fs;
use std::path::PathBuf;

use super::{bare, run};
use crate::documentation::root;

/// The commands whose pages end with all of their help.
const QUOTED: [&str; 7] = [
    "adopt", "audit", "catalog", "migrate", "prune", "restore", "show",
];
/// Commands for whoever installs the program, which print what needs no page.
const FOR_INSTALLERS: [&str; 2] = ["completions", "man"];
/// What the help stands below.
const HEADING: &str = "\n## Options\n\n```text\n";

fn page(command: &str) -> PathBuf {
    root().join(format!("docs/guides/curated-{command}.md"))
}

fn help(words: &[&str]) -> String {
    let ran = run(&mut bare(words));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout
}

#[test]
fn each_command_has_a_page() {
    let help = help(&["--help"]);
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("a list of commands");
    let mut count = 0;
    for line in commands.lines().filter(|line| line.starts_with("  ")) {
        let command = line.split_whitespace().next().expect("a name");
        if FOR_INSTALLERS.contains(&command) {
            continue;
        }
        assert!(
            page(command).exists(),
            "{} is missing",
            page(command).display()
        );
        count += 1;
    }
    assert!(count >= QUOTED.len(), "{help}");
}

#[test]
fn the_pages_quote_the_help_as_it_is() {
    for command in QUOTED {
        let path = page(command);
        let text = fs::read_to_string(&path).expect("a page");
        let (before, _) = text.split_once(HEADING).expect("the options");
        let help = help(&[command, "--help"]);
        assert!(help.contains("Examples:"), "{command}: {help}");
        let wanted = format!("{before}{HEADING}{help}```\n");
        if std::env::var_os("UPDATE_COMMANDS").is_some() {
            fs::write(&path, &wanted).expect("written");
        } else {
            assert!(
                text == wanted,
                "run UPDATE_COMMANDS=1 cargo test for {command}"
            );
        }
    }
}
