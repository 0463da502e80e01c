//! Groups that declare no rule: their rules are left to others.

use std::collections::BTreeMap;
use std::fs;

use crate::support::aws_provider::{aws_block, aws_provider_or_skip, work_dir};
use crate::support::emulator::Emulator;
use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{AUTHORIZE, REGION, REVOKE, Stage, WEB};
use crate::support::terraform::{self, Terraform};

const BARE: &str = "resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n";
const OF_OTHERS: &str = "ingress tcp/3389 from 0.0.0.0/0";
const OURS: &str = "ingress tcp/22 from 10.0.0.0/8";

/// The group with a block for each of these ports, and what else is set in it.
fn web(more: &str, ports: &[u16]) -> String {
    let blocks = ports.iter().map(|port| {
        format!(
            "  ingress {{\n    protocol = \"tcp\"\n    from_port = {port}\n    cidr_blocks = \
             [\"10.0.0.0/8\"]\n  }}\n"
        )
    });
    format!(
        "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{more}\n{}}}\n",
        blocks.collect::<String>()
    )
}

/// How many rules EC2 holds of each direction.
fn held(emulator: &Emulator) -> [usize; 2] {
    let group = emulator.group(REGION, "web");
    ["ingress", "egress"].map(|direction| group[direction].as_array().map_or(0, Vec::len))
}

/// What a state holds of the group: nothing in its blocks, and these rules.
#[track_caller]
fn assert_shown(stage: &Stage, rules: &[&str]) {
    let group = stage.work.attributes(WEB);
    assert_eq!(group["ingress"], serde_json::json!([]));
    assert_eq!(group["egress"], serde_json::json!([]));
    assert_eq!(keys(&stage.rules(WEB)), rules);
}

#[test]
fn a_new_group_without_rules_starts_with_none_and_leaves_those_of_others() {
    for terraform in Terraform::find_all() {
        let stage = Stage::under(&terraform, BARE);
        stage.settle();
        assert_eq!(held(&stage.emulator), [0, 0]);
        assert_eq!(stage.work.attributes(WEB)["exclusive"], false);
        stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
        stage.assert_settled();
        stage.settle_without_a_write();
        stage.work.run(&["apply", "-refresh-only", "-auto-approve"]);
        assert_shown(&stage, &[OF_OTHERS]);
        stage.assert_settled();

        // Another change of the group doesn't touch them, and rules that go are no drift either.
        stage.write(&BARE.replace("\"web\"\n}", "\"web\"\n  tags = { team = \"web\" }\n}"));
        stage.settle();
        assert_eq!(held(&stage.emulator), [1, 0]);
        stage.by_hand(REVOKE, "web", "3389", "0.0.0.0/0", "");
        stage.assert_settled();
        stage.work.run(&["apply", "-refresh-only", "-auto-approve"]);
        assert_shown(&stage, &[]);
    }
}

#[test]
fn a_group_that_stops_declaring_revokes_what_it_declared_and_nothing_else() {
    for more in ["", "  exclusive = true", "  exclusive = false"] {
        let stage = Stage::new(&web(more, &[22, 443]));
        stage.settle();
        stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
        // What a refresh has put into the state isn't declared either.
        stage.work.run(&["apply", "-refresh-only", "-auto-approve"]);
        stage.write(BARE);
        let plan = stage.work.plan().text;
        assert_says(&plan, &[&format!("- \"{OURS}\"")]);
        if more != "  exclusive = false" {
            let left = format!("- {OF_OTHERS}");
            assert_says(&plan, &["Rules are left alone from now on", &left]);
        }
        stage.settle();
        assert_eq!(held(&stage.emulator), [1, 0], "{more}");
        stage.work.run(&["apply", "-refresh-only", "-auto-approve"]);
        assert_shown(&stage, &[OF_OTHERS]);
        stage.assert_settled();
    }
}

#[test]
fn a_preset_that_goes_takes_its_rules_along() {
    let preset = |more: &str| {
        format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{more}}}\n")
    };
    let stage = Stage::new(&preset("  preset = \"ssh\"\n  description = \"x\"\n"));
    stage.settle();
    stage.write(&preset("  description = \"x\"\n"));
    stage.settle();
    assert_eq!(held(&stage.emulator), [0, 0]);
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.assert_settled();
}

#[test]
fn a_group_that_begins_to_declare_is_exclusive_and_the_plan_says_what_goes() {
    let stage = Stage::new(BARE);
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.write(&web("", &[22]));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "~ exclusive = false -> true",
            &format!("- \"{OF_OTHERS}\""),
            &format!("+ \"{OURS}\""),
        ],
    );
    assert!(!plan.contains("from the next plan on"), "{plan}");
    stage.settle();
    assert_eq!(keys(&stage.rules(WEB)), [OURS]);
    assert_eq!(held(&stage.emulator), [1, 0]);
}

#[test]
fn exclusive_decides_for_a_group_without_rules() {
    let stage = Stage::new(BARE);
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.write(&web("  exclusive = false", &[]));
    assert_says(
        &stage.work.plan().text,
        &["Rules are left alone from now on"],
    );
    stage.settle_without_a_write();
    assert_eq!(keys(&stage.rules(WEB)), [""; 0]);
    assert_eq!(held(&stage.emulator), [1, 0]);
    stage.write(&web("  exclusive = true", &[]));
    stage.work.apply();
    stage.settle();
    assert_eq!(held(&stage.emulator), [0, 0]);
}

#[test]
fn a_revocation_that_failed_is_made_up_for_and_rules_of_others_stay() {
    let stage = Stage::new(&web("", &[22, 443]));
    stage.settle();
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.write(BARE);
    let refused = serde_json::json!({ "faults": [{
        "action": REVOKE, "do": "error", "code": "UnauthorizedOperation", "status": 403,
    }] });
    stage.emulator.config(&refused);
    stage.work.try_apply().failure();
    stage.settle();
    assert_eq!(held(&stage.emulator), [1, 0]);
    assert_eq!(stage.work.attributes(WEB)["exclusive"], false);
    // Once it is done, the same rule may come back from somebody else.
    stage.by_hand(AUTHORIZE, "web", "22", "10.0.0.0/8", "");
    stage.assert_settled();
}

#[test]
fn an_import_without_rules_in_the_configuration_leaves_them_alone() {
    let stage = Stage::new(&web("", &[22, 443]));
    stage.settle();
    let id = stage.id("web");
    let other = Terraform::find().work_dir("");
    let import = format!("import {{\n  to = {WEB}\n  id = \"{id}\"\n}}\n");
    let provider = terraform::provider(stage.emulator.endpoint(), REGION);
    other.write("main.tf", &format!("{provider}{BARE}{import}"));
    stage.emulator.reset_counts();
    let plan = other.plan().text;
    assert_says(&plan, &["1 to import, 0 to add, 0 to change, 0 to destroy"]);
    other.apply();
    assert!(!other.plan().changes);
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.by_hand(REVOKE, "web", "22", "10.0.0.0/8", "");
    assert!(!other.plan().changes);
    other.run(&["apply", "-refresh-only", "-auto-approve"]);
    assert!(!other.plan().changes);
    // A change of something else doesn't make them its own.
    let tagged = BARE.replace("\"web\"\n}", "\"web\"\n  tags = { team = \"web\" }\n}");
    other.write("main.tf", &format!("{provider}{tagged}"));
    other.apply();
    assert!(!other.plan().changes);
    assert_eq!(held(&stage.emulator), [2, 0]);
}

/// The two resources of the AWS provider that most groups are made of.
fn apart(ty: &str) -> String {
    let rule = |name: &str, port: u16| {
        format!(
            "resource \"aws_security_group_rule\" \"{name}\" {{\n  type = \"ingress\"\n  \
             security_group_id = {ty}.web.id\n  protocol = \"tcp\"\n  from_port = {port}\n  to_port \
             = {port}\n  cidr_blocks = [\"10.0.0.0/8\"]\n}}\n"
        )
    };
    format!(
        "resource \"{ty}\" \"web\" {{\n  name = \"web\"\n}}\n{}{}\nresource \
         \"aws_vpc_security_group_egress_rule\" \"out\" {{\n  security_group_id = {ty}.web.id\n  \
         ip_protocol = \"-1\"\n  cidr_ipv4 = \"0.0.0.0/0\"\n}}\n",
        rule("ssh", 22),
        rule("web", 443)
    )
}

#[test]
fn a_group_moves_while_its_rules_stay_with_the_aws_provider() {
    let Some(aws) = aws_provider_or_skip("moving a group without its rules") else {
        return;
    };
    let emulator = Emulator::start();
    let providers =
        terraform::provider(emulator.endpoint(), REGION) + &aws_block(emulator.endpoint());
    let before = format!("{providers}{}", apart("aws_security_group"));
    let maker = work_dir(&Terraform::find(), &aws, &before);
    maker.apply();
    assert_eq!(held(&emulator), [2, 1]);
    // So that the AWS provider's state has the rules in the group's blocks too.
    maker.run(&["apply", "-refresh-only", "-auto-approve"]);
    let state = maker.path().join("terraform.tfstate");
    let moved = "moved {\n  from = aws_security_group.web\n  to = curated_security_group.web\n}\n";
    let after = format!("{providers}{}{moved}", apart("curated_security_group"));
    for terraform in Terraform::find_all() {
        emulator.reset_counts();
        let work = work_dir(&terraform, &aws, &after);
        fs::copy(&state, work.path().join("terraform.tfstate")).expect("the state can be copied");
        let plan = work.plan().text;
        assert_says(&plan, &["0 to add, 0 to change, 0 to destroy"]);
        work.apply();
        assert!(!work.plan().changes);
        work.run(&["apply", "-refresh-only", "-auto-approve"]);
        let again = work.plan();
        assert!(!again.changes, "{}", again.text);
        let calls = emulator.counts();
        let writes = calls
            .keys()
            .filter(|action| !action.starts_with("Describe"));
        let writes: Vec<&String> = writes.filter(|a| !a.starts_with("Get")).collect();
        assert_eq!(writes, [""; 0], "{}", terraform.version);
        let rules = work.attributes("curated_security_group.web")["rules"].clone();
        let rules: BTreeMap<String, String> = serde_json::from_value(rules).expect("texts");
        let expected = [
            "egress all to 0.0.0.0/0",
            OURS,
            "ingress tcp/443 from 10.0.0.0/8",
        ];
        assert_eq!(keys(&rules), expected);
    }
}
