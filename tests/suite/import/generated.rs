//! `-generate-config-out`: the configuration that a host writes for an imported group plans clean.

use crate::support::emulator::{Emulator, element};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage};
use crate::support::terraform::Terraform;

/// Adds a rule to a group: its protocol, ports, and what names the peer.
fn allow(
    emulator: &Emulator,
    group: &str,
    egress: bool,
    rule: [&str; 3],
    peer: (&str, &str),
    about: &str,
) {
    let action = if egress {
        "AuthorizeSecurityGroupEgress"
    } else {
        "AuthorizeSecurityGroupIngress"
    };
    let list = peer.0.split('.').next().unwrap_or_default();
    let (source, described) = (
        format!("IpPermissions.1.{}", peer.0),
        format!("IpPermissions.1.{list}.1.Description"),
    );
    let [protocol, from, to] = rule;
    let mut parameters = vec![
        ("GroupId", group),
        ("IpPermissions.1.IpProtocol", protocol),
        (source.as_str(), peer.1),
    ];
    if !from.is_empty() {
        parameters.push(("IpPermissions.1.FromPort", from));
        parameters.push(("IpPermissions.1.ToPort", to));
    }
    if !about.is_empty() {
        parameters.push((&described, about));
    }
    emulator.call(REGION, action, &parameters);
}

fn make(emulator: &Emulator, name: &str, more: &[(&str, &str)]) -> String {
    let group = [
        ("GroupName", name),
        ("GroupDescription", "by hand: [a] $b!"),
    ];
    let parameters: Vec<(&str, &str)> = group.iter().chain(more).copied().collect();
    element(
        &emulator.call(REGION, "CreateSecurityGroup", &parameters),
        "groupId",
    )
    .to_owned()
}

/// Groups of several shapes; their names and ids.
fn groups(emulator: &Emulator) -> Vec<(&'static str, String)> {
    let opened = make(emulator, "opened", &[]);

    let bare = make(emulator, "bare", &[]);
    let first = [
        ("GroupId", bare.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    emulator.call(REGION, "RevokeSecurityGroupEgress", &first);

    let plain = [
        ("GroupName", "plain"),
        ("GroupDescription", "Managed by Terraform"),
    ];
    let plain = element(
        &emulator.call(REGION, "CreateSecurityGroup", &plain),
        "groupId",
    )
    .to_owned();

    let tags = [
        ("TagSpecification.1.ResourceType", "security-group"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", "${not} \"HCL\""),
        ("TagSpecification.1.Tag.2.Key", "empty"),
        ("TagSpecification.1.Tag.2.Value", ""),
    ];
    let tagged = make(emulator, "tagged", &tags);

    let list = [
        ("PrefixListName", "office"),
        ("MaxEntries", "3"),
        ("AddressFamily", "IPv4"),
    ];
    let list = emulator.call(REGION, "CreateManagedPrefixList", &list);
    let list = element(&list, "prefixListId").to_owned();
    let every = make(emulator, "every", &[]);
    let (v4, v6) = ("IpRanges.1.CidrIp", "Ipv6Ranges.1.CidrIpv6");
    let (sg, pl) = ("Groups.1.GroupId", "PrefixListIds.1.PrefixListId");
    for (egress, rule, peer, about) in [
        (false, ["tcp", "443", "443"], (v4, "0.0.0.0/0"), ""),
        (false, ["tcp", "443", "443"], (v6, "::/0"), ""),
        (
            false,
            ["tcp", "8000", "8100"],
            (v4, "10.0.0.0/8"),
            "staff (#1)",
        ),
        (false, ["tcp", "8000", "8100"], (sg, &opened), "staff (#1)"),
        (false, ["udp", "53", "53"], (sg, &every), "itself"),
        (false, ["udp", "53", "53"], (pl, &list), ""),
        (false, ["icmp", "-1", "-1"], (v4, "10.0.0.0/8"), ""),
        (false, ["icmp", "8", "-1"], (v4, "10.1.0.0/16"), ""),
        (false, ["icmp", "3", "4"], (v4, "10.2.0.0/16"), ""),
        (false, ["icmpv6", "128", "0"], (v6, "2001:db8::/32"), ""),
        (false, ["50", "", ""], (v4, "10.0.0.0/8"), ""),
        (false, ["-1", "", ""], (sg, &every), ""),
        (true, ["tcp", "0", "65535"], (pl, &list), "$x"),
        (true, ["-1", "", ""], (v6, "::/0"), ""),
    ] {
        allow(emulator, &every, egress, rule, peer, about);
    }
    vec![
        ("opened", opened),
        ("bare", bare),
        ("plain", plain),
        ("tagged", tagged),
        ("every", every),
    ]
}

#[test]
fn what_a_host_generates_for_an_import_plans_clean() {
    for terraform in Terraform::find_all() {
        for form in ["", "#short"] {
            generates_what_plans_clean(&terraform, form);
        }
    }
}

/// Imports groups of several shapes in a form of rules.
fn generates_what_plans_clean(terraform: &Terraform, form: &str) {
    let stage = Stage::under(terraform, "");
    let groups = groups(&stage.emulator);
    let imports: String = groups
        .iter()
        .map(|(name, id)| {
            format!("import {{\n  to = curated_security_group.{name}\n  id = \"{id}{form}\"\n}}\n")
        })
        .collect();
    stage.write(&imports);
    let generated = stage
        .work
        .run(&["plan", "-no-color", "-generate-config-out=generated.tf"]);
    assert_eq!(generated.code, 0, "{}: {generated}", terraform.version);
    let count = groups.len();
    let summary = format!("Plan: {count} to import, 0 to add, 0 to change, 0 to destroy.");
    assert_says(&generated.stdout, &[&summary]);
    // Older ones write the state, without asking.
    let minor = terraform.version.split('.').nth(1);
    let minor: u32 = minor
        .and_then(|minor| minor.parse().ok())
        .expect("a version");
    if minor >= 14 {
        let written = std::fs::read_to_string(stage.work.path().join("generated.tf"));
        let written = written.expect("the host wrote it");
        assert!(
            !written.contains("Managed by Terraform"),
            "{form}: {written}"
        );
    }

    let formatted = stage.work.run(&["fmt", "-check", "generated.tf"]);
    assert_eq!(formatted.code, 0, "{formatted}");
    stage.settle_without_a_write();
}
