//! Adoption, changes, drift and letting go.

use super::{ADDRESS, AWS_OWN, REGION, authorize, default_group, held, resource};
use crate::support::emulator::{Emulator, element};
use crate::support::said::assert_says;
use crate::support::terraform::{self, Terraform};

#[test]
fn an_empty_block_closes_the_default_group_and_its_plan_says_what_goes() {
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let provider = terraform::provider(emulator.endpoint(), REGION);
        let work = terraform.work_dir(&format!("{provider}{}", resource("")));
        let id = default_group(&emulator);
        let plan = work.plan().text;
        assert_says(
            &plan,
            &[
                "Rules of a default group are revoked",
                &id,
                AWS_OWN[0],
                AWS_OWN[1],
            ],
        );
        work.apply();
        assert_eq!(held(&emulator), [0, 0]);
        let state = work.attributes(ADDRESS);
        assert_eq!(state["id"], id);
        assert_eq!(state["name"], "default");
        assert_eq!(state["vpc_id"], emulator.default_vpc(REGION));
        assert!(!work.plan().changes);
        emulator.reset_counts();
        work.destroy();
        assert_eq!(
            emulator.writes(),
            [] as [serde_json::Value; 0],
            "it stays as it is"
        );
        assert_eq!(held(&emulator), [0, 0]);
    }
}

#[test]
fn both_forms_and_tags_change_in_place_and_drift_is_shown() {
    let stage = super::stage(
        "  ingress_rules = { ssh = \"ssh from 10.0.0.0/8\" }\n  egress {\n    service = \
         \"https\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n  tags = { team = \"web\" }",
    );
    stage.settle();
    let rules = stage.keys(ADDRESS);
    assert_eq!(
        rules,
        [
            "egress tcp/443 to 0.0.0.0/0",
            "ingress tcp/22 from 10.0.0.0/8"
        ]
    );
    authorize(&stage.emulator, "3389");
    let plan = stage.work.plan().text;
    assert_says(&plan, &["ingress tcp/3389 from 0.0.0.0/0", "1 to change"]);
    stage.settle();
    assert_eq!(held(&stage.emulator), [1, 1]);
    stage.write(&resource("  tags = { team = \"ops\" }"));
    stage.settle();
    assert_eq!(held(&stage.emulator), [0, 0]);
    assert_eq!(stage.work.attributes(ADDRESS)["tags_all"]["team"], "ops");
}

#[test]
fn destroying_gives_back_what_aws_gave_where_that_is_asked_for() {
    let stage =
        super::stage("  restore_on_destroy = true\n  ingress_rules = { a = \"ssh from self\" }");
    stage.settle();
    assert_eq!(held(&stage.emulator), [1, 0]);
    stage.work.destroy();
    stage
        .work
        .import(ADDRESS, &stage.emulator.default_vpc(REGION));
    assert_eq!(stage.keys(ADDRESS), AWS_OWN);
}

#[test]
fn another_vpc_is_another_group_and_the_first_is_left_as_it_is() {
    let stage = super::stage("");
    stage.settle();
    let first = stage.work.attributes(ADDRESS)["id"].clone();
    let made = stage
        .emulator
        .call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = element(&made, "vpcId");
    stage.write(&resource(&format!("  vpc_id = \"{vpc}\"")));
    let said = stage.settle();
    assert!(said.contains("1 added, 0 changed, 1 destroyed"), "{said}");
    let state = stage.work.attributes(ADDRESS);
    assert_ne!(state["id"], first);
    assert_eq!(state["vpc_id"], vpc);
}

#[test]
fn a_second_resource_for_the_same_group_is_refused() {
    // Two of the same configuration were told only while applying.
    for lines in ["  tags = { a = \"b\" }", ""] {
        let stage = super::stage("");
        stage.settle();
        let second = resource(lines).replace("\"main\"", "\"again\"");
        stage.write(&(resource("") + &second));
        let refused = stage.work.try_plan().failure();
        assert_says(&refused, &["Two resources have the default group"]);
        assert_eq!(held(&stage.emulator), [0, 0]);

        // Two new ones, too.
        let fresh = super::stage("");
        fresh.write(&(resource("") + &second));
        let refused = fresh.work.try_plan().failure();
        assert_says(&refused, &["Two resources have the default group"]);
    }
}

#[test]
fn a_replacement_by_hand_is_no_second_resource() {
    let stage = super::stage("");
    stage.settle();
    let replace = format!("-replace={ADDRESS}");
    stage.run(&["apply", "-no-color", "-auto-approve", &replace]);
    stage.assert_settled();
}

#[test]
fn rules_that_other_resources_own_are_left_alone() {
    let id = "${curated_default_security_group.main.id}";
    let rules = format!(
        "resource \"curated_security_group_rules\" \"others\" {{\n  security_group_id = \
         \"{id}\"\n  ingress_rules = {{ a = \"https from 10.0.0.0/8\" }}\n}}\n"
    );
    let stage = super::stage("");
    stage.write(&(resource("") + &rules));
    stage.settle();
    assert_eq!(held(&stage.emulator), [1, 0]);
    assert_eq!(stage.keys(ADDRESS), [""; 0]);
}
