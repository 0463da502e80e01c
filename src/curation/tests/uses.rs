//! Tests of groups that are used, and of those that only seem so.

use super::Scene;
use crate::curation::report::Usage;
use crate::snapshot::UseKind;

fn usage(scene: &Scene, name: &str) -> Usage {
    let groups = scene.audit().groups;
    groups
        .iter()
        .find(|it| it.name == name)
        .expect("the group")
        .usage
}

#[test]
fn a_group_that_a_service_launch_template_or_fleet_names_was_called_unused() {
    for (kind, expected) in [
        (UseKind::LaunchTemplate, Usage::Dormant),
        (UseKind::OldLaunchTemplate, Usage::Dormant),
        (UseKind::Fleet, Usage::Dormant),
        (UseKind::SpotFleet, Usage::Dormant),
        (UseKind::SpotRequest, Usage::Dormant),
        (UseKind::VpcEndpoint, Usage::Dormant),
        (UseKind::ClientVpn, Usage::Dormant),
        (UseKind::InstanceConnect, Usage::Dormant),
        (UseKind::VerifiedAccess, Usage::Dormant),
        (UseKind::VpcAssociation, Usage::Dormant),
        (UseKind::File, Usage::Dormant),
        (UseKind::PeerVpc, Usage::Referenced),
    ] {
        let mut scene = Scene::new();
        scene.group("web", &[]);
        scene.used("web", kind, "lt-1");
        assert_eq!(usage(&scene, "web"), expected, "{kind:?}");
        assert_eq!(scene.names("unused"), [""; 0], "{kind:?}");
        let dormant = usize::from(expected == Usage::Dormant);
        assert_eq!(scene.names("dormant").len(), dormant, "{kind:?}");
        let evidence = &scene.audit().groups[0].evidence;
        assert!(
            evidence.iter().any(|it| it.contains("lt-1")),
            "{evidence:?}"
        );
    }
}

#[test]
fn an_interface_in_use_without_an_attachment_was_unused() {
    let mut scene = Scene::new();
    scene.group("trunk", &[]);
    scene.interface(&["trunk"], None);
    assert_eq!(usage(&scene, "trunk"), Usage::Attached);
    let maker = crate::snapshot::Maker {
        status: "available".into(),
        ..Default::default()
    };
    scene.region().interfaces[0].maker = maker.into();
    assert_eq!(usage(&scene, "trunk"), Usage::Dormant);
    assert_eq!(scene.names("dormant"), ["trunk"]);
    assert_eq!(scene.names("unused"), [""; 0]);
}

#[test]
fn what_could_give_a_dormant_group_away_was_not_named() {
    let mut scene = Scene::new();
    scene.group("web", &[]);
    scene.used("web", UseKind::LaunchTemplate, "lt-1");
    let message = &scene.found("dormant")[0].message;
    assert_eq!(
        message,
        "No attached network interface has web (sg-web), but launch template lt-1 has it, so that a new \
         instance could get it."
    );
}

#[test]
fn nothing_was_said_to_name_a_group_of_an_unused_cycle() {
    let mut scene = Scene::new();
    scene.group("a", &["ingress tcp/1 from sg-b"]);
    scene.group("b", &["ingress tcp/1 from sg-a"]);
    for group in &scene.audit().groups {
        let other = if group.name == "a" {
            "b (sg-b)"
        } else {
            "a (sg-a)"
        };
        let said = format!(
            "No network interface uses it, and only groups that are unused themselves refer to it: \
             {other}."
        );
        assert_eq!(group.evidence, [said]);
    }
}

#[test]
fn a_group_was_used_because_it_references_itself() {
    let mut scene = Scene::new();
    scene.group(
        "ring",
        &["ingress tcp/1 from self", "ingress tcp/2 from sg-ring"],
    );
    assert_eq!(scene.names("unused"), ["ring"]);
}

#[test]
fn a_source_of_a_groups_rule_was_unused() {
    for rule in ["ingress tcp/1 from sg-peer", "egress tcp/1 to sg-peer"] {
        let mut scene = Scene::new();
        scene.group("web", &[rule]);
        scene.group("peer", &["ingress tcp/1 from sg-far"]);
        scene.group("far", &[]);
        scene.interface(&["web"], None);
        assert_eq!(usage(&scene, "peer"), Usage::Referenced);
        assert_eq!(usage(&scene, "far"), Usage::Referenced);
        assert_eq!(scene.names("unused"), [""; 0]);
        assert_eq!(scene.names("unused-cycle"), [""; 0]);
    }
}

#[test]
fn islands_of_groups_were_used_because_they_name_each_other() {
    let mut scene = Scene::new();
    scene.group("a", &["ingress tcp/1 from sg-b"]);
    scene.group("b", &["ingress tcp/1 from sg-a"]);
    scene.group("head", &["ingress tcp/1 from sg-tail"]);
    scene.group("tail", &[]);
    assert_eq!(scene.names("unused"), ["head"]);
    assert_eq!(scene.names("unused-cycle"), ["a", "b", "tail"]);
    let found = &scene.found("unused-cycle")[0];
    assert_eq!(
        found.remediation,
        "aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-b \
         --ip-permissions '[{\"FromPort\":1,\"IpProtocol\":\"tcp\",\"ToPort\":1,\
         \"UserIdGroupPairs\":[{\"GroupId\":\"sg-a\"}]}]' && \
         aws ec2 delete-security-group --region eu-west-1 --group-id sg-a"
    );
    scene.interface(&["b"], None);
    assert_eq!(scene.names("unused-cycle"), ["tail"], "b keeps a");
}

#[test]
fn default_groups_and_groups_of_stacks_were_unused() {
    let mut scene = Scene::new();
    scene.group("default", &[]);
    scene.group("eks-cluster-sg-blue-1", &[]);
    let stack = (
        "aws:cloudformation:stack-name".to_owned(),
        "shop".to_owned(),
    );
    scene.group("stack", &[]).tags.extend([stack]);
    assert_eq!(scene.names("unused"), [""; 0]);
    assert_eq!(
        scene.names("service-managed"),
        ["eks-cluster-sg-blue-1", "stack"]
    );
    assert_eq!(usage(&scene, "default"), Usage::Service);
    assert_eq!(usage(&scene, "stack"), Usage::Service);
}

#[test]
fn a_refused_call_made_everything_unused() {
    let mut scene = Scene::new();
    scene.group("web", &[]);
    scene.refused("DescribeManagedPrefixLists", false);
    assert_eq!(scene.names("unused"), ["web"]);
    scene.refused("DescribeClientVpnEndpoints", true);
    assert_eq!(scene.names("unused"), [""; 0]);
    assert_eq!(usage(&scene, "web"), Usage::Unknown);
    assert_eq!(scene.found("not-looked-at").len(), 2);
    // Facts that are certain stay so.
    scene.interface(&["web"], None);
    assert_eq!(usage(&scene, "web"), Usage::Attached);
}

#[test]
fn a_group_that_another_account_names_was_unused() {
    let mut scene = Scene::new();
    scene.group("web", &[]);
    let mut other = scene.snapshot.regions[0].clone();
    other.account = "222222222222".into();
    other.groups.clear();
    scene.snapshot.regions.push(other);
    assert_eq!(scene.names("unused"), ["web"]);
    let rule = "ingress tcp/1 from 111111111111/sg-web";
    let peer = crate::snapshot::Group {
        id: "sg-peer".into(),
        name: "peer".into(),
        rules: super::rule_set(&[rule]),
        ..Default::default()
    };
    scene.snapshot.regions[1]
        .groups
        .insert("sg-peer".into(), peer);
    assert_eq!(usage(&scene, "web"), Usage::Referenced);
    assert_eq!(scene.names("unused"), ["peer"]);
}

#[test]
fn when_a_group_was_last_attached_is_evidence() {
    let mut scene = Scene::new();
    scene.group("web", &[]);
    let seen = ("sg-web".to_owned(), "2026-10-01T00:00:00Z".to_owned());
    scene.snapshot.last_attached.extend([seen]);
    let evidence = &scene.found("unused")[0].evidence;
    assert!(
        evidence.iter().any(|it| it.contains("2026-10-01")),
        "{evidence:?}"
    );
}
