//! Guardrails hold for rules outside of their group, however these are spread over resources.

use super::{REGION, Stage, bundle};
use crate::support::emulator::element;
use crate::support::said::assert_says;

const GUARDRAILS: &str = r#"
  guardrail {
    name    = "no-ssh"
    traffic = ["ssh"]
    reason  = "Use the bastion"
  }
"#;

const VIOLATED: &str = "The guardrail \"no-ssh\" is violated";

fn one(name: &str, source: &str) -> String {
    format!(
        "resource \"curated_vpc_security_group_ingress_rule\" \"{name}\" {{\n  security_group_id = \
         \"GROUP\"\n  ip_protocol = \"tcp\"\n  from_port = 20\n  to_port = 30\n  {source}\n}}\n"
    )
}

fn older(name: &str, sources: &str) -> String {
    format!(
        "resource \"curated_security_group_rule\" \"{name}\" {{\n  security_group_id = \"GROUP\"\n  \
         type = \"ingress\"\n  protocol = \"-1\"\n  from_port = 0\n  to_port = 0\n  {sources}\n}}\n"
    )
}

#[test]
fn what_one_resource_lets_through_is_refused_in_validate_already() {
    let stage = Stage::new("");
    for resource in [
        one("web", "cidr_ipv4 = \"0.0.0.0/0\""),
        one("web", "cidr_ipv6 = \"::/0\""),
        older("web", "cidr_blocks = [\"0.0.0.0/1\", \"128.0.0.0/1\"]"),
        older("web", "ipv6_cidr_blocks = [\"2000::/3\"]"),
        bundle(
            "web",
            "  ingress_rules = { a = \"ssh from 0.0.0.0/1\" }\n  ingress {\n    protocol = \"all\"\n    \
             cidr_blocks = [\"128.0.0.0/1\"]\n  }",
        ),
        bundle("web", "  presets = [\"ssh\"]"),
    ] {
        stage.write_with(GUARDRAILS, &resource);
        assert_says(
            &stage.work.try_validate().failure(),
            &[VIOLATED, "Use the bastion"],
        );
        assert_says(&stage.work.try_plan().failure(), &[VIOLATED]);
    }
    stage.write_with(GUARDRAILS, &one("web", "cidr_ipv4 = \"0.0.0.0/1\""));
    assert!(!stage.work.plan().text.contains("uardrail"));
}

#[test]
fn halves_of_the_world_in_two_resources_are_the_world() {
    let halves = [
        one("low", "cidr_ipv4 = \"0.0.0.0/1\""),
        one("high", "cidr_ipv4 = \"128.0.0.0/1\""),
    ];
    // Both are new.
    let stage = Stage::new("");
    stage.write_with(GUARDRAILS, &halves.concat());
    assert_says(
        &stage.work.try_plan().failure(),
        &[VIOLATED, "Together they let ssh (tcp/22) in"],
    );
    // One of them is there, whatever type it has.
    stage.write_with(GUARDRAILS, &halves[0]);
    stage.work.apply();
    for other in [
        halves[1].clone(),
        older("high", "cidr_blocks = [\"128.0.0.0/1\"]"),
        bundle("high", "  ingress_rules = { a = \"ssh from 128.0.0.0/1\" }"),
    ] {
        stage.write_with(GUARDRAILS, &(halves[0].clone() + &other));
        assert_says(
            &stage.work.try_plan().failure(),
            &[
                VIOLATED,
                "ingress tcp/20-30 from 0.0.0.0/1",
                "which the group has already",
            ],
        );
    }
    // Both were there before the guardrail was.
    stage.write(&halves.concat());
    stage.work.apply();
    stage.write_with(GUARDRAILS, &halves.concat());
    assert_says(&stage.work.try_plan().failure(), &[VIOLATED]);
    // One of them goes, and what is left doesn't violate.
    stage.write_with(GUARDRAILS, &halves[1]);
    stage.work.apply();
    assert!(!stage.work.plan().changes);
}

#[test]
fn halves_of_ipv6_and_what_others_added_by_hand_count() {
    let stage = Stage::new("");
    let half = [
        ("GroupId", stage.group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "22"),
        ("IpPermissions.1.ToPort", "22"),
        ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "2000::/4"),
    ];
    let action = "AuthorizeSecurityGroupIngress";
    stage.emulator.call(REGION, action, &half);
    stage.write_with(GUARDRAILS, &one("web", "cidr_ipv6 = \"3000::/4\""));
    assert_says(
        &stage.work.try_plan().failure(),
        &[VIOLATED, "ingress tcp/22 from 2000::/4"],
    );
}

#[test]
fn prefix_lists_are_looked_into() {
    let stage = Stage::new("");
    let list = [
        ("PrefixListName", "half"),
        ("AddressFamily", "IPv4"),
        ("MaxEntries", "1"),
        ("Entry.1.Cidr", "0.0.0.0/1"),
    ];
    let made = stage
        .emulator
        .call(REGION, "CreateManagedPrefixList", &list);
    let half = one(
        "list",
        &format!(
            "prefix_list_id = \"{}\"",
            element(&made, "prefixListId").to_owned()
        ),
    );
    stage.write_with(GUARDRAILS, &half);
    assert!(!stage.work.plan().text.contains("uardrail"));
    stage.work.apply();
    stage.write_with(
        GUARDRAILS,
        &(half + &one("web", "cidr_ipv4 = \"128.0.0.0/1\"")),
    );
    assert_says(&stage.work.try_plan().failure(), &[VIOLATED]);
}

#[test]
fn a_resource_is_exempted_with_its_reason() {
    let exempted = "cidr_ipv4 = \"0.0.0.0/0\"\n  guardrail_exemptions = { no-ssh = \"OPS-1\" }";
    let stage = Stage::new("");
    stage.write_with(GUARDRAILS, &one("web", exempted));
    assert_says(
        &stage.work.plan().text,
        &["The guardrail \"no-ssh\" is exempted", "OPS-1"],
    );
    stage.work.apply();
    assert!(!stage.work.plan().changes);
}
