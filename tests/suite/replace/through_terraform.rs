//! What can't change in place: another name, description, VPC or region is another group.

use serde_json::json;

use crate::support::emulator::element;
use crate::support::held::text;
use crate::support::said::{assert_line, assert_says, only_error};
use crate::support::stage::{ELSEWHERE, REGION, Stage};
use crate::support::terraform::{Outcome, provider};

/// A group "app" with these arguments.
fn app(arguments: &str) -> String {
    format!("resource \"curated_security_group\" \"app\" {{\n{arguments}\n}}\n")
}

#[test]
fn replacement_is_planned_for_each_attribute_that_names_another_group() {
    let stage = Stage::applied(&app("name = \"app\""));
    let vpc = stage
        .emulator
        .call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = format!("name = \"app\"\nvpc_id = \"{}\"", element(&vpc, "vpcId"));
    let cases = [
        ("name", "name = \"application\""),
        ("description", "name = \"app\"\ndescription = \"The app\""),
        ("vpc_id", &vpc),
        ("region", "name = \"app\"\nregion = \"us-east-1\""),
    ];
    for (attribute, arguments) in cases {
        stage.write(&app(arguments));
        let plan = stage.work.plan().text;
        assert!(plan.contains("must be replaced"), "{attribute}: {plan}");
        let forcing = plan.lines().filter(|l| l.contains("# forces replacement"));
        let forcing: Vec<&str> = forcing.map(str::trim).collect();
        assert_eq!(forcing.len(), 1, "{attribute}: {plan}");
        assert!(forcing[0].contains(&format!(" {attribute} ")), "{plan}");
    }
}

#[test]
fn replacement_by_region_removes_the_group_here_and_makes_one_there() {
    let stage = Stage::applied(&app("preset = \"ssh\""));
    stage.write(&app("preset = \"ssh\"\nregion = \"us-east-1\""));
    let said = stage.work.apply();
    assert!(said.contains("1 added, 0 changed, 1 destroyed"), "{said}");
    assert!(stage.names(REGION).is_empty());
    assert_eq!(stage.names(ELSEWHERE), ["ssh"]);
    stage.assert_settled();
}

#[test]
fn replacement_is_planned_when_the_provider_moves_to_another_region() {
    let stage = Stage::applied(&app("preset = \"ssh\""));
    let main_tf = provider(stage.emulator.endpoint(), ELSEWHERE) + &app("preset = \"ssh\"");
    stage.work.write("main.tf", &main_tf);
    let plan = stage.work.plan().text;
    let line = "~ region = \"eu-west-1\" -> \"us-east-1\" # forces replacement";
    assert_line(&plan, line);
}

#[test]
fn replacement_by_name_leaves_only_the_new_group() {
    let stage = Stage::applied(&app("name = \"app\""));
    stage.write(&app("name = \"application\""));
    stage.work.apply();
    assert_eq!(stage.names(REGION), ["application"]);
    let attributes = stage.work.attributes("curated_security_group.app");
    assert_eq!(attributes["id"], stage.id("application").as_str());
}

#[test]
fn replacement_before_destruction_has_both_groups_for_a_while() {
    let lifecycle = "lifecycle {\n  create_before_destroy = true\n}";
    let stage = Stage::applied(&app(&format!("name = \"app\"\n{lifecycle}")));
    stage.write(&app(&format!("name = \"application\"\n{lifecycle}")));
    stage.work.apply();
    let calls: Vec<String> = stage
        .emulator
        .log()
        .iter()
        .map(|c| text(&c["action"]).to_owned())
        .collect();
    let at = |action: &str| calls.iter().position(|call| call == action);
    assert!(
        at("CreateSecurityGroup") < at("DeleteSecurityGroup"),
        "{calls:?}"
    );
    assert_eq!(stage.names(REGION), ["application"]);
    stage.assert_settled();
}

/// Terraform tells no provider that it was asked to replace: it plans a change first, and then a
/// new group whose name is taken by the one that goes.
#[test]
fn replacement_that_the_user_asks_for_needs_no_other_name() {
    for arguments in [
        "preset = \"ssh\"",
        "name = \"app\"",
        "name_prefix = \"app-\"",
    ] {
        let stage = Stage::applied(&app(arguments));
        let before = stage.work.attributes("curated_security_group.app");
        let replace = "-replace=curated_security_group.app";
        let applied = stage
            .work
            .run(&["apply", "-no-color", "-auto-approve", replace]);
        assert_eq!(applied.code, 0, "{arguments}: {applied}");
        let after = stage.work.attributes("curated_security_group.app");
        assert_ne!(before["id"], after["id"], "{arguments}");
        stage.assert_settled();
    }
}

pub(super) const WEB: &str = "curated_security_group.app";

/// A group that is replaced by way of `create_before_destroy`, and keeps its name.
fn before(description: &str) -> String {
    app(&format!(
        "name = \"app\"\ndescription = \"{description}\"\n  lifecycle {{\n    \
         create_before_destroy = true\n  }}"
    ))
}

/// A replacement that can't be failed, and nothing is any different: the old group is current, and
/// its configuration asks for nothing.
#[track_caller]
fn assert_restored(stage: &Stage, id: &str, failed: &Outcome, old: &str) {
    let refused = only_error(failed);
    assert_says(&refused, &["InvalidGroup.Duplicate", "name_prefix"]);
    for command in ["import {", "moved {", "terraform destroy"] {
        assert!(!refused.contains(command), "{refused}");
    }
    assert_eq!(stage.id("app"), id);
    assert_eq!(stage.work.attributes(WEB)["id"], id);
    stage.write(old);
    stage.work.run(&["untaint", WEB]);
    stage.assert_settled();
}

/// The old group has the name while the new one is made: EC2 refuses that. Terraform restored the
/// old one only where the creation failed, and not where the plan within the apply did.
#[test]
fn a_failed_replacement_leaves_the_old_group_current() {
    let stage = Stage::applied(&before("one"));
    let id = stage.id("app");
    stage.write(&before("two"));
    let plan = stage.work.plan().text;
    let warning = format!("Warning: The group that replaces {id} keeps the name \"app\"");
    assert_says(&plan, &[&warning, "name_prefix"]);
    let failed = stage.work.try_apply();
    assert_restored(&stage, &id, &failed, &before("one"));

    // The way out that is told.
    stage.write(&before("two").replace("name =", "name_prefix ="));
    stage.work.apply();
    stage.assert_settled();
    assert_eq!(stage.names(REGION).len(), 1);
}

#[test]
fn a_failed_replacement_that_the_user_asked_for_leaves_the_old_group_current() {
    let stage = Stage::applied(&before("one"));
    let id = stage.id("app");
    let replace = ["apply", "-no-color", "-auto-approve", "-replace", WEB];
    let failed = stage.work.run(&replace);
    assert_restored(&stage, &id, &failed, &before("one"));
}

#[test]
fn a_failed_replacement_of_a_tainted_group_leaves_the_old_group_current() {
    let stage = Stage::applied(&before("one"));
    let id = stage.id("app");
    assert_eq!(stage.work.run(&["taint", WEB]).code, 0);
    let warning = format!("Warning: The group that replaces {id} keeps the name \"app\"");
    assert_says(&stage.work.plan().text, &[&warning, "name_prefix"]);
    let failed = stage.work.try_apply();
    assert_restored(&stage, &id, &failed, &before("one"));
}

/// A resource that depends on the group and has `create_before_destroy` hands it down.
#[test]
fn a_failed_replacement_by_inherited_order_leaves_the_old_group_current() {
    let both = |text: &str| {
        let own = app(&format!("name = \"app\"\ndescription = \"{text}\""));
        own + "resource \"terraform_data\" \"user\" {\n  input = \
               curated_security_group.app.id\n  lifecycle {\n    create_before_destroy = \
               true\n  }\n}\n"
    };
    let stage = Stage::applied(&both("one"));
    let id = stage.id("app");
    stage.write(&both("two"));
    let failed = stage.work.try_apply();
    assert_restored(&stage, &id, &failed, &both("one"));
}

/// EC2 takes "app" and "App" for one name. The plan had no warning of it.
#[test]
fn a_failed_replacement_by_another_case_of_the_name_leaves_the_old_group_current() {
    let stage = Stage::applied(&before("one"));
    let id = stage.id("app");
    stage.write(&before("one").replace("\"app\"\n", "\"App\"\n"));
    let warning = format!("Warning: The group that replaces {id} keeps the name \"app\"");
    assert_says(&stage.work.plan().text, &[&warning, "name_prefix"]);
    let failed = stage.work.try_apply();
    assert_restored(&stage, &id, &failed, &before("one"));
}

/// The same with a name of its own, so that EC2 has room for both.
pub(super) fn prefixed(description: &str, cidr: &str) -> String {
    app(&format!(
        "name_prefix = \"app-\"\ndescription = \"{description}\"\n  ingress {{\n    service = \
         \"https\"\n    cidr_blocks = [{cidr}]\n  }}\n  lifecycle {{\n    \
         create_before_destroy = true\n  }}"
    ))
}

/// The new group was made, and what follows is refused: it goes, and the old one is current again.
#[test]
fn a_replacement_that_fails_half_way_leaves_the_old_group_current_and_nothing_else() {
    let (old, new) = (
        prefixed("one", "\"10.0.0.0/8\""),
        prefixed("two", "\"10.0.0.0/8\""),
    );
    let stage = Stage::applied(&old);
    let id = stage.work.attributes(WEB)["id"].clone();
    for action in ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupEgress"] {
        stage.write(&new);
        let refusal = json!({ "action": action, "do": "error", "code": "UnauthorizedOperation" });
        stage.emulator.config(&json!({ "faults": [refusal] }));
        let refused = only_error(&stage.work.try_apply());
        assert_says(&refused, &[&format!("ec2:{action}"), "was deleted again"]);
        assert_eq!(stage.work.attributes(WEB)["id"], id, "{action}");
        assert_eq!(stage.names(REGION).len(), 1, "{action}");
        stage.write(&old);
        stage.assert_settled();
    }
    stage.write(&new);
    stage.work.apply();
    stage.assert_settled();
}

/// What a configuration refers to turns out to be wrong only when it is applied: Terraform checks it
/// once more then, after it has deposed the old group.
#[test]
fn a_value_that_turns_out_to_be_wrong_leaves_the_old_group_current() {
    let net =
        |cidr: &str| format!("resource \"terraform_data\" \"net\" {{\n  input = \"{cidr}\"\n}}\n");
    let output = "terraform_data.net.output";
    let stage = Stage::applied(&(net("10.0.0.0/8") + &prefixed("one", output)));
    let id = stage.work.attributes(WEB)["id"].clone();
    // Where it is replaced, and where it is changed.
    for description in ["two", "one"] {
        stage.write(&(net("10.0.0.0/33") + &prefixed(description, output)));
        let refused = only_error(&stage.work.try_apply());
        assert_says(&refused, &["10.0.0.0/33"]);
        assert_eq!(stage.work.attributes(WEB)["id"], id, "{description}");
        assert_eq!(stage.names(REGION).len(), 1, "{description}");
        stage.write(&(net("10.0.0.0/33") + &prefixed("one", "\"10.0.0.0/8\"")));
        stage.assert_settled();
        stage.write(&(net("10.0.0.0/8") + &prefixed("one", output)));
        stage.work.apply();
    }
}
