//! What examples need before they can be applied: values for their variables, and what is there
//! already. An example without a line here gets what all get.

use super::{REGION, Stage, text};
use crate::support::emulator::{Emulator, element};

/// Sets the scene of an example. Variables that it doesn't have, Terraform passes over.
pub(super) fn set(stage: Stage) -> Stage {
    let stage = common(stage);
    match stage.name.as_str() {
        "bastion" => {
            let list = prefix_list(&stage.emulator);
            stage.with("office_prefix_list_id", &list)
        }
        "import" => clicked_together(stage),
        "moving-from-aws" => before_the_move(stage),
        "several-vpcs" => {
            let further = crate::associations::through_terraform::vpc(&stage.emulator);
            stage.with("further_vpc_ids", &format!("[\"{further}\"]"))
        }
        "openvpn" => stage.with("administrators", r#"{ ann = "203.0.113.7/32" }"#),
        _ => stage,
    }
}

/// What every example may ask for.
pub(super) fn common(stage: Stage) -> Stage {
    let vpc = stage.emulator.default_vpc(REGION);
    stage.with("vpc_id", &vpc).with("vpc_cidr", "172.31.0.0/16")
}

/// Makes a prefix list and gives its id.
pub(super) fn prefix_list(emulator: &Emulator) -> String {
    let parameters = [
        ("PrefixListName", "office"),
        ("AddressFamily", "IPv4"),
        ("MaxEntries", "5"),
    ];
    let reply = emulator.call(REGION, "CreateManagedPrefixList", &parameters);
    element(&reply, "prefixListId").to_owned()
}

fn clicked_together(stage: Stage) -> Stage {
    for (name, port) in [("launch-wizard-7", "22"), ("web", "443")] {
        let group = [("GroupName", name), ("GroupDescription", "by hand")];
        stage.emulator.call(REGION, "CreateSecurityGroup", &group);
        let rule = [
            ("GroupName", name),
            ("IpProtocol", "tcp"),
            ("FromPort", port),
            ("ToPort", port),
            ("CidrIp", "0.0.0.0/0"),
        ];
        stage
            .emulator
            .call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    }
    let web = stage.emulator.id(REGION, "web");
    stage.with("web_id", &web)
}

/// Applies the example as it was when its groups belonged to the AWS provider.
fn before_the_move(stage: Stage) -> Stage {
    let after = text(&stage.name);
    let before = after.split("moved {").next().unwrap_or_default();
    let before = before.replace("curated_security_group", "aws_security_group");
    assert!(after.contains("moved {") && before.contains("resource \"aws_security_group\""));
    stage.write("main.tf", &before);
    stage.apply();
    stage.write("main.tf", &after);
    stage
}
