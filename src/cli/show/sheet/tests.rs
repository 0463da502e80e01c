//! The text of one group.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::snapshot::{Maker, NotLookedAt, PrefixList, Vpc};

fn group(id: &str, name: &str, rules: &[(&str, &str)]) -> (String, Group) {
    let rule = |(key, text): &(&str, &str)| (key.parse().expect("a key"), (*text).to_owned());
    let group = Group {
        id: id.to_owned(),
        name: name.to_owned(),
        description: "Web \u{1b}[31mtier".to_owned(),
        vpc_id: "vpc-1".to_owned(),
        owner_id: "123456789012".to_owned(),
        rules: rules.iter().map(rule).collect(),
        tags: [("team".to_owned(), "web".to_owned())].into(),
        ..Group::default()
    };
    (id.to_owned(), group)
}

#[test]
fn a_sheet_tells_what_holds_a_group_and_how_full_it_is() {
    let groups = BTreeMap::from([
        group(
            "sg-0000000a",
            "web",
            &[
                ("ingress tcp/443 from 0.0.0.0/0", "HTTPS"),
                ("ingress tcp/22 from sg-0000000b", ""),
                ("ingress tcp/22 from sg-0000000c", ""),
            ],
        ),
        group(
            "sg-0000000b",
            "app",
            &[("egress tcp/443 to sg-0000000a", "")],
        ),
    ]);
    let interface = Interface {
        id: "eni-1".into(),
        groups: ["sg-0000000a".into()].into(),
        description: "ELB app/web/1".into(),
        public_addresses: ["203.0.114.9".parse().expect("an address")].into(),
        maker: Arc::new(Maker {
            requester: "amazon-elb".to_owned(),
            status: "in-use".to_owned(),
            ..Maker::default()
        }),
        ..Interface::default()
    };
    let vpc = Vpc {
        tags: [("Name".to_owned(), "main".to_owned())].into(),
        ..Vpc::default()
    };
    let region = Region {
        name: "eu-west-1".to_owned(),
        vpcs: [("vpc-1".to_owned(), vpc)].into(),
        groups,
        interfaces: vec![interface],
        uses: vec![Use {
            group_id: "sg-0000000a".to_owned(),
            kind: UseKind::LaunchTemplate,
            by: "lt-1 (web)".to_owned(),
            detail: "version 3, the default".to_owned(),
        }],
        not_looked_at: vec![NotLookedAt {
            operation: "DescribeClientVpnEndpoints".to_owned(),
            code: "InvalidAction".to_owned(),
            consequence: "Groups can't be told.".to_owned(),
            hides_uses: true,
        }],
        ..Region::default()
    };
    let text = write(&region, &region.groups["sg-0000000a"], 60);
    let expected = "\
web (sg-0000000a)
  description Web [31mtier
  account     123456789012
  region      eu-west-1
  VPC         vpc-1 (main)
  tags        team = web

ingress
  tcp/22 from sg-0000000b (app)
  tcp/22 from sg-0000000c
  tcp/443 from 0.0.0.0/0  # HTTPS

egress
  nothing

attached to
  eni-1 of amazon-elb, public address 203.0.114.9: ELB app/web/1

named by
  launch template lt-1 (web), version 3, the default

references
  sg-0000000b (app): ingress tcp/22 from sg-0000000b
  sg-0000000c, which is gone: ingress tcp/22 from sg-0000000c

referenced by
  sg-0000000b (app): egress tcp/443 to sg-0000000a

deletion
  blocked: 1 network interface has it
  blocked: a rule of sg-0000000b (app), by reference

quota
  ingress 3 of 60 for IPv4, 2 of 60 for IPv6
  egress  0 of 60 for IPv4, 0 of 60 for IPv6

not looked at
  DescribeClientVpnEndpoints: Groups can't be told.
";
    // The rules come in the order of the rules themselves.
    assert_eq!(text.lines().count(), expected.lines().count(), "{text}");
    for line in expected.lines() {
        assert!(text.lines().any(|own| own == line), "{line}\n\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn a_group_without_anything_can_be_deleted() {
    let region = Region {
        groups: BTreeMap::from([group("sg-0000000a", "web", &[])]),
        ..Region::default()
    };
    let text = write(&region, &region.groups["sg-0000000a"], 60);
    assert!(text.contains("deletion\n  nothing blocks it\n"), "{text}");
}

#[test]
fn a_quota_was_full_of_two_rules_and_nothing_said_why() {
    let rules = [
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress tcp/443 from pl-0000000a", ""),
        ("ingress tcp/444 from pl-0000000a", ""),
        ("egress tcp/443 to pl-0000000b", ""),
    ];
    let list = |weight| PrefixList {
        weight,
        ..PrefixList::default()
    };
    let region = Region {
        groups: BTreeMap::from([group("sg-0000000a", "web", &rules)]),
        prefix_lists: [
            ("pl-0000000a".to_owned(), list(10)),
            ("pl-0000000b".to_owned(), list(1)),
        ]
        .into(),
        ..Region::default()
    };
    let text = write(&region, &region.groups["sg-0000000a"], 60);
    let ingress =
        "ingress 21 of 60 for IPv4, 20 of 60 for IPv6 (pl-0000000a counts 10 in each rule)\n";
    assert!(text.contains(ingress), "{text}");
    assert!(
        text.contains("egress  1 of 60 for IPv4, 1 of 60 for IPv6\n"),
        "{text}"
    );
}
