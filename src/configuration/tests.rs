//! Configuration that is written reads back as the same rules: by table, and for groups of all kinds.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::read::{self, Meaning};
use super::text::{self, no_references};
use super::{Configuration, Facts, Style, Vocabulary, short_form};
use crate::catalog::Catalog;
use crate::rules::{Direction, Peer, Rule, RuleSet, Traffic};

const STYLES: [Style; 2] = [Style::Blocks, Style::Short];

/// Rules by their keys, with descriptions.
fn described(rules: &[(&str, &str)]) -> RuleSet {
    let read = |key: &str| key.parse::<Rule>().expect("a rule's key");
    let rules = rules.iter();
    rules
        .map(|(key, text)| (read(key), (*text).to_owned()))
        .collect()
}

/// A group with these rules and nothing remarkable else.
fn written(rules: &RuleSet, style: Style) -> String {
    let tags = BTreeMap::from([("team".to_owned(), "web".to_owned())]);
    let facts = Facts {
        name: "app",
        description: "by hand",
        vpc_id: Some("vpc-0000000a"),
        region: None,
        tags: &tags,
        rules,
    };
    let configuration = Configuration::of(&facts, &vocabulary(), style);
    text::group("app", &configuration, None, &no_references)
}

fn vocabulary() -> Vocabulary {
    Vocabulary::of(Catalog::built_in())
}

fn meaning<'a>(resolve: &'a dyn Fn(&str) -> Option<String>) -> Meaning<'a> {
    Meaning {
        service: &|name| Catalog::built_in().service(name).ok(),
        preset: &|name| Catalog::built_in().preset(name).ok().map(|p| p.rules()),
        resolve,
    }
}

#[test]
fn services_and_merged_peers_in_both_styles() {
    let rules = described(&[
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress tcp/443 from ::/0", ""),
        ("ingress tcp/443 from sg-0000000a", "app"),
        ("ingress tcp/8000-8100 from 10.0.0.0/8", "staff (#1) ${x}"),
        ("ingress tcp/8000-8100 from self", "staff (#1) ${x}"),
        ("ingress tcp/53 from 10.0.0.0/8", ""),
        ("ingress udp/53 from 10.0.0.0/8", ""),
        ("ingress icmp/8 from 10.0.0.0/8", ""),
        ("ingress 99 from pl-0000000a", ""),
        ("egress all to 0.0.0.0/0", ""),
    ]);
    let blocks = r#"resource "curated_security_group" "app" {
  name        = "app"
  description = "by hand"
  vpc_id      = "vpc-0000000a"

  ingress {
    service     = "dns"
    cidr_blocks = ["10.0.0.0/8"]
  }

  ingress {
    service          = "https"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  ingress {
    service         = "https"
    description     = "app"
    security_groups = ["sg-0000000a"]
  }

  ingress {
    protocol    = "tcp"
    from_port   = 8000
    to_port     = 8100
    description = "staff (#1) $${x}"
    cidr_blocks = ["10.0.0.0/8"]
    self        = true
  }

  ingress {
    protocol    = "icmp"
    from_port   = 8
    cidr_blocks = ["10.0.0.0/8"]
  }

  ingress {
    protocol        = "99"
    prefix_list_ids = ["pl-0000000a"]
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    team = "web"
  }
}
"#;
    let short = r#"resource "curated_security_group" "app" {
  name        = "app"
  description = "by hand"
  vpc_id      = "vpc-0000000a"

  ingress_rules = {
    dns           = "dns from 10.0.0.0/8"
    https         = "https from anywhere-ipv4, anywhere-ipv6"
    https_app     = "https from sg-0000000a # app"
    tcp_8000_8100 = "tcp/8000-8100 from 10.0.0.0/8, self # staff (#1) $${x}"
    icmp_8        = "icmp/8 from 10.0.0.0/8"
    protocol_99   = "protocol/99 from pl-0000000a"
  }

  egress_rules = {
    all = "all to anywhere-ipv4"
  }

  tags = {
    team = "web"
  }
}
"#;
    assert_eq!(written(&rules, Style::Blocks), blocks);
    assert_eq!(written(&rules, Style::Short), short);
}

#[test]
fn a_group_that_equals_a_preset_says_the_preset() {
    for preset in Catalog::built_in().presets() {
        let rules = preset.rules();
        let none = BTreeMap::new();
        let facts = |name: &'static str, description: &'static str| Facts {
            name,
            description,
            vpc_id: None,
            region: Some("us-east-1"),
            tags: &none,
            rules: &rules,
        };
        for style in STYLES {
            let of = |facts: &Facts<'_>| Configuration::of(facts, &vocabulary(), style);
            let same = of(&facts(preset.name.as_str(), preset.description.as_str()));
            assert_eq!(same.preset.as_deref(), Some(preset.name.as_str()));
            assert_eq!(
                (same.name, same.description, same.bundles.len()),
                (None, None, 0)
            );
            let other = of(&facts("launch-wizard-7", "Managed by Terraform"));
            assert_eq!(other.preset.as_deref(), Some(preset.name.as_str()));
            assert_eq!(other.name.as_deref(), Some("launch-wizard-7"));
            assert_eq!(other.description.as_deref(), Some("Managed by Terraform"));
        }
    }
    // A description of a rule, or one rule more, makes it another group.
    for rules in [
        described(&[("ingress tcp/22 from 0.0.0.0/0", "x")]),
        described(&[
            ("ingress tcp/22 from 0.0.0.0/0", ""),
            ("ingress tcp/22 from ::/0", ""),
        ]),
    ] {
        let text = written(&rules, Style::Blocks);
        assert!(!text.contains("preset"), "{text}");
    }
}

#[test]
fn a_name_is_used_only_where_it_is_the_one_that_is_meant() {
    let said = |keys: &[&str]| {
        let rules: Vec<(&str, &str)> = keys.iter().map(|key| (*key, "")).collect();
        let lines = short_form(&described(&rules), Direction::Ingress, &vocabulary());
        lines.into_values().collect::<Vec<_>>().join("; ")
    };
    for (keys, expected) in [
        // Several services have this port.
        (&["ingress tcp/3000 from self"][..], "tcp/3000 from self"),
        // OpenVPN where that is all; else its 443 may be anything.
        (
            &["ingress tcp/443 from self", "ingress udp/1194 from self"],
            "openvpn from self",
        ),
        (
            &[
                "ingress tcp/443 from self",
                "ingress tcp/80 from self",
                "ingress udp/1194 from self",
            ],
            "http from self; https from self; udp/1194 from self",
        ),
        // Peers differ.
        (
            &["ingress tcp/53 from self", "ingress udp/53 from 10.0.0.0/8"],
            "tcp/53 from self; udp/53 from 10.0.0.0/8",
        ),
        (
            &[
                "ingress tcp/22 from self",
                "ingress tcp/53 from self",
                "ingress udp/53 from self",
            ],
            "dns from self; ssh from self",
        ),
    ] {
        assert_eq!(said(keys), expected, "{keys:?}");
    }
}

#[test]
fn ids_may_be_references() {
    let rules = described(&[
        ("ingress tcp/22 from 10.0.0.0/8", "a"),
        ("ingress tcp/22 from sg-0000000a", "a"),
        ("ingress tcp/22 from pl-0000000a", "a"),
        ("ingress tcp/22 from 123456789012/sg-0000000a", "a"),
    ]);
    let reference = |id: &str| match id {
        "sg-0000000a" => Some("curated_security_group.app.id".to_owned()),
        "pl-0000000a" => Some("data.aws_prefix_list.s3.id".to_owned()),
        "vpc-0000000a" => Some("aws_vpc.main.id".to_owned()),
        _ => None,
    };
    let resolve = |expression: &str| match expression {
        "curated_security_group.app.id" => Some("sg-0000000a".to_owned()),
        "data.aws_prefix_list.s3.id" => Some("pl-0000000a".to_owned()),
        "aws_vpc.main.id" => Some("vpc-0000000a".to_owned()),
        _ => None,
    };
    let tags = BTreeMap::new();
    let facts = Facts {
        name: "app",
        description: "by hand",
        vpc_id: Some("vpc-0000000a"),
        region: None,
        tags: &tags,
        rules: &rules,
    };
    for style in STYLES {
        let configuration = Configuration::of(&facts, &vocabulary(), style);
        let text = text::group("app", &configuration, Some("curated.west"), &reference);
        assert!(text.contains("vpc_id      = aws_vpc.main.id\n"), "{text}");
        assert!(text.contains("provider    = curated.west\n"), "{text}");
        let read = read::groups(&text, &meaning(&resolve)).expect("it can be read");
        assert_eq!(read[0].rules, rules, "{text}");
        assert_eq!(read[0].texts["vpc_id"], "vpc-0000000a");
        assert!(read::groups(&text, &meaning(&|_| None)).is_err());
    }
}

fn traffic() -> impl Strategy<Value = Traffic> {
    let of_catalog = Catalog::built_in()
        .services()
        .iter()
        .flat_map(|s| s.traffic.clone());
    let of_catalog: Vec<Traffic> = of_catalog.collect();
    let keys = [
        "all",
        "icmp",
        "icmp/8",
        "icmp/3/4",
        "icmpv6",
        "50",
        "80",
        "88",
        "tcp/0-65535",
        "udp/7-9",
    ];
    let keys = keys.map(|key| key.parse().expect("traffic"));
    prop_oneof![
        proptest::sample::select(of_catalog),
        proptest::sample::select(keys.to_vec()),
    ]
}

fn peer() -> impl Strategy<Value = Peer> {
    let keys = [
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/8",
        "10.1.2.3/32",
        "2001:db8::/32",
        "self",
        "sg-0000000a",
        "123456789012/sg-0000000b",
        "pl-0000000a",
    ];
    proptest::sample::select(keys.map(|key| key.parse().expect("a peer")).to_vec())
}

/// Some rules of a kind that services may name, and some of any kind.
fn rules() -> impl Strategy<Value = RuleSet> {
    let direction = proptest::sample::select(Direction::BOTH.to_vec());
    let service =
        proptest::sample::select(Catalog::built_in().services().iter().collect::<Vec<_>>());
    let descriptions = ["", "", "a # b", "$${x} ${y} $", " blank ", "#"];
    let described = proptest::sample::select(descriptions.to_vec());
    let whole = (
        direction.clone(),
        service,
        vec(peer(), 1..4),
        described.clone(),
    );
    let whole = whole.prop_map(|(direction, service, peers, text)| {
        let pairs = service.traffic.iter().flat_map(move |t| {
            let peers = peers.clone().into_iter();
            peers.map(move |peer| Rule {
                direction,
                traffic: *t,
                peer,
            })
        });
        pairs
            .map(|rule| (rule, text.to_owned()))
            .collect::<RuleSet>()
    });
    let single =
        (direction, traffic(), peer(), described).prop_map(|(direction, traffic, peer, text)| {
            RuleSet::from([(
                Rule {
                    direction,
                    traffic,
                    peer,
                },
                text.to_owned(),
            )])
        });
    vec(prop_oneof![whole, single], 0..8).prop_map(|sets| sets.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_group(
        rules in rules(),
        tags in btree_map("[a-zA-Z$%{}\"\\\\ .\n\u{e4}-]{1,8}", "[ -~\n\t\u{e4}]{0,12}", 0..4),
        name in "[a-zA-Z${} ]{1,12}",
    ) {
        let facts = Facts {
            name: &name,
            description: "x",
            vpc_id: Some("vpc-0000000a"),
            region: Some("eu-west-1"),
            tags: &tags,
            rules: &rules,
        };
        for style in STYLES {
            let configuration = Configuration::of(&facts, &vocabulary(), style);
            let bundled: Vec<_> = configuration.bundles.iter().flat_map(|b| b.rules()).collect();
            if configuration.preset.is_none() {
                prop_assert_eq!(bundled.len(), rules.len());
            }
            let text = text::group("it", &configuration, None, &no_references);
            let read = read::groups(&text, &meaning(&|_| None));
            let read = read.map_err(|error| TestCaseError::fail(format!("{}: {text}", error.message)))?;
            prop_assert_eq!(&read[0].rules, &rules, "{}", text);
            prop_assert_eq!(&read[0].tags, &tags);
            let said = read[0].texts.get("name").or(read[0].texts.get("preset"));
            prop_assert_eq!(said, Some(&name));
        }
    }

    #[test]
    fn labels_are_keys_and_no_label_is_given_twice(rules in rules()) {
        for direction in Direction::BOTH {
            let lines = short_form(&rules, direction, &vocabulary());
            let of_direction = rules.iter().filter(|(rule, text)| {
                rule.direction == direction && text.trim() == text.as_str()
            });
            let mut said = 0;
            for (label, line) in &lines {
                prop_assert!(label.starts_with(|c: char| c.is_ascii_lowercase()), "{}", label);
                let form = crate::rules::short_form::parse(
                    direction,
                    line,
                    &|name| Catalog::built_in().service_or_nearest(name),
                );
                said += form.expect("it can be read").rules(direction).count();
            }
            prop_assert_eq!(said, of_direction.count());
        }
    }
}
