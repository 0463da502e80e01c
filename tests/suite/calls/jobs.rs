//! The jobs of a real Terraform, ten groups at a time: create, refresh, change, destroy.

use serde_json::Value as Json;

use super::{REGION, assert_cost, calls, describes};
use crate::support::emulator::Emulator;
use crate::support::stage::work_dir;
use crate::support::terraform::{Terraform, WorkDir};

/// Groups of so many ingress rules and EC2's own egress rule.
fn groups(count: usize, ingress: usize) -> String {
    let rule = |port| {
        format!(
            "  ingress {{\n    protocol    = \"tcp\"\n    from_port   = {port}\n    \
             cidr_blocks = [\"10.0.0.0/8\"]\n  }}\n"
        )
    };
    let rules: String = (1..=ingress).map(rule).collect();
    format!(
        "resource \"curated_security_group\" \"g\" {{\n  count       = {count}\n  \
         name        = format(\"seeded-%05d\", count.index)\n  description = \"Seeded\"\n\
         {rules}  egress {{\n    service     = \"all\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n\
         }}\n"
    )
}

/// How many calls each job costs on fifty groups, and how many it may.
fn fifty_groups() -> [(&'static str, u64, u64); 4] {
    let emulator = Emulator::start();
    let work = work_dir(&Terraform::find(), &emulator, "");
    let cost = || {
        let all = calls(&emulator).values().sum();
        emulator.reset_counts();
        all
    };
    work.write("groups.tf", &groups(50, 5));
    work.apply();
    let create = cost();
    assert!(!work.plan().changes);
    let refresh = cost();
    work.write("groups.tf", &groups(50, 6));
    work.apply();
    let change = cost();
    work.run(&["destroy", "-no-color", "-auto-approve"]);
    let destroy = cost();
    let left = emulator.groups(REGION);
    assert_eq!(left.as_array().map(Vec::len), Some(1), "the default group");
    [
        ("create", create, 110),
        ("refresh", refresh, 3),
        ("add a rule", change, 55),
        ("destroy", destroy, 55),
    ]
}

/// A busy machine hands a wave of reads on in parts, each of which may become a call: the best of
/// three runs counts.
#[test]
fn fifty_groups_cost_two_calls_each_to_create_and_one_to_change_or_destroy() {
    let mut runs = Vec::new();
    let within = (0..3).any(|_| {
        let costs = fifty_groups();
        runs.push(costs);
        costs.iter().all(|(_, calls, most)| calls <= most)
    });
    assert!(within, "job, calls, and how many there may be: {runs:?}");
}

/// Puts groups that exist into the state, as if they had been made here: Terraform's own state of
/// one, written down for each.
fn adopt(work: &WorkDir, ids: &[String]) {
    let import = format!(
        "import {{\n  to = curated_security_group.g[0]\n  id = \"{}\"\n}}\n",
        ids[0]
    );
    work.write("groups.tf", &format!("{}{import}", groups(1, 5)));
    work.apply();
    let path = work.path().join("terraform.tfstate");
    let text = std::fs::read_to_string(path).expect("a state");
    let mut state: Json = serde_json::from_str(&text).expect("JSON");
    let instances = &mut state["resources"][0]["instances"];
    let first = instances[0].to_string();
    let instance = |(number, id): (usize, &String)| -> Json {
        let name = format!("seeded-{number:05}");
        let text = first.replace(&ids[0], id).replace("seeded-00000", &name);
        let mut instance: Json = serde_json::from_str(&text).expect("it was JSON");
        instance["index_key"] = number.into();
        instance
    };
    *instances = ids.iter().enumerate().map(instance).collect();
    work.write("terraform.tfstate", &state.to_string());
    work.write("groups.tf", &groups(ids.len(), 5));
}

/// The emulator takes seconds for a page of a thousand groups, where EC2 takes one: half as many have
/// to do, in half of a dozen calls.
#[test]
fn five_hundred_groups_are_refreshed_in_half_a_dozen_calls() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 500, 5);
    let work = work_dir(&Terraform::find(), &emulator, "");
    adopt(&work, &ids);
    emulator.reset_counts();
    let plan = work.plan();
    assert!(!plan.changes, "{}", plan.text);
    assert_cost(&emulator, "refresh", 6);
}

#[test]
fn a_few_groups_of_a_large_account_are_not_listed() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 300, 1);
    let work = work_dir(&Terraform::find(), &emulator, "");
    adopt(&work, &ids[..10]);
    emulator.reset_counts();
    work.run(&["plan", "-no-color", "-refresh-only"]);
    let log = emulator.log();
    let listed = log.iter().find(|call| {
        call["action"] == super::DESCRIBE && call["parameters"]["Filter.1.Name"].is_null()
    });
    assert_eq!(listed, None);
    assert!(describes(&emulator) <= 3, "{log:?}");
}
