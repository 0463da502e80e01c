//! What a user can ask of `curated_security_group`, asked through a real Terraform: every attribute,
//! every kind of rule, importing, moving in, and what others did meanwhile.

pub(crate) mod associations;
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
pub(crate) mod peers;
mod redacting;
mod replacing;
mod settings;
mod short_form;
mod states;

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::support::bench::{ACCOUNT, Bench};
pub(crate) use crate::support::stage::REGION;
use crate::support::stage::Stage;
use crate::support::terraform::Terraform;

/// The resource that most tests are about.
const WEB: &str = "curated_security_group.web";

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

/// The keys of a map, sorted.
fn keys(map: &BTreeMap<String, String>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}
