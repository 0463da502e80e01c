//! What a user can ask of `curated_security_group`, asked through a real Terraform: every attribute,
//! every kind of rule, importing, moving in, and what others did meanwhile.

mod deleting;
mod drift;
mod exclusive;
mod first_rules;
mod generated;
mod identity;
mod importing;
pub(crate) mod moving;
mod naming;
mod others;
mod owners;
mod peers;
mod redacting;
mod replacing;
mod settings;
mod short_form;
mod states;

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::Value as Json;

use crate::support::bench::{ACCOUNT, Bench};
use crate::support::terraform::{self, Terraform, WorkDir};

pub(crate) const REGION: &str = "eu-west-1";
/// The resource that most tests are about.
const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
struct Stage {
    bench: Bench,
    work: WorkDir,
}

impl Stage {
    /// An empty EC2 and these resources, nothing of them applied.
    fn new(resources: &str) -> Self {
        Self::under(&Terraform::find(), resources)
    }

    /// The same, for a certain Terraform.
    fn under(terraform: &Terraform, resources: &str) -> Self {
        let bench = Bench::start();
        let work = terraform.work_dir("");
        let stage = Self { bench, work };
        stage.write(resources);
        stage
    }

    /// Puts other resources in the place of the configuration's.
    fn write(&self, resources: &str) {
        let provider = terraform::provider(self.bench.endpoint(), REGION);
        self.work
            .write("main.tf", &format!("{provider}{resources}"));
    }

    /// Applies, and proves that nothing is left to do.
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

    /// Applies what needs no change in EC2.
    #[track_caller]
    fn settle_without_a_write(&self) -> String {
        self.bench.reset_counts();
        let said = self.settle();
        self.assert_no_writes();
        said
    }

    /// Nothing has been changed in EC2 since the calls were last forgotten.
    #[track_caller]
    fn assert_no_writes(&self) {
        assert_eq!(self.writes(), [""; 0]);
    }

    /// The calls that changed EC2, in order.
    fn writes(&self) -> Vec<String> {
        let log = self.bench.log();
        let actions = log.iter().filter_map(|call| call["action"].as_str());
        let writes = actions.filter(|a| !a.starts_with("Describe") && !a.starts_with("Get"));
        writes.map(str::to_owned).collect()
    }

    /// The attribute `rules` of a resource in state.
    #[track_caller]
    fn rules(&self, address: &str) -> BTreeMap<String, String> {
        entries(&self.work.attributes(address)["rules"])
    }

    /// The id of a group in EC2.
    #[track_caller]
    fn id(&self, name: &str) -> String {
        id(&self.bench, name)
    }

    /// Does something to a TCP rule of a group, by hand.
    fn by_hand(&self, action: &str, group: &str, port: &str, cidr: &str, description: &str) {
        let id = self.id(group);
        let about = ("IpPermissions.1.IpRanges.1.Description", description);
        let all = [
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", cidr),
            about,
        ];
        let given = if description.is_empty() { 5 } else { 6 };
        self.bench.call(REGION, action, &all[..given]);
    }
}

const AUTHORIZE: &str = "AuthorizeSecurityGroupIngress";
const REVOKE: &str = "RevokeSecurityGroupIngress";
const DESCRIBE: &str = "UpdateSecurityGroupRuleDescriptionsIngress";

/// The first Terraform that keeps identities.
///
/// # Panics
/// When there is none.
pub(crate) fn with_identities() -> Terraform {
    let found = Terraform::find_all().into_iter().find(keeps_identities);
    found.expect("a host of version 1.12 or later; `make venv` fetches one")
}

pub(crate) fn keeps_identities(terraform: &Terraform) -> bool {
    let minor = terraform.version.split('.').nth(1);
    minor.and_then(|minor| minor.parse().ok()) >= Some(12)
}

/// Says that a test can't be run here, past the harness, which shows nothing of what passes.
pub(crate) fn skipped(why: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// The id of a group.
#[track_caller]
pub(crate) fn id(bench: &Bench, name: &str) -> String {
    let id = bench.group(REGION, name)["id"].as_str().map(str::to_owned);
    id.unwrap_or_else(|| panic!("there is no group {name}"))
}

/// The id of the region's default VPC.
pub(crate) fn default_vpc(bench: &Bench, region: &str) -> String {
    let filter = [
        ("Filter.1.Name", "is-default"),
        ("Filter.1.Value.1", "true"),
    ];
    field(&bench.call(region, "DescribeVpcs", &filter), "vpcId")
}

/// The first text between these tags of a reply.
pub(crate) fn field(xml: &str, tag: &str) -> String {
    let begin = format!("<{tag}>");
    let rest = xml.split_once(&begin).map(|(_, rest)| rest);
    let text = rest
        .and_then(|rest| rest.split_once('<'))
        .map(|(text, _)| text);
    text.unwrap_or_else(|| panic!("no {tag} in {xml}"))
        .to_owned()
}

/// A map of texts.
fn entries(map: &Json) -> BTreeMap<String, String> {
    let entries = map.as_object().into_iter().flatten();
    entries
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

/// The keys of a map, sorted.
fn keys(map: &BTreeMap<String, String>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}
