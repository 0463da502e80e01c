//! What a plan refuses, and what it says.

use super::{Stage, block, bundle, ingress, tcp};
use crate::support::said::assert_says;

/// What a plan says that fails.
#[track_caller]
fn refused(resources: &str) -> String {
    Stage::new(resources).work.try_plan().failure()
}

#[test]
fn a_rule_that_exists_already_is_an_error_that_offers_the_import() {
    let stage = Stage::new(&ingress("web", &tcp("80")));
    stage.by_hand("Authorize", "80");
    let said = stage.work.try_plan().failure();
    assert!(
        said.contains("\"ingress tcp/80 from 10.0.0.0/8\" of"),
        "{said}"
    );
    assert!(
        said.contains("exists already") && said.contains("import {"),
        "{said}"
    );
    assert!(
        stage
            .writes()
            .iter()
            .filter(|a| a.starts_with("Auth"))
            .count()
            == 1
    );
    let rule = stage.rule(80);
    let id = rule["id"].as_str().expect("an id");
    assert!(said.contains(id), "{said}");

    // As it says.
    stage.write(&format!(
        "{}import {{\n  to = curated_vpc_security_group_ingress_rule.web\n  id = \
         \"eu-west-1/{id}\"\n}}\n",
        ingress("web", &tcp("80"))
    ));
    let plan = stage.work.plan().text;
    assert!(
        plan.contains("1 to import, 0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
    stage.settle();
}

/// The plan found nothing wrong, and EC2 refused the 51st.
#[test]
fn the_owners_tag_was_not_counted_among_the_tags_of_a_rule() {
    let fifty = "  tags = { for n in range(50) : \"k${n}\" => \"v\" }\n";
    let said = refused(&ingress("web", &(tcp("80") + fifty)));
    assert_says(&said, &["51 tags are too many", "one is \"curated:owner\""]);
    let without = fifty.to_owned() + "  owner_tag = false\n";
    Stage::new(&ingress("web", &(tcp("80") + &without))).settle();
}

#[test]
fn two_new_resources_of_one_rule_are_an_error_of_the_plan() {
    let said = refused(&(ingress("web", &tcp("80")) + &bundle("app", &block("80"))));
    let expected = "Two resources have the rule \"ingress tcp/80 from 10.0.0.0/8\"";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_rule_that_the_state_has_elsewhere_is_an_error_that_names_its_resource() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    stage.write(&(ingress("web", &tcp("80")) + &bundle("app", &block("80"))));
    let said = stage.work.try_plan().failure();
    let rule = stage.rule(80);
    let id = rule["id"].as_str().expect("an id");
    assert!(said.contains("Two resources have the rule"), "{said}");
    assert!(
        said.contains("curated_vpc_security_group_ingress_rule") && said.contains(id),
        "{said}"
    );
}

#[test]
fn two_resources_of_one_rule_in_a_group_that_is_to_be_made_fail_when_applied() {
    let group = "resource \"curated_security_group\" \"new\" {\n  name = \"new\"\n}\n";
    let own = |text: String| text.replace("\"GROUP\"", "curated_security_group.new.id");
    let both = ingress("one", &tcp("80")) + &ingress("two", &(tcp("80") + "description = \"x\""));
    let stage = Stage::new(&(group.to_owned() + &own(both)));
    let said = stage.work.try_apply().failure();
    assert!(said.contains("Two resources have the rule"), "{said}");
    let new = stage.emulator.group(super::REGION, "new");
    assert_eq!(new["ingress"].as_array().expect("a list").len(), 1);
}

#[test]
fn a_group_that_is_not_there_is_an_error_of_the_plan() {
    let elsewhere = "  region = \"us-east-1\"\n";
    for resource in [
        bundle("app", &(block("80") + elsewhere)),
        ingress("web", &(tcp("80") + elsewhere)),
    ] {
        let said = refused(&resource);
        assert!(
            said.contains("There is no security group sg-") && said.contains("in us-east-1"),
            "{said}"
        );
    }
}

#[test]
fn the_quota_counts_what_the_group_holds_and_what_others_are_to_make() {
    let stage = Stage::new(&bundle("app", &(block("1") + &block("2"))));
    for port in 100..159 {
        stage.by_hand("Authorize", &port.to_string());
    }
    let said = stage.work.try_plan().failure();
    assert!(
        said.contains("More ingress rules than EC2 allows"),
        "{said}"
    );
    stage.write(&(ingress("one", &tcp("1")) + &ingress("two", &tcp("2"))));
    let said = stage.work.try_plan().failure();
    assert_eq!(
        said.matches("More ingress rules than EC2 allows").count(),
        1,
        "{said}"
    );
}

#[test]
fn mistakes_are_told_at_their_attributes_in_their_words() {
    let web = |from: &str, to: &str| refused(&ingress("web", &tcp("80").replace(from, to)));
    let said = web("10.0.0.0/8", "10.0.0.5/8");
    assert!(said.contains("\"10.0.0.5/8\" has host bits set"), "{said}");
    assert!(
        said.contains("cidr_ipv4 ") && !said.contains("ingress block"),
        "{said}"
    );
    let said = web("cidr_ipv4 = \"10.0.0.0/8\"", "");
    assert!(
        said.contains("The rule names no source or destination"),
        "{said}"
    );
    let said = web("cidr_ipv4", "cidr_ipv6 = \"::/0\"\ncidr_ipv4");
    assert!(
        said.contains("Conflicting configuration arguments"),
        "{said}"
    );
    let said = web("\"tcp\"", "\"https\"");
    assert!(
        said.contains("\"https\"") && !said.contains("service ="),
        "{said}"
    );
    let said = web("from_port = 80", "from_port = 90");
    assert!(said.contains("90"), "{said}");
    let said = web("\"GROUP\"", "\"web\"");
    assert!(
        said.contains("\"web\" is not the id of a security group"),
        "{said}"
    );
    let said = refused(&bundle(
        "app",
        &(block("80") + "  ingress {\n    service = \"htps\"\n  }"),
    ));
    assert!(said.contains("htps"), "{said}");
}
