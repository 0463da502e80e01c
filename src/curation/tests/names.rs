//! Tests of findings about names: launch wizards, duplicates and presets.

use super::Scene;

#[test]
fn a_name_that_only_holds_the_wizards_was_reported() {
    let mut scene = Scene::new();
    for name in [
        "launch-wizard-1",
        "launch-wizard-27",
        "launch-wizard-",
        "launch-wizard",
        "launch-wizard-1-web",
        "my-launch-wizard-1",
        "Launch-wizard-1",
    ] {
        scene.group(name, &[]);
    }
    assert_eq!(
        scene.names("launch-wizard"),
        ["launch-wizard-1", "launch-wizard-27"]
    );
}

#[test]
fn copies_are_told_with_the_one_to_keep() {
    let mut scene = Scene::new();
    let rules = ["ingress tcp/80 from 10.0.0.0/8", "egress all to 0.0.0.0/0"];
    for name in ["a", "b", "c"] {
        scene.group(name, &rules);
    }
    let described = scene.group("b", &[]).rules.values_mut();
    described.for_each(|text| *text = "differs".into());
    scene.group("other", &rules).vpc_id = "vpc-2".into();
    scene.interface(&["b"], None);
    let found = scene.found("duplicate");
    let reported: Vec<(&str, &str)> = found
        .iter()
        .map(|it| (it.group_name.as_deref().expect("a group"), &*it.message))
        .collect();
    assert_eq!(
        reported,
        [
            (
                "a",
                "3 groups of vpc-1 have the same rules: keep b (sg-b) in place of this one."
            ),
            ("b", "3 groups of vpc-1 have the same rules: keep this one."),
            (
                "c",
                "3 groups of vpc-1 have the same rules: keep b (sg-b) in place of this one."
            ),
        ]
    );
    assert_eq!(found[0].evidence, ["b (sg-b)", "a (sg-a)", "c (sg-c)"]);
}

#[test]
fn groups_that_only_look_alike_were_called_copies() {
    let mut scene = Scene::new();
    for name in ["a", "b"] {
        scene.group(&format!("self-{name}"), &["ingress tcp/80 from self"]);
        scene.group(&format!("empty-{name}"), &[]);
        scene.group(&format!("k8s-{name}"), &["ingress tcp/80 from 10.0.0.0/8"]);
    }
    scene.group("ipv6", &["egress all to ::/0"]);
    scene.group("ipv4", &["egress all to 0.0.0.0/0"]);
    assert_eq!(scene.names("duplicate"), [""; 0]);
}

#[test]
fn presets_are_known_by_rules_and_names() {
    let mut scene = Scene::new();
    scene.group("web", &["ingress tcp/80 from 0.0.0.0/0"]);
    scene.group("http", &["ingress tcp/80 from 0.0.0.0/0"]);
    scene.group("out", &["egress all to ::/0"]);
    scene.group(
        "SSH",
        &[
            "ingress tcp/22 from 0.0.0.0/0",
            "ingress tcp/2222 from 0.0.0.0/0",
        ],
    );
    scene.group("https", &[]);
    assert_eq!(scene.names("matches-preset"), ["web"]);
    assert_eq!(
        scene.found("matches-preset")[0].remediation,
        "preset = \"http\""
    );
    assert_eq!(scene.names("misleading-name"), ["SSH", "https"]);
    let found = scene.found("misleading-name");
    assert_eq!(
        found[0].evidence,
        ["It has `ingress tcp/2222 from 0.0.0.0/0` besides."]
    );
    assert_eq!(
        found[1].evidence,
        ["It lacks `ingress tcp/443 from 0.0.0.0/0`."]
    );
}
