//! A build needs cargo and a C compiler, and nothing else that would have to be installed: no
//! CMake, no clang, no protoc; and none builds again what hasn't changed. Looks at what the build of
//! these very tests left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{ROOT, locked};
use crate::support::plugin_process::BINARY;

/// Crates that fetch, build or call what has to be installed.
const CALLERS: [&str; 10] = [
    "bindgen",
    "clang-sys",
    "libclang",
    "llvm-sys",
    "native-tls",
    "openssl-sys",
    "protobuf-src",
    "protoc",
    "protoc-bin-vendored",
    "protoc-rust",
];

/// Folders that the build script of a package had for itself. Several, when it ran with several
/// settings.
fn build_folders(package: &str) -> Vec<PathBuf> {
    let profile = Path::new(BINARY).parent().expect("it is in a folder");
    let entries = fs::read_dir(profile.join("build")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let fits = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let hash = name.and_then(|name| name.strip_prefix(package)?.strip_prefix('-'));
        hash.is_some_and(|hash| !hash.contains('-'))
    };
    paths.filter(fits).collect()
}

#[test]
fn no_crate_calls_for_clang_or_protoc() {
    let locked = locked();
    let called = locked
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| CALLERS.contains(name));
    assert_eq!(called.collect::<Vec<_>>(), [""; 0]);
    // The list above would miss everything if this were no list of crates.
    assert!(locked.iter().any(|(name, _)| name == "protox"));
}

#[test]
fn the_tls_library_is_built_with_a_c_compiler_alone() {
    // It has two ways to build itself, and says which one it took.
    let outputs: Vec<String> = build_folders("aws-lc-sys")
        .iter()
        .filter_map(|folder| fs::read_to_string(folder.join("output")).ok())
        .collect();
    assert!(!outputs.is_empty(), "aws-lc-sys was not built here");
    for output in outputs {
        assert!(output.contains("Building with: CC"), "{output}");
        assert!(!output.contains("CMAKE_BUILD_TYPE"), "{output}");
    }
}

#[test]
fn the_protocol_is_compiled_where_no_program_can_be_found() {
    let scripts = build_folders("terraform-provider-curated");
    let scripts = scripts
        .iter()
        .map(|folder| folder.join("build-script-build"));
    let built = |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let newest = scripts
        .filter(|path| path.is_file())
        .max_by_key(built)
        .expect("this package has a build script");

    let out = TempDir::new().expect("a temporary directory can be made");
    let ran = Command::new(newest)
        .env_clear()
        .env("PATH", out.path())
        .env("OUT_DIR", out.path())
        .env("CARGO_MANIFEST_DIR", ROOT)
        .current_dir(ROOT)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    for name in ["tfplugin5.rs", "plugin.rs", "descriptors.bin"] {
        assert!(out.path().join(name).is_file(), "{name}");
    }
}

#[test]
fn a_build_without_a_change_compiled_the_package_anew() {
    // Cargo takes a watched file that isn't there for changed.
    let output = Path::new(env!("OUT_DIR")).with_file_name("output");
    let output = fs::read_to_string(output).expect("cargo keeps what a build script prints");
    let watched = output
        .lines()
        .filter_map(|line| line.strip_prefix("cargo::rerun-if-changed="));
    let watched: Vec<PathBuf> = watched.map(|path| Path::new(ROOT).join(path)).collect();
    assert!(watched.len() > 5, "{output}");
    let missing = watched.iter().filter(|path| !path.exists());
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
}
