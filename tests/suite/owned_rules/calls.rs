//! How many calls rules of their own cost, counted by EC2.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{REGION, Stage, ingress, tcp};

/// So many resources of one rule each, as `count` makes them.
fn many(number: usize) -> String {
    let rule = tcp("PORT").replace("PORT", "1000 + count.index");
    ingress("web", &format!("  count = {number}\n{rule}"))
}

#[test]
fn fifty_single_rules_of_one_group_are_a_dozen_writes() {
    let stage = Stage::applied(&many(1));
    stage.write(&many(51));
    stage.work.apply();
    assert!(stage.writes().len() <= 12, "{:?}", stage.writes());
    assert_eq!(stage.rules().len(), 51);
    stage.emulator.reset_counts();
    stage.assert_settled();
    assert!(reads(&stage) <= 4, "{:?}", stage.emulator.counts());
    stage.emulator.reset_counts();
    stage.write("");
    stage.work.apply();
    assert!(stage.writes().len() <= 12, "{:?}", stage.writes());
    assert_eq!(stage.keys(), [""; 0]);
}

#[test]
fn a_rule_that_is_refused_costs_the_others_nothing() {
    let list = "resource \"curated_vpc_security_group_ingress_rule\" \"list\" {\n  \
                security_group_id = \"GROUP\"\n  ip_protocol = \"tcp\"\n  from_port = 1\n  \
                to_port = 1\n  prefix_list_id = \"pl-0123456789abcdef0\"\n}\n";
    let stage = Stage::new(&(many(5) + list));
    let said = stage.work.try_apply().failure();
    assert!(said.contains("InvalidPrefixListI"), "{said}");
    assert!(
        said.contains("curated_vpc_security_group_ingress_rule.list"),
        "{said}"
    );
    assert_eq!(said.matches("Error: ").count(), 1, "{said}");
    assert_eq!(stage.rules().len(), 5);
}

#[test]
fn where_there_is_no_room_for_all_as_many_as_fit_are_made() {
    let stage = Stage::new("");
    stage.write(&format!(
        "{}provider \"curated\" {{\n  alias = \"none\"\n}}\n",
        many(6)
    ));
    // More than the plan knows of.
    let filled = json!({
        "action": "AuthorizeSecurityGroupIngress",
        "do": "error",
        "code": "RulesPerSecurityGroupLimitExceeded",
        "message": "The maximum number of rules per security group has been reached.",
    });
    stage.emulator.config(&json!({ "faults": [filled] }));
    stage.write(&many(6));
    stage.settle();
    assert_eq!(stage.rules().len(), 6);
}

#[test]
fn a_plan_over_a_thousand_rules_of_twenty_groups_is_four_reads() {
    let stage = Stage::new("");
    let ids = stage.emulator.seed(REGION, 20, 50);
    let mut rules = BTreeMap::new();
    for group in stage.emulator.groups(REGION).as_array().expect("a list") {
        let id = group["id"].as_str().expect("an id");
        if ids.iter().any(|seeded| seeded == id) {
            let of_group = group["ingress"].as_array().expect("a list");
            for rule in of_group {
                let port = rule["from_port"].as_i64().expect("a port");
                let rule_id = rule["id"].as_str().expect("an id");
                rules.insert((id.to_owned(), port), rule_id.to_owned());
            }
        }
    }
    assert_eq!(rules.len(), 1000);
    let resource = "resource \"curated_vpc_security_group_ingress_rule\" \"all\" {\n  for_each = \
                    local.rules\n  security_group_id = each.value.group\n  ip_protocol = \"tcp\"\n  \
                    from_port = each.value.port\n  to_port = each.value.port\n  cidr_ipv4 = \
                    \"10.0.0.0/8\"\n}\n";
    // One is imported, and its entry in the state multiplied: importing all takes Terraform a minute.
    let first = rules.first_key_value().expect("a thousand");
    let (first_key, first_id) = (key(first.0), first.1);
    let import = format!(
        "import {{\n  to = curated_vpc_security_group_ingress_rule.all[\"{first_key}\"]\n  \
         id = \"{first_id}\"\n}}\n"
    );
    stage.write(&(declared([first]) + &import + resource));
    let said = stage.work.apply();
    assert!(said.contains("1 imported, 0 added, 0 changed"), "{said}");
    multiply(&stage.work.path().join("terraform.tfstate"), first, &rules);
    stage.write(&(declared(&rules) + resource));
    stage.emulator.reset_counts();
    stage.assert_settled();
    assert!(reads(&stage) <= 4, "{:?}", stage.emulator.counts());
    assert_eq!(stage.work.resources().len(), 1000);
}

/// Group and port of a rule.
type Place = (String, i64);

fn key((group, port): &Place) -> String {
    format!("{group}-{port}")
}

/// A map of rules to write resources for.
fn declared<'a>(rules: impl IntoIterator<Item = (&'a Place, &'a String)>) -> String {
    let mut text = "locals {\n  rules = {\n".to_owned();
    for (place, _) in rules {
        let (group, port) = place;
        let key = key(place);
        writeln!(
            text,
            "    \"{key}\" = {{ group = \"{group}\", port = {port} }}"
        )
        .expect("a text");
    }
    text + "  }\n}\n"
}

/// Makes the only instance in a state one of many, which differ in group, port and id.
fn multiply(state: &Path, one: (&Place, &String), all: &BTreeMap<Place, String>) {
    let text = fs::read_to_string(state).expect("a state");
    let mut json: Json = serde_json::from_str(&text).expect("a state is JSON");
    let instances = &mut json["resources"][0]["instances"];
    let entry = instances[0].to_string();
    let ((group, port), id) = one;
    let many = all.iter().map(|(place, rule_id)| {
        let entry = entry
            .replace(&key(one.0), &key(place))
            .replace(group, &place.0)
            .replace(id, rule_id)
            .replace(&format!("_port\":{port}"), &format!("_port\":{}", place.1))
            .replace(&format!("/{port} "), &format!("/{} ", place.1));
        serde_json::from_str(&entry).expect("JSON still")
    });
    *instances = many.collect::<Vec<Json>>().into();
    fs::write(state, json.to_string()).expect("it may be written");
}

/// The calls that read rules or groups.
fn reads(stage: &Stage) -> u64 {
    let counts = stage.emulator.counts().into_iter();
    let reads = counts.filter(|(action, _)| action.starts_with("Describe"));
    reads.map(|(_, count)| count).sum()
}
