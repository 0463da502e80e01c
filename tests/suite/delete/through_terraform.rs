//! Groups that go, or can't.

use crate::support::emulator::element;
use crate::support::said::{assert_says, only_error};
use crate::support::stage::{REGION, Stage};

#[test]
fn delete_of_a_group_in_use_names_everything_that_holds_it() {
    let stage =
        Stage::applied("resource \"curated_security_group\" \"ssh\" {\n  preset = \"ssh\"\n}\n");
    let (emulator, id) = (&stage.emulator, stage.id("ssh"));
    let subnets = emulator.call(REGION, "DescribeSubnets", &[]);
    let interface = emulator.call(
        REGION,
        "CreateNetworkInterface",
        &[
            ("SubnetId", element(&subnets, "subnetId")),
            ("SecurityGroupId.1", &id),
            ("Description", "a database"),
        ],
    );
    let interface = element(&interface, "networkInterfaceId");
    let other = [("GroupName", "other"), ("GroupDescription", "by hand")];
    let other = emulator.call(REGION, "CreateSecurityGroup", &other);
    let other = element(&other, "groupId");
    let rule = [
        ("GroupId", other),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "5432"),
        ("IpPermissions.1.ToPort", "5432"),
        ("IpPermissions.1.Groups.1.GroupId", &id),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);

    let started = std::time::Instant::now();
    let message = only_error(&stage.work.try_destroy());
    assert!(
        started.elapsed().as_secs() < 15,
        "nothing transient holds it"
    );
    let words = [
        &id,
        "in use",
        interface,
        "a database",
        &format!("rule \"ingress tcp/5432 from {id}\" of the security group {other} (other)"),
    ];
    assert_says(&message, &words);
    assert_eq!(stage.id("ssh"), id);
    let attributes = stage.work.attributes("curated_security_group.ssh");
    assert_eq!(attributes["id"], id.as_str());

    let gone = [("NetworkInterfaceId", interface)];
    emulator.call(REGION, "DeleteNetworkInterface", &gone);
    emulator.call(REGION, "RevokeSecurityGroupIngress", &rule);
    stage.work.destroy();
    assert_eq!(stage.names(REGION), ["other"]);
}

#[test]
fn delete_of_groups_that_name_each_other_takes_them_in_order() {
    let stage = Stage::applied(
        r#"
resource "curated_security_group" "web" {
  preset = "https"
}
resource "curated_security_group" "app" {
  name = "app"
  ingress {
    service         = "http"
    security_groups = [curated_security_group.web.id]
    self            = true
  }
}
"#,
    );
    stage.work.destroy();
    assert_eq!(stage.names(REGION), [""; 0]);
    assert_eq!(stage.sorted_writes(), ["DeleteSecurityGroup"; 2]);
}

#[test]
fn delete_of_a_group_that_is_gone_already_succeeds() {
    let stage =
        Stage::applied("resource \"curated_security_group\" \"ssh\" {\n  preset = \"ssh\"\n}\n");
    let id = stage.id("ssh");
    stage
        .emulator
        .call(REGION, "DeleteSecurityGroup", &[("GroupId", &id)]);
    stage.emulator.reset_counts();
    let arguments = ["destroy", "-no-color", "-auto-approve", "-refresh=false"];
    let destroyed = stage.work.run(&arguments);
    assert_eq!(destroyed.code, 0, "{destroyed}");
    assert_eq!(stage.sorted_writes(), ["DeleteSecurityGroup"]);
}
