//! Tests of the plan for a configuration and a prior state.

mod unknowns;

use super::super::schema;
use super::*;
use crate::session::{ProviderTags, TagPolicy, Variables};
use crate::tf_provider::plan::before;
use crate::tf_provider::resource::Phase;

const OWN: &str = "sg-0000000a";

fn config<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    let empty = schema::schema().block.empty();
    attributes
        .into_iter()
        .fold(empty, |config, (name, value)| config.with(name, value))
}

/// An empty provider block.
fn provider() -> ProviderConfig {
    ProviderConfig {
        tagging: TagPolicy::new(&ProviderTags::default(), &Variables::new()).into(),
        catalog: Catalog::default().into(),
        ..ProviderConfig::default()
    }
}

/// The plan of a configuration, before it is checked.
fn planned(prior: Option<&Value>, config: &Value) -> Plan {
    let block = schema::schema().block;
    // Terraform's merge: what is computed and not configured stays as it was.
    let computed = block.attributes.iter().filter(|a| a.mode.is_computed());
    let kept = computed.filter(|a| config.get(a.name).is_null());
    let proposed = kept.fold(config.clone(), |merged, a| {
        let before = prior.map_or(Value::Null, |p| p.get(a.name).clone());
        merged.with(a.name, before)
    });
    let mut plan = Plan {
        phase: Phase::Plan,
        config: config.clone(),
        prior: prior.cloned(),
        planned: before(&block, config, prior, proposed),
        replace: Vec::new(),
        diagnostics: Diagnostics::new(),
        when_applied: Diagnostics::new(),
    };
    let here = Attr::Known("eu-west-1".to_owned());
    let account = Attr::Known("123456789012");
    decide(&mut plan, here, &provider(), account, &Declared::default());
    plan
}

#[test]
fn a_group_with_its_account_is_not_known_while_ones_own_account_is_not() {
    let peer = |id: &str| {
        Value::set([block([
            ("service", "ssh".into()),
            ("security_groups", Value::set([id])),
        ])])
    };
    let rules = |id: &str, account| {
        let config = config([("name", "web".into()), ("ingress", peer(id))]);
        let mut plan = planned(None, &config);
        decide(
            &mut plan,
            Attr::Unknown,
            &provider(),
            account,
            &Declared::default(),
        );
        plan.planned.get("rules").clone()
    };
    let id = "123456789012/sg-0000000b";
    let own = Value::map([("ingress tcp/22 from sg-0000000b", "")]);
    assert_eq!(rules(id, Attr::Known("123456789012")), own);
    assert_eq!(rules(id, Attr::Unknown), Value::Unknown);
    assert_eq!(rules("sg-0000000b", Attr::Unknown), own);
}

/// The state of a group that was created by a plan.
fn made(config: &Value) -> Value {
    let decided = [
        ("id", OWN),
        ("arn", "arn:x"),
        ("owner_id", "123456789012"),
        ("vpc_id", "vpc-0123abcd"),
    ];
    let state = planned(None, config).planned;
    decided
        .into_iter()
        .fold(state, |state, (name, value)| state.with(name, value))
}

fn block<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    let empty = schema::rule(&schema::schema().block).empty();
    attributes
        .into_iter()
        .fold(empty, |block, (name, value)| block.with(name, value))
}

#[test]
fn a_name_comes_from_the_configuration_then_the_prefix_then_the_preset() {
    let both = [("preset", "https".into()), ("name_prefix", "web-".into())];
    for (config, expected) in [
        (config([("name", "web".into())]), "web".into()),
        (config([("preset", "https".into())]), "https".into()),
        (config(both), Value::Unknown),
        (config([("preset", Value::Unknown)]), Value::Unknown),
        (config([("name_prefix", Value::Unknown)]), Value::Unknown),
    ] {
        assert_eq!(planned(None, &config).planned.get("name"), &expected);
    }
}

#[test]
fn a_prefix_keeps_a_name_that_begins_with_it() {
    let with = |prefix: &str| config([("name_prefix", prefix.into())]);
    let state = made(&with("web-")).with("name", "web-1");
    for (prefix, name, replaces) in [
        ("web-", "web-1".into(), false),
        ("we", "web-1".into(), false),
        ("api-", Value::Unknown, true),
    ] {
        let plan = planned(Some(&state), &with(prefix));
        assert_eq!(plan.planned.get("name"), &name, "{prefix}");
        assert_eq!(!plan.replace.is_empty(), replaces, "{prefix}");
    }
}

#[test]
fn tags_all_is_what_tags_are() {
    let tags = Value::map([("team", "web")]);
    for (given, expected) in [
        (Value::Null, Value::map::<String, Value>([])),
        (tags.clone(), tags),
        (Value::Unknown, Value::Unknown),
    ] {
        let plan = planned(None, &config([("name", "web".into()), ("tags", given)]));
        assert_eq!(plan.planned.get("tags_all"), &expected);
    }
}

#[test]
fn a_null_tag_is_no_change_whether_the_state_has_it_or_not() {
    let tagged = |tags| config([("name", "web".into()), ("tags", tags)]);
    let null = || tagged(Value::map([("team", Value::Null), ("own", "1".into())]));
    let none = || tagged(Value::map([("own", "1")]));
    for (before, after) in [(null(), none()), (none(), null()), (null(), null())] {
        let state = made(&before);
        assert_eq!(planned(Some(&state), &after).planned, state, "{after:?}");
    }
    let tags_all = Value::map([("own", "1")]);
    assert_eq!(planned(None, &null()).planned.get("tags_all"), &tags_all);
}

#[test]
fn the_accounts_own_groups_are_known_by_their_id_alone() {
    let with = |groups: &[&str]| {
        let groups = Value::set(groups.iter().copied());
        let rule = block([("service", "https".into()), ("security_groups", groups)]);
        config([("name", "web".into()), ("ingress", Value::set([rule]))])
    };
    let rules = |prior, groups: &[&str]| {
        let rules = planned(prior, &with(groups)).planned.get("rules").clone();
        let keys = rules.as_entries().expect("known").keys().cloned();
        keys.collect::<Vec<_>>()
    };
    let other = ["123456789012/sg-0000000b"];
    assert_eq!(rules(None, &other), ["ingress tcp/443 from sg-0000000b"]);
    let state = made(&with(&other));
    assert_eq!(rules(Some(&state), &[OWN]), ["ingress tcp/443 from self"]);
    // The id of a group that isn't made is unknown.
    let own = format!("ingress tcp/443 from {OWN}");
    assert_eq!(rules(None, &[OWN]), [own]);

    let plan = planned(Some(&state), &with(&["sg-0000000b"]));
    assert_eq!(plan.planned, state, "only the spelling changes");
}

#[test]
fn mistakes_in_a_block_are_reported_by_the_plan_too() {
    // A value that wasn't known when the configuration was checked.
    let rule = block([
        ("service", "https".into()),
        ("cidr_blocks", Value::set(["10.0.0.5/8"])),
    ]);
    let config = config([("name", "web".into()), ("ingress", Value::set([rule]))]);
    let plan = planned(None, &config);
    let summaries: Vec<&str> = plan.diagnostics.iter().map(|d| &*d.summary).collect();
    assert_eq!(summaries, ["\"10.0.0.5/8\" has host bits set"]);
}
