//! What the AWS provider's own tests of `aws_security_group` expect, and which of ours answers to
//! each: `table.md` has their names beside ours. Here are those that had no place elsewhere, and what
//! keeps the table true.

mod groups;
mod identities;
mod table;
mod tags;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::complete::id;
use crate::support::bench::Bench;
use crate::support::terraform::{self, Terraform, WorkDir};

const REGION: &str = "eu-west-1";
/// The resource that most tests are about.
const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
struct Stage {
    bench: Bench,
    work: WorkDir,
    /// Lines of the provider block.
    provider: String,
}

impl Stage {
    /// An empty EC2 and these resources, nothing of them applied.
    fn new(resources: &str) -> Self {
        Self::with_provider("", resources)
    }

    /// The same, with these lines in the provider block.
    fn with_provider(lines: &str, resources: &str) -> Self {
        Self::under(&Terraform::find(), lines, resources)
    }

    /// The same, for a certain Terraform.
    fn under(terraform: &Terraform, lines: &str, resources: &str) -> Self {
        let stage = Self {
            bench: Bench::start(),
            work: terraform.work_dir(""),
            provider: lines.to_owned(),
        };
        stage.write(resources);
        stage
    }

    /// Puts other resources in the place of the configuration's.
    fn write(&self, resources: &str) {
        let head = "provider \"curated\" {\n";
        let text = terraform::provider(self.bench.endpoint(), REGION);
        assert!(text.contains(head));
        let text = text.replacen(head, &format!("{head}{}", self.provider), 1);
        self.work.write("main.tf", &format!("{text}{resources}"));
    }

    /// Applies, and proves that nothing is left to do; the calls that changed EC2.
    #[track_caller]
    fn settle(&self) -> Vec<String> {
        self.bench.reset_counts();
        self.work.apply();
        let log = self.bench.log();
        self.assert_settled();
        let actions = log.iter().filter_map(|call| call["action"].as_str());
        let writes = actions.filter(|a| !a.starts_with("Describe") && !a.starts_with("Get"));
        writes.map(str::to_owned).collect()
    }

    #[track_caller]
    fn assert_settled(&self) {
        let plan = self.work.plan();
        assert!(!plan.changes, "{}", plan.text);
    }

    /// Runs a command that must succeed.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let outcome = self.work.run(arguments);
        assert_eq!(outcome.code, 0, "{outcome}");
        outcome.text()
    }

    /// The id of a group in EC2.
    #[track_caller]
    fn id(&self, name: &str) -> String {
        id(&self.bench, name)
    }

    /// The attribute `rules` of the group in state.
    fn rules(&self) -> BTreeMap<String, String> {
        let rules = self.work.attributes(WEB)["rules"].clone();
        serde_json::from_value(rules).expect("a map of texts")
    }

    /// What of the group's attribute a plan doesn't know.
    fn unknown(&self, name: &str) -> Json {
        let plan = self.work.plan_json();
        let changes = plan["resource_changes"].as_array().cloned();
        let mut changes = changes.unwrap_or_default().into_iter();
        let web = changes.find(|change| change["address"] == WEB);
        web.expect("the group is planned")["change"]["after_unknown"][name].clone()
    }
}

/// Fails unless every one of these texts is in what was said, however it is spaced.
#[track_caller]
fn assert_says(said: &str, texts: &[&str]) {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = squeezed(&said.replace(['│', '╷', '╵'], " "));
    for text in texts {
        assert!(
            words.contains(&squeezed(text)),
            "{text:?} isn't in:\n{said}"
        );
    }
}
