//! The report of an audit: the values that every format writes, and that JSON has as they are.
//! Names and order of fields and the order of lists are a public interface; a change of their
//! meaning raises [`SCHEMA_VERSION`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::severity::Severity;
pub use crate::snapshot::SourceLine;

pub use super::exposure::Exposure;
pub use super::rule_texts::{RuleTexts, Text};

/// The version of the report's form.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Time of the audit, as in `2026-11-29T17:00:00Z`.
    pub generated_at: String,
    /// The accounts, sorted.
    pub accounts: Vec<String>,
    /// The regions, sorted.
    pub regions: Vec<String>,
    /// Number of calls by EC2's operation.
    pub looked_at: BTreeMap<String, usize>,
    /// The calls that were refused.
    pub not_looked_at: Vec<Refusal>,
    /// The VPCs, by account, region and id.
    pub vpcs: Vec<Vpc>,
    /// The groups, by account, region, VPC, name and id.
    pub groups: Vec<Group>,
    /// The findings, the worst first; then by kind, account, region, VPC and name.
    pub findings: Vec<Finding>,
    /// The counts.
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
    /// What can't be told without it, as a sentence.
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

/// The usage of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Usage {
    /// A network interface has it.
    Attached,
    /// No interface has it, but something references it that could give it to one.
    Dormant,
    /// An AWS service or a stack manages it, or it is a VPC's default group.
    Service,
    /// Only rules of other groups reference it.
    Referenced,
    /// No interface has it, and nothing references it except unused groups.
    Unused,
    /// It looks unused, but a call was refused that could have shown a use.
    Unknown,
}

impl Usage {
    /// All values, in the order in which they are shown.
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
    /// Its usage.
    #[serde(rename = "use")]
    pub usage: Usage,
    /// The evidence for the usage, in sentences.
    pub evidence: Vec<String>,
    /// Number of interfaces that have it.
    pub attachments: usize,
    /// Whether its interfaces can be reached from the internet.
    pub exposure: Exposure,
    /// The traffic that its rules open to the world; `None` if they open none.
    pub world_open: Option<Box<WorldOpen>>,
    /// Its rules, with their descriptions.
    pub rules: RuleTexts,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Traffic that is open to the world, by kind of service. Ranges of ports are the open ones, not
/// those of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldOpen {
    /// All traffic, or (nearly) all ports of a protocol; the other fields don't repeat these.
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

/// A finding of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The id of the check.
    pub id: String,
    /// Its severity.
    pub severity: Severity,
    /// The group's id; `None` if the finding isn't about one group.
    pub group_id: Option<String>,
    /// The group's name.
    pub group_name: Option<String>,
    /// The account; empty where it isn't known.
    pub account: Text,
    /// The region.
    pub region: Text,
    /// The group's VPC.
    pub vpc_id: Option<Text>,
    /// The rules that cause it.
    pub rules: Vec<Text>,
    /// The problem, as a sentence.
    pub message: String,
    /// The evidence, in sentences.
    pub evidence: Vec<Text>,
    /// A command, or a change of the configuration.
    pub remediation: String,
    /// A digest that stays the same from one audit to the next, as long as group and rules do.
    pub fingerprint: String,
    /// Why the finding doesn't count; `None` if it does.
    pub suppressed: Option<Box<Suppression>>,
}

/// Why a finding doesn't count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The source of the suppression.
    pub by: SuppressedBy,
    /// The reason that the user gave.
    pub reason: Option<String>,
    /// The last day on which it is valid, as in `2026-12-31`.
    pub until: Option<String>,
}

/// The source of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// An earlier report has it.
    Baseline,
    /// The user's list of findings to ignore.
    Ignore,
}

/// Counts of groups and findings. Suppressed findings count only in `in_baseline` and `ignored`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All groups.
    pub groups: usize,
    /// Groups that a state file manages.
    pub managed: usize,
    /// Groups that open anything but the ports 80 and 443 to the world.
    pub open_to_world: usize,
    /// Number of groups by usage, with every usage.
    pub by_use: BTreeMap<String, usize>,
    /// Findings that count.
    pub findings: usize,
    /// Their number by severity, with every severity.
    pub by_severity: BTreeMap<String, usize>,
    /// Their number by check, without checks that found nothing.
    pub by_check: BTreeMap<String, usize>,
    /// Findings that the baseline has.
    pub in_baseline: usize,
    /// Findings that the user ignores.
    pub ignored: usize,
}
