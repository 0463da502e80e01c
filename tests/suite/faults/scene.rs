//! A directory with a state, and the EC2 that it is about. Holds one against the other: groups,
//! rules with their descriptions, tags. Must not know what goes wrong.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::REGION;
use crate::support::bench::Bench;
use crate::support::terraform::{Outcome, Terraform, WorkDir, provider};

/// A real Terraform's directory, with a bench of its own.
pub(super) struct Scene {
    pub(super) bench: Bench,
    pub(super) work: WorkDir,
}

impl Scene {
    /// Nothing is there yet.
    pub(super) fn empty() -> Self {
        let bench = Bench::start();
        let provider = provider(bench.endpoint(), REGION);
        let work = Terraform::find().work_dir(&provider);
        Self { bench, work }
    }

    /// Writes the configuration of all groups anew; an empty one is for none.
    pub(super) fn configure(&self, groups: &str) {
        self.work.write("groups.tf", groups);
    }

    /// Applies a configuration, however it ends.
    pub(super) fn try_apply(&self, groups: &str) -> Outcome {
        self.configure(groups);
        self.work.try_apply()
    }

    /// Applies a configuration.
    #[track_caller]
    pub(super) fn apply(&self, groups: &str) {
        let outcome = self.try_apply(groups);
        assert_eq!(outcome.code, 0, "{outcome}");
    }

    /// Replaces what is to go wrong.
    pub(super) fn go_wrong(&self, faults: &Json) {
        self.bench.reset_counts();
        self.bench.config(&json!({ "faults": faults }));
    }

    /// Proves that state and EC2 hold the same groups, and that all else in the state is as
    /// Terraform wants it: nothing is to do.
    #[track_caller]
    pub(super) fn assert_settled(&self, case: &str) {
        self.assert_agreed(case);
        let plan = self.work.plan();
        assert!(
            !plan.changes,
            "{case}: there is something to do: {}",
            plan.text
        );
    }

    /// Proves that state and EC2 hold the same groups.
    #[track_caller]
    pub(super) fn assert_agreed(&self, case: &str) {
        let (stated, held) = (self.stated(), existing(&self.bench));
        assert_eq!(stated, held, "{case}: state (left) and EC2 (right) differ");
    }

    /// What the state holds, by id.
    pub(super) fn stated(&self) -> BTreeMap<String, Json> {
        let state = self.work.state();
        let resources = state["values"]["root_module"]["resources"].as_array();
        let groups = resources.into_iter().flatten().map(|r| &r["values"]);
        let comparable = |group: &Json| {
            json!({
                "name": group["name"],
                "description": group["description"],
                "vpc_id": group["vpc_id"],
                "owner_id": group["owner_id"],
                "rules": group["rules"],
                "tags": group["tags_all"],
            })
        };
        groups.map(|g| (text(&g["id"]), comparable(g))).collect()
    }
}

/// What EC2 holds, by id: all but the default groups, which come with their VPC.
pub(super) fn existing(bench: &Bench) -> BTreeMap<String, Json> {
    let groups = bench.groups(REGION);
    let groups = groups.as_array().expect("a list").iter();
    let comparable = |group: &Json| {
        json!({
            "name": group["name"],
            "description": group["description"],
            "vpc_id": group["vpc_id"],
            "owner_id": group["owner_id"],
            "rules": rules(group),
            "tags": group["tags"],
        })
    };
    let ours = groups.filter(|group| group["is_default"] != true);
    ours.map(|g| (text(&g["id"]), comparable(g))).collect()
}

/// The rules of a group on the bench, in the words of the attribute `rules`.
pub(super) fn rules(group: &Json) -> BTreeMap<String, String> {
    let directions = [("ingress", "from"), ("egress", "to")];
    let of = |(direction, preposition): (&str, &str)| -> Vec<(String, String)> {
        let rules = group[direction].as_array().expect("a list").iter();
        let key = |rule: &Json| {
            let peer = if rule["peer"] == group["id"] {
                "self".to_owned()
            } else {
                text(&rule["peer"])
            };
            format!("{direction} {} {preposition} {peer}", traffic(rule))
        };
        rules.map(|r| (key(r), text(&r["description"]))).collect()
    };
    directions.into_iter().flat_map(of).collect()
}

fn traffic(rule: &Json) -> String {
    let protocol = text(&rule["protocol"]);
    let port = |name: &str| rule[name].as_i64().filter(|port| *port >= 0);
    match (protocol.as_str(), port("from_port"), port("to_port")) {
        ("-1", _, _) => "all".to_owned(),
        (_, Some(from), Some(to)) if from == to => format!("{protocol}/{from}"),
        (_, Some(from), Some(to)) => format!("{protocol}/{from}-{to}"),
        _ => protocol,
    }
}

fn text(value: &Json) -> String {
    value.as_str().expect("a text").to_owned()
}
