//! What a user gets hold of: the packages, where they are installed, and what is in them. Must not
//! know what the provider does once it runs.

mod dependencies;
mod dist;
mod install;
mod tools;
mod version;

use std::path::Path;
use std::process::Command;

use crate::support::terraform::WorkDir;

/// Where the package's own files are.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The registries that know the provider, by the names that addresses begin with.
const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// A configuration that needs the provider of one registry, and asks it something.
fn configuration(registry: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "{registry}/curated/curated" }}
  }}
}}

resource "curated_security_group" "web" {{
  preset = "https"
}}
"#
    )
}

/// Runs `init` where the provider is installed, and has the provider answer.
#[track_caller]
fn assert_installs(work: &WorkDir, registry: &str, run: impl Fn(&WorkDir, &[&str]) -> String) {
    work.write("main.tf", &configuration(registry));
    let init = run(work, &["init", "-no-color"]);
    let said = |place: &str| init.contains(&format!("Installed {place} v{VERSION}"));
    // Each host leaves out the name of its own registry.
    assert!(
        said("curated/curated") || said(&format!("{registry}/curated/curated")),
        "{init}"
    );
    run(work, &["validate", "-no-color"]);
    let schema = run(work, &["providers", "schema", "-json"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let provider = &schema["provider_schemas"][format!("{registry}/curated/curated")];
    let resources = &provider["resource_schemas"];
    assert!(resources["curated_security_group"].is_object(), "{schema}");
}

/// Runs a command to its end; both streams, if it succeeded.
#[track_caller]
fn done(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stdout}{stderr}");
    stdout
}

/// A file of the package.
fn text(name: &str) -> String {
    let path = Path::new(ROOT).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The name and version of each package in Cargo.lock. Cargo writes that file, and always alike.
fn locked() -> Vec<(String, String)> {
    let lock = text("Cargo.lock");
    let value = |block: &str, key: &str| {
        let mut lines = block.lines();
        let line = lines.find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.map(|rest| rest.trim_end_matches('"').to_owned())
    };
    let blocks = lock.split("[[package]]").skip(1);
    let found = blocks.map(|block| Some((value(block, "name")?, value(block, "version")?)));
    let found: Option<Vec<_>> = found.collect();
    found.expect("each package has a name and a version")
}
