//! What can't change in place: another name, description, VPC or region is another group.

use super::{ELSEWHERE, REGION, Stage, assert_line};
use crate::support::bench::element;
use crate::support::terraform::provider;

/// A group "app" with these arguments.
fn app(arguments: &str) -> String {
    format!("resource \"curated_security_group\" \"app\" {{\n{arguments}\n}}\n")
}

#[test]
fn replacement_is_planned_for_each_attribute_that_names_another_group() {
    let stage = Stage::applied(&app("name = \"app\""));
    let vpc = stage
        .bench
        .call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = format!("name = \"app\"\nvpc_id = \"{}\"", element(&vpc, "vpcId"));
    let cases = [
        ("name", "name = \"application\""),
        ("description", "name = \"app\"\ndescription = \"The app\""),
        ("vpc_id", &vpc),
        ("region", "name = \"app\"\nregion = \"us-east-1\""),
    ];
    for (attribute, arguments) in cases {
        stage.configure(&app(arguments));
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
    stage.configure(&app("preset = \"ssh\"\nregion = \"us-east-1\""));
    let said = stage.work.apply();
    assert!(said.contains("1 added, 0 changed, 1 destroyed"), "{said}");
    assert!(stage.names(REGION).is_empty());
    assert_eq!(stage.names(ELSEWHERE), ["ssh"]);
    stage.assert_settled();
}

#[test]
fn replacement_is_planned_when_the_provider_moves_to_another_region() {
    let stage = Stage::applied(&app("preset = \"ssh\""));
    let main_tf = provider(stage.bench.endpoint(), ELSEWHERE) + &app("preset = \"ssh\"");
    stage.work.write("main.tf", &main_tf);
    let plan = stage.work.plan().text;
    let line = "~ region = \"eu-west-1\" -> \"us-east-1\" # forces replacement";
    assert_line(&plan, line);
}

#[test]
fn replacement_by_name_leaves_only_the_new_group() {
    let stage = Stage::applied(&app("name = \"app\""));
    stage.configure(&app("name = \"application\""));
    stage.work.apply();
    assert_eq!(stage.names(REGION), ["application"]);
    let attributes = stage.work.attributes("curated_security_group.app");
    assert_eq!(attributes["id"], stage.id("application").as_str());
}

#[test]
fn replacement_before_destruction_has_both_groups_for_a_while() {
    let lifecycle = "lifecycle {\n  create_before_destroy = true\n}";
    let stage = Stage::applied(&app(&format!("name = \"app\"\n{lifecycle}")));
    stage.configure(&app(&format!("name = \"application\"\n{lifecycle}")));
    stage.work.apply();
    let calls: Vec<String> = stage
        .bench
        .log()
        .iter()
        .map(|c| super::text(&c["action"]).to_owned())
        .collect();
    let at = |action: &str| calls.iter().position(|call| call == action);
    assert!(
        at("CreateSecurityGroup") < at("DeleteSecurityGroup"),
        "{calls:?}"
    );
    assert_eq!(stage.names(REGION), ["application"]);
    stage.assert_settled();
}
