//! Default groups as the AWS provider's tests have them: with a rule in each direction, and with none.

use serde_json::json;

use crate::support::emulator::{ACCOUNT, element};
use crate::support::stage::{REGION, Stage};

const MAIN: &str = "curated_default_security_group.main";

/// The default group of a new VPC, with these lines. Applied, and planned without a change.
fn settled(lines: &str) -> (Stage, String) {
    let stage = Stage::new("");
    let made = stage
        .emulator
        .call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = element(&made, "vpcId").to_owned();
    stage.write(&format!(
        "resource \"curated_default_security_group\" \"main\" {{\n  vpc_id = \"{vpc}\"\n{lines}}}\n"
    ));
    stage.settle();
    (stage, vpc)
}

/// An import gives the state that was there, and nothing is left to do.
#[track_caller]
fn assert_comes_back(stage: &Stage) {
    let made = stage.work.attributes(MAIN).clone();
    stage.run(&["state", "rm", MAIN]);
    let id = made["id"].as_str().expect("adopted").to_owned();
    stage.work.import(MAIN, &id);
    let imported = stage.work.attributes(MAIN);
    for name in [
        "id",
        "arn",
        "name",
        "description",
        "vpc_id",
        "owner_id",
        "rules",
        "tags_all",
    ] {
        assert_eq!(imported[name], made[name], "{name}");
    }
    stage.assert_settled();
}

#[test]
fn a_default_group_with_rules_is_whole_and_comes_back_by_an_import() {
    let block = |direction: &str, protocol: &str| {
        format!(
            "  {direction} {{\n    protocol = \"{protocol}\"\n    from_port = 5000\n    to_port = \
             5010\n    cidr_blocks = [\"192.168.0.0/16\"]\n  }}\n"
        )
    };
    let (stage, vpc) = settled(&(block("ingress", "6") + &block("egress", "tcp")));
    let state = stage.work.attributes(MAIN).clone();
    let id = state["id"].as_str().expect("adopted").to_owned();
    for (name, expected) in [
        ("name", json!("default")),
        ("description", json!("default VPC security group")),
        ("vpc_id", json!(vpc)),
        ("owner_id", json!(ACCOUNT)),
        (
            "arn",
            json!(format!(
                "arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{id}"
            )),
        ),
        ("tags", json!({})),
        (
            "rules",
            json!({
                "ingress tcp/5000-5010 from 192.168.0.0/16": "",
                "egress tcp/5000-5010 to 192.168.0.0/16": "",
            }),
        ),
    ] {
        assert_eq!(state[name], expected, "{name}");
    }
    for direction in ["ingress", "egress"] {
        let blocks = state[direction].as_array().expect("a set of blocks");
        assert_eq!(blocks.len(), 1, "{direction}");
    }
    assert_comes_back(&stage);
}

#[test]
fn a_default_group_without_rules_is_closed_and_tagged_and_comes_back_by_an_import() {
    let (stage, _) = settled("  tags = { Name = \"closed\" }\n");
    let state = stage.work.attributes(MAIN).clone();
    assert_eq!(state["rules"], json!({}));
    assert_eq!(state["ingress"], json!([]));
    assert_eq!(state["egress"], json!([]));
    assert_eq!(state["tags"], json!({"Name": "closed"}));
    assert_comes_back(&stage);
}

/// The AWS provider puts them on a default group that it adopts, as on a group that it makes.
#[test]
fn a_default_group_that_is_adopted_gets_its_ignored_tags_once() {
    let ignored = "  ignore_tags {\n    keys = [\"made\", \"own\"]\n  }\n  default_tags {\n    tags = \
                   { made = \"by us\", team = \"web\" }\n  }\n";
    let group = |own: &str| {
        format!(
            "resource \"curated_default_security_group\" \"main\" {{\n  tags = {{ own = \"{own}\" }}\n}}\n"
        )
    };
    let stage = Stage::with_provider(ignored, &group("1"));
    let tags = || stage.emulator.group(REGION, "default")["tags"].clone();
    stage.settle();
    let put_on = json!({"made": "by us", "own": "1", "team": "web"});
    assert_eq!(tags(), put_on);
    let state = stage.work.attributes(MAIN).clone();
    assert_eq!(state["tags"], json!({"own": "1"}));
    assert_eq!(state["tags_all"], json!({"team": "web"}));

    stage.write(&group("2"));
    stage.settle_without_a_write();
    assert_eq!(tags(), put_on);
}
