//! What the AWS provider's own tests of `aws_security_group` expect, and which of ours answers to
//! each: `table.md` has their names beside ours. Here are those that had no place elsewhere, and what
//! keeps the table true.

mod data_sources;
mod default_groups;
mod groups;
mod identities;
mod rule_identities;
mod rule_tags;
mod table;
mod tags;

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use serde_json::Value as Json;

use crate::support::stage::{REGION, Stage as Base};
use crate::support::terraform::Terraform;

/// The resource that most tests are about.
const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
struct Stage(Base);

impl Deref for Stage {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.0
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Base {
        &mut self.0
    }
}

impl Stage {
    /// An empty EC2 and these resources, nothing of them applied.
    fn new(resources: &str) -> Self {
        Self(Base::new(resources))
    }

    /// The same, with these lines in the provider block.
    fn with_provider(lines: &str, resources: &str) -> Self {
        Self(Base::with_provider(lines, resources))
    }

    /// The same, for a certain Terraform.
    fn under(terraform: &Terraform, lines: &str, resources: &str) -> Self {
        Self(Base::with_terraform(terraform, lines, resources))
    }

    /// Applies, and proves that nothing is left to do; the calls that changed EC2.
    #[track_caller]
    fn settle(&self) -> Vec<String> {
        self.settle_counting()
    }

    /// Runs a command that must succeed.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let outcome = self.work.run(arguments);
        assert_eq!(outcome.code, 0, "{outcome}");
        outcome.text()
    }

    /// The attribute `rules` of the group in state.
    fn rules(&self) -> BTreeMap<String, String> {
        self.0.rules(WEB)
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
