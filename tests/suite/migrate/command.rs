//! The command line of `curated migrate`: what it prints, writes and ends with.

use std::fs;
use std::io::Read as _;

use tempfile::TempDir;

use super::{curated, migrate, stdout, write};

const GROUP: &str = "resource \"aws_security_group\" \"app\" {\n  name = \"app\"\n}\n";

/// A state without resources.
const STATE: &str = "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"serial\": 1, \
                     \"lineage\": \"x\", \"outputs\": {}, \"resources\": []}";

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().expect("a temporary directory can be made");
    write(directory.path(), files);
    directory
}

#[test]
fn without_flags_it_prints_a_difference_that_patches_and_writes_nothing() {
    let dir = directory(&[("sg.tf", GROUP), ("m/x.tf", "locals {}\n")]);
    let said = migrate(dir.path(), &[]);
    assert_eq!(said.status.code(), Some(0));
    let text = stdout(&said);
    let expected = "--- a/sg.tf\n+++ b/sg.tf\n@@ -1,3 +1,3 @@\n-resource \"aws_security_group\" \"app\" \
                    {\n+resource \"curated_security_group\" \"app\" {\n   name = \"app\"\n }\n";
    assert!(text.contains(expected), "{text}");
    assert!(
        text.contains("--- /dev/null\n+++ b/curated.tf\n@@ -0,0 +1,"),
        "{text}"
    );
    for line in [
        "Renames 1 resource, in 2 files. Nothing is written yet.",
        "curated migrate --write\n",
        "terraform plan ",
        "\"Keep your scans\"",
        "In each workspace, if there are several",
    ] {
        assert!(
            text.to_lowercase().contains(&line.to_lowercase()),
            "{line}: {text}"
        );
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    assert_eq!(
        fs::read_to_string(dir.path().join("sg.tf")).expect("a file"),
        GROUP
    );
    assert!(!dir.path().join("curated.tf").exists());
}

#[test]
fn the_next_command_lost_the_options_that_this_one_was_called_with() {
    let dir = directory(&[("my infra/sg.tf", GROUP), ("it's.json", STATE)]);
    let given = ["my infra", "--bundle", "--check", "--state", "it's.json"];
    let text = stdout(&migrate(dir.path(), &given));
    for line in [
        "  curated migrate 'my infra' --bundle --state 'it'\\''s.json' --write\n",
        "  terraform -chdir='my infra' plan     # says what has moved",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn check_fails_until_nothing_is_left() {
    let dir = directory(&[("sg.tf", GROUP)]);
    let code = |arguments: &[&str]| migrate(dir.path(), arguments).status.code();
    assert_eq!(code(&["--check"]), Some(1));
    assert_eq!(code(&["--check", "--write"]), Some(0));
    assert_eq!(code(&["--check"]), Some(0));
    let list = "resource \"aws_security_group\" \"list\" { ingress = [] }\n";
    write(dir.path(), &[("list.tf", list)]);
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--check", "--write"]), Some(1));
    assert_eq!(
        fs::read_to_string(dir.path().join("list.tf")).expect("a file"),
        list
    );
}

#[test]
fn another_directory_can_be_named_and_its_hidden_folders_are_left_alone() {
    let dir = directory(&[
        ("infra/sg.tf", GROUP),
        ("infra/.terraform/modules/x/sg.tf", GROUP),
        ("sg.tf", GROUP),
    ]);
    let said = migrate(dir.path(), &["infra", "--write"]);
    assert_eq!(
        stdout(&said).lines().take(2).collect::<Vec<_>>(),
        ["wrote curated.tf", "wrote sg.tf"]
    );
    let text = |path: &str| fs::read_to_string(dir.path().join(path)).expect("a file");
    assert_eq!(text("infra/sg.tf"), GROUP.replace("aws_", "curated_"));
    assert_eq!(text("infra/.terraform/modules/x/sg.tf"), GROUP);
    assert_eq!(text("sg.tf"), GROUP);
}

#[test]
fn what_cannot_be_read_is_named_and_ends_with_3() {
    let dir = directory(&[("sg.tf", GROUP)]);
    fs::write(dir.path().join("latin.tf"), b"# caf\xe9\n").expect("a file can be written");
    let said = migrate(dir.path(), &[]);
    assert_eq!(said.status.code(), Some(3));
    let error = String::from_utf8_lossy(&said.stderr);
    assert!(
        error.starts_with("error: latin.tf can't be read: "),
        "{error}"
    );
    let said = migrate(dir.path(), &["absent"]);
    assert_eq!(said.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&said.stderr).starts_with("error: absent can't be read: "));
    let said = migrate(dir.path(), &["sg.tf"]);
    assert_eq!(said.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&said.stderr).contains("sg.tf is not a directory."));
    let said = migrate(dir.path(), &["--no-such-flag"]);
    assert_eq!(said.status.code(), Some(2));
}

#[test]
fn modules_outside_are_looked_at_and_not_written() {
    let dir = directory(&[
        (
            "root/main.tf",
            "module \"m\" {\n  source = \"../shared/m\"\n}\n",
        ),
        (
            "shared/m/main.tf",
            "module \"n\" {\n  source = \"../n\"\n}\n",
        ),
        ("shared/n/main.tf", GROUP),
    ]);
    let said = migrate(&dir.path().join("root"), &["--write", "--check"]);
    let text = stdout(&said);
    assert_eq!(said.status.code(), Some(1), "{text}");
    assert!(
        text.contains("main.tf:1: module.m lies outside of this directory (../shared/m)"),
        "{text}"
    );
    let group = fs::read_to_string(dir.path().join("shared/n/main.tf")).expect("a file");
    assert_eq!(group, GROUP);
    let said = migrate(dir.path(), &["--write", "--check"]);
    assert_eq!(said.status.code(), Some(0), "{}", stdout(&said));
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let many: String = (0..2000)
        .map(|index| format!("resource \"aws_security_group\" \"g{index}\" {{\n}}\n"))
        .collect();
    let dir = directory(&[("sg.tf", &many)]);
    let mut command = curated(&["migrate"]);
    command.current_dir(dir.path());
    let mut child = command.spawn().expect("the command starts");
    let mut first = [0; 10];
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut first).expect("something is printed");
    drop(out);
    let ended = child.wait_with_output().expect("the command ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert_eq!(ended.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_written_file_keeps_its_permissions_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let dir = directory(&[("sg.tf", GROUP), ("env/main.tf", "locals {}\n")]);
    let path = dir.path().join("sg.tf");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode can be set");
    symlink("../sg.tf", dir.path().join("env/linked.tf")).expect("a link can be made");
    let said = migrate(dir.path(), &["--write"]);
    assert_eq!(said.status.code(), Some(0), "{}", stdout(&said));
    let mode = fs::metadata(&path)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    assert!(dir.path().join("env/linked.tf").is_symlink());
    assert_eq!(
        fs::read_to_string(&path).expect("a file"),
        GROUP.replace("aws_", "curated_")
    );
    // The module that has the file by the link needs the same blocks.
    let moved = fs::read_to_string(dir.path().join("env/curated.tf")).expect("a file");
    assert!(moved.contains("curated_security_group.app"), "{moved}");
    let leftover = fs::read_dir(dir.path()).expect("a folder").flatten();
    let names = leftover.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert!(names.into_iter().all(|name| !name.starts_with(".tmp")));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_stays_as_it_was_and_is_named() {
    use std::os::unix::fs::symlink;
    // Root may write anywhere, but not over a folder.
    let dir = directory(&[("sg.tf", GROUP)]);
    symlink("nowhere/curated.tf", dir.path().join("curated.tf")).expect("a link can be made");
    let said = migrate(dir.path(), &["--write"]);
    let error = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(3), "{error}");
    assert!(
        error.contains("curated.tf isn't as it was read any more"),
        "{error}"
    );
    assert_eq!(
        fs::read_to_string(dir.path().join("sg.tf")).expect("a file"),
        GROUP
    );
}

#[test]
fn every_command_has_a_page_completions_and_examples() {
    let dir = directory(&[]);
    let run = |arguments: &[&str]| {
        let mut command = curated(arguments);
        command
            .current_dir(dir.path())
            .output()
            .expect("the command runs")
    };
    let said = run(&["man", "pages/man1"]);
    assert_eq!(said.status.code(), Some(0));
    let help = stdout(&run(&["--help"]));
    let (_, rest) = help.split_once("Commands:\n").expect("a list of commands");
    let commands: Vec<&str> = rest
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(
        commands.contains(&"migrate") && commands.contains(&"catalog"),
        "{help}"
    );
    for command in commands {
        let page = dir.path().join(format!("pages/man1/curated-{command}.1"));
        let page = fs::read_to_string(&page).unwrap_or_else(|e| panic!("{command}: {e}"));
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
        let help = stdout(&run(&[command, "--help"]));
        assert!(help.contains("Examples:\n  curated "), "{command}: {help}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = stdout(&run(&["completions", shell]));
        assert!(text.contains("migrate"), "{shell}: {text}");
    }
}
