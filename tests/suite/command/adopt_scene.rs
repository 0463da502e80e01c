//! A messy account for `curated adopt`, and how its rules are made.

use std::fs;

use super::scene::{attach, let_in, tag};
use super::{REGION, create, open};
use crate::support::emulator::{Emulator, element};

/// The second region that it has groups in.
pub(super) const OTHER_REGION: &str = "us-east-1";

/// Adds rules as EC2's parameters say them.
pub(super) fn rules(
    emulator: &Emulator,
    region: &str,
    action: &str,
    id: &str,
    parameters: &[(&str, &str)],
) {
    let mut all = vec![("GroupId", id)];
    all.extend(parameters);
    emulator.call(region, action, &all);
}

pub(super) const INGRESS: &str = "AuthorizeSecurityGroupIngress";
const EGRESS: &str = "AuthorizeSecurityGroupEgress";

/// A network interface with each of these groups.
pub(super) fn attach_all(emulator: &Emulator, ids: &[&str]) {
    for id in ids {
        attach(emulator, id);
    }
}

/// An account as the console makes it: presets under other names, services, references in a cycle,
/// hostile names, a second VPC and region, other accounts, prefix lists, ICMP, IPv6.
pub(super) fn messy(emulator: &Emulator) -> usize {
    let made = |name: &str| create(emulator, REGION, name);
    let ids = [
        "launch-wizard-1",
        "web",
        "db",
        "cache",
        "big",
        "odd ${name} (x)",
        "7th",
        "Web!",
    ]
    .map(made);
    let [wizard, web, db, cache, big, odd, seventh, upper] = &ids;
    open(emulator, REGION, wizard, "22");
    let all = [
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    rules(emulator, REGION, "RevokeSecurityGroupEgress", wizard, &all);
    open(emulator, REGION, web, "80");
    open(emulator, REGION, web, "443");
    // A cycle of three, and one of two that shares a group with it.
    let_in(emulator, web, db, "8080");
    let_in(emulator, db, cache, "5432");
    let_in(emulator, cache, web, "6379");
    let_in(emulator, cache, db, "6379");
    let_in(emulator, db, db, "5432");
    for number in 0..60 {
        let cidr = format!("10.{number}.0.0/16");
        let described = format!("office #{number} ${{x}}");
        rules(
            emulator,
            REGION,
            INGRESS,
            big,
            &[
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", "8443"),
                ("IpPermissions.1.ToPort", "8443"),
                ("IpPermissions.1.IpRanges.1.CidrIp", &cidr),
                ("IpPermissions.1.IpRanges.1.Description", &described),
            ],
        );
    }
    for (kind, code, cidr, text) in [
        ("3", "4", "0.0.0.0/0", "path MTU"),
        ("8", "-1", "10.0.0.0/8", " blank "),
    ] {
        rules(
            emulator,
            REGION,
            INGRESS,
            odd,
            &[
                ("IpPermissions.1.IpProtocol", "icmp"),
                ("IpPermissions.1.FromPort", kind),
                ("IpPermissions.1.ToPort", code),
                ("IpPermissions.1.IpRanges.1.CidrIp", cidr),
                ("IpPermissions.1.IpRanges.1.Description", text),
            ],
        );
    }
    rules(
        emulator,
        REGION,
        EGRESS,
        odd,
        &[
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0"),
        ],
    );
    rules(
        emulator,
        REGION,
        INGRESS,
        seventh,
        &[
            ("IpPermissions.1.IpProtocol", "50"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "192.0.2.0/24"),
        ],
    );
    let lists = emulator.call(REGION, "DescribeManagedPrefixLists", &[]);
    rules(
        emulator,
        REGION,
        EGRESS,
        seventh,
        &[
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "443"),
            ("IpPermissions.1.ToPort", "443"),
            (
                "IpPermissions.1.PrefixListIds.1.PrefixListId",
                element(&lists, "prefixListId"),
            ),
        ],
    );
    // It is named, and stays out.
    let stack = made("stack");
    tag(
        emulator,
        REGION,
        &stack,
        "kubernetes.io/cluster/blue",
        "owned",
    );
    let_in(emulator, upper, &stack, "9100");
    for (key, value) in [
        ("Name", "a \"b\" ${c} %{d}"),
        ("team", "caf\u{e9}\u{1f600}"),
    ] {
        tag(emulator, REGION, upper, key, value);
    }
    made("unused");
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    attach_all(emulator, &ids);
    // Another VPC of the region has groups of the same names, and another region too.
    let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = element(&vpc, "vpcId");
    tag(emulator, REGION, vpc, "Name", "Test (\"x\")");
    let second = emulator.call(
        REGION,
        "CreateSecurityGroup",
        &[
            ("GroupName", "web"),
            ("GroupDescription", "Managed by Terraform"),
            ("VpcId", vpc),
        ],
    );
    let third = create(emulator, OTHER_REGION, "web");
    open(emulator, OTHER_REGION, &third, "443");
    let used = format!("{} {third}", element(&second, "groupId"));
    fs::write(used_by(emulator), used).expect("written");
    // 8 and 2 groups, and the rules of those that open the cycles.
    ids.len() + 2
}

/// A file that says that groups are in use.
pub(super) fn used_by(emulator: &Emulator) -> std::path::PathBuf {
    let port = emulator.endpoint().rsplit(':').next().expect("a port");
    std::env::temp_dir().join(format!("curated-used-by-{port}.txt"))
}
