//! The curation: checks the groups of an account. Pure: it turns a snapshot into a
//! [`report::Report`], without EC2 and clock. A new check is one function and one line of
//! [`CHECKS`].

pub mod adopt;
mod exposure;
mod facts;
mod findings;
mod graph;
mod inputs;
mod openness;
mod port_classes;
pub mod prune;
mod remedy;
pub mod report;
mod rule_texts;
mod service_managed;
mod severity;
mod suppress;
mod usage;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest, Sha256};

pub use self::findings::{CHECKS, Check};
pub use self::inputs::{Ignore, Inputs};
pub use self::openness::WorldOpenings;
pub use self::port_classes::{ADMIN_PORTS, DATA_PORTS};
pub use self::service_managed::keeper;
pub use self::severity::Severity;
pub use self::suppress::idle;

use self::facts::{Facts, GroupFacts};
use self::findings::Found;
use self::port_classes::PortClasses;
use self::report::{
    Exposure, Finding, Refusal, Report, RuleTexts, SCHEMA_VERSION, Summary, Text, Usage,
};
use self::rule_texts::Texts;
use crate::rules::Peer;
use crate::snapshot::{Region, Snapshot};

/// Checks a snapshot.
pub fn audit(snapshot: &Snapshot, inputs: &Inputs) -> Report {
    let mut audit = Audit::new(inputs);
    audit.note_references(snapshot);
    for region in &snapshot.regions {
        audit.examine(region, snapshot);
    }
    audit.report()
}

/// Checks regions one after the other, so that a caller can drop each of them and holds little of a
/// large account.
pub struct Audit<'i> {
    inputs: &'i Inputs,
    classes: PortClasses,
    /// Groups whose rules reference groups of other accounts, by the id of the referenced group.
    abroad: HashMap<String, Vec<String>>,
    accounts: BTreeSet<String>,
    regions: BTreeSet<String>,
    texts: Texts,
    report: Report,
}

impl<'i> Audit<'i> {
    /// An audit without any regions so far.
    pub fn new(inputs: &'i Inputs) -> Self {
        Self {
            inputs,
            classes: PortClasses::new(&inputs.data_traffic),
            abroad: HashMap::new(),
            accounts: BTreeSet::new(),
            regions: BTreeSet::new(),
            texts: Texts::default(),
            report: Report {
                schema_version: SCHEMA_VERSION,
                generated_at: inputs.generated_at.clone(),
                accounts: Vec::new(),
                regions: Vec::new(),
                looked_at: BTreeMap::new(),
                not_looked_at: Vec::new(),
                vpcs: Vec::new(),
                groups: Vec::new(),
                findings: Vec::new(),
                summary: Summary::default(),
            },
        }
    }

    /// Notes references between accounts. Must be called before the first region if several
    /// accounts are checked.
    pub fn note_references(&mut self, snapshot: &Snapshot) {
        self.abroad = references_abroad(snapshot);
    }

    /// Checks a region. The snapshot tells which groups are managed and when they were last
    /// attached.
    pub fn examine(&mut self, region: &Region, snapshot: &Snapshot) {
        let named = |name: &String| (!name.is_empty()).then(|| name.clone());
        self.accounts.extend(named(&region.account));
        self.regions.extend(named(&region.name));
        let report = &mut self.report;
        for (operation, calls) in &region.looked_at {
            *report.looked_at.entry(operation.clone()).or_default() += calls;
        }
        report.not_looked_at.extend(refusals(region));
        report.vpcs.extend(vpcs(region));
        let mut facts = Facts::new(region, snapshot, self.inputs, &self.classes, &self.abroad);
        usage::decide(&mut facts);
        let texts = &mut self.texts;
        let groups = facts.groups.values();
        report
            .groups
            .extend(groups.map(|one| group(region, one, texts)));
        for check in CHECKS {
            let found = (check.run)(&facts).into_iter();
            let findings = found.map(|found| finding(region, check, &facts, found, texts));
            report.findings.extend(findings);
        }
    }

    /// The report of all regions, sorted.
    pub fn report(self) -> Report {
        let Self {
            inputs,
            accounts,
            regions,
            mut report,
            ..
        } = self;
        report.accounts = accounts.into_iter().collect();
        report.regions = regions.into_iter().collect();
        report.not_looked_at.sort();
        let place = |it: &report::Vpc| (it.account.clone(), it.region.clone(), it.id.clone());
        report.vpcs.sort_by_cached_key(place);
        report
            .groups
            .sort_unstable_by(|a, b| place_of_group(a).cmp(&place_of_group(b)));
        let order: HashMap<&str, usize> = CHECKS.iter().map(|check| check.id).zip(0..).collect();
        report.findings.sort_unstable_by(|a, b| {
            let by_weight = b.severity.cmp(&a.severity);
            let by_check = || order[&*a.id].cmp(&order[&*b.id]);
            let by_place = || place_of(a).cmp(&place_of(b));
            by_weight.then_with(by_check).then_with(by_place)
        });
        suppress::mark(&mut report.findings, inputs);
        report.summary = summary(&report);
        report
    }
}

/// Which groups' rules name groups of other accounts, by the id of the group that is named.
fn references_abroad(snapshot: &Snapshot) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for region in &snapshot.regions {
        for group in region.groups.values() {
            for rule in group.rules.keys() {
                if let Peer::Group {
                    account: Some(_),
                    id,
                } = &rule.peer
                {
                    let by = format!("{}/{}", region.account, group.id);
                    let named = found.entry(id.clone()).or_default();
                    if named.last() != Some(&by) {
                        named.push(by);
                    }
                }
            }
        }
    }
    found
}

fn refusals(region: &Region) -> impl Iterator<Item = Refusal> {
    region.not_looked_at.iter().map(|it| Refusal {
        account: region.account.clone(),
        region: region.name.clone(),
        operation: it.operation.clone(),
        code: it.code.clone(),
        consequence: it.consequence.clone(),
    })
}

fn vpcs(region: &Region) -> impl Iterator<Item = report::Vpc> {
    region.vpcs.iter().map(|(id, vpc)| report::Vpc {
        id: id.clone(),
        name: vpc.tags.get("Name").cloned().unwrap_or_default(),
        account: region.account.clone(),
        region: region.name.clone(),
        is_default: vpc.is_default,
    })
}

fn group(region: &Region, one: &GroupFacts, texts: &mut Texts) -> report::Group {
    let group = one.group();
    let rules = group.rules.iter();
    let rules = rules.map(|(rule, text)| (rule.to_string(), text.as_str()));
    report::Group {
        id: group.id.clone(),
        arn: group.arn.clone(),
        name: group.name.clone(),
        description: group.description.clone(),
        account: region.account.clone(),
        region: region.name.clone(),
        vpc_id: group.vpc_id.clone(),
        managed_by: one.managed_by(),
        declared_in: one.declared_in().cloned(),
        usage: one.usage(),
        evidence: one.evidence.clone(),
        attachments: one.attached.len(),
        exposure: one.exposure,
        world_open: one.open.reported().map(Box::new),
        rules: RuleTexts::shared(texts, rules),
        tags: group.tags.clone(),
    }
}

fn finding(
    region: &Region,
    check: &Check,
    facts: &Facts,
    found: Found,
    texts: &mut Texts,
) -> Finding {
    let one = found.group.as_deref().and_then(|id| facts.of(id));
    let full = found.severity.unwrap_or(check.severity);
    let severity = match one {
        Some(one) if check.by_exposure => full.seen_at(one.exposure),
        _ => full,
    };
    let subject = match one {
        Some(one) if !one.group().arn.is_empty() => one.group().arn.clone(),
        Some(one) => format!("{}/{}/{}", region.account, region.name, one.group().id),
        None => format!("{}/{}/{}", region.account, region.name, found.subject),
    };
    let lowered = one.filter(|_| severity < full).map(|one| {
        let why = match one.exposure {
            Exposure::None => "it isn't attached",
            _ => "it has no public address",
        };
        let mut name = severity.name().to_owned();
        name[..1].make_ascii_uppercase();
        format!("{name}, not {full}: {why}.")
    });
    let evidence: Vec<String> = lowered
        .into_iter()
        .chain(found.evidence.iter().cloned())
        .collect();
    Finding {
        id: check.id.to_owned(),
        severity,
        group_id: one.map(|one| one.group().id.clone()),
        group_name: one.map(|one| one.group().name.clone()),
        account: texts.of(&region.account),
        region: texts.of(&region.name),
        vpc_id: one.map(|one| texts.of(&one.group().vpc_id)),
        fingerprint: fingerprint(check.id, &subject, &found),
        rules: texts.all(&found.rules),
        message: found.message,
        evidence: texts.all(&evidence),
        remediation: found.remediation,
        suppressed: None,
    }
}

/// A digest of the parts that identify a finding from one audit to the next.
fn fingerprint(check: &str, subject: &str, found: &Found) -> String {
    let mut digest = Sha256::new();
    let name = found.group.as_ref().map(|_| &*found.subject);
    let parts = [check, subject]
        .into_iter()
        .chain(name.filter(|name| !name.is_empty()));
    for part in parts.chain(found.rules.iter().map(String::as_str)) {
        digest.update(part.as_bytes());
        // A separator that no part contains.
        digest.update([0]);
    }
    let half = &digest.finalize()[..16];
    half.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn place_of_group(group: &report::Group) -> [&str; 5] {
    let place = [
        &group.account,
        &group.region,
        &group.vpc_id,
        &group.name,
        &group.id,
    ];
    place.map(String::as_str)
}

fn place_of(
    finding: &Finding,
) -> (
    &str,
    &str,
    &Option<Text>,
    &Option<String>,
    &Option<String>,
    &str,
) {
    (
        &finding.account,
        &finding.region,
        &finding.vpc_id,
        &finding.group_name,
        &finding.group_id,
        &finding.message,
    )
}

fn summary(report: &Report) -> Summary {
    let mut summary = Summary {
        groups: report.groups.len(),
        managed: report
            .groups
            .iter()
            .filter(|it| it.managed_by.is_some())
            .count(),
        by_use: Usage::ALL.map(|it| (it.name().to_owned(), 0)).into(),
        by_severity: Severity::ALL.map(|it| (it.name().to_owned(), 0)).into(),
        ..Summary::default()
    };
    for group in &report.groups {
        *summary
            .by_use
            .entry(group.usage.name().to_owned())
            .or_default() += 1;
        let is_open = group.world_open.as_ref().is_some_and(|open| {
            let others = [
                &open.all,
                &open.admin,
                &open.data,
                &open.other,
                &open.protocols,
            ];
            others.iter().any(|traffic| !traffic.is_empty())
        });
        summary.open_to_world += usize::from(is_open);
    }
    for finding in &report.findings {
        match finding.suppressed.as_ref().map(|it| it.by) {
            Some(report::SuppressedBy::Baseline) => summary.in_baseline += 1,
            Some(report::SuppressedBy::Ignore) => summary.ignored += 1,
            None => {
                summary.findings += 1;
                *summary
                    .by_severity
                    .entry(finding.severity.name().to_owned())
                    .or_default() += 1;
                *summary.by_check.entry(finding.id.clone()).or_default() += 1;
            }
        }
    }
    summary
}

#[cfg(test)]
mod tests;
