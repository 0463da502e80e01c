//! For tests: a report of a small account with names that attack the program that shows them.

use std::sync::Arc;

use crate::curation::report::Report;
use crate::curation::{Ignore, Inputs, audit};
use crate::rules::Rule;
use crate::snapshot::{Group, Interface, Maker, NotLookedAt, Region, Snapshot, Use, UseKind, Vpc};

/// A name that is markup, closes attributes and reads backwards.
pub(crate) const HOSTILE: &str =
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u{202e}|`@all";

/// The report.
pub(crate) fn report() -> Report {
    let mut region = Region {
        account: "111111111111".into(),
        name: "eu-west-1".into(),
        ..Region::default()
    };
    let vpc = |name: &str, is_default| Vpc {
        tags: [("Name".to_owned(), name.to_owned())].into(),
        is_default,
    };
    region.vpcs.insert("vpc-0a1".into(), vpc("main", false));
    region.vpcs.insert("vpc-0b2".into(), vpc(HOSTILE, true));
    for (name, vpc, rules) in GROUPS {
        let id = format!("sg-{:08x}", 0xab00 + region.groups.len());
        let rule = |key: &&str| (key.parse::<Rule>().expect("a rule"), HOSTILE.to_owned());
        let group = Group {
            arn: format!("arn:aws:ec2:eu-west-1:111111111111:security-group/{id}"),
            name: name.replace("HOSTILE", HOSTILE),
            description: format!("{name} of {HOSTILE}"),
            vpc_id: (*vpc).into(),
            owner_id: "111111111111".into(),
            rules: rules.iter().map(rule).collect(),
            tags: [("Name".to_owned(), HOSTILE.to_owned())].into(),
            id: id.clone(),
        };
        region.groups.insert(id, group);
    }
    for (at, (group, address)) in [
        ("sg-0000ab00", Some("3.3.3.3")),
        ("sg-0000ab01", None),
        ("sg-0000ab02", Some("2600::1")),
        ("sg-0000ab06", None),
    ]
    .into_iter()
    .enumerate()
    {
        let address = address.map(|it| it.parse().expect("an address"));
        region.interfaces.push(Interface {
            id: format!("eni-{at}").into(),
            groups: [group.into()].into(),
            description: HOSTILE.into(),
            public_addresses: address.into_iter().collect(),
            maker: Arc::new(Maker {
                status: "in-use".into(),
                ..Maker::default()
            }),
            ..Interface::default()
        });
    }
    region.uses.push(Use {
        group_id: "sg-0000ab05".into(),
        kind: UseKind::LaunchTemplate,
        by: "lt-0c3".into(),
        detail: "version 3, the default".into(),
    });
    region.not_looked_at.push(NotLookedAt {
        operation: "DescribeClientVpnEndpoints".into(),
        code: "UnauthorizedOperation".into(),
        consequence: "Client VPN endpoints may use groups.".into(),
        hides_uses: false,
    });
    let mut inputs = Inputs::new("2026-11-29T12:00:00Z");
    inputs.ignores.push(Ignore {
        finding: "open-port".into(),
        group: None,
        reason: format!("OPS-1 {HOSTILE}"),
        until: Some("2027-01-01".into()),
    });
    let snapshot = Snapshot {
        regions: vec![region],
        ..Snapshot::default()
    };
    audit(&snapshot, &inputs)
}

const GROUPS: &[(&str, &str, &[&str])] = &[
    (
        "HOSTILE",
        "vpc-0a1",
        &[
            "ingress tcp/20-100 from 0.0.0.0/0",
            "ingress icmp from 0.0.0.0/0",
            "egress all to 0.0.0.0/0",
        ],
    ),
    (
        "db",
        "vpc-0a1",
        &[
            "ingress tcp/5432 from 0.0.0.0/1",
            "ingress tcp/5432 from 128.0.0.0/1",
        ],
    ),
    (
        "web",
        "vpc-0a1",
        &[
            "ingress tcp/443 from ::/0",
            "ingress tcp/8080 from sg-0000ab03",
        ],
    ),
    ("ring-a", "vpc-0a1", &["ingress tcp/1 from sg-0000ab04"]),
    ("ring-b", "vpc-0a1", &["ingress tcp/1 from sg-0000ab03"]),
    (
        "launch-wizard-1",
        "vpc-0b2",
        &["ingress all from 0.0.0.0/0"],
    ),
    (
        "default",
        "vpc-0b2",
        &["ingress all from self", "egress all to 0.0.0.0/0"],
    ),
    ("old", "vpc-0b2", &["ingress tcp/22 from sg-deadbeef"]),
    ("copy", "vpc-0b2", &["ingress tcp/22 from sg-deadbeef"]),
];
