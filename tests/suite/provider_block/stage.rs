//! A bench and a configuration with one group, where the tests choose what else the provider block
//! says. It must not know what they expect.

use serde_json::Value as Json;

use crate::support::bench::Bench;
use crate::support::terraform::{self, Plan, Terraform, WorkDir};

pub(super) const REGION: &str = "eu-west-1";
pub(super) const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
pub(super) struct Stage {
    pub(super) bench: Bench,
    pub(super) work: WorkDir,
}

impl Stage {
    /// An empty EC2, and a provider block and a group with these lines. Nothing is applied.
    pub(super) fn new(provider: &str, group: &str) -> Self {
        let bench = Bench::start();
        let work = Terraform::find().work_dir("");
        let stage = Self { bench, work };
        stage.write(provider, group);
        stage
    }

    /// Puts other lines in the place of those.
    pub(super) fn write(&self, provider: &str, group: &str) {
        self.write_all(provider, &web(group));
    }

    /// The same for whole resources.
    pub(super) fn write_all(&self, provider: &str, resources: &str) {
        let text = provider_with(self.bench.endpoint(), provider);
        self.work.write("main.tf", &format!("{text}{resources}"));
    }

    /// Applies, and proves that nothing is left to do; the calls that changed EC2.
    #[track_caller]
    pub(super) fn settle(&self) -> Vec<String> {
        self.bench.reset_counts();
        self.work.apply();
        let writes = self.writes();
        self.assert_settled();
        writes
    }

    #[track_caller]
    pub(super) fn assert_settled(&self) -> Plan {
        let plan = self.work.plan();
        assert!(!plan.changes, "{}", plan.text);
        plan
    }

    fn writes(&self) -> Vec<String> {
        let log = self.bench.log();
        let actions = log.iter().filter_map(|call| call["action"].as_str());
        let writes = actions.filter(|a| !a.starts_with("Describe") && !a.starts_with("Get"));
        writes.map(str::to_owned).collect()
    }

    /// The tags that EC2 holds.
    #[track_caller]
    pub(super) fn tags(&self) -> Json {
        self.bench.group(REGION, "web")["tags"].clone()
    }

    /// `tags` and `tags_all` in state.
    #[track_caller]
    pub(super) fn state(&self) -> [Json; 2] {
        let attributes = self.work.attributes(WEB);
        ["tags", "tags_all"].map(|name| attributes[name].clone())
    }

    /// What another tool does to a tag of the group.
    pub(super) fn by_hand(&self, action: &str, tag: &[(&str, &str)]) {
        let id = self.bench.group(REGION, "web")["id"].clone();
        let id = ("ResourceId.1", id.as_str().expect("the group exists"));
        let tag = tag.iter().copied();
        let all: Vec<(&str, &str)> = std::iter::once(id).chain(tag).collect();
        self.bench.call(REGION, action, &all);
    }
}

/// The provider block with these lines in it.
pub(super) fn provider_with(endpoint: &str, lines: &str) -> String {
    let head = "provider \"curated\" {\n";
    let text = terraform::provider(endpoint, REGION);
    assert!(text.contains(head));
    text.replacen(head, &format!("{head}{lines}\n"), 1)
}

/// The group with these lines in it.
pub(super) fn web(lines: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{lines}\n}}\n")
}
