//! Tests that the cover index finds what a comparison with every rule finds.

use std::cmp::Reverse;

use proptest::prelude::*;

use super::steps::{small_rule, small_set};
use super::{peer, rule};
use crate::rules::cover_index::CoverIndex;
use crate::rules::pairs::pairs;
use crate::rules::{Change, Limits, Peer, Rule, RuleSet, covered, diff};

/// [`covered`], by its definition.
fn covered_by_looking(rules: &RuleSet) -> Vec<(Rule, Rule)> {
    let idle = |rule: &Rule| rules.keys().any(|by| by != rule && by.covers(rule));
    let found = rules.keys().filter(|rule| idle(rule)).map(|rule| {
        let mut needed = rules.keys().filter(|by| !idle(by));
        let by = needed.find(|by| by.covers(rule));
        (rule.clone(), by.expect("something covers it").clone())
    });
    found.collect()
}

/// [`pairs`], by trying every new rule for every old one.
fn pairs_by_looking(
    authorize: &mut RuleSet,
    revoke: &mut RuleSet,
    desired: &RuleSet,
    limits: &Limits,
) -> Vec<Change> {
    let weight = |rule: &Rule| match &rule.peer {
        Peer::PrefixList(id) => limits.prefix_list_weights.get(id).copied().unwrap_or(1),
        _ => 1,
    };
    let wanted = |rule: &Rule| desired.keys().any(|new| new.overlaps(rule));
    let mut order: Vec<Rule> = revoke.keys().cloned().collect();
    order.sort_by_key(|rule| Reverse((weight(rule), wanted(rule))));
    let mut changes = Vec::new();
    for old in order {
        let fits = |new: &&Rule| old.peer.kind().is_some() && old.peer.kind() == new.peer.kind();
        let new = authorize
            .keys()
            .filter(fits)
            .max_by_key(|new| (weight(new), new.covers(&old), new.overlaps(&old)))
            .cloned();
        if let Some((new, description)) = new.and_then(|new| authorize.remove_entry(&new)) {
            revoke.remove(&old);
            changes.push(Change {
                old,
                new,
                description,
            });
        }
    }
    changes
}

/// Any rules, some of them near others: with the same traffic, or the same peer.
fn near() -> impl Strategy<Value = RuleSet> {
    let some = prop::collection::vec((rule(), peer()), 0..12);
    some.prop_map(|some| {
        let others = some.clone();
        let crossed = some.into_iter().zip(others.into_iter().rev());
        let rules = crossed.flat_map(|((rule, peer), (other, _))| {
            let moved = Rule {
                peer,
                ..rule.clone()
            };
            let swapped = Rule {
                peer: other.peer,
                ..rule.clone()
            };
            [rule, moved, swapped]
        });
        rules.map(|rule| (rule, String::new())).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn covered_is_what_its_definition_says(rules in small_set(30)) {
        prop_assert_eq!(covered(&rules), covered_by_looking(&rules));
    }

    #[test]
    fn covered_is_what_its_definition_says_of_any_rules(rules in near()) {
        prop_assert_eq!(covered(&rules), covered_by_looking(&rules));
    }

    #[test]
    fn the_pairs_are_those_that_trying_them_all_finds(
        current in small_set(20),
        desired in small_set(20),
        weights in (1..4usize, 1..4usize),
    ) {
        let limits = Limits {
            prefix_list_weights: [("pl-0000000a", weights.0), ("pl-0000000b", weights.1)]
                .map(|(id, weight)| (id.to_owned(), weight))
                .into(),
            ..Limits::default()
        };
        let diff = diff(&current, &desired);
        let (mut authorize, mut revoke) = (diff.authorize.clone(), diff.revoke.clone());
        let found = pairs(&mut authorize, &mut revoke, &desired, &limits);
        let (mut left, mut right) = (diff.authorize, diff.revoke);
        let expected = pairs_by_looking(&mut left, &mut right, &desired, &limits);
        prop_assert_eq!(found, expected);
        prop_assert_eq!((authorize, revoke), (left, right));
    }

    #[test]
    fn areas_find_the_first_and_the_last(rules in small_set(30), gone in 0..30usize, asked in small_rule()) {
        let mut areas = CoverIndex::of(rules.keys());
        let gone = rules.keys().nth(gone);
        gone.into_iter().for_each(|rule| areas.remove(rule));
        let left: Vec<&Rule> = rules.keys().filter(|rule| Some(*rule) != gone).collect();
        let of_those = |fits: fn(&Rule, &Rule) -> bool| {
            let asked = &asked;
            left.iter().copied().filter(move |rule| fits(rule, asked))
        };
        prop_assert_eq!(areas.first_to_cover(&asked), of_those(Rule::covers).next());
        prop_assert_eq!(areas.last_to_cover(&asked), of_those(Rule::covers).next_back());
        prop_assert_eq!(areas.last_to_overlap(&asked), of_those(Rule::overlaps).next_back());
        prop_assert_eq!(areas.last(), left.last().copied());
    }
}
