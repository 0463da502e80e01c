//! The groups of each VPC with their rules. In a large account, fewer rules of each group are shown
//! and the others counted.

use std::collections::BTreeMap;

use crate::curation::report::Report;
use crate::report::plain::plain;

/// Most groups of a report that shows many rules of each.
const MANY: usize = 400;

/// A VPC.
pub(super) struct VpcView {
    pub(super) title: String,
    pub(super) groups: Vec<GroupView>,
}

/// A group of it.
pub(super) struct GroupView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) usage: &'static str,
    pub(super) evidence: Vec<String>,
    pub(super) rules: Vec<String>,
    pub(super) more_rules: usize,
    pub(super) managed_by: String,
}

/// The VPCs that have groups.
pub(super) fn vpcs(report: &Report) -> Vec<VpcView> {
    let is_large = report.groups.len() > MANY;
    let (rules, evidence) = if is_large { (4, 1) } else { (60, 5) };
    let mut by_vpc: BTreeMap<(&str, &str, &str), Vec<GroupView>> = BTreeMap::new();
    for group in &report.groups {
        let key = (&*group.account, &*group.region, &*group.vpc_id);
        let shown = group.rules.keys().take(rules).map(plain);
        by_vpc.entry(key).or_default().push(GroupView {
            id: plain(&group.id),
            name: plain(&group.name),
            description: if is_large {
                String::new()
            } else {
                plain(&group.description)
            },
            usage: group.usage.name(),
            evidence: group
                .evidence
                .iter()
                .take(evidence)
                .map(|it| short(it))
                .collect(),
            rules: shown.collect(),
            more_rules: group.rules.len().saturating_sub(rules),
            managed_by: plain(group.managed_by.as_deref().unwrap_or_default()),
        });
    }
    let known = report.vpcs.iter();
    let names: BTreeMap<&str, (&str, bool)> = known
        .map(|vpc| (&*vpc.id, (&*vpc.name, vpc.is_default)))
        .collect();
    let title = |account: &str, region: &str, id: &str| {
        let (name, is_default) = names.get(id).copied().unwrap_or_default();
        let default = if is_default { "default VPC" } else { "" };
        let account = if report.accounts.len() > 1 {
            account
        } else {
            ""
        };
        let parts = [name, id, region, account, default];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        plain(&parts.join(" · "))
    };
    by_vpc
        .into_iter()
        .map(|((account, region, id), groups)| VpcView {
            title: title(account, region, id),
            groups,
        })
        .collect()
}

/// A text, cut off with "…" if it is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 160;
    let text = plain(text);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
