//! A group and further VPCs: `associated_vpc_ids`.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::emulator::{Emulator, element};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

pub(crate) const ASSOCIATE: &str = "AssociateSecurityGroupVpc";
pub(crate) const DISASSOCIATE: &str = "DisassociateSecurityGroupVpc";
pub(crate) const DESCRIBE: &str = "DescribeSecurityGroupVpcAssociations";

/// Makes a VPC and gives its id.
pub(crate) fn vpc(emulator: &Emulator) -> String {
    let made = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    element(&made, "vpcId").to_owned()
}

/// A group that is associated with these, or without the attribute.
pub(crate) fn web(further: Option<&[&String]>) -> String {
    let further = further.map_or(String::new(), |ids| {
        format!("  associated_vpc_ids = {}\n", json!(ids))
    });
    format!(
        "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{further}  ingress_rules = {{ \
         web = \"https from 10.0.0.0/8\" }}\n}}\n"
    )
}

/// The states of a group's associations by VPC, as EC2 has them without looking through the provider.
pub(crate) fn associations(emulator: &Emulator) -> BTreeMap<String, String> {
    let reply = emulator.call(REGION, DESCRIBE, &[]);
    let items = reply.split("<item>").skip(1);
    items
        .map(|item| {
            let text = |tag| element(item, tag).to_owned();
            (text("vpcId"), text("state"))
        })
        .collect()
}

fn associated(ids: &[&String]) -> BTreeMap<String, String> {
    let all = ids
        .iter()
        .map(|id| ((*id).clone(), "associated".to_owned()));
    all.collect()
}

#[test]
fn a_group_is_associated_and_disassociated_and_an_apply_waits_for_both() {
    let stage = Stage::new("");
    let [a, b] = [vpc(&stage.emulator), vpc(&stage.emulator)];
    stage.write(&web(Some(&[&a])));
    let writes = stage.settle_counting();
    assert_eq!(writes.last().map(String::as_str), Some(ASSOCIATE));
    assert_eq!(associations(&stage.emulator), associated(&[&a]));
    assert_eq!(stage.work.attributes(WEB)["associated_vpc_ids"], json!([a]));

    stage.write(&web(Some(&[&b])));
    assert_eq!(stage.settle_counting(), [ASSOCIATE, DISASSOCIATE]);
    assert_eq!(associations(&stage.emulator), associated(&[&b]));

    // Somebody else ends one and makes another.
    let id = stage.id("web");
    let by_hand = |action, vpc_id: &str| {
        let named = [("GroupId", id.as_str()), ("VpcId", vpc_id)];
        stage.emulator.call(REGION, action, &named);
        associations(&stage.emulator);
    };
    by_hand(DISASSOCIATE, &b);
    by_hand(ASSOCIATE, &a);
    let plan = stage.work.plan();
    assert!(
        plan.text.contains(&a) && plan.text.contains(&b),
        "{}",
        plan.text
    );
    assert_eq!(stage.settle_counting(), [ASSOCIATE, DISASSOCIATE]);
    assert_eq!(associations(&stage.emulator), associated(&[&b]));

    stage.emulator.reset_counts();
    stage.work.destroy();
    assert_eq!(stage.writes(), [DISASSOCIATE, "DeleteSecurityGroup"]);
    assert_eq!(associations(&stage.emulator), BTreeMap::new());
}

#[test]
fn removing_the_attribute_ends_its_associations_and_no_others() {
    let stage = Stage::new("");
    let [a, b] = [vpc(&stage.emulator), vpc(&stage.emulator)];
    stage.write(&web(Some(&[&a])));
    stage.settle();
    stage.write(&web(None));
    assert_eq!(stage.settle_counting(), [DISASSOCIATE]);

    // From now on nobody looks, and what others associate stays.
    let id = stage.id("web");
    let named = [("GroupId", id.as_str()), ("VpcId", b.as_str())];
    stage.emulator.call(REGION, ASSOCIATE, &named);
    associations(&stage.emulator);
    stage.emulator.reset_counts();
    stage.assert_settled();
    assert_eq!(stage.emulator.counts().get(DESCRIBE), None);

    // What is there already is taken over without a write.
    stage.write(&web(Some(&[&b])));
    stage.settle_without_a_write();
    assert_eq!(associations(&stage.emulator), associated(&[&b]));
}

#[test]
fn a_group_that_others_associated_is_not_deleted_and_the_message_says_where_it_is() {
    let stage = Stage::new(&web(None));
    stage.settle();
    let (a, id) = (vpc(&stage.emulator), stage.id("web"));
    let named = [("GroupId", id.as_str()), ("VpcId", a.as_str())];
    stage.emulator.call(REGION, ASSOCIATE, &named);
    let refused = stage.work.try_destroy().failure();
    assert_says(
        &refused,
        &[
            &format!("Can't delete the security group {id}: it is in use"),
            &a,
            "associated_vpc_ids",
        ],
    );
    stage.write(&web(Some(&[&a])));
    stage.settle_without_a_write();
    stage.work.destroy();
}

#[test]
fn vpcs_that_ec2_refuses_are_errors_of_the_plan() {
    let stage = Stage::new("");
    let default = stage.emulator.default_vpc(REGION);
    let a = vpc(&stage.emulator);
    let is_own = |id: &str| format!("\"{id}\" is the VPC of the group itself");
    let elsewhere = |further: &String| {
        web(Some(&[further])).replace(
            "name = \"web\"",
            &format!("name = \"web\"\n  vpc_id = \"{a}\""),
        )
    };
    for (resources, said) in [
        (web(Some(&[&default])), is_own(&default)),
        (elsewhere(&a), is_own(&a)),
        (
            elsewhere(&default),
            format!("\"{default}\" is the region's default VPC"),
        ),
        (
            web(Some(&[&"vpc-main".to_owned()])),
            "\"vpc-main\" is not the id of a VPC".to_owned(),
        ),
    ] {
        stage.write(&resources);
        assert_says(
            &stage.work.try_plan().failure(),
            &[&said, "associated_vpc_ids"],
        );
    }
    let null = web(Some(&[])).replace("[]", "[null]");
    stage.write(&null);
    let refused = stage.work.try_validate().failure();
    assert_says(&refused, &["An element of \"associated_vpc_ids\" is null"]);
}

#[test]
fn a_vpc_of_the_same_apply_is_known_only_then() {
    let stage = Stage::new("");
    let a = vpc(&stage.emulator);
    let later = format!(
        "resource \"terraform_data\" \"vpc\" {{\n  input = \"{a}\"\n}}\n{}",
        web(Some(&[])).replace("[]", "[terraform_data.vpc.output]")
    );
    stage.write(&later);
    stage.settle();
    assert_eq!(associations(&stage.emulator), associated(&[&a]));
    let own =
        "associated_vpc_ids = [terraform_data.vpc.output]\n  vpc_id = terraform_data.vpc.output";
    let same = later.replace("associated_vpc_ids = [terraform_data.vpc.output]", own);
    stage.write(
        &same
            .replace("\"terraform_data\" \"vpc\"", "\"terraform_data\" \"other\"")
            .replace("terraform_data.vpc", "terraform_data.other"),
    );
    let refused = stage.work.try_apply().failure();
    assert_says(&refused, &["is the VPC of the group itself"]);
}
