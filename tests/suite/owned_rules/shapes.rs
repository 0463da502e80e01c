//! Every shape of a rule that resources of their own can have: made, planned empty, changed, and imported
//! by the ids that the AWS provider's types take.

use super::{REGION, Stage, ingress, make_group, tcp};
use crate::support::emulator::element;

/// Name, ports and peers of a `curated_security_group_rule`, the key that EC2 holds for it, and how the
/// AWS provider's import id ends. `PEER`, `LIST` and `OTHER` are a group and two prefix lists.
const SHAPES: [(&str, &str, &[&str], &str); 15] = [
    (
        "icmpv6",
        "type = \"ingress\"\nprotocol = \"icmpv6\"\nfrom_port = -1\nto_port = -1\nipv6_cidr_blocks = [\"::/0\"]",
        &["ingress icmpv6 from ::/0"],
        "ingress_icmpv6_-1_-1_::/0",
    ),
    (
        "ipv6",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 80\nto_port = 8000\nipv6_cidr_blocks = [\"::/0\"]",
        &["ingress tcp/80-8000 from ::/0"],
        "ingress_tcp_80_8000_::/0",
    ),
    (
        "egress",
        "type = \"egress\"\nprotocol = \"tcp\"\nfrom_port = 80\nto_port = 8000\ncidr_blocks = [\"10.0.0.0/8\"]",
        &["egress tcp/80-8000 to 10.0.0.0/8"],
        "egress_tcp_80_8000_10.0.0.0/8",
    ),
    (
        "number",
        "type = \"ingress\"\nprotocol = \"6\"\nfrom_port = 81\nto_port = 81\ncidr_blocks = [\"10.0.0.0/8\"]",
        &["ingress tcp/81 from 10.0.0.0/8"],
        "ingress_tcp_81_81_10.0.0.0/8",
    ),
    (
        "every_port_of_itself",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 0\nto_port = 65535\nself = true",
        &["ingress tcp/0-65535 from self"],
        "ingress_tcp_0_65535_self",
    ),
    (
        "all_of_itself_by_id",
        "type = \"ingress\"\nprotocol = \"-1\"\nfrom_port = 0\nto_port = 0\nsource_security_group_id = \"GROUP\"",
        &["ingress all from self"],
        "ingress_-1_0_0_GROUP",
    ),
    (
        "all_with_ports",
        "type = \"ingress\"\nprotocol = \"-1\"\nfrom_port = 0\nto_port = 65535\ncidr_blocks = [\"10.1.0.0/16\"]\ndescription = \"all\"",
        &["ingress all from 10.1.0.0/16"],
        "ingress_-1_0_65535_10.1.0.0/16",
    ),
    (
        "all_without_ports",
        "type = \"ingress\"\nprotocol = \"-1\"\nfrom_port = -1\nto_port = -1\ncidr_blocks = [\"10.2.0.0/16\"]",
        &["ingress all from 10.2.0.0/16"],
        "ingress_-1_-1_-1_10.2.0.0/16",
    ),
    (
        "several_sources",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 82\nto_port = 82\ncidr_blocks = [\"10.0.2.0/24\", \"10.0.3.0/24\"]",
        &[
            "ingress tcp/82 from 10.0.2.0/24",
            "ingress tcp/82 from 10.0.3.0/24",
        ],
        "ingress_tcp_82_82_10.0.2.0/24_10.0.3.0/24",
    ),
    (
        "the_same_sources",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 83\nto_port = 83\ncidr_blocks = [\"10.0.2.0/24\", \"10.0.3.0/24\"]",
        &[
            "ingress tcp/83 from 10.0.2.0/24",
            "ingress tcp/83 from 10.0.3.0/24",
        ],
        "ingress_tcp_83_83_10.0.2.0/24_10.0.3.0/24",
    ),
    (
        "a_group_for_the_same_port",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 83\nto_port = 83\nsource_security_group_id = \"PEER\"\ndescription = \"peer\"",
        &["ingress tcp/83 from PEER"],
        "ingress_tcp_83_83_PEER",
    ),
    (
        "both_families",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 84\nto_port = 84\ncidr_blocks = [\"10.2.0.0/16\"]\nipv6_cidr_blocks = [\"2001:db8:85a3::/64\", \"2001:db8:85a3:2::/64\"]",
        &[
            "ingress tcp/84 from 10.2.0.0/16",
            "ingress tcp/84 from 2001:db8:85a3:2::/64",
            "ingress tcp/84 from 2001:db8:85a3::/64",
        ],
        "ingress_tcp_84_84_10.2.0.0/16_2001:db8:85a3::/64_2001:db8:85a3:2::/64",
    ),
    (
        "lists",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 85\nto_port = 85\nprefix_list_ids = [\"LIST\", \"OTHER\"]",
        &["ingress tcp/85 from LIST", "ingress tcp/85 from OTHER"],
        "ingress_tcp_85_85_LIST_OTHER",
    ),
    (
        "list_and_itself",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 86\nto_port = 86\nprefix_list_ids = [\"LIST\"]\nself = true",
        &["ingress tcp/86 from LIST", "ingress tcp/86 from self"],
        "ingress_tcp_86_86_LIST_self",
    ),
    (
        "list_and_group",
        "type = \"egress\"\nprotocol = \"tcp\"\nfrom_port = 87\nto_port = 87\nprefix_list_ids = [\"LIST\"]\nsource_security_group_id = \"PEER\"",
        &["egress tcp/87 to LIST", "egress tcp/87 to PEER"],
        "egress_tcp_87_87_LIST_PEER",
    ),
];

/// A stage, and what stands for `PEER`, `LIST` and `OTHER` there.
struct Scene {
    stage: Stage,
    peer: String,
    lists: [String; 2],
}

impl Scene {
    fn new() -> Self {
        let stage = Stage::new("");
        let peer = make_group(&stage.emulator, "peer");
        let lists = ["one", "two"].map(|name| {
            let about = [
                ("PrefixListName", name),
                ("MaxEntries", "3"),
                ("AddressFamily", "IPv4"),
            ];
            let made = stage
                .emulator
                .call(REGION, "CreateManagedPrefixList", &about);
            element(&made, "prefixListId").to_owned()
        });
        Self { stage, peer, lists }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("PEER", &self.peer)
            .replace("LIST", &self.lists[0])
            .replace("OTHER", &self.lists[1])
            .replace("GROUP", &self.stage.group)
    }

    fn write(&self, resources: &str) {
        self.stage.write(&self.filled(resources));
    }

    fn all(&self) -> String {
        let resources = SHAPES.iter().map(|(name, body, ..)| older(name, body));
        resources.collect()
    }
}

fn older(name: &str, body: &str) -> String {
    format!(
        "resource \"curated_security_group_rule\" \"{name}\" {{\n  security_group_id = \
         \"GROUP\"\n{body}\n}}\n"
    )
}

#[test]
fn every_shape_of_the_older_type_is_made_and_planned_empty() {
    let scene = Scene::new();
    scene.write(&scene.all());
    scene.stage.settle();
    let mut expected: Vec<String> = SHAPES
        .iter()
        .flat_map(|(_, _, keys, _)| keys.iter().map(|key| scene.filled(key)))
        .collect();
    expected.sort();
    let mut found = scene.stage.keys();
    found.sort();
    assert_eq!(found, expected);
    scene.write("");
    scene.stage.settle();
    assert_eq!(scene.stage.keys(), [""; 0]);
}

/// The rules are there, and nobody owns them. Each comes in by the id that the AWS provider's type
/// takes, with nothing to change: the owner's tag comes with the first change.
#[test]
fn every_shape_of_the_older_type_is_imported_by_the_aws_providers_ids() {
    let scene = Scene::new();
    let unowned = scene.all().replace(
        "  security_group_id",
        "  owner_tag = false\n  security_group_id",
    );
    scene.write(&unowned);
    scene.stage.settle();
    let state = scene.stage.work.path().join("terraform.tfstate");
    std::fs::remove_file(state).expect("there is a state");
    let imports = SHAPES.iter().map(|(name, _, _, id)| {
        format!("import {{\n  to = curated_security_group_rule.{name}\n  id = \"GROUP_{id}\"\n}}\n")
    });
    let imports: String = imports.collect();
    scene.write(&(scene.all() + &imports));
    scene.stage.emulator.reset_counts();
    let plan = scene.stage.work.plan().text;
    let expected = format!(
        "{} to import, 0 to add, 0 to change, 0 to destroy",
        SHAPES.len()
    );
    assert!(plan.contains(&expected), "{plan}");
    scene.stage.settle();
    assert_eq!(scene.stage.writes(), [""; 0]);
}

#[test]
fn another_protocol_for_several_rules_is_applied_there_and_back() {
    let both = |protocol: &str| {
        let rule = |name: &str, cidr: &str| {
            let body = format!(
                "type = \"ingress\"\nprotocol = \"{protocol}\"\nfrom_port = 9443\nto_port = \
                 9443\ncidr_blocks = [\"{cidr}\"]"
            );
            older(name, &body)
        };
        rule("one", "10.0.0.0/16") + &rule("two", "10.1.0.0/16")
    };
    let scene = Scene::new();
    for protocol in ["tcp", "udp", "tcp"] {
        scene.write(&both(protocol));
        scene.stage.settle();
        let keys = ["10.0.0.0/16", "10.1.0.0/16"]
            .map(|cidr| format!("ingress {protocol}/9443 from {cidr}"));
        assert_eq!(scene.stage.keys(), keys);
    }
}

/// What AWS changes in place keeps its id.
#[test]
fn one_rule_gets_another_peer_of_its_kind_and_other_traffic_in_place() {
    let scene = Scene::new();
    let rule = |peer: &str, traffic: &str| {
        format!("  security_group_id = \"GROUP\"\n  {peer}\n  {traffic}\n")
    };
    let web = "ip_protocol = \"tcp\"\n  from_port = 80\n  to_port = 8080";
    for (before, after, key) in [
        (
            rule("cidr_ipv4 = \"0.0.0.0/0\"", web),
            rule(
                "cidr_ipv4 = \"10.0.0.0/16\"",
                "ip_protocol = \"1\"\n  from_port = -1\n  to_port = -1",
            ),
            "ingress icmp from 10.0.0.0/16",
        ),
        (
            rule("cidr_ipv6 = \"2001:db8:85a3::/64\"", web),
            rule(
                "cidr_ipv6 = \"2001:db8:85a3:2::/64\"",
                "ip_protocol = \"icmpv6\"",
            ),
            "ingress icmpv6 from 2001:db8:85a3:2::/64",
        ),
        (
            rule("prefix_list_id = \"LIST\"", web),
            rule("prefix_list_id = \"OTHER\"", web),
            "ingress tcp/80-8080 from OTHER",
        ),
        (
            rule("referenced_security_group_id = \"PEER\"", web),
            rule("referenced_security_group_id = \"GROUP\"", web),
            "ingress tcp/80-8080 from self",
        ),
    ] {
        let address = "curated_vpc_security_group_ingress_rule.web";
        scene.write(&ingress("web", &before));
        scene.stage.settle();
        let id = scene.stage.work.attributes(address)["id"].clone();
        scene.write(&ingress("web", &after));
        scene.stage.settle();
        assert_eq!(scene.stage.keys(), [scene.filled(key)]);
        assert_eq!(scene.stage.work.attributes(address)["id"], id, "{key}");
        scene.write("");
        scene.stage.settle();
    }
}

/// A tag that another tool puts on is no change where the provider block says to ignore it.
#[test]
fn a_tag_that_is_ignored_is_no_change_of_a_rule() {
    let stage = Stage::applied(&ingress(
        "web",
        &(tcp("80") + "  tags = { team = \"web\" }\n"),
    ));
    let id = stage.rule(80)["id"].as_str().expect("an id").to_owned();
    let tag = [
        ("ResourceId.1", id.as_str()),
        ("Tag.1.Key", "costs:unit"),
        ("Tag.1.Value", "7"),
    ];
    stage.emulator.call(REGION, "CreateTags", &tag);
    assert!(stage.work.plan().changes);
    let text = std::fs::read_to_string(stage.work.path().join("main.tf")).expect("it is there");
    for block in [
        "ignore_tags {\n    key_prefixes = [\"costs:\"]\n  }",
        "ignore_tags {\n    keys = [\"costs:unit\"]\n  }\n  default_tags {\n    tags = { \"costs:unit\" = \"8\" }\n  }",
    ] {
        let head = "provider \"curated\" {\n";
        assert!(text.contains(head));
        let ignoring = text.replacen(head, &format!("{head}  {block}\n"), 1);
        stage.work.write("main.tf", &ignoring);
        stage.assert_settled();
    }
    assert_eq!(stage.rule(80)["tags"]["costs:unit"], "7");
}

#[test]
fn an_empty_prefix_list_and_a_type_that_is_none_are_refused() {
    let scene = Scene::new();
    for (body, words) in [
        (
            "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 1\nto_port = 1\nprefix_list_ids = [\"\"]",
            "is not the id of a prefix list",
        ),
        (
            "type = \"foobar\"\nprotocol = \"tcp\"\nfrom_port = 1\nto_port = 1\ncidr_blocks = [\"10.0.0.0/8\"]",
            "\"foobar\"",
        ),
        (
            "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 1\nto_port = 1\nipv6_cidr_blocks = [\"::/244\"]",
            "\"::/244\"",
        ),
    ] {
        scene.write(&older("web", body));
        let said = scene.stage.work.try_plan().failure();
        assert!(said.contains(words), "{said}");
    }
}
