//! Identities of rules and of default groups as the AWS provider's tests have them: in the provider's
//! region and in another one, and of a state that has none yet.

use std::fs;

use serde_json::{Value as Json, json};

use crate::support::emulator::ACCOUNT;
use crate::support::said::{assert_says, skipped};
use crate::support::stage::{REGION, Stage};
use crate::support::terraform::Terraform;

const ELSEWHERE: &str = "us-east-1";
const ADDRESSES: [&str; 3] = [
    "curated_vpc_security_group_ingress_rule.web",
    "curated_vpc_security_group_egress_rule.web",
    "curated_default_security_group.main",
];

/// A default group, and a rule of each direction in a group of ours.
fn config(region: &str) -> String {
    let region = if region == REGION {
        String::new()
    } else {
        format!("  region = \"{region}\"\n")
    };
    let rule = |direction: &str| {
        format!(
            "resource \"curated_vpc_security_group_{direction}_rule\" \"web\" {{\n{region}  \
             security_group_id = curated_security_group.web.id\n  ip_protocol = \"tcp\"\n  \
             from_port = 80\n  to_port = 80\n  cidr_ipv4 = \"10.0.0.0/8\"\n}}\n"
        )
    };
    format!(
        "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{region}}}\n\
         resource \"curated_default_security_group\" \"main\" {{\n{region}}}\n{}{}",
        rule("ingress"),
        rule("egress")
    )
}

/// The identity of a resource in the state file.
fn stored(stage: &Stage, address: &str) -> Json {
    let path = stage.work.path().join("terraform.tfstate");
    let text = fs::read_to_string(path).expect("there is a state");
    let state: Json = serde_json::from_str(&text).expect("a state is JSON");
    let (ty, _) = address.split_once('.').expect("a type and a name");
    let mut resources = state["resources"].as_array().into_iter().flatten();
    let found = resources.find(|resource| resource["type"] == ty);
    found.expect("it is in the state")["instances"][0]["identity"].clone()
}

/// What identifies it.
fn identity(stage: &Stage, address: &str, region: &str) -> Json {
    let state = stage.work.attributes(address);
    if address.contains("_rule.") {
        json!({ "id": state["id"], "security_group_id": state["security_group_id"], "region": region })
    } else {
        json!({ "id": state["id"], "account_id": ACCOUNT, "region": region })
    }
}

#[test]
fn rules_and_default_groups_are_imported_by_identity_and_by_id_in_any_region() {
    for region in [REGION, ELSEWHERE] {
        let config = config(region);
        let stage = Stage::under(&Terraform::with_identities(), &config);
        stage.settle();
        let ids = ADDRESSES.map(|address| {
            let id = stage.work.attributes(address)["id"].clone();
            let id = id.as_str().expect("an id").to_owned();
            if address.contains("_rule.") {
                assert_eq!(stage.work.attributes(address)["security_group_rule_id"], id);
            }
            assert_eq!(stored(&stage, address), identity(&stage, address, region));
            (address, id)
        });
        let by: [fn(&str, &str) -> String; 3] = [
            |id, region| match region {
                REGION => format!("id = \"{id}\""),
                _ => format!("id = \"{region}/{id}\""),
            },
            |id, region| format!("id = \"{id}@{region}\""),
            |id, region| match region {
                REGION => format!("identity = {{ id = \"{id}\" }}"),
                _ => format!("identity = {{ id = \"{id}\", region = \"{region}\" }}"),
            },
        ];
        for by in by {
            let mut imports = String::new();
            for (address, id) in &ids {
                stage.run(&["state", "rm", address]);
                let by = by(id, region);
                imports += &format!("import {{\n  to = {address}\n  {by}\n}}\n");
            }
            stage.write(&format!("{config}{imports}"));
            let said = stage.work.apply();
            assert_says(&said, &["3 imported, 0 added, 0 changed, 0 destroyed"]);
            for (address, id) in &ids {
                assert_eq!(stage.work.attributes(address)["id"], **id);
                assert_eq!(stored(&stage, address), identity(&stage, address, region));
            }
            stage.assert_settled();
        }
        // As a command has it.
        for (address, id) in &ids {
            stage.run(&["state", "rm", address]);
            stage.work.import(address, &format!("{id}@{region}"));
        }
        stage.assert_settled();
    }
}

#[test]
fn states_of_rules_and_default_groups_without_identities_gain_them_by_a_refresh_alone() {
    let all = Terraform::find_all();
    let Some(older) = all.iter().find(|t| !t.keeps_identities()) else {
        return skipped("every host here keeps identities");
    };
    let config = config(REGION);
    let mut before = Stage::under(older, &config);
    before.settle();
    let mut after = Stage::under(&Terraform::with_identities(), &config);
    std::mem::swap(&mut after.emulator, &mut before.emulator);
    after.write(&config);
    let state = before.work.path().join("terraform.tfstate");
    fs::copy(state, after.work.path().join("terraform.tfstate")).expect("the state can be copied");
    let plan = ["plan", "-refresh=false", "-detailed-exitcode", "-no-color"];
    after.run(&plan);
    after.run(&["apply", "-refresh=false", "-auto-approve", "-no-color"]);
    for address in ADDRESSES {
        assert!(stored(&after, address).is_null(), "{address}");
    }
    after.assert_settled();
    after.run(&["apply", "-refresh-only", "-auto-approve", "-no-color"]);
    for address in ADDRESSES {
        let expected = identity(&after, address, REGION);
        assert_eq!(stored(&after, address), expected, "{address}");
    }
    after.assert_settled();
    // The default group is the one that the default VPC came with.
    let vpc = after.emulator.default_vpc(REGION);
    assert_eq!(after.work.attributes(ADDRESSES[2])["vpc_id"], vpc.as_str());
}
