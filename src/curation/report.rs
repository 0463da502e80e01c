//! The report of an audit: the values that every format writes, and that JSON shows as they are.
//! Field names, their order and the order of lists are part of the product; a change of their
//! meaning raises [`SCHEMA_VERSION`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::severity::Severity;
pub use crate::snapshot::SourceLine;

pub use super::exposure::Exposure;
pub use super::rule_texts::{RuleTexts, Text};

/// The version of the report's form.
pub const SCHEMA_VERSION: u32 = 1;

/// All that an audit tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// When the audit was made, as in `2026-11-29T17:00:00Z`.
    pub generated_at: String,
    /// The accounts, sorted.
    pub accounts: Vec<String>,
    /// The regions, sorted.
    pub regions: Vec<String>,
    /// EC2's operations, and how many calls of each were made.
    pub looked_at: BTreeMap<String, usize>,
    /// The calls that were refused.
    pub not_looked_at: Vec<Refusal>,
    /// The VPCs, by account, region and id.
    pub vpcs: Vec<Vpc>,
    /// The groups, by account, region, VPC, name and id.
    pub groups: Vec<Group>,
    /// The findings, the worst first; then by kind, account, region, VPC and name.
    pub findings: Vec<Finding>,
    /// Everything counted.
    pub summary: Summary,
}

/// A call that was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// The account; empty where it isn't known.
    pub account: String,
    /// The region.
    pub region: String,
    /// EC2's operation.
    pub operation: String,
    /// EC2's error code; empty where no answer came.
    pub code: String,
    /// The answers that are missing without it, as a sentence.
    pub consequence: String,
}

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vpc {
    /// As in `vpc-0123456789abcdef0`.
    pub id: String,
    /// Its tag `Name`; empty where it has none.
    pub name: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Whether it is the region's default VPC.
    pub is_default: bool,
}

/// The use that is made of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Usage {
    /// A network interface has it.
    Attached,
    /// Nothing has it, but something names it that could put it on an interface.
    Dormant,
    /// An AWS service or a stack keeps it, or it is a VPC's default group.
    Service,
    /// Only rules of other groups name it.
    Referenced,
    /// Nothing has it and nothing names it, but groups that are unused themselves.
    Unused,
    /// It looks unused, but not everything that could use it could be looked at.
    Unknown,
}

impl Usage {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::Attached,
        Self::Dormant,
        Self::Service,
        Self::Referenced,
        Self::Unused,
        Self::Unknown,
    ];

    /// As in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Dormant => "dormant",
            Self::Service => "service",
            Self::Referenced => "referenced",
            Self::Unused => "unused",
            Self::Unknown => "unknown",
        }
    }
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// As in `sg-0123456789abcdef0`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The address of the resource that manages it, in one of the state files; several are joined
    /// by commas.
    pub managed_by: Option<String>,
    /// Where the configuration declares that resource, if that is known.
    #[serde(default)]
    pub declared_in: Option<SourceLine>,
    /// The use that is made of it.
    #[serde(rename = "use")]
    pub usage: Usage,
    /// Where that is known from.
    pub evidence: Vec<String>,
    /// How many interfaces have it.
    pub attachments: usize,
    /// From where its interfaces can be reached.
    pub exposure: Exposure,
    /// The traffic that its rules open to the world; nothing where they open none.
    pub world_open: Option<Box<WorldOpen>>,
    /// Its rules, with their descriptions.
    pub rules: RuleTexts,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Traffic that is open to the world, by kind of service. Ranges of ports are those that are open, not
/// those that rules name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldOpen {
    /// All traffic, or (nearly) all ports of a protocol; the other fields don't tell these again.
    pub all: Vec<String>,
    /// Ports of administration.
    pub admin: Vec<String>,
    /// Ports of databases, caches, search engines and message brokers.
    pub data: Vec<String>,
    /// Any other ports.
    pub other: Vec<String>,
    /// The ports 80 and 443.
    pub web: Vec<String>,
    /// ICMP, and protocols without ports.
    pub protocols: Vec<String>,
}

/// Something that is wrong, or good to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which check found it.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// The group; nothing where the finding isn't one group's.
    pub group_id: Option<String>,
    /// The group's name.
    pub group_name: Option<String>,
    /// The account; empty where it isn't known.
    pub account: Text,
    /// The region.
    pub region: Text,
    /// The group's VPC.
    pub vpc_id: Option<Text>,
    /// The rules that make it true.
    pub rules: Vec<Text>,
    /// The problem, as a sentence.
    pub message: String,
    /// Where that is known from.
    pub evidence: Vec<Text>,
    /// A command, or a change of the configuration.
    pub remediation: String,
    /// Stays the same from one audit to the next, as long as group and rules do.
    pub fingerprint: String,
    /// Why the finding doesn't count; nothing where it does.
    pub suppressed: Option<Box<Suppression>>,
}

/// Why a finding doesn't count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The source of the suppression.
    pub by: SuppressedBy,
    /// The reason that the user gave.
    pub reason: Option<String>,
    /// The last day on which it holds, as in `2026-12-31`.
    pub until: Option<String>,
}

/// A source that says that a finding doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// An earlier report has it.
    Baseline,
    /// The user's list of findings to ignore.
    Ignore,
}

/// Everything counted. What is suppressed counts only where that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All groups.
    pub groups: usize,
    /// Groups that a state file manages.
    pub managed: usize,
    /// Groups that open anything but the ports 80 and 443 to the world.
    pub open_to_world: usize,
    /// Groups by use; every use is there.
    pub by_use: BTreeMap<String, usize>,
    /// Findings that count.
    pub findings: usize,
    /// Of these, by severity; every severity is there.
    pub by_severity: BTreeMap<String, usize>,
    /// Of these, by check; only checks that found something are there.
    pub by_check: BTreeMap<String, usize>,
    /// Findings that the baseline has.
    pub in_baseline: usize,
    /// Findings that the user ignores.
    pub ignored: usize,
}
