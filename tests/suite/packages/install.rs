//! `make install` and `make uninstall`, into a home of their own, and hosts that are told nothing
//! of where the provider is.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{REGISTRIES, ROOT, VERSION, assert_installs, done};
use crate::support::plugin_process::BINARY;
use crate::support::terraform::{Terraform, WorkDir};

/// `make`, for the program that is built already.
fn make(goal: &str, home: &Path) -> String {
    let folder = Path::new(BINARY).parent().expect("it is in a folder");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(profile) => profile,
        None => panic!("no profile in {}", folder.display()),
    };
    let target = folder.parent().expect("a profile's folder is in another");
    let mut make = Command::new("make");
    make.args([goal, "CARGO=true", &format!("PROFILE={profile}")])
        .current_dir(ROOT)
        .env("CARGO_TARGET_DIR", target)
        .env("HOME", home);
    // Of the make that may have started this test, and a person's own place.
    for name in ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PLUGINS", "BIN"] {
        make.env_remove(name);
    }
    done(&mut make)
}

/// Runs a command of a host that has no settings at all.
fn unconfigured(work: &WorkDir, arguments: &[&str]) -> String {
    done(
        work.command(arguments)
            .env_remove("TF_CLI_CONFIG_FILE")
            .env_remove("XDG_DATA_HOME"),
    )
}

#[test]
fn what_make_installs_is_found_without_any_settings() {
    for terraform in Terraform::find_all() {
        for registry in REGISTRIES {
            // Its home is its own folder.
            let work = WorkDir::new(&terraform, "", &[]);
            make("install", work.path());
            assert_installs(&work, registry, unconfigured);
        }
    }
}

#[test]
fn uninstalling_takes_away_what_was_installed_and_nothing_else() {
    let home = tempfile::TempDir::new().expect("a temporary directory can be made");
    let plugins = home.path().join(".terraform.d/plugins");
    let other = plugins.join("registry.terraform.io/example/other");
    fs::create_dir_all(&other).expect("it can be made");
    let said = make("install", home.path());
    for registry in REGISTRIES {
        let place = plugins.join(registry).join("curated/curated");
        assert!(place.join(VERSION).is_dir(), "{said}");
    }
    let command = home.path().join(".local/bin/curated");
    assert!(
        said.contains(&format!("installed {}", command.display())),
        "{said}"
    );
    let told = done(Command::new(&command).arg("--version"));
    assert_eq!(told.trim(), format!("curated {VERSION}"));

    make("uninstall", home.path());
    assert!(!command.exists());
    assert!(other.is_dir());
    let left: Vec<_> = fs::read_dir(&plugins)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["registry.terraform.io"]);
    assert!(!plugins.join("registry.terraform.io/curated").exists());
    // Where nothing is installed, there is nothing to fail on.
    make("uninstall", home.path());
}
