//! Every directory under `examples/` does what it is for: it is formatted and valid, it is applied,
//! planned again without a change and destroyed, and EC2 is as empty as before.
//!
//! The directories are found, not listed: a new example is tested from the day it is there. What it
//! needs before it can be applied is in `scene`; what its text promises beyond, in `promises`.

mod importing;
mod promises;
mod scene;
mod tflint;
mod versions;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::aws_provider;
use crate::support::emulator::Emulator;
use crate::support::held::names;
use crate::support::terraform::{Outcome, Terraform, WorkDir};

const REGION: &str = "eu-west-1";

/// As on a machine that is set up for AWS, only that AWS is the emulator.
pub(crate) fn set_up(work: &mut WorkDir, emulator: &Emulator) {
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", emulator.endpoint()),
        ("TF_VAR_emulator", emulator.endpoint()),
        ("AWS_REGION", REGION),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        work.env(name, value);
    }
}

/// A copy of the examples, one of which is run on an EC2 of its own.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    work: WorkDir,
    /// The example's directory, relative to `examples/`.
    name: String,
}

impl Stage {
    /// The example with its surroundings, ready to be applied. `None` where it needs a provider that
    /// this machine doesn't have.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let terraform = Terraform::find();
        let has_aws = text(name).contains("hashicorp/aws");
        let mut work = if has_aws {
            let aws = aws_provider::aws_provider_or_skip(&format!("examples/{name}"))?;
            aws_provider::work_dir(&terraform, &aws, "")
        } else {
            terraform.work_dir("")
        };
        copy(&folder(), &work.path().join("examples"));
        let emulator = Emulator::start();
        set_up(&mut work, &emulator);
        let name = name.to_owned();
        let stage = Self {
            emulator,
            work,
            name,
        };
        if has_aws {
            // Its processes see no variable of this directory's environment.
            stage.write(
                "aws.tf",
                &aws_provider::aws_block(stage.emulator.endpoint()),
            );
        }
        // Finds the modules, as `init` would; there is no registry to ask for providers.
        stage.succeed(&["get", "-no-color"]);
        Some(stage)
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.work.env(&format!("TF_VAR_{name}"), value);
        self
    }

    /// Writes a file of the example's copy.
    fn write(&self, file: &str, text: &str) {
        let file = format!("examples/{}/{file}", self.name);
        self.work.write(&file, text);
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let place = format!("-chdir=examples/{}", self.name);
        self.work.run(&[&[place.as_str()], arguments].concat())
    }

    /// Runs a command that must end well.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, 0, "examples/{}: {outcome}", self.name);
        outcome
    }

    #[track_caller]
    fn apply(&self) -> Outcome {
        self.succeed(&["apply", "-no-color", "-auto-approve"])
    }

    /// Applies, and proves that nothing is left to do, outputs included.
    #[track_caller]
    fn settle(&self) -> Outcome {
        let applied = self.apply();
        self.succeed(&["plan", "-no-color", "-detailed-exitcode"]);
        applied
    }

    /// Destroys, and proves that no region has a group left but the one of each VPC.
    #[track_caller]
    fn destroy(&self) {
        self.succeed(&["destroy", "-no-color", "-auto-approve"]);
        assert_eq!(self.groups(), [""; 0], "examples/{}", self.name);
    }

    /// The groups of every region that anybody called, as "region/name".
    fn groups(&self) -> Vec<String> {
        let log = self.emulator.log();
        let regions = log.iter().filter_map(|call| call["region"].as_str());
        let regions: BTreeSet<&str> = regions.collect();
        let in_region = |region| names(&self.emulator, region).into_iter();
        regions
            .into_iter()
            .flat_map(|region| in_region(region).map(move |name| format!("{region}/{name}")))
            .collect()
    }
}

#[test]
fn every_example_is_formatted() {
    let work = Terraform::find().work_dir("");
    let folder = folder().display().to_string();
    let formatted = work.run(&["fmt", "-check", "-diff", "-recursive", &folder]);
    assert_eq!(formatted.code, 0, "{formatted}");
}

#[test]
fn every_example_is_valid() {
    for stage in all().iter().filter_map(|name| Stage::new(name)) {
        stage.succeed(&["validate", "-no-color"]);
    }
}

#[test]
fn every_example_is_applied_planned_clean_and_destroyed() {
    // A module is applied by its callers.
    let wholes = all().into_iter().filter(|name| !is_module(name));
    for stage in wholes.filter_map(|name| Stage::new(&name)) {
        let stage = scene::set(stage);
        stage.settle();
        let text = text(&stage.name);
        // A default group is there before and after.
        let text = text.replace("resource \"curated_default_security_group\"", "");
        let makes = ["resource \"", "module \""]
            .iter()
            .any(|b| text.contains(b));
        assert_eq!(!stage.groups().is_empty(), makes, "examples/{}", stage.name);
        stage.destroy();
    }
}

#[test]
fn every_module_is_called_by_an_example() {
    let all = all();
    let (modules, wholes): (Vec<&String>, Vec<&String>) = all.iter().partition(|n| is_module(n));
    for module in modules {
        let place = folder().join(module).canonicalize().expect("it is there");
        let calls = |whole: &&&String| {
            let sources = text(whole);
            let sources = sources.lines().filter_map(|line| {
                let (_, value) = line.split_once("source")?;
                value.split('"').nth(1)
            });
            let mut places = sources.map(|source| folder().join(whole).join(source));
            places.any(|source| source.canonicalize().is_ok_and(|source| source == place))
        };
        assert!(wholes.iter().any(|whole| calls(&whole)), "{module}");
    }
}

#[test]
fn every_example_has_its_line_in_the_list() {
    let list = fs::read_to_string(folder().join("README.md")).expect("a list of examples");
    for name in all() {
        let first = name.split('/').next().unwrap_or_default();
        assert!(list.contains(&format!("`{first}/")), "{first}");
    }
}

/// Every directory with a configuration, relative to `examples/`.
fn all() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder()];
    while let Some(folder) = folders.pop() {
        let entries = entries(&folder);
        if entries.iter().any(|path| is_hcl(path)) {
            let name = folder.strip_prefix(self::folder()).expect("it is below");
            found.push(name.to_string_lossy().replace('\\', "/"));
        }
        folders.extend(entries.into_iter().filter(|path| is_visible_folder(path)));
    }
    assert!(found.len() >= 8, "{found:?}");
    found.sort();
    found
}

fn is_module(name: &str) -> bool {
    name.split('/').any(|part| part == "modules")
}

/// All of an example's HCL.
fn text(name: &str) -> String {
    let paths = entries(&folder().join(name)).into_iter();
    let texts = paths.filter(|path| is_hcl(path)).map(fs::read_to_string);
    texts.map(|text| text.expect("it can be read")).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    paths.collect()
}

/// A part of a configuration. Not the import blocks beside a resource, of which a reader takes one:
/// `importing` runs them.
fn is_hcl(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".tf") && !name.starts_with("import-by-")
}

/// A file of the provider's `catalog_files`. Not the lock file of `init`, which is hidden.
fn is_catalog(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".hcl") && !name.starts_with('.')
}

/// Not `.terraform`, which is there where somebody tried an example.
fn is_visible_folder(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.is_dir() && !name.starts_with('.')
}

/// Copies the configurations of a folder and of those below it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for path in entries(from) {
        let to = to.join(path.file_name().expect("an entry has a name"));
        if is_visible_folder(&path) {
            copy(&path, &to);
        } else if is_hcl(&path) || is_catalog(&path) {
            fs::copy(&path, &to).expect("a file can be copied");
        }
    }
}
