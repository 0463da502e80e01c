//! The policies for Terraform Policy, of which no program can be had here: they are HCL, and their
//! conditions, whose functions are Terraform's under another name, say of rules what they are to say.

use std::collections::BTreeMap;

use hcl_edit::structure::Body;
use serde_json::{Value as Json, json};

use crate::documentation::{read, root};
use crate::support::terraform::Terraform;

/// A policy's local values and conditions, as Terraform's own expressions, and its messages.
struct Policy {
    locals: Vec<(String, String)>,
    conditions: Vec<(String, String)>,
}

/// The policies by resource type and name.
fn policies() -> BTreeMap<(String, String), Policy> {
    let text = read(&root().join("policies/terraform-policy/curated.policy.hcl"));
    let body: Body = text.parse().expect("HCL");
    let blocks = body.get_blocks("resource_policy");
    let policies = blocks.map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        let [kind, name] = labels.as_slice() else {
            panic!("two labels: {labels:?}");
        };
        let plain = |value: &hcl_edit::expr::Expression| {
            let text = value.to_string().trim().replace("core::", "");
            text.replace("attrs.", "local.attrs.")
                .replace("meta.", "local.meta.")
        };
        let locals = block
            .body
            .get_blocks("locals")
            .flat_map(|b| b.body.attributes());
        let enforced = block.body.get_blocks("enforce").map(|b| {
            let value = |name: &str| plain(&b.body.get_attribute(name).expect("it is set").value);
            (value("error_message"), value("condition"))
        });
        let policy = Policy {
            locals: locals
                .map(|one| (one.key.to_string(), plain(&one.value)))
                .collect(),
            conditions: enforced.collect(),
        };
        (((*kind).to_owned(), (*name).to_owned()), policy)
    });
    policies.collect()
}

/// The messages of the conditions that rules don't meet, by Terraform's own evaluation.
fn said(policy: &Policy, rules: &Json) -> Vec<String> {
    let mut text = format!(
        "locals {{\n  attrs = {{ rules = jsondecode({:?}) }}\n  meta  = {{ address = \"it\" }}\n",
        rules.to_string()
    );
    for (name, value) in &policy.locals {
        text.push_str(&format!("  {} = {value}\n", name.trim()));
    }
    let conditions = policy.conditions.iter();
    let conditions: Vec<String> = conditions
        .map(|(message, condition)| format!("    ({condition}) ? \"\" : {message},\n"))
        .collect();
    let conditions = conditions.concat();
    text.push_str(&format!(
        "}}\noutput \"said\" {{\n  value = compact([\n{conditions}  ])\n}}\n"
    ));
    let work = Terraform::find().work_dir(&text);
    work.apply();
    let outcome = work.run(&["output", "-json", "said"]);
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {outcome}"))
}

#[test]
fn the_conditions_find_what_the_other_policies_find() {
    let policies = policies();
    let of = |name: &str| &policies[&("curated_security_group".to_owned(), name.to_owned())];
    for (rules, expected) in [
        (json!({}), vec![]),
        (
            json!({
                "ingress tcp/22 from 10.0.0.0/8": "a", "ingress all from self": "b",
                "ingress tcp/443 from 0.0.0.0/0": "c", "egress tcp/443 to ::/0": "d",
                "ingress icmp/8 from 0.0.0.0/0": "e", "ingress tcp/22 from sg-0123456789abcdef0": "f",
                "ingress udp/22 from ::/0": "g", "ingress tcp/22 from 2001:db8::/32": "h",
            }),
            vec![],
        ),
        (
            json!({ "ingress tcp/20-30 from 128.0.0.0/1": "a" }),
            vec!["administration"],
        ),
        (json!({ "ingress udp/11211 from ::/0": "a" }), vec!["data"]),
        (
            json!({ "ingress all from 2000::/3": "a" }),
            vec!["administration", "data", "all traffic"],
        ),
        (
            json!({ "ingress udp/0-65535 from 0.0.0.0/0": "a" }),
            vec!["data", "all traffic"],
        ),
        (
            json!({ "egress all to 0.0.0.0/0": "a" }),
            vec!["everything out"],
        ),
    ] {
        let found = said(of("rules"), &rules);
        assert_eq!(found.len(), expected.len(), "{rules}: {found:?}");
        for (found, part) in found.iter().zip(expected) {
            assert!(
                found.starts_with("it lets ") && found.contains(part),
                "{found}"
            );
        }
    }
    let bare = json!({ "ingress tcp/22 from 10.0.0.0/8": "" });
    assert_eq!(said(of("descriptions"), &bare).len(), 1);
    let described = json!({ "ingress tcp/22 from 10.0.0.0/8": "a" });
    assert_eq!(said(of("descriptions"), &described), [""; 0]);
    let default = &policies[&(
        "curated_default_security_group".to_owned(),
        "rules".to_owned(),
    )];
    assert_eq!(said(default, &described).len(), 1);
}

#[test]
fn every_resource_type_with_rules_has_the_same_policies() {
    let policies = policies();
    let kinds = [
        "curated_security_group",
        "curated_default_security_group",
        "curated_security_group_rules",
        "curated_security_group_rule",
        "curated_vpc_security_group_ingress_rule",
        "curated_vpc_security_group_egress_rule",
    ];
    assert_eq!(policies.len(), 2 * kinds.len());
    for name in ["rules", "descriptions"] {
        let first = &policies[&(kinds[0].to_owned(), name.to_owned())];
        for kind in kinds {
            let other = &policies[&(kind.to_owned(), name.to_owned())];
            assert_eq!(first.locals, other.locals, "{kind}");
            for (one, two) in first.conditions.iter().zip(&other.conditions) {
                assert_eq!(one.1, two.1, "{kind}");
            }
        }
    }
}
