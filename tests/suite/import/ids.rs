//! Groups that exist come into a state by id, by region and id, and by name and VPC; and the plan
//! against the configuration that describes them has nothing for EC2 to do.

use crate::support::emulator::{Emulator, element};
use crate::support::held::keys;
use crate::support::host::Host;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

const ELSEWHERE: &str = "us-east-1";

/// Makes a group as people click one together; its id.
fn by_hand(emulator: &Emulator, region: &str, name: &str) -> String {
    let group = [
        ("GroupName", name),
        ("GroupDescription", "by hand"),
        ("TagSpecification.1.ResourceType", "security-group"),
        ("TagSpecification.1.Tag.1.Key", "team"),
        ("TagSpecification.1.Tag.1.Value", "web"),
    ];
    let id = element(
        &emulator.call(region, "CreateSecurityGroup", &group),
        "groupId",
    )
    .to_owned();
    let rules = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ("IpPermissions.2.IpProtocol", "tcp"),
        ("IpPermissions.2.FromPort", "22"),
        ("IpPermissions.2.ToPort", "22"),
        ("IpPermissions.2.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ("IpPermissions.2.IpRanges.1.Description", "staff"),
        ("IpPermissions.2.IpRanges.2.CidrIp", "192.168.0.0/16"),
    ];
    emulator.call(region, "AuthorizeSecurityGroupIngress", &rules);
    id
}

/// A configuration for such a group, with blocks as people write them.
fn blocks(region: &str) -> String {
    format!(
        r#"
resource "curated_security_group" "web" {{
  name        = "launch-wizard-7"
  description = "by hand"
  region      = "{region}"
  ingress {{
    protocol    = "TCP"
    from_port   = 80
    cidr_blocks = ["0.0.0.0/0"]
  }}
  ingress {{
    protocol    = 6
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["192.168.0.0/16"]
  }}
  ingress {{
    description = "staff"
    protocol    = "tcp"
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8"]
  }}
  egress {{
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }}
  tags = {{ team = "web" }}
}}
"#
    )
}

/// The same by names of the catalog, and with what the provider fills in left out.
const CATALOG: &str = r#"
resource "curated_security_group" "web" {
  preset = "http"
  ingress {
    service     = "ssh"
    cidr_blocks = ["192.168.0.0/16"]
  }
  ingress {
    service     = "ssh"
    description = "staff"
    cidr_blocks = ["10.0.0.0/8"]
  }
  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { team = "web" }
}
"#;

#[test]
fn each_form_of_an_id_imports_a_group_that_plans_clean() {
    let stage = Stage::new("");
    let here = by_hand(&stage.emulator, REGION, "launch-wizard-7");
    let there = by_hand(&stage.emulator, ELSEWHERE, "launch-wizard-7");
    let vpc = stage.emulator.default_vpc(REGION);
    let vpc_there = stage.emulator.default_vpc(ELSEWHERE);
    stage.emulator.reset_counts();
    for (form, region, id) in [
        (here.clone(), REGION, &here),
        (format!("{ELSEWHERE}/{there}"), ELSEWHERE, &there),
        // As the AWS provider has it.
        (format!("{there}@{ELSEWHERE}"), ELSEWHERE, &there),
        (format!("{here}@{REGION}"), REGION, &here),
        (format!("launch-wizard-7@{vpc}"), REGION, &here),
        // In one VPC names are the same whatever their case.
        (format!("Launch-Wizard-7@{vpc}"), REGION, &here),
        (
            format!("launch-wizard-7@{vpc_there}@{ELSEWHERE}"),
            ELSEWHERE,
            &there,
        ),
        (
            format!("{ELSEWHERE}/launch-wizard-7@{vpc_there}"),
            ELSEWHERE,
            &there,
        ),
    ] {
        stage.write(&blocks(region));
        stage.work.import(WEB, &form);
        let state = stage.work.attributes(WEB);
        assert_eq!(
            (&state["id"], &state["region"]),
            (&id.as_str().into(), &region.into())
        );
        stage.assert_settled();
        let forgotten = stage.work.run(&["state", "rm", WEB]);
        assert_eq!(forgotten.code, 0, "{forgotten}");
    }
    stage.assert_no_writes();
}

#[test]
fn an_import_block_takes_a_group_over_without_a_change_in_ec2() {
    for (config, summary) in [
        (
            blocks(REGION),
            "1 to import, 0 to add, 0 to change, 0 to destroy",
        ),
        // The preset is news to the state, though not to EC2.
        (
            CATALOG.to_owned(),
            "1 to import, 0 to add, 1 to change, 0 to destroy",
        ),
    ] {
        let stage = Stage::new("");
        let id = by_hand(&stage.emulator, REGION, "launch-wizard-7");
        stage.write(&format!(
            "{config}\nimport {{\n  to = {WEB}\n  id = \"{REGION}/{id}\"\n}}\n"
        ));
        let plan = stage.work.plan().text;
        assert_says(&plan, &[summary]);
        assert!(!plan.contains("forces replacement"), "{plan}");
        // Not one rule comes, goes or changes.
        assert!(!plan.contains("~ rules"), "{plan}");
        stage.settle_without_a_write();
        let state = stage.work.attributes(WEB);
        assert_eq!(
            (&state["name"], &state["description"]),
            (&"launch-wizard-7".into(), &"by hand".into())
        );
    }
}

#[tokio::test]
async fn what_names_no_group_is_refused_and_says_how_to_name_one() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let vpc = emulator.default_vpc(REGION);
    for (id, summary, detail) in [
        (
            "web",
            "not the id of a security group",
            "by name and VPC (\"web@vpc-…\")",
        ),
        ("eu-west-1/web", "not the id of a security group", "\"web\""),
        (
            "eu-wset-1/sg-0123456789abcdef0",
            "\"eu-wset-1\" is not a region",
            "eu-west-1",
        ),
        ("/sg-0123456789abcdef0", "\"\" is not a region", "region"),
        (
            "sg-0123456789abcdef0@eu-wset-1",
            "\"eu-wset-1\" is not a region",
            "eu-west-1",
        ),
        ("sg-0123456789abcdef0@", "\"\" is not a region", "region"),
        (
            &format!("web@{vpc}@eu-wset-1"),
            "\"eu-wset-1\" is not a region",
            "eu-west-1",
        ),
        (
            "eu-west-1/sg-0123456789abcdef0@eu-west-1",
            "not the id of a security group",
            "\"@eu-west-1\" behind it",
        ),
        (
            &format!("us-east-1/nobody@{vpc}"),
            "no security group \"nobody\" of vpc-",
            "Only a group that exists",
        ),
        ("eu-west-1/", "not the id of a security group", "\"\""),
        (
            &format!("nobody@{vpc}"),
            "no security group \"nobody\" of vpc-",
            "Only a group that exists",
        ),
        (
            "web@vpc-0123456789abcdef0",
            "no security group \"web\" of vpc-0123456789abcdef0",
            "Only a group",
        ),
    ] {
        let refused = host.import(id).await;
        let error = refused.error();
        assert!(error.summary.contains(summary), "{id}: {error:?}");
        assert!(error.detail.contains(detail), "{id}: {error:?}");
        assert!(refused.state.is_null(), "{id}");
    }
}

#[tokio::test]
async fn a_name_may_hold_what_divides_the_forms() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let vpc = emulator.default_vpc(REGION);
    for name in ["team/web", "a@b", "us-east-1/sg-x@vpc-y"] {
        let id = by_hand(&emulator, REGION, name);
        let imported = host.import(&format!("{name}@{vpc}")).await.clean();
        assert_eq!(imported.get("id"), &id.as_str().into(), "{name}");
        assert_eq!(imported.get("region"), &REGION.into(), "{name}");
        let imported = host.import(&format!("{name}@{vpc}@{REGION}")).await.clean();
        assert_eq!(imported.get("id"), &id.as_str().into(), "{name}");
    }
}

#[test]
fn an_imported_group_that_is_not_exclusive_keeps_its_strangers() {
    let stage = Stage::new("");
    let id = by_hand(&stage.emulator, REGION, "launch-wizard-7");
    stage.write(&format!(
        r#"
resource "curated_security_group" "web" {{
  preset    = "http"
  exclusive = false
  tags      = {{ team = "web" }}
}}
import {{
  to = {WEB}
  id = "{id}"
}}
"#
    ));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "Warning: Rules are left alone from now on",
            "- egress all to 0.0.0.0/0",
            "- ingress tcp/22 from 10.0.0.0/8",
        ],
    );
    stage.settle_without_a_write();
    let rules = stage.rules(WEB);
    assert_eq!(keys(&rules), ["ingress tcp/80 from 0.0.0.0/0"]);
}

#[test]
fn a_group_that_is_not_there_fails_the_import_in_words() {
    let stage = Stage::new(&blocks(REGION));
    let refused = stage.work.try_import(WEB, "sg-0123456789abcdef0").failure();
    let words = "There is no security group sg-0123456789abcdef0 in eu-west-1";
    assert_says(&refused, &[words, "Is it in this region"]);
    assert!(stage.work.attributes(WEB).is_null());
}
