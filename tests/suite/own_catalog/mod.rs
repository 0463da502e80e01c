//! A catalog of the user's own and its guardrails, in the provider block and in files, asked through
//! a real Terraform.

mod dodges;
mod guardrails;
mod prefix_lists;
mod services;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::support::bench::Bench;
use crate::support::terraform::{self, Terraform, WorkDir};

const REGION: &str = "eu-west-1";
/// The resource that the tests are about.
const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
struct Stage {
    bench: Bench,
    work: WorkDir,
}

impl Stage {
    /// A provider block with these definitions, and resources.
    fn new(definitions: &str, resources: &str) -> Self {
        let bench = Bench::start();
        let work = Terraform::find().work_dir("");
        let stage = Self { bench, work };
        stage.write(definitions, resources);
        stage
    }

    /// Puts another configuration in the place of the one before.
    fn write(&self, definitions: &str, resources: &str) {
        let text = configuration(&self.bench, definitions, resources);
        self.work.write("main.tf", &text);
    }

    /// Applies, and proves that nothing is left to do.
    #[track_caller]
    fn settle(&self) -> String {
        let said = self.work.apply();
        let plan = self.work.plan();
        assert!(!plan.changes, "{}", plan.text);
        said
    }

    /// The attribute `rules` of a resource in state.
    #[track_caller]
    fn rules(&self, address: &str) -> BTreeMap<String, String> {
        let attributes = self.work.attributes(address);
        let entries = attributes["rules"].as_object().into_iter().flatten();
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        entries
            .map(|(key, value)| (key.clone(), text(value)))
            .collect()
    }

    /// The keys of that attribute.
    #[track_caller]
    fn keys(&self, address: &str) -> Vec<String> {
        self.rules(address).into_keys().collect()
    }
}

/// A configuration whose provider block has these definitions.
fn configuration(bench: &Bench, definitions: &str, resources: &str) -> String {
    let provider = terraform::provider(bench.endpoint(), REGION);
    let provider = provider.replace("  endpoints {", &format!("{definitions}\n  endpoints {{"));
    format!("{provider}{resources}")
}

/// The group that the tests are about, with these lines.
fn web(lines: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{lines}\n}}\n")
}
