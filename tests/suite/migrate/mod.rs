//! `curated migrate`: the command as users run it, and what a real Terraform says of what it made.

mod bundles;
mod command;
mod groups;
mod kinds;
mod mocked;
mod proof;
mod registry;
mod rules;
mod tags;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command, without anything of this process's environment.
fn curated(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_curated"));
    command
        .env_clear()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs `curated migrate` in a directory.
fn migrate(directory: &Path, arguments: &[&str]) -> Output {
    let mut all = vec!["migrate"];
    all.extend(arguments);
    let mut command = curated(&all);
    command.current_dir(directory);
    command.output().expect("the command runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writes files, with the folders that they need.
fn write(directory: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = directory.join(path);
        let folder = path.parent().expect("a file has a folder");
        fs::create_dir_all(folder).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }
}
