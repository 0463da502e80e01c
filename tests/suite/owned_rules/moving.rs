//! Moving in from the AWS provider's rules: a configuration that only renamed the types plans nothing.
//!
//! Needs terraform-provider-aws on this machine; where it isn't, these tests say so and pass.

use std::fs;

use serde_json::Value as Json;

use super::{REGION, make_group};
use crate::create::peers::peered_group;
use crate::moving::from_aws_provider::moves_without_a_change;
use crate::support::aws_provider::{aws_provider_or_skip, both_providers, work_dir};
use crate::support::emulator::{Emulator, element};
use crate::support::terraform::Terraform;

/// Every shape of rule: type, name, and what its block says beside the group. `PEER` is another group,
/// `THEIRS` one of another account, `LIST` a prefix list, `GROUP` the rule's own group.
const SHAPES: [(&str, &str, &str); 21] = [
    (
        "security_group_rule",
        "several",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 443\nto_port = 443\ncidr_blocks = [\"192.168.0.0/16\", \"10.0.0.0/8\"]\nipv6_cidr_blocks = [\"2001:db8::/32\"]\ndescription = \"HTTPS\"",
    ),
    (
        "security_group_rule",
        "itself",
        "type = \"ingress\"\nprotocol = \"-1\"\nfrom_port = 0\nto_port = 0\nself = true",
    ),
    (
        "security_group_rule",
        "not_itself",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 22\nto_port = 22\ncidr_blocks = [\"10.0.0.0/8\"]\ndescription = \"\"",
    ),
    (
        "security_group_rule",
        "source",
        "type = \"egress\"\nprotocol = \"tcp\"\nfrom_port = 5432\nto_port = 5432\nsource_security_group_id = \"PEER\"",
    ),
    (
        "security_group_rule",
        "lists",
        "type = \"egress\"\nprotocol = \"tcp\"\nfrom_port = 443\nto_port = 443\nprefix_list_ids = [\"LIST\"]\ncidr_blocks = []",
    ),
    (
        "security_group_rule",
        "ping",
        "type = \"ingress\"\nprotocol = \"icmp\"\nfrom_port = 8\nto_port = 0\ncidr_blocks = [\"10.0.0.0/8\"]",
    ),
    (
        "security_group_rule",
        "any_icmp",
        "type = \"ingress\"\nprotocol = \"icmp\"\nfrom_port = -1\nto_port = -1\ncidr_blocks = [\"10.1.0.0/16\"]",
    ),
    (
        "security_group_rule",
        "upper",
        "type = \"ingress\"\nprotocol = \"UDP\"\nfrom_port = 53\nto_port = 54\ncidr_blocks = [\"10.0.0.0/8\"]",
    ),
    (
        "security_group_rule",
        "number",
        "type = \"ingress\"\nprotocol = \"6\"\nfrom_port = 25\nto_port = 25\ncidr_blocks = [\"10.0.0.0/8\"]",
    ),
    (
        "security_group_rule",
        "all",
        "type = \"ingress\"\nprotocol = \"all\"\nfrom_port = 0\nto_port = 0\ncidr_blocks = [\"10.2.0.0/16\"]\ntimeouts {\n  create = \"6m\"\n}",
    ),
    (
        "vpc_security_group_ingress_rule",
        "tcp",
        "ip_protocol = \"tcp\"\nfrom_port = 8080\nto_port = 8090\ncidr_ipv4 = \"10.0.0.0/8\"\ndescription = \"app\"\ntags = { team = \"web\" }",
    ),
    (
        "vpc_security_group_ingress_rule",
        "six",
        "ip_protocol = \"tcp\"\nfrom_port = 8080\nto_port = 8080\ncidr_ipv6 = \"2001:db8::/32\"",
    ),
    (
        "vpc_security_group_ingress_rule",
        "itself",
        "ip_protocol = \"udp\"\nfrom_port = 7946\nto_port = 7946\nreferenced_security_group_id = \"GROUP\"",
    ),
    (
        "vpc_security_group_ingress_rule",
        "ping",
        "ip_protocol = \"icmp\"\nfrom_port = 8\nto_port = 0\ncidr_ipv4 = \"192.168.0.0/16\"\ntags = {}",
    ),
    (
        "vpc_security_group_egress_rule",
        "everything",
        "ip_protocol = \"-1\"\ncidr_ipv6 = \"::/0\"",
    ),
    (
        "vpc_security_group_egress_rule",
        "list",
        "ip_protocol = \"tcp\"\nfrom_port = 80\nto_port = 80\nprefix_list_id = \"LIST\"",
    ),
    (
        "vpc_security_group_egress_rule",
        "peer",
        "ip_protocol = \"tcp\"\nfrom_port = 81\nto_port = 81\nreferenced_security_group_id = \"PEER\"",
    ),
    (
        "security_group_rule",
        "theirs",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 82\nto_port = 82\nsource_security_group_id = \"222233334444/THEIRS\"",
    ),
    (
        "security_group_rule",
        "with_ones_own_account",
        "type = \"ingress\"\nprotocol = \"tcp\"\nfrom_port = 83\nto_port = 83\nsource_security_group_id = \"123456789012/PEER\"\ndescription = \"near\"",
    ),
    (
        "vpc_security_group_ingress_rule",
        "theirs",
        "ip_protocol = \"tcp\"\nfrom_port = 84\nto_port = 84\nreferenced_security_group_id = \"222233334444/THEIRS\"",
    ),
    (
        "vpc_security_group_egress_rule",
        "theirs",
        "ip_protocol = \"-1\"\nreferenced_security_group_id = \"222233334444/THEIRS\"\ndescription = \"far\"",
    ),
];

/// All shapes as resources of a provider.
fn shapes(provider: &str, [group, peer, list, theirs]: [&str; 4]) -> String {
    let resources = SHAPES.iter().map(|(ty, name, body)| {
        let body = body
            .replace("GROUP", group)
            .replace("PEER", peer)
            .replace("THEIRS", theirs)
            .replace("LIST", list);
        format!(
            "resource \"{provider}_{ty}\" \"{name}\" {{\n  security_group_id = \
             \"{group}\"\n{body}\n}}\n"
        )
    });
    resources.collect()
}

#[test]
fn a_configuration_that_only_renamed_the_types_plans_no_change_and_writes_nothing() {
    let Some(aws) = aws_provider_or_skip("moving from the AWS provider's rules") else {
        return;
    };
    let emulator = Emulator::start();
    let (group, peer) = (
        make_group(&emulator, "shared"),
        make_group(&emulator, "peer"),
    );
    let about = [
        ("PrefixListName", "office"),
        ("MaxEntries", "3"),
        ("AddressFamily", "IPv4"),
    ];
    let list = emulator.call(REGION, "CreateManagedPrefixList", &about);
    let list = element(&list, "prefixListId").to_owned();
    let theirs = peered_group(&emulator);
    let names = [&*group, &*peer, &*list, &*theirs];
    let providers = both_providers(&emulator);
    let before = format!("{providers}{}", shapes("aws", names));
    let maker = work_dir(&Terraform::find(), &aws, &before);
    maker.apply();
    let state = maker.path().join("terraform.tfstate");
    let moves: String = SHAPES
        .iter()
        .map(|(ty, name, _)| {
            format!("moved {{\n  from = aws_{ty}.{name}\n  to   = curated_{ty}.{name}\n}}\n")
        })
        .collect();
    let after = format!("{providers}{}{moves}", shapes("curated", names));
    let count = SHAPES.len();
    for version in [4, 5, 6] {
        let text = fs::read_to_string(&state).expect("a state");
        let mut older: Json = serde_json::from_str(&text).expect("JSON");
        as_version_writes_it(version, &group, &mut older);
        let file = maker.path().join("older.tfstate");
        fs::write(&file, older.to_string()).expect("the state can be written");
        moves_without_a_change(&emulator, &aws, &file, &after, count, |_| {});
    }
}

/// Turns a state of the AWS provider 5 into one as version 4 or 6 writes it.
fn as_version_writes_it(version: u64, group: &str, state: &mut Json) {
    for resource in state["resources"].as_array_mut().expect("a list") {
        let is_older_type = resource["type"] == "aws_security_group_rule";
        for instance in resource["instances"].as_array_mut().expect("a list") {
            let attributes = instance["attributes"].as_object_mut().expect("an object");
            match version {
                4 if is_older_type => {
                    // It came with 4.56, and was set only where the creation had failed.
                    attributes.remove("security_group_rule_id");
                    if attributes["self"] == true {
                        attributes.insert("source_security_group_id".to_owned(), group.into());
                    }
                    if attributes["protocol"] == "-1" {
                        // The difference was ignored there.
                        attributes.insert("to_port".to_owned(), 65535.into());
                    }
                }
                6 => {
                    attributes.insert("region".to_owned(), REGION.into());
                    if !is_older_type {
                        instance["schema_version"] = 1.into();
                    }
                }
                _ => {}
            }
        }
    }
}
