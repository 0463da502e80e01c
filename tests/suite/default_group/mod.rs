//! `curated_default_security_group`, asked through a real Terraform: adoption, drift, letting go,
//! importing, moving in, and what goes wrong meanwhile.

mod faults;
mod lifecycle;
mod taking_over;

use crate::support::emulator::{Emulator, element};
use crate::support::stage::{REGION, Stage};

const ADDRESS: &str = "curated_default_security_group.main";

/// The rules that EC2 gives a default group.
const AWS_OWN: [&str; 2] = ["egress all to 0.0.0.0/0", "ingress all from self"];

/// An EC2, and the resource with this in its block.
fn stage(body: &str) -> Stage {
    Stage::new(&resource(body))
}

fn resource(body: &str) -> String {
    format!("resource \"curated_default_security_group\" \"main\" {{\n{body}\n}}\n")
}

/// How many rules EC2 holds of each direction in the default group of the default VPC.
fn held(emulator: &Emulator) -> [usize; 2] {
    let group = emulator.group(REGION, "default");
    ["ingress", "egress"].map(|direction| group[direction].as_array().map_or(0, Vec::len))
}

/// The default group of the region's default VPC.
fn default_group(emulator: &Emulator) -> String {
    let vpc = emulator.default_vpc(REGION);
    let filters = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", vpc.as_str()),
        ("Filter.2.Name", "group-name"),
        ("Filter.2.Value.1", "default"),
    ];
    let found = emulator.call(REGION, "DescribeSecurityGroups", &filters);
    element(&found, "groupId").to_owned()
}

/// Lets something in by hand.
fn authorize(emulator: &Emulator, port: &str) {
    let id = default_group(emulator);
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
}
