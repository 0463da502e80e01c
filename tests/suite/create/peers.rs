//! Every kind of peer and every spelling of a protocol: applied, read back, planned empty.

use crate::support::emulator::{Emulator, element};
use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

const PEER_ACCOUNT: &str = "222233334444";

/// A prefix list with room for so many entries.
fn prefix_list(emulator: &Emulator, entries: &str) -> String {
    let list = [
        ("PrefixListName", "office"),
        ("MaxEntries", entries),
        ("AddressFamily", "IPv4"),
    ];
    element(
        &emulator.call(REGION, "CreateManagedPrefixList", &list),
        "prefixListId",
    )
    .to_owned()
}

/// A group of another account, in a VPC that is peered with the default VPC.
pub(crate) fn peered_group(emulator: &Emulator) -> String {
    let ours = emulator.default_vpc(REGION);
    let block = [("CidrBlock", "10.7.0.0/16")];
    let theirs = emulator.call_as(PEER_ACCOUNT, REGION, "CreateVpc", &block);
    let theirs = element(&theirs, "vpcId").to_owned();
    let peering = [
        ("VpcId", ours.as_str()),
        ("PeerVpcId", &theirs),
        ("PeerOwnerId", PEER_ACCOUNT),
    ];
    let peering = emulator.call(REGION, "CreateVpcPeeringConnection", &peering);
    let peering = element(&peering, "vpcPeeringConnectionId").to_owned();
    let accepted = [("VpcPeeringConnectionId", peering.as_str())];
    emulator.call_as(
        PEER_ACCOUNT,
        REGION,
        "AcceptVpcPeeringConnection",
        &accepted,
    );
    let group = [
        ("GroupName", "theirs"),
        ("GroupDescription", "theirs"),
        ("VpcId", &theirs),
    ];
    let made = emulator.call_as(PEER_ACCOUNT, REGION, "CreateSecurityGroup", &group);
    element(&made, "groupId").to_owned()
}

#[test]
fn every_kind_of_peer_is_applied_read_back_and_planned_empty() {
    let stage = Stage::new("");
    let list = prefix_list(&stage.emulator, "5");
    let theirs = peered_group(&stage.emulator);
    let config = |described: &str| {
        let blocks: String = ["ingress", "egress"]
            .iter()
            .map(|direction| {
                format!(
                    r#"
  {direction} {{
    description      = "{described}"
    protocol         = "tcp"
    from_port        = 8000
    to_port          = 8100
    cidr_blocks      = ["10.0.0.0/8", "192.168.1.7/32"]
    ipv6_cidr_blocks = ["2001:DB8:0::/32", "::/0"]
    prefix_list_ids  = ["{list}"]
    security_groups  = [curated_security_group.app.id, "{PEER_ACCOUNT}/{theirs}"]
    self             = true
  }}
"#
                )
            })
            .collect();
        format!(
            "resource \"curated_security_group\" \"app\" {{\n  name = \"app\"\n}}\n\
             resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{blocks}}}\n"
        )
    };
    stage.write(&config("everybody"));
    stage.settle();

    let app = stage.id("app");
    let theirs = format!("{PEER_ACCOUNT}/{theirs}");
    let peers = [
        "10.0.0.0/8",
        "192.168.1.7/32",
        "2001:db8::/32",
        "::/0",
        &list,
        &app,
        &theirs,
        "self",
    ];
    let mut expected: Vec<String> = peers
        .iter()
        .flat_map(|peer| {
            let ingress = format!("ingress tcp/8000-8100 from {peer}");
            [ingress, format!("egress tcp/8000-8100 to {peer}")]
        })
        .collect();
    expected.sort();
    let rules = stage.rules(WEB);
    assert_eq!(keys(&rules), expected);
    assert!(rules.values().all(|text| text == "everybody"), "{rules:?}");
    let group = stage.emulator.group(REGION, "web");
    assert_eq!(
        group["ingress"].as_array().map(Vec::len),
        Some(8),
        "{group}"
    );

    // A description changes in place, for every kind of peer at once.
    stage.write(&config("friends"));
    let plan = stage.work.plan().text;
    let line = format!("~ \"ingress tcp/8000-8100 from {list}\" = \"everybody\" -> \"friends\"");
    assert_says(&plan, &[&line]);
    stage.emulator.reset_counts();
    stage.settle();
    let updates = ["Ingress", "Egress"].map(|d| format!("UpdateSecurityGroupRuleDescriptions{d}"));
    let mut writes = stage.writes();
    writes.sort();
    assert_eq!(writes, [updates[1].as_str(), updates[0].as_str()]);

    // Without a description: nothing is left of the old one.
    stage.write(&config(""));
    stage.settle();
    assert!(stage.rules(WEB).values().all(String::is_empty));
    stage.work.destroy();
}

/// `protocol`, what else the block says, and the key of its rule up to the peer.
const PROTOCOLS: [(&str, &str, &str); 20] = [
    ("tcp", "from_port = 443", "tcp/443"),
    ("TCP", "from_port = 80\nto_port = 81", "tcp/80-81"),
    ("6", "from_port = 0\nto_port = 65535", "tcp/0-65535"),
    ("udp", "from_port = 53", "udp/53"),
    ("17", "from_port = 123", "udp/123"),
    ("icmp", "", "icmp"),
    ("ICMP", "from_port = 8", "icmp/8"),
    ("1", "from_port = 3\nto_port = 4", "icmp/3/4"),
    ("icmp", "from_port = 11\nto_port = -1", "icmp/11"),
    ("icmp", "from_port = 8\nto_port = 0", "icmp/8/0"),
    ("icmpv6", "from_port = -1\nto_port = -1", "icmpv6"),
    ("ipv6-icmp", "from_port = 128", "icmpv6/128"),
    ("58", "from_port = 1\nto_port = 0", "icmpv6/1/0"),
    ("esp", "", "50"),
    ("AH", "", "51"),
    ("gre", "from_port = 0\nto_port = 0", "47"),
    ("132", "", "132"),
    ("all", "", "all"),
    ("-1", "from_port = 0\nto_port = 0", "all"),
    ("ALL", "", "all"),
];

#[test]
fn every_spelling_of_a_protocol_is_applied_and_planned_empty() {
    let mut blocks = String::new();
    let mut expected = Vec::new();
    for (index, (protocol, ports, traffic)) in PROTOCOLS.iter().enumerate() {
        // A network for each, so that no rule is another's.
        let v6 = traffic.starts_with("icmpv6");
        let (attribute, network) = if v6 {
            ("ipv6_cidr_blocks", format!("2001:db8:{index:x}::/48"))
        } else {
            ("cidr_blocks", format!("10.{index}.0.0/16"))
        };
        blocks += &format!(
            "ingress {{\n protocol = \"{protocol}\"\n {ports}\n {attribute} = [\"{network}\"]\n}}\n"
        );
        expected.push(format!("ingress {traffic} from {network}"));
    }
    expected.sort();
    let web = |blocks: &str| {
        format!("resource \"curated_security_group\" \"web\" {{\nname = \"web\"\n{blocks}}}\n")
    };
    let stage = Stage::new(&web(&blocks));
    let said = stage.settle();
    for key in &expected {
        assert!(
            said.contains(&format!("\"{key}\"")),
            "{key} was not in the plan: {said}"
        );
    }
    assert_eq!(keys(&stage.rules(WEB)), expected);

    // Every other spelling of the same: nothing to do.
    let respelt = blocks
        .replace("\"tcp\"", "\"6\"")
        .replace("\"17\"", "\"UDP\"")
        .replace("\"AH\"", "\"51\"")
        .replace("\"ALL\"", "\"-1\"")
        .replace("2001:db8:a::", "2001:0DB8:000A:0:0::");
    assert_ne!(respelt, blocks);
    stage.write(&web(&respelt));
    stage.assert_settled();
}

#[test]
fn a_rule_from_a_group_of_the_same_run_leaves_other_rules_as_they_are() {
    let web = |more: &str| {
        format!(
            r#"
resource "curated_security_group" "web" {{
  name = "web"
  ingress {{
    description = "static"
    service     = "https"
    cidr_blocks = ["10.0.0.0/8"]
  }}
{more}
}}
"#
        )
    };
    let stage = Stage::new(&web(""));
    stage.settle();
    let peer = "  ingress {\n    description     = \"more\"\n    protocol        = \"tcp\"\n    \
                from_port       = 1433\n    security_groups = \
                [curated_security_group.new.id]\n  }";
    let new = "resource \"curated_security_group\" \"new\" {\n  name = \"new\"\n}\n";
    stage.write(&(web(peer) + new));
    let plan = stage.work.plan().text;
    assert!(!plan.contains("- ingress {"), "{plan}");
    assert_says(&plan, &["+ description = \"more\"", "+ from_port = 1433"]);
    stage.settle();
}
