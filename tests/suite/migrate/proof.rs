//! The proof that a migration is one: the real AWS provider applies a configuration, `curated
//! migrate` moves it, and then Terraform finds nothing to change, and EC2 is asked to change nothing.

use std::process::Output;

use serde_json::{Value, json};

use super::{curated, migrate, stdout, write};
use crate::support::aws_provider::{aws_block, aws_provider_or_skip, work_dir};
use crate::support::emulator::Emulator;
use crate::support::stage::REGION;
use crate::support::terraform::{Plan, Terraform, WorkDir};

/// A configuration that the AWS provider applied.
pub(super) struct Applied {
    pub(super) emulator: Emulator,
    pub(super) work: WorkDir,
}

/// Applies a configuration with the AWS provider. `ENDPOINT` in its files is the emulator's address,
/// and `PROVIDER` the block of the AWS provider without aliases. `None` where there is no AWS
/// provider.
pub(super) fn applied(name: &str, files: &[(&str, &str)]) -> Option<Applied> {
    let aws = aws_provider_or_skip(&format!("migrating {name}"))?;
    let emulator = Emulator::start();
    let work = work_dir(&Terraform::find(), &aws, "");
    let block = aws_block(emulator.endpoint());
    for (path, text) in files {
        let text = text
            .replace("PROVIDER", block.trim())
            .replace("ENDPOINT", emulator.endpoint())
            .replace("REGION", REGION);
        write(work.path(), &[(path, &text)]);
    }
    work.run(&["get", "-no-color"]).expect(&[0]);
    work.apply();
    Some(Applied { emulator, work })
}

impl Applied {
    /// Migrates, and holds what comes out to the promise: nothing changes. Returns the addresses that
    /// have moved.
    pub(super) fn migrated(&self, arguments: &[&str]) -> Vec<String> {
        let mut all = vec!["--write", "--check"];
        all.extend(arguments);
        let said = migrate(self.work.path(), &all);
        let text = stdout(&said);
        assert_eq!(said.status.code(), Some(0), "{text}");
        assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{text}");
        self.nothing_changes()
    }

    /// The same for a configuration of which something stays with the AWS provider.
    pub(super) fn partly_migrated(&self) -> Vec<String> {
        let said = migrate(self.work.path(), &["--write", "--check"]);
        assert_eq!(said.status.code(), Some(1), "{}", stdout(&said));
        self.nothing_changes()
    }

    /// The same with `--tag-rules`: the tags are the only writes.
    pub(super) fn migrated_with_tags(&self) -> Vec<String> {
        self.emulator.reset_counts();
        let dry = self.tagging(&["--tag-rules"]);
        assert_eq!(dry.status.code(), Some(0), "{}", stdout(&dry));
        assert_eq!(self.emulator.writes(), Vec::<Value>::new());
        let said = self.tagging(&["--tag-rules", "--write", "--check"]);
        let errors = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(0), "{}{errors}", stdout(&said));
        for write in self.emulator.writes() {
            assert_eq!(write["action"], "CreateTags", "{write}");
        }
        self.nothing_changes()
    }

    /// Runs the command with the way to this EC2.
    pub(super) fn tagging(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["migrate"];
        all.extend(arguments);
        let mut command = curated(&all);
        command
            .current_dir(self.work.path())
            .env("AWS_ENDPOINT_URL", self.emulator.endpoint())
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command.output().expect("the command runs")
    }

    /// Plans, applies and plans again. Returns the addresses that have moved.
    pub(super) fn nothing_changes(&self) -> Vec<String> {
        let work = &self.work;
        self.emulator.reset_counts();
        work.run(&["get", "-no-color"]).expect(&[0]);
        let (Plan { text, .. }, plan) = work.kept_plan();
        let mut moved = Vec::new();
        for change in plan["resource_changes"].as_array().expect("a list") {
            // A bundle is imported, and the rules that it takes over are forgotten.
            let actions = &change["change"]["actions"];
            let is_nothing = *actions == json!(["no-op"])
                || (*actions == json!(["forget"]) && text.contains("to import, 0 to add"));
            assert!(is_nothing, "{change}\n{text}");
            if change["previous_address"].is_string() {
                moved.push(change["address"].as_str().expect("a text").to_owned());
            }
        }
        let drifted: Vec<&Value> = plan["resource_drift"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        let changed = drifted.iter().filter(|d| d["previous_address"].is_null());
        assert_eq!(changed.count(), 0, "{drifted:?}");
        // Warnings of Terraform's own: of the tests' providers, and of what it is told to forget.
        let forgets = "Warning: Some objects will no longer be managed by Terraform";
        let own = 1 + text.matches(forgets).count();
        assert_eq!(text.matches("Warning:").count(), own, "{text}");
        work.apply_kept();
        let again = work.plan();
        assert!(!again.changes, "{}", again.text);
        let writes = self.emulator.writes();
        assert_eq!(writes, Vec::<Value>::new(), "{text}");
        moved.sort();
        moved
    }
}
