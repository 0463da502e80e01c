//! Tests of the registry of rules.

use super::*;

const KEY: &str = "ingress tcp/1 from self";

fn state() -> Value {
    Value::object([
        ("region", Value::from("eu-west-1")),
        ("security_group_id", "sg-0000000a".into()),
    ])
}

fn rule_key() -> RuleKey {
    rule_keys(&state(), rules(&[KEY])).remove(0)
}

fn name(id: &str) -> Name {
    ("curated_security_group_rules", id.to_owned())
}

fn rules(keys: &[&str]) -> RuleSet {
    let rule = |key: &&str| (key.parse().expect("a rule's key"), String::new());
    keys.iter().map(rule).collect()
}

#[test]
fn a_rule_is_free_where_the_resource_that_has_it_lets_go() {
    use Seen::{Decided, NotPlanned};
    let config = Value::object([("a", "b")]);
    let (other, own) = (Value::object([("a", "c")]), name("own"));
    let registry = RunRegistry::default();
    let claim = |own, config| registry.claim(&rule_key(), own, Some(config));
    assert_eq!(claim(None, &config), Decided(Claim::NotInState));
    registry.stored(&name("a"), vec![rule_key()]);
    assert_eq!(claim(None, &config), NotPlanned(Claim::Free));
    registry.note_kept(&name("a"), &rules(&[KEY]), &config);
    let kept = Decided(Claim::Kept(name("a")));
    assert_eq!(claim(None, &other), kept);
    assert_eq!(claim(Some(&own), &config), kept);
    // As with -replace.
    assert_eq!(registry.claim(&rule_key(), None, None), kept);
    assert_eq!(claim(None, &config), Decided(Claim::Free));
    registry.note_kept(&name("a"), &rules(&[]), &config);
    assert_eq!(claim(None, &other), Decided(Claim::Free));
    registry.note_destroyed(&name("a"));
    assert_eq!(claim(None, &other), Decided(Claim::Free));
}

#[test]
fn a_rule_is_planned_and_made_by_one_resource() {
    let registry = RunRegistry::default();
    let (one, two) = (Value::object([("a", "1")]), Value::object([("a", "2")]));
    let plan = |config, is_new| registry.plan(&rule_key(), config, is_new);
    assert!(plan(&one, false) && plan(&one, false) && plan(&one, true));
    assert!(!plan(&one, true) && !plan(&two, false));
    let (first, second) = (registry.maker(None), registry.maker(None));
    assert!(registry.make(&rule_key(), first) && registry.make(&rule_key(), first));
    assert!(!registry.make(&rule_key(), second));
    assert!(
        registry.is_made_by_another(&rule_key(), second)
            && !registry.is_made_by_another(&rule_key(), first)
    );
}

#[test]
fn a_rule_is_revoked_by_one_resource_or_taken_over_by_another() {
    let registry = RunRegistry::default();
    let (leaving, coming) = (registry.maker(None), registry.maker(None));
    let revocation = registry.revocation(leaving);
    assert!(revocation.may_revoke(rule_key()));
    let reserve = |maker| registry.reserve(&rule_key(), maker);
    assert_eq!(reserve(coming), Reservation::BeingRevoked);
    assert_eq!(reserve(leaving), Reservation::Made);
    registry.release(&rule_key(), leaving);
    drop(revocation);
    assert_eq!(reserve(coming), Reservation::Made);
    assert_eq!(reserve(leaving), Reservation::ByAnother);
    assert!(!registry.revocation(leaving).may_revoke(rule_key()));
    registry.release(&rule_key(), leaving);
    assert!(registry.is_made_by_another(&rule_key(), leaving));
}

#[test]
fn a_resource_was_taken_for_another_when_it_was_changed_in_the_run_that_made_it() {
    let registry = RunRegistry::default();
    let made = registry.maker(None);
    assert!(registry.make(&rule_key(), made));
    registry.keep_maker(made, name("a"), true);
    let changed = registry.maker(Some(&name("a")));
    assert!(registry.revocation(changed).may_revoke(rule_key()));
    assert_ne!(registry.maker(Some(&name("b"))), made);
}

#[test]
fn the_removal_of_a_replaced_resource_does_not_revoke_the_rule_that_the_new_one_took_over() {
    let registry = RunRegistry::default();
    registry.stored(&name("sgr-1"), vec![rule_key()]);
    registry.enter(1);
    let new = registry.maker(None);
    assert!(registry.make(&rule_key(), new));
    registry.keep_maker(new, name("sgr-1"), true);
    let old = registry.maker(Some(&name("sgr-1")));
    assert!(!registry.revocation(old).may_revoke(rule_key()));
}

#[test]
fn another_run_knows_nothing_of_the_one_before() {
    let registry = RunRegistry::default();
    registry.stored(&name("a"), vec![rule_key()]);
    registry.enter(1);
    assert!(!registry.stays(&rule_key()));
    registry.enter(2);
    assert!(registry.stays(&rule_key()), "nobody of this run has it");
}
