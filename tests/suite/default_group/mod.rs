//! `curated_default_security_group`, asked through a real Terraform: adoption, drift, letting go,
//! importing, moving in, and what goes wrong meanwhile.

mod faults;
mod lifecycle;
mod taking_over;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::complete::default_vpc;
use crate::support::bench::{Bench, element};
use crate::support::terraform::{self, Terraform, WorkDir};

const REGION: &str = "eu-west-1";
const ADDRESS: &str = "curated_default_security_group.main";

/// The rules that EC2 gives a default group.
const AWS_OWN: [&str; 2] = ["egress all to 0.0.0.0/0", "ingress all from self"];

/// An EC2, and a directory with a configuration for it.
struct Stage {
    bench: Bench,
    work: WorkDir,
}

impl Stage {
    /// The resource with this in its block.
    fn new(body: &str) -> Self {
        let bench = Bench::start();
        let work = Terraform::find().work_dir("");
        let stage = Self { bench, work };
        stage.write(&resource(body));
        stage
    }

    fn write(&self, resources: &str) {
        let provider = terraform::provider(self.bench.endpoint(), REGION);
        self.work
            .write("main.tf", &format!("{provider}{resources}"));
    }

    #[track_caller]
    fn settle(&self) -> String {
        let said = self.work.apply();
        self.assert_settled();
        said
    }

    #[track_caller]
    fn assert_settled(&self) {
        let plan = self.work.plan();
        assert!(!plan.changes, "{}", plan.text);
    }

    #[track_caller]
    fn assert_no_writes(&self) {
        assert_eq!(self.bench.writes(), [] as [Json; 0]);
    }

    /// The rules that the state has.
    fn rules(&self) -> BTreeSet<String> {
        let rules = self.work.attributes(ADDRESS)["rules"].clone();
        let rules = rules.as_object().cloned().unwrap_or_default();
        rules.into_iter().map(|(rule, _)| rule).collect()
    }

    /// How many rules EC2 holds of each direction.
    fn held(&self) -> [usize; 2] {
        held(&self.bench)
    }

    /// Lets something in by hand.
    fn authorize(&self, port: &str) {
        let id = default_group(&self.bench);
        let rule = [
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        self.bench
            .call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    }
}

fn resource(body: &str) -> String {
    format!("resource \"curated_default_security_group\" \"main\" {{\n{body}\n}}\n")
}

/// How many rules EC2 holds of each direction in the default group of the default VPC.
fn held(bench: &Bench) -> [usize; 2] {
    let group = bench.group(REGION, "default");
    ["ingress", "egress"].map(|direction| group[direction].as_array().map_or(0, Vec::len))
}

/// The default group of the region's default VPC.
fn default_group(bench: &Bench) -> String {
    let vpc = default_vpc(bench, REGION);
    let filters = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", vpc.as_str()),
        ("Filter.2.Name", "group-name"),
        ("Filter.2.Value.1", "default"),
    ];
    let found = bench.call(REGION, "DescribeSecurityGroups", &filters);
    element(&found, "groupId").to_owned()
}
