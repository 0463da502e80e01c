//! The data sources, with every Terraform that there is.

use serde_json::json;

use crate::support::emulator::{Emulator, element};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, work_dir};
use crate::support::terraform::{Terraform, provider};

#[test]
fn the_catalog_is_read_in_the_plan_and_searched() {
    let config = r#"
        data "curated_catalog" "all" {}
        data "curated_catalog" "remote" { search = "Remote-Access" }
        data "curated_catalog" "port" { search = "1194" }
        data "curated_catalog" "none" { search = "no such thing" }
        output "ssh" { value = [for s in data.curated_catalog.all.services : s if s.name == "ssh"] }
        output "presets" { value = { for p in data.curated_catalog.all.presets : p.name => p.rules } }
        output "remote" { value = distinct(data.curated_catalog.remote.services[*].category) }
        output "port" { value = data.curated_catalog.port.services[*].name }
        output "found_presets" { value = data.curated_catalog.port.presets }
        output "none" { value = data.curated_catalog.none.services }
        output "id" { value = data.curated_catalog.all.id }
    "#;
    let emulator = Emulator::start();
    for terraform in Terraform::find_all() {
        let work = work_dir(&terraform, &emulator, config);
        work.apply();
        let state = work.state();
        let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
        let ssh = &output("ssh")[0];
        assert_eq!(ssh["traffic"], json!(["tcp/22"]), "{ssh}");
        assert_eq!(ssh["category"], "remote-access");
        let presets = output("presets");
        assert_eq!(presets["https"], json!(["ingress tcp/443 from 0.0.0.0/0"]));
        assert_eq!(presets.as_object().map(serde_json::Map::len), Some(7));
        let remote = output("remote");
        let remote = remote.as_array().expect("a list");
        assert!(remote.contains(&json!("remote-access")), "{remote:?}");
        let port = output("port");
        let port = port.as_array().expect("a list");
        assert!(port.contains(&json!("openvpn")), "{port:?}");
        assert_eq!(output("found_presets")[0]["name"], "openvpn");
        assert_eq!(output("none"), json!([]));
        assert_eq!(output("id"), "catalog");
        assert!(!work.plan().changes);
    }
}

/// Makes a group that is open to the world on a port; its id.
pub(crate) fn open(emulator: &Emulator, name: &str, port: &str) -> String {
    let group = [("GroupName", name), ("GroupDescription", "by hand")];
    let id = element(
        &emulator.call(REGION, "CreateSecurityGroup", &group),
        "groupId",
    )
    .to_owned();
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    id
}

#[test]
fn a_provider_block_that_is_not_known_yet_leaves_what_needs_no_call() {
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let block = provider(emulator.endpoint(), REGION);
        let unknown = "region = terraform_data.region.output";
        let block = block.replace(&format!("region     = \"{REGION}\""), unknown);
        let main_tf = |source: &str| {
            format!(
                "{block}\nresource \"terraform_data\" \"region\" {{\n  input = \"{REGION}\"\n}}\n{source}\n"
            )
        };
        let catalog = "data \"curated_catalog\" \"ssh\" { search = \"ssh\" }\n\
                       output \"names\" { value = data.curated_catalog.ssh.services[*].name }";
        let plan = terraform.work_dir(&main_tf(catalog)).try_plan();
        let plan = plan.expect(&[0, 2]);
        assert_says(&plan.text(), &["\"ssh\""]);
        for source in [
            "data \"curated_security_group\" \"x\" { name = \"web\" }",
            "data \"curated_security_groups\" \"x\" {}",
            "data \"curated_audit\" \"x\" {}",
        ] {
            let refused = terraform.work_dir(&main_tf(source)).try_plan().failure();
            assert_says(
                &refused,
                &["The provider's configuration isn't known yet", "region"],
            );
        }
        assert_eq!(emulator.counts().get("DescribeSecurityGroups"), None);
    }
}

#[test]
fn each_data_source_looks_in_a_region_of_its_own() {
    let emulator = Emulator::start();
    let group = [("GroupName", "there"), ("GroupDescription", "by hand")];
    let made = emulator.call("us-east-1", "CreateSecurityGroup", &group);
    let id = element(&made, "groupId").to_owned();
    let config = format!(
        r#"
        data "curated_security_group" "one" {{
          id     = "{id}"
          region = "us-east-1"
        }}
        data "curated_security_groups" "all" {{
          name   = "there"
          region = "us-east-1"
        }}
        data "curated_security_groups" "here" {{ name = "there" }}
        output "one" {{ value = data.curated_security_group.one.region }}
        output "all" {{ value = data.curated_security_groups.all.ids }}
        output "here" {{ value = data.curated_security_groups.here.ids }}
        "#
    );
    let work = work_dir(&Terraform::find(), &emulator, &config);
    work.apply();
    let state = work.state();
    let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
    assert_eq!(output("one"), "us-east-1");
    assert_eq!(output("all"), json!([id]));
    assert_eq!(output("here"), json!([]));

    let near = "data \"curated_security_groups\" \"x\" { region = \"us-esat-1\" }\n";
    let refused = work_dir(&Terraform::find(), &emulator, near)
        .try_plan()
        .failure();
    assert_says(&refused, &["us-east-1"]);
}

#[test]
fn used_by_names_interfaces_with_their_owners_and_rules_of_other_groups() {
    let emulator = Emulator::start();
    let web = open(&emulator, "web", "443");
    let app = open(&emulator, "app", "8443");
    for group in [&web, &app] {
        // A rule of the group itself is no use of it by another.
        let rule = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "9000"),
            ("IpPermissions.1.ToPort", "9000"),
            ("IpPermissions.1.Groups.1.GroupId", web.as_str()),
        ];
        emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    }
    let subnets = emulator.call(REGION, "DescribeSubnets", &[]);
    let interface = [
        ("SubnetId", element(&subnets, "subnetId")),
        ("SecurityGroupId.1", web.as_str()),
        ("Description", "of the test"),
    ];
    let made = emulator.call(REGION, "CreateNetworkInterface", &interface);
    let interface = element(&made, "networkInterfaceId").to_owned();
    let config = format!(
        "data \"curated_security_group\" \"web\" {{ id = \"{web}\" }}\n\
         output \"used_by\" {{ value = data.curated_security_group.web.used_by }}\n"
    );
    let work = work_dir(&Terraform::find(), &emulator, &config);
    work.apply();
    let used_by = work.state()["values"]["outputs"]["used_by"]["value"].clone();
    assert_eq!(
        used_by,
        json!([
            {
                "kind": "interface",
                "id": interface,
                "owner": "123456789012",
                "description": "of the test",
            },
            {
                "kind": "rule",
                "id": app,
                "owner": "app",
                "description": format!("ingress tcp/9000 from {web}"),
            },
        ])
    );
}
