//! `exclusive`: whether rules that the configuration doesn't declare are its business.

use super::ports;
use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{AUTHORIZE, DESCRIBE, REGION, REVOKE, Stage, WEB};
use serde_json::{Value as Json, json};

const OURS: &str = "ingress tcp/22 from 10.0.0.0/8";
const STRANGER: &str = "ingress tcp/3389 from 0.0.0.0/0";

fn web(exclusive: bool, ports: &[u16]) -> String {
    let blocks: String = ports
        .iter()
        .map(|port| {
            format!(
                "  ingress {{\n    protocol = \"tcp\"\n    from_port = {port}\n    \
                 cidr_blocks = [\"10.0.0.0/8\"]\n  }}\n"
            )
        })
        .collect();
    format!(
        "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  \
         exclusive = {exclusive}\n{blocks}}}\n"
    )
}

#[test]
fn strangers_are_left_alone_by_refresh_update_and_delete() {
    let stage = Stage::new(&web(false, &[22]));
    stage.settle();
    // Not even EC2's own first rule, which opens a new group to the world, counts as a stranger.
    assert_eq!(
        stage.emulator.group(REGION, "web")["egress"],
        Json::Array(Vec::new())
    );
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.assert_settled();

    stage.write(&web(false, &[22, 443]));
    stage.settle();
    assert_eq!(ports(&stage), [22, 443, 3389]);
    stage.write(&web(false, &[443]));
    stage.settle();
    assert_eq!(ports(&stage), [443, 3389]);
    assert_eq!(keys(&stage.rules(WEB)), ["ingress tcp/443 from 10.0.0.0/8"]);

    stage.work.destroy();
    assert!(stage.emulator.group(REGION, "web").is_null());
}

#[test]
fn drift_of_what_is_declared_is_still_shown_and_mended() {
    let stage = Stage::new(&web(false, &[22, 443]));
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.by_hand(REVOKE, "web", "22", "10.0.0.0/8", "");
    stage.by_hand(DESCRIBE, "web", "443", "10.0.0.0/8", "by hand");

    let plan = stage.work.plan().text;
    let gone = format!("+ \"{OURS}\" =");
    let described = "~ \"ingress tcp/443 from 10.0.0.0/8\" = \"by hand\" ->";
    assert_says(&plan, &[&gone, described]);
    let after = json!({ OURS: "", "ingress tcp/443 from 10.0.0.0/8": "" });
    assert_eq!(stage.work.planned(WEB)["after"]["rules"], after);
    assert!(!plan.contains("3389"), "{plan}");
    stage.settle();
    assert_eq!(ports(&stage), [22, 443, 3389]);
}

#[test]
fn giving_up_exclusiveness_leaves_strangers_with_a_warning() {
    let stage = Stage::new(&web(true, &[22]));
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.write(&web(false, &[22]));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "Warning: Rules are left alone from now on",
            &format!("- {STRANGER}"),
        ],
    );

    stage.settle_without_a_write();
    assert_eq!(ports(&stage), [22, 3389]);
    assert_eq!(keys(&stage.rules(WEB)), [OURS]);
}

#[test]
fn becoming_exclusive_shows_the_strangers_in_the_next_plan_and_revokes_them() {
    let stage = Stage::new(&web(false, &[22]));
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.write(&web(true, &[22]));
    let plan = stage.work.plan().text;
    assert_says(&plan, &["~ exclusive = false -> true"]);
    stage.work.apply();

    let plan = stage.work.plan().text;
    assert_says(&plan, &[&format!("- \"{STRANGER}\" =")]);
    let planned = stage.work.planned(WEB);
    assert_eq!(planned["before"]["rules"][STRANGER], "");
    assert_eq!(planned["after"]["rules"], json!({ OURS: "" }));
    stage.settle();
    assert_eq!(ports(&stage), [22]);
}

#[test]
fn a_stranger_that_is_declared_later_becomes_ours() {
    let stage = Stage::new(&web(false, &[22]));
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "443", "10.0.0.0/8", "by hand");
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.write(&web(false, &[22, 443, 8080]));
    stage.settle();
    assert_eq!(ports(&stage), [22, 443, 3389, 8080]);
    let group = stage.emulator.group(REGION, "web");
    let rules = group["ingress"].as_array().into_iter().flatten();
    assert!(
        rules.into_iter().all(|rule| rule["description"] == ""),
        "{group}"
    );
    stage.work.destroy();
}
