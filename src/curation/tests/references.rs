//! Tests of references between groups, and of rules that do nothing.

use super::{Scene, reported, rule_set};

#[test]
fn a_rule_that_names_a_deleted_group_went_unseen() {
    let mut scene = Scene::new();
    let rules = [
        "ingress tcp/1 from sg-gone",
        "ingress tcp/2 from 222222222222/sg-far",
    ];
    scene.group("web", &rules);
    let found = scene.found("stale-rule");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].rules,
        ["ingress tcp/1 from sg-gone"],
        "what others have isn't known"
    );
    let stale = rule_set(&rules[1..]);
    scene.region().stale.insert("sg-web".into(), stale);
    assert_eq!(scene.found("stale-rule")[0].rules, rules);
}

#[test]
fn a_group_that_is_shared_by_another_account_was_full_of_stale_rules() {
    let mut scene = Scene::new();
    scene
        .group("shared", &["ingress tcp/1 from sg-theirs"])
        .owner_id = "222222222222".into();
    assert_eq!(scene.names("stale-rule"), [""; 0]);
    assert_eq!(scene.names("unused"), [""; 0], "it is theirs");
}

#[test]
fn a_peer_without_members_lets_nothing_in() {
    let mut scene = Scene::new();
    scene.group(
        "web",
        &["ingress tcp/1 from sg-peer", "ingress tcp/1 from sg-asg"],
    );
    scene.group("peer", &[]);
    scene.group("asg", &[]);
    scene.used("asg", crate::snapshot::UseKind::LaunchTemplate, "lt-1");
    assert_eq!(
        scene.names("unattached-peer"),
        [""; 0],
        "web is unused itself"
    );
    scene.interface(&["web"], None);
    let found = scene.found("unattached-peer");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rules, ["ingress tcp/1 from sg-peer"]);
    scene.refused("DescribeLaunchTemplateVersions", true);
    assert_eq!(
        scene.names("unattached-peer"),
        [""; 0],
        "a template may name it"
    );
}

#[test]
fn cycles_are_told_group_by_group() {
    let mut scene = Scene::new();
    scene.group("a", &["ingress tcp/1 from sg-b", "ingress tcp/1 from self"]);
    scene.group("b", &["egress tcp/1 to sg-c"]);
    scene.group("c", &["ingress tcp/1 from sg-a"]);
    scene.group("d", &["ingress tcp/1 from sg-a", "ingress tcp/2 from self"]);
    assert_eq!(scene.names("cycle"), ["a", "b", "c"]);
    let found = &scene.found("cycle")[0];
    assert_eq!(found.rules, ["ingress tcp/1 from sg-b"]);
    assert_eq!(found.evidence, ["a (sg-a)", "b (sg-b)", "c (sg-c)"]);
}

#[test]
fn rules_that_do_nothing_are_told() {
    for (rules, expected) in [
        (
            &[
                "ingress tcp/1 from 10.0.0.0/8",
                "ingress tcp/1 from 10.1.0.0/16",
            ][..],
            &["low redundant-rule"][..],
        ),
        (
            &[
                "ingress tcp/1 from 10.0.0.0/8",
                "egress tcp/1 to 10.1.0.0/16",
            ],
            &[],
        ),
        (
            &["ingress icmpv6 from 10.0.0.0/8"],
            &["low ineffective-rule"],
        ),
        (&["egress icmp to fd00::/8"], &["low ineffective-rule"]),
        (&["ingress icmp from ::/0"], &["low ineffective-rule"]),
    ] {
        assert_eq!(reported(rules), expected, "{rules:?}");
    }
}

#[test]
fn entries_of_a_call_were_counted_in_place_of_rules() {
    let mut scene = Scene::new();
    let rules: Vec<String> = (0..47)
        .map(|host| format!("ingress tcp/443 from 10.0.0.{host}/32"))
        .collect();
    let mut rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    scene.group("below", &rules);
    rules.push("ingress tcp/443 from sg-below");
    scene.group("near", &rules);
    scene.prefix_list("pl-1", true, None);
    let lists = [
        "egress tcp/1 to pl-1",
        "egress tcp/2 to pl-1",
        "egress tcp/3 to pl-1",
    ];
    scene.group("lists", &lists);
    assert_eq!(scene.names("near-quota"), ["near"]);
    assert_eq!(
        scene.found("near-quota")[0].message,
        "Ingress counts 48 of the 60 rules that the quota allows in a family."
    );
    scene
        .region()
        .prefix_lists
        .get_mut("pl-1")
        .expect("it")
        .weight = 16;
    assert_eq!(scene.names("near-quota"), ["lists", "near"]);
    scene.inputs.rules_per_direction = 100;
    assert_eq!(scene.names("near-quota"), [""; 0]);
}
