//! Tests of the groups that a plan deletes, their order, and the reasons to keep others.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::order::steps;
use super::*;
use crate::curation::{self, Inputs};
use crate::rules::RuleSet;
use crate::snapshot::{Group, NotLookedAt, Region, Snapshot, Use, UseKind};

const NOW: &str = "2026-11-29T12:00:00Z";

fn group(id: &str, rules: &[&str]) -> Group {
    let rules = rules
        .iter()
        .map(|key| (key.parse().expect("a rule's key"), String::new()));
    Group {
        id: id.to_owned(),
        name: format!("name-of-{id}"),
        vpc_id: "vpc-0000000a".to_owned(),
        rules: rules.collect(),
        ..Group::default()
    }
}

fn marked(group: Group, since: &str) -> Group {
    let tags = BTreeMap::from([(MARK.to_owned(), since.to_owned())]);
    Group { tags, ..group }
}

fn snapshot(groups: impl IntoIterator<Item = Group>) -> Snapshot {
    let groups = groups.into_iter().map(|group| (group.id.clone(), group));
    let region = Region {
        account: "123456789012".to_owned(),
        name: "eu-west-1".to_owned(),
        groups: groups.collect(),
        ..Region::default()
    };
    Snapshot {
        regions: vec![region],
        ..Snapshot::default()
    }
}

fn planned(snapshot: &Snapshot, min_age_days: u32) -> PrunePlan {
    planned_with(snapshot, min_age_days, &BTreeMap::new())
}

fn planned_with(
    snapshot: &Snapshot,
    min_age_days: u32,
    unattached_since: &BTreeMap<String, String>,
) -> PrunePlan {
    let report = curation::audit(snapshot, &Inputs::new(NOW));
    let conditions = Conditions {
        now: NOW,
        min_age_days,
        unattached_since,
        has_states: true,
        owned_rules: &BTreeMap::new(),
    };
    plan(snapshot, &report, conditions)
}

fn ids(plan: &PrunePlan) -> Vec<&str> {
    plan.deletions
        .iter()
        .map(|it| it.group.id.as_str())
        .collect()
}

fn kept(plan: &PrunePlan) -> Vec<(&str, KeepReason)> {
    plan.kept
        .iter()
        .map(|it| (it.id.as_str(), it.why))
        .collect()
}

#[test]
fn what_names_goes_before_what_is_named() {
    let (a, b) = ("sg-0000000a", "sg-0000000b");
    let snapshot = snapshot([
        group(a, &[]),
        group(
            b,
            &["ingress tcp/80 from sg-0000000a", "ingress all from self"],
        ),
    ]);
    let plan = planned(&snapshot, 0);
    assert_eq!(ids(&plan), [b, a]);
    assert!(plan.deletions.iter().all(|it| it.revoke_first.is_empty()));
}

#[test]
fn a_cycle_costs_the_fewest_revoked_rules() {
    let snapshot = snapshot([
        group(
            "sg-0000000a",
            &[
                "ingress tcp/1 from sg-0000000b",
                "ingress tcp/2 from sg-0000000b",
            ],
        ),
        group("sg-0000000b", &["ingress tcp/1 from sg-0000000a"]),
    ]);
    let plan = planned(&snapshot, 0);
    assert_eq!(ids(&plan), ["sg-0000000a", "sg-0000000b"]);
    let [first, second] = plan.deletions.as_slice() else {
        panic!("two deletions");
    };
    let [revocation] = first.revoke_first.as_slice() else {
        panic!("one revocation");
    };
    assert_eq!(revocation.group_id, "sg-0000000b");
    let keys: Vec<&String> = revocation.rules.keys().collect();
    assert_eq!(keys, ["ingress tcp/1 from sg-0000000a"]);
    assert!(second.revoke_first.is_empty());
}

#[test]
fn no_rule_is_revoked_for_a_group_that_a_cycle_only_names() {
    let snapshot = snapshot([
        group(
            "sg-0000000b",
            &[
                "ingress tcp/1 from sg-0000000c",
                "ingress tcp/2 from sg-0000000c",
                // The only rule that names it: fewer than in the cycle.
                "ingress tcp/1 from sg-0000000a",
            ],
        ),
        group(
            "sg-0000000c",
            &[
                "ingress tcp/1 from sg-0000000b",
                "ingress tcp/2 from sg-0000000b",
            ],
        ),
        group("sg-0000000a", &[]),
    ]);
    let plan = planned(&snapshot, 0);
    assert_eq!(ids(&plan), ["sg-0000000b", "sg-0000000a", "sg-0000000c"]);
    let revoked = plan.deletions.iter().flat_map(|it| &it.revoke_first);
    assert_eq!(revoked.map(|it| it.rules.len()).sum::<usize>(), 2);
}

#[test]
fn thousands_of_groups_in_cycles_are_planned() {
    // It takes a second; with a search for each group it took minutes.
    let id = |number: usize| format!("sg-{number:08x}");
    let groups = (0..5000).map(|number| {
        // Pairs that name each other, of which every tenth names the next pair too.
        let next = if number % 20 == 0 {
            number + 2
        } else {
            number ^ 1
        };
        let keys = [number ^ 1, next].map(|peer| format!("ingress tcp/1 from {}", id(peer)));
        group(&id(number), &keys.each_ref().map(String::as_str))
    });
    let snapshot = snapshot(groups);
    let plan = planned(&snapshot, 0);
    assert_eq!(plan.deletions.len(), 5000);
    let opened = plan
        .deletions
        .iter()
        .filter(|it| !it.revoke_first.is_empty());
    assert_eq!(opened.count(), 2500);
}

#[test]
fn nothing_goes_whose_age_nobody_knows() {
    let snapshot = snapshot([
        group("sg-0000000a", &[]),
        marked(group("sg-0000000b", &[]), "2026-11-28T12:00:00Z"),
        marked(group("sg-0000000c", &[]), "2026-10-30T12:00:00Z"),
        marked(group("sg-0000000d", &[]), "long ago"),
    ]);
    let plan = planned(&snapshot, 30);
    assert_eq!(ids(&plan), ["sg-0000000c"]);
    let young = ["sg-0000000a", "sg-0000000b", "sg-0000000d"].map(|id| (id, KeepReason::Young));
    assert_eq!(kept(&plan), young);
    assert!(plan.kept[2].reason.contains("\"long ago\""));
}

#[test]
fn a_group_that_was_attached_after_it_was_marked_counts_from_then() {
    let snapshot = snapshot([marked(group("sg-0000000a", &[]), "2026-01-01T00:00:00Z")]);
    let last = "2026-11-20T00:00:00Z".to_owned();
    let seen = BTreeMap::from([("sg-0000000a".to_owned(), last)]);
    let young = planned_with(&snapshot, 30, &seen);
    assert_eq!(kept(&young), [("sg-0000000a", KeepReason::Young)]);
    assert_eq!(ids(&planned_with(&snapshot, 9, &seen)), ["sg-0000000a"]);
    assert_eq!(ids(&planned(&snapshot, 30)), ["sg-0000000a"]);
}

#[test]
fn what_a_group_names_that_stays_stays_too() {
    let old = "2026-01-01T00:00:00Z";
    let snapshot = snapshot([
        group("sg-0000000a", &["ingress tcp/1 from sg-0000000b"]),
        marked(
            group("sg-0000000b", &["ingress tcp/1 from sg-0000000c"]),
            old,
        ),
        marked(group("sg-0000000c", &[]), old),
        marked(
            group("sg-0000000d", &["ingress tcp/1 from sg-0000000c"]),
            old,
        ),
    ]);
    let plan = planned(&snapshot, 30);
    assert_eq!(ids(&plan), ["sg-0000000d"]);
    assert_eq!(
        kept(&plan),
        [
            ("sg-0000000a", KeepReason::Young),
            ("sg-0000000b", KeepReason::Held),
            ("sg-0000000c", KeepReason::Held),
        ]
    );
    assert!(plan.kept[1].reason.contains("sg-0000000a"));
}

#[test]
fn what_only_a_person_can_decide_is_told_apart() {
    let mut snapshot = snapshot([
        group("sg-0000000a", &[]),
        group("sg-0000000b", &[]),
        Group {
            name: "default".to_owned(),
            ..group("sg-0000000d", &[])
        },
    ]);
    snapshot.regions[0].uses = vec![Use {
        group_id: "sg-0000000a".to_owned(),
        kind: UseKind::LaunchTemplate,
        by: "lt-1".to_owned(),
        detail: String::new(),
    }];
    let plan = planned(&snapshot, 0);
    assert_eq!(ids(&plan), ["sg-0000000b"]);
    assert_eq!(kept(&plan), [("sg-0000000a", KeepReason::Dormant)]);

    snapshot.regions[0].not_looked_at = vec![NotLookedAt {
        operation: "DescribeNetworkInterfaces".to_owned(),
        code: "UnauthorizedOperation".to_owned(),
        consequence: "Who has a group isn't known.".to_owned(),
        hides_uses: true,
    }];
    let plan = planned(&snapshot, 0);
    assert_eq!(ids(&plan), [""; 0]);
    assert!(kept(&plan).contains(&("sg-0000000b", KeepReason::Unknown)));
}

#[test]
fn the_mark_is_no_change_and_everything_else_is() {
    let before = SavedGroup::of(
        "1",
        "eu-west-1",
        &group("sg-0000000a", &["ingress all from self"]),
    );
    let mut now = before.clone();
    now.tags.insert(MARK.to_owned(), NOW.to_owned());
    assert_eq!(before.differences(&now), [""; 0]);
    now.tags.insert("Name".to_owned(), "web".to_owned());
    now.rules.clear();
    now.name = "other".to_owned();
    assert_eq!(
        before.differences(&now),
        ["its name", "its tags", "its rules"]
    );
}

proptest! {
    #[test]
    fn every_group_goes_once_and_nothing_names_it_by_then(
        edges in prop::collection::btree_set((0usize..8, 0usize..8, 1u16..4), 0..30),
    ) {
        let id = |number: usize| format!("sg-0000000{number}");
        let groups: Vec<SavedGroup> = (0..8)
            .map(|number| SavedGroup::of("1", "eu-west-1", &group(&id(number), &[])))
            .collect();
        let mut rules: Vec<RuleSet> = vec![RuleSet::new(); 8];
        for (from, to, port) in edges.into_iter().filter(|(from, to, _)| from != to) {
            let key = format!("ingress tcp/{port} from {}", id(to));
            rules[from].insert(key.parse().expect("a rule's key"), String::new());
        }
        let all: Vec<(&SavedGroup, RuleSet)> = groups.iter().zip(rules.clone()).collect();
        let mut left: BTreeMap<String, RuleSet> = groups.iter().map(|g| g.id.clone()).zip(rules).collect();
        for step in steps(&all) {
            for (holder, revoked) in &step.revoke {
                let held = left.get_mut(holder).expect("it goes later");
                prop_assert!(revoked.keys().all(|rule| rule.referenced_group() == Some(step.id.as_str())));
                held.retain(|rule, _| !revoked.contains_key(rule));
            }
            prop_assert!(left.remove(&step.id).is_some());
            let names_it = left.values().flat_map(RuleSet::keys).any(|rule| rule.referenced_group() == Some(step.id.as_str()));
            prop_assert!(!names_it);
        }
        prop_assert!(left.is_empty());
    }
}
