//! Holds the state of a stage against its EC2: groups, rules with their descriptions, tags. Must not know
//! what went wrong before.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::emulator::Emulator;
use super::held::{rules_of, text};
use super::stage::{REGION, Stage};

impl Stage {
    /// Proves that state and EC2 hold the same groups, and that nothing is to do.
    #[track_caller]
    pub fn assert_agreed_and_settled(&self, case: &str) {
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
    pub fn assert_agreed(&self, case: &str) {
        let (stated, held) = (self.stated(), existing(&self.emulator));
        assert_eq!(stated, held, "{case}: state (left) and EC2 (right) differ");
    }

    /// What the state holds, by id.
    pub fn stated(&self) -> BTreeMap<String, Json> {
        let resources = self.work.resources();
        by_id(resources.values(), |group| {
            (group["rules"].clone(), group["tags_all"].clone())
        })
    }
}

/// What EC2 holds, by id: all but the default groups, which come with their VPC.
pub fn existing(emulator: &Emulator) -> BTreeMap<String, Json> {
    let groups = emulator.groups(REGION);
    let groups = groups.as_array().expect("a list").iter();
    let ours = groups.filter(|group| group["is_default"] != true);
    by_id(ours, |group| {
        (json!(rules_of(group)), group["tags"].clone())
    })
}

fn by_id<'a>(
    groups: impl Iterator<Item = &'a Json>,
    rules_and_tags: impl Fn(&Json) -> (Json, Json),
) -> BTreeMap<String, Json> {
    let comparable = |group: &Json| {
        let (rules, tags) = rules_and_tags(group);
        json!({
            "name": group["name"],
            "description": group["description"],
            "vpc_id": group["vpc_id"],
            "owner_id": group["owner_id"],
            "rules": rules,
            "tags": tags,
        })
    };
    groups
        .map(|group| (text(&group["id"]).to_owned(), comparable(group)))
        .collect()
}
