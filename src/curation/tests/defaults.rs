//! Tests of findings about default groups.

use super::Scene;
use crate::curation::Severity;

/// A default group of the VPC.
fn default(scene: &mut Scene, vpc: &str, rules: &[&str]) {
    let group = scene.group(&format!("default-{vpc}"), rules);
    group.name = "default".into();
    group.vpc_id = vpc.into();
}

const OWN: [&str; 2] = ["ingress all from self", "egress all to 0.0.0.0/0"];

#[test]
fn default_groups_of_empty_vpcs_made_a_finding_each() {
    let mut scene = Scene::new();
    for vpc in ["vpc-1", "vpc-2", "vpc-3"] {
        default(&mut scene, vpc, &OWN);
    }
    let found = scene.found("default-has-rules");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Info);
    assert_eq!(found[0].evidence.len(), 3);
    assert_eq!(
        found[0].message,
        "The default groups of 3 VPCs have AWS's own rules."
    );
    assert_eq!(scene.names("default-in-use"), [""; 0]);
}

#[test]
fn a_default_group_that_somebody_changed_or_uses_is_told_by_itself() {
    let mut scene = Scene::new();
    default(&mut scene, "vpc-1", &OWN);
    default(&mut scene, "vpc-2", &["ingress tcp/5432 from 10.0.0.0/8"]);
    default(&mut scene, "vpc-3", &[]);
    scene.interface(&["default-vpc-1"], None);
    let found = scene.found("default-has-rules");
    let reported: Vec<(Severity, Option<&str>)> = found
        .iter()
        .map(|it| (it.severity, it.vpc_id.as_deref()))
        .collect();
    assert_eq!(
        reported,
        [
            (Severity::Medium, Some("vpc-1")),
            (Severity::Medium, Some("vpc-2"))
        ]
    );
    let used = scene.found("default-in-use");
    assert_eq!(used.len(), 1);
    assert_eq!(used[0].severity, Severity::High);
    assert_eq!(used[0].evidence, ["eni-0"]);
}

#[test]
fn a_group_whose_name_only_begins_so_is_no_default_group() {
    let mut scene = Scene::new();
    scene.group("default-web", &OWN);
    scene.interface(&["default-web"], None);
    assert_eq!(scene.names("default-in-use"), [""; 0]);
    assert_eq!(scene.names("default-has-rules"), [""; 0]);
}
