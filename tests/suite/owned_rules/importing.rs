//! Taking rules over that exist, in every form.

use super::{REGION, Stage, block, bundle, ingress, tcp};
use crate::support::stage::provider_with;
use crate::support::terraform::Terraform;

/// Applies an import and proves that it changes nothing.
#[track_caller]
fn imports(stage: &Stage, resource: &str, to: &str, by: &str) {
    stage.write(&format!("{resource}import {{\n  to = {to}\n  {by}\n}}\n"));
    stage.emulator.reset_counts();
    let plan = stage.work.plan().text;
    assert!(
        plan.contains("1 to import, 0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    stage.settle();
    assert_eq!(stage.writes(), [""; 0], "{by}");
    let removed =
        format!("removed {{\n  from = {to}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n");
    stage.write(&removed);
    stage.work.apply();
}

#[test]
fn rules_are_imported_by_every_form_of_their_ids() {
    let stage = Stage::new("");
    stage.by_hand("Authorize", "80");
    stage.by_hand("Authorize", "81");
    let (group, rule, other) = (stage.group.clone(), stage.rule(80), stage.rule(81));
    let id = rule["id"].as_str().expect("an id");
    let other = other["id"].as_str().expect("an id");
    let single = ingress("web", &tcp("80"));
    let address = "curated_vpc_security_group_ingress_rule.web";
    for form in [
        id.to_owned(),
        format!("eu-west-1/{id}"),
        format!("{id}@eu-west-1"),
    ] {
        imports(&stage, &single, address, &format!("id = \"{form}\""));
    }
    let older = "resource \"curated_security_group_rule\" \"web\" {\n  security_group_id = \
                 \"GROUP\"\n  type = \"ingress\"\n  protocol = \"tcp\"\n  from_port = 80\n  \
                 to_port = 80\n  cidr_blocks = [\"10.0.0.0/8\"]\n}\n";
    for form in [
        id.to_owned(),
        format!("{group}_ingress_tcp_80_80_10.0.0.0/8"),
        format!("eu-west-1/{group}_ingress_tcp_80_80_10.0.0.0/8"),
    ] {
        let by = format!("id = \"{form}\"");
        imports(&stage, older, "curated_security_group_rule.web", &by);
    }
    let both = bundle("app", &(block("80") + &block("81") + ALL_OUT));
    let some = bundle("app", &(block("80") + &block("81")));
    let address = "curated_security_group_rules.app";
    imports(&stage, &both, address, &format!("id = \"{group}\""));
    imports(
        &stage,
        &both,
        address,
        &format!("id = \"eu-west-1/{group}\""),
    );
    imports(
        &stage,
        &some,
        address,
        &format!("id = \"{group}/{id},{other}\""),
    );
}

/// What EC2 gave the group.
const ALL_OUT: &str = "  egress {\n    service = \"all\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n";

#[test]
fn a_bundle_takes_only_what_nobody_owns() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    stage.by_hand("Authorize", "81");
    let resources = ingress("web", &tcp("80")) + &bundle("app", &(block("81") + ALL_OUT));
    stage.write(&format!(
        "{resources}import {{\n  to = curated_security_group_rules.app\n  id = \"GROUP\"\n}}\n"
    ));
    let plan = stage.work.plan().text;
    assert!(
        plan.contains("1 to import, 0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    stage.settle();
}

/// No value of the one attribute fits all rules, so that a plan has to follow.
#[test]
fn a_bundle_of_rules_with_different_tags_is_imported_with_a_warning() {
    let stage = Stage::new("");
    stage.by_hand("Authorize", "80");
    stage.by_hand("Authorize", "81");
    let rules = [stage.rule(80), stage.rule(81)];
    let [id, other] = rules
        .each_ref()
        .map(|rule| rule["id"].as_str().expect("an id"));
    let tag = [
        ("ResourceId.1", id),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "web"),
    ];
    stage.emulator.call(REGION, "CreateTags", &tag);
    let body = block("80") + &block("81") + "  tags = { team = \"web\" }\n";
    let import = format!(
        "import {{\n  to = curated_security_group_rules.app\n  id = \"GROUP/{id},{other}\"\n}}\n"
    );
    stage.write(&(bundle("app", &body) + &import));
    let plan = stage.work.plan().text;
    let said = "Warning: These rules have different tags";
    assert!(plan.contains(said), "{plan}");
    stage.work.apply();
    let plan = stage.work.plan().text;
    assert!(
        plan.contains("1 to change") && !plan.contains(said),
        "{plan}"
    );
    stage.settle();
    for port in [80, 81] {
        assert_eq!(stage.rule(port)["tags"]["team"], "web", "{port}");
    }
}

#[test]
fn an_import_that_finds_nothing_says_what_it_looked_for() {
    let stage = Stage::new(&ingress("web", &tcp("80")));
    let refused = |id: &str| {
        let address = "curated_vpc_security_group_ingress_rule.web";
        stage.work.try_import(address, id).failure()
    };
    let said = refused("sgr-0123456789abcdef0");
    assert!(
        said.contains("There is no security group rule sgr-0123456789abcdef0"),
        "{said}"
    );
    let said = refused("web");
    assert!(
        said.contains("That is not the id of a curated_vpc"),
        "{said}"
    );
    let out = stage.emulator.group(REGION, "shared")["egress"][0]["id"].clone();
    let said = refused(out.as_str().expect("an id"));
    assert!(
        said.contains("is an egress rule") && said.contains("_egress_rule"),
        "{said}"
    );
}

#[test]
fn an_import_by_an_owner_that_has_no_rules_spoke_of_rules_without_one() {
    let stage = Stage::new(&bundle("app", &block("80")));
    let id = format!("{}/sgrules-0123456789abcdef", stage.group);
    let address = "curated_security_group_rules.app";
    let said = stage.work.try_import(address, &id).failure();
    let expected = "There is no rule of the owner \"sgrules-0123456789abcdef\" in";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn generated_configuration_plans_clean() {
    let terraform = Terraform::with_identities();
    let stage = Stage::new("");
    stage.by_hand("Authorize", "80");
    let rule = stage.rule(80);
    let id = rule["id"].as_str().expect("an id");
    let work = terraform.work_dir("");
    let provider = provider_with(stage.emulator.endpoint(), "");
    let group = &stage.group;
    let imports = [
        ("curated_vpc_security_group_ingress_rule", id.to_owned()),
        ("curated_security_group_rule", id.to_owned()),
        ("curated_security_group_rules", format!("{group}/{id}")),
    ];
    for (ty, id) in imports {
        let import = format!("import {{\n  to = {ty}.app\n  id = \"{id}\"\n}}\n");
        work.write("main.tf", &(provider.clone() + &import));
        let _ = std::fs::remove_file(work.path().join("generated.tf"));
        let made = work.run(&["plan", "-no-color", "-generate-config-out=generated.tf"]);
        assert_eq!(made.code, 0, "{made}");
        let plan = work.plan().text;
        assert!(
            plan.contains("1 to import, 0 to add, 0 to change, 0 to destroy"),
            "{ty}: {plan}"
        );
    }
}

#[test]
fn rules_are_imported_by_identity() {
    let terraform = Terraform::with_identities();
    let stage = Stage::applied(&bundle("app", &block("81")));
    stage.by_hand("Authorize", "80");
    let rule = stage.rule(80);
    let id = rule["id"].as_str().expect("an id");
    let state = stage.work.attributes("curated_security_group_rules.app");
    let owner = state["id"].as_str().expect("an id");
    let work = terraform.work_dir("");
    let provider = provider_with(stage.emulator.endpoint(), "");
    let group = &stage.group;
    let resources =
        (ingress("web", &tcp("80")) + &bundle("app", &block("81"))).replace("GROUP", group);
    let imports = format!(
        "import {{\n  to = curated_vpc_security_group_ingress_rule.web\n  identity = {{ id = \
         \"{id}\" }}\n}}\nimport {{\n  to = curated_security_group_rules.app\n  identity = {{ id = \
         \"{owner}\", security_group_id = \"{group}\" }}\n}}\n"
    );
    work.write("main.tf", &(provider + &resources + &imports));
    let plan = work.plan().text;
    assert!(
        plan.contains("2 to import, 0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    work.apply();
    assert!(!work.plan().changes);
}
