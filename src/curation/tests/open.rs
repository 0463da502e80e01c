//! Tests of rules for the world, for wide ranges and for single addresses.

use super::{Scene, reported};
use crate::curation::port_classes::DATA_PORTS;
use crate::curation::report::Exposure;

#[test]
fn what_is_open_is_told_by_what_it_is() {
    for (rule, expected) in [
        ("ingress all from 0.0.0.0/0", "critical open-all"),
        ("ingress all from ::/0", "critical open-all"),
        ("ingress tcp/0-65535 from 0.0.0.0/0", "critical open-all"),
        ("ingress udp/500-65535 from ::/0", "critical open-all"),
        ("ingress tcp/22 from 0.0.0.0/0", "critical open-admin"),
        ("ingress tcp/23 from ::/0", "critical open-admin"),
        ("ingress tcp/3389 from 0.0.0.0/0", "critical open-admin"),
        (
            "ingress tcp/5985-5986 from 0.0.0.0/0",
            "critical open-admin",
        ),
        ("ingress tcp/5432 from 0.0.0.0/0", "critical open-data"),
        ("ingress udp/11211 from 0.0.0.0/0", "critical open-data"),
        ("ingress tcp/61616 from 0.0.0.0/0", "critical open-data"),
        ("ingress tcp/8080 from 0.0.0.0/0", "medium open-port"),
        ("ingress udp/22 from 0.0.0.0/0", "medium open-port"),
        ("ingress 50 from 0.0.0.0/0", "medium open-protocol"),
        ("ingress icmp from 0.0.0.0/0", "low open-icmp"),
        ("ingress icmpv6 from ::/0", "low open-icmp"),
        ("ingress icmp/5 from 0.0.0.0/0", "low open-icmp"),
        ("ingress icmp/5/1 from 0.0.0.0/0", "low open-icmp"),
        ("ingress icmpv6/137 from ::/0", "low open-icmp"),
        ("ingress tcp/22 from 8.0.0.0/7", "medium wide-public-range"),
        ("ingress all from 2600::/16", "medium wide-public-range"),
        (
            "ingress tcp/22 from 3.3.3.3/32",
            "info single-public-address",
        ),
        ("ingress all from 2600::1/128", "info single-public-address"),
        (
            "ingress tcp/0-65535 from 3.3.3.3/32",
            "info single-public-address",
        ),
    ] {
        assert_eq!(reported(&[rule]), [expected], "{rule}");
    }
    for port in DATA_PORTS {
        let rule = format!("ingress tcp/{port} from 0.0.0.0/0");
        assert_eq!(reported(&[&rule]), ["critical open-data"], "{rule}");
    }
}

#[test]
fn web_servers_echo_and_private_networks_were_reported() {
    for rule in [
        "ingress tcp/80 from 0.0.0.0/0",
        "ingress tcp/443 from ::/0",
        "ingress udp/443 from 0.0.0.0/0",
        "ingress icmp/8 from 0.0.0.0/0",
        "ingress icmp/3/4 from 0.0.0.0/0",
        "ingress icmpv6/128 from ::/0",
        "ingress all from 10.0.0.0/8",
        "ingress tcp/22 from 100.64.0.0/10",
        "ingress tcp/22 from fd00::/8",
        "ingress tcp/22 from 10.1.1.1/32",
        "ingress tcp/8080 from 3.3.3.3/32",
        "ingress tcp/22 from 52.0.0.0/16",
        "ingress tcp/443 from 104.0.0.0/8",
        "ingress tcp/22 from 2600:1f18::/32",
        "egress all to 0.0.0.0/0",
        "egress tcp/22 to 8.0.0.0/7",
    ] {
        assert_eq!(reported(&[rule]), [""; 0], "{rule}");
    }
}

#[test]
fn gre_was_read_as_port_22() {
    assert_eq!(
        reported(&["ingress 47 from 0.0.0.0/0"]),
        ["medium open-protocol"]
    );
    assert_eq!(
        reported(&["ingress 22 from 0.0.0.0/0"]),
        ["medium open-protocol"]
    );
}

#[test]
fn a_port_hid_inside_a_range() {
    assert_eq!(
        reported(&["ingress tcp/20-100 from 0.0.0.0/0"]),
        ["critical open-admin", "medium open-port"]
    );
    assert_eq!(
        reported(&["ingress tcp/5000-6000 from 0.0.0.0/0"]),
        [
            "critical open-admin",
            "critical open-data",
            "medium open-port"
        ]
    );
}

#[test]
fn two_halves_of_the_world_are_one() {
    let halves = [
        "ingress tcp/22 from 0.0.0.0/1",
        "ingress tcp/20-22 from 128.0.0.0/1",
    ];
    let reported = reported(&halves);
    assert!(
        reported.contains(&"critical open-admin".to_owned()),
        "{reported:?}"
    );
    let mut scene = Scene::new();
    scene.group("web", &halves);
    let found = scene.found("open-admin");
    assert_eq!(
        found[0].message,
        "tcp/22 (SSH) is open to all of IPv4 by `ingress tcp/20-22 from 128.0.0.0/1` and \
         `ingress tcp/22 from 0.0.0.0/1`, together."
    );
}

#[test]
fn all_ports_of_several_rules_were_told_port_by_port() {
    let mut rules = vec![
        "ingress tcp/0-1000 from 0.0.0.0/0",
        "ingress tcp/1001-65535 from ::/0",
    ];
    assert_eq!(reported(&rules), ["critical open-all"]);
    // Of another protocol, the remaining traffic is reported.
    rules.push("ingress udp/53 from 0.0.0.0/0");
    assert_eq!(reported(&rules), ["critical open-all", "medium open-port"]);
    // Services that a rule for all traffic covers aren't listed again.
    assert_eq!(
        reported(&["ingress all from 0.0.0.0/0", "ingress icmp from ::/0"]),
        ["critical open-all", "low ineffective-rule"]
    );
}

#[test]
fn a_prefix_list_that_holds_the_world_went_unseen() {
    let mut scene = Scene::new();
    scene.group("web", &["ingress tcp/22 from pl-1"]);
    assert_eq!(
        scene.names("open-admin"),
        [""; 0],
        "what it holds isn't known"
    );
    scene.prefix_list("pl-1", false, Some(&["0.0.0.0/1", "128.0.0.0/1"]));
    let found = scene.found("open-admin");
    assert_eq!(found.len(), 1);
    assert!(
        found[0]
            .evidence
            .contains(&"Prefix list pl-1 (pl-1-name) holds 0.0.0.0/0.".into())
    );
}

#[test]
fn ranges_of_aws_and_of_content_networks_were_reported_as_wide() {
    let mut scene = Scene::new();
    scene.group(
        "web",
        &["ingress tcp/8443 from pl-1", "ingress tcp/8443 from pl-2"],
    );
    scene.prefix_list("pl-1", true, Some(&["13.32.0.0/15"]));
    scene.prefix_list("pl-2", false, Some(&["173.245.48.0/20"]));
    assert_eq!(scene.names("wide-public-range"), [""; 0]);
    scene.prefix_list("pl-2", false, Some(&["104.16.0.0/12"]));
    let found = scene.found("wide-public-range");
    assert_eq!(found[0].rules, ["ingress tcp/8443 from pl-2"]);
    assert_eq!(
        found[0].evidence[1],
        "104.16.0.0/12 holds 1048576 addresses."
    );
}

#[test]
fn a_wide_range_adds_nothing_to_the_world() {
    assert_eq!(
        reported(&[
            "ingress tcp/22 from 0.0.0.0/0",
            "ingress tcp/22 from 8.0.0.0/7"
        ]),
        ["critical open-admin", "low redundant-rule"]
    );
}

#[test]
fn severity_follows_who_can_reach_it() {
    let mut scene = Scene::new();
    for name in ["public", "balancer", "private", "nobody"] {
        scene.group(
            name,
            &[
                "ingress tcp/22 from 0.0.0.0/0",
                "ingress tcp/9 from 0.0.0.0/0",
            ],
        );
    }
    scene.interface(&["public"], None);
    scene.interface(&["public"], Some("2600::1"));
    scene.interface(&["balancer"], None).description = "ELB app/web/50dc6c495c0c9188".into();
    scene.interface(&["private"], None);
    let of = |name: &str| -> Vec<String> {
        let all = scene.audit().findings.into_iter();
        let own =
            all.filter(|it| it.group_name.as_deref() == Some(name) && it.id.starts_with("open"));
        own.map(|it| it.severity.to_string()).collect()
    };
    assert_eq!(of("public"), ["critical", "medium"]);
    assert_eq!(of("balancer"), ["critical", "medium"]);
    assert_eq!(of("private"), ["high", "low"]);
    assert_eq!(of("nobody"), ["medium", "low"]);
    let groups = scene.audit().groups;
    let exposures: Vec<(&str, Exposure)> =
        groups.iter().map(|it| (&*it.name, it.exposure)).collect();
    assert_eq!(
        exposures,
        [
            ("balancer", Exposure::Public),
            ("nobody", Exposure::None),
            ("private", Exposure::Private),
            ("public", Exposure::Public),
        ]
    );
}

#[test]
fn the_matrix_tells_ports_and_not_rules() {
    let mut scene = Scene::new();
    scene.group(
        "web",
        &[
            "ingress tcp/20-25 from 0.0.0.0/0",
            "ingress tcp/24-30 from ::/0",
            "ingress tcp/443 from 0.0.0.0/0",
            "ingress tcp/5432 from 0.0.0.0/0",
            "ingress icmp from 0.0.0.0/0",
            "ingress 47 from ::/0",
        ],
    );
    let open = scene.audit().groups[0]
        .world_open
        .as_deref()
        .cloned()
        .expect("open");
    assert_eq!(open.all, [""; 0]);
    assert_eq!(open.admin, ["tcp/22-23"]);
    assert_eq!(open.data, ["tcp/5432"]);
    assert_eq!(open.other, ["tcp/20-21", "tcp/24-30"]);
    assert_eq!(open.web, ["tcp/443"]);
    assert_eq!(open.protocols, ["47", "icmp"]);
    assert_eq!(scene.audit().summary.open_to_world, 1);
}
