//! The plan of deletions, and the groups that are kept, each with its reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;

use super::order;
use super::saved::{MARK, SavedGroup, texts};
use super::signs::sign;
use crate::curation::report::{Group, Report, Usage};
use crate::rules::Rule;
use crate::snapshot::{self, Region, Snapshot};

/// The version of the plan's form.
pub const PLAN_VERSION: u32 = 1;
/// The value of the field `kind` of a plan.
pub const PLAN_KIND: &str = "curated-prune-plan";

/// The warning of a plan that was made without any state file.
pub const NO_STATE: &str = "No --state was given, so groups that Terraform or OpenTofu manages count as \
    unmanaged. For each configuration, run \"terraform show -json > state.json\" and add --state \
    state.json.";

/// The name of every VPC's own group, which EC2 deletes with the VPC alone.
const DEFAULT_GROUP: &str = "default";

/// The conditions for deleting a group.
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a> {
    /// Time of the plan, as in `2026-11-29T17:00:00Z`.
    pub now: &'a str,
    /// Number of days for which a group must be known to be unused.
    pub min_age_days: u32,
    /// Times since which groups are known to be unattached, by id, from a history.
    pub unattached_since: &'a BTreeMap<String, String>,
    /// Whether any state file told which groups are managed.
    pub has_states: bool,
    /// Of groups with a rule that says by a tag which resource owns it, by the groups' ids: the tag, as in
    /// `curated:owner = "sgrules-1"`.
    pub owned_rules: &'a BTreeMap<String, String>,
}

/// A plan of deletions, with the groups that are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrunePlan {
    /// [`PLAN_KIND`].
    pub kind: String,
    /// [`PLAN_VERSION`].
    pub schema_version: u32,
    /// Time at which it was made.
    pub made_at: String,
    /// Number of days for which each group is known to be unused.
    pub min_age_days: u32,
    /// What the plan couldn't take into account, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The deletions, in order.
    pub deletions: Vec<Deletion>,
    /// Groups that aren't in use and are kept.
    pub kept: Vec<Kept>,
}

/// A group to delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// The group as the plan found it.
    pub group: SavedGroup,
    /// Why it can be deleted.
    pub reason: String,
    /// Time since which it is known to be unused.
    pub unused_since: Option<String>,
    /// Rules of groups further down that must be revoked right before.
    pub revoke_first: Vec<Revocation>,
}

/// Rules of a group that are revoked so that another one can be deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// The group that has them.
    pub group_id: String,
    /// The rules by their keys, with their descriptions.
    pub rules: BTreeMap<String, String>,
}

/// A group that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The account; empty where it isn't known.
    pub account: String,
    /// The region.
    pub region: String,
    /// The group's id.
    pub id: String,
    /// The group's name.
    pub name: String,
    /// The kind of reason.
    pub why: KeepReason,
    /// The reason, in a sentence.
    pub reason: String,
}

/// Why a group is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepReason {
    /// It isn't known to be unused for long enough.
    Young,
    /// A state manages it, so its configuration decides.
    Managed,
    /// It has a sign that a tool such as Terraform manages it: a person has to decide.
    LooksManaged,
    /// A rule of a kept group references it.
    Held,
    /// Something references it that could give it to an interface: a person has to decide.
    Dormant,
    /// An AWS service or a stack manages it: a person has to decide.
    ServiceManaged,
    /// A call was refused that could have shown a use.
    Unknown,
}

/// Plans deletions for a snapshot and its report.
pub fn plan(snapshot: &Snapshot, report: &Report, conditions: Conditions<'_>) -> PrunePlan {
    let mut deletions = Vec::new();
    let mut kept = Vec::new();
    let judged: HashMap<[&str; 3], &Group> = report
        .groups
        .iter()
        .map(|group| ([&*group.account, &*group.region, &*group.id], group))
        .collect();
    for region in &snapshot.regions {
        let mut going: BTreeMap<&str, Candidate<'_>> = BTreeMap::new();
        for group in region.groups.values() {
            let Some(judged) = judged.get(&[&*region.account, &*region.name, &*group.id]) else {
                continue;
            };
            match consider(group, judged, conditions) {
                Considered::Goes(candidate) => drop(going.insert(&group.id, candidate)),
                Considered::Stays(why, reason) => kept.push(stays(region, group, why, reason)),
                Considered::IsInUse => {}
            }
        }
        for (id, holder) in held(region, &mut going) {
            let reason = format!("A rule of {holder}, which stays, names it.");
            kept.push(stays(region, &region.groups[&id], KeepReason::Held, reason));
        }
        deletions.extend(in_order(region, &going));
    }
    kept.sort_by(|a, b| {
        let place = (&a.account, &a.region).cmp(&(&b.account, &b.region));
        place.then_with(|| (a.why, &a.name, &a.id).cmp(&(b.why, &b.name, &b.id)))
    });
    let mut unused = report.groups.iter().filter(|it| it.usage == Usage::Unused);
    let warnings = match unused.next() {
        Some(_) if !conditions.has_states => vec![NO_STATE.to_owned()],
        _ => Vec::new(),
    };
    PrunePlan {
        kind: PLAN_KIND.to_owned(),
        schema_version: PLAN_VERSION,
        made_at: conditions.now.to_owned(),
        min_age_days: conditions.min_age_days,
        warnings,
        deletions,
        kept,
    }
}

/// A group that can be deleted if no kept group references it.
struct Candidate<'a> {
    judged: &'a Group,
    unused_since: Option<String>,
    /// A sign that a tool made it, which none of the states knows.
    sign: Option<String>,
}

enum Considered<'a> {
    Goes(Candidate<'a>),
    Stays(KeepReason, String),
    IsInUse,
}

fn consider<'a>(
    group: &snapshot::Group,
    judged: &'a Group,
    conditions: Conditions<'_>,
) -> Considered<'a> {
    let evidence = || judged.evidence.join(" ");
    match judged.usage {
        Usage::Attached | Usage::Referenced => return Considered::IsInUse,
        Usage::Dormant => return Considered::Stays(KeepReason::Dormant, evidence()),
        Usage::Service if group.name == DEFAULT_GROUP => return Considered::IsInUse,
        Usage::Service => return Considered::Stays(KeepReason::ServiceManaged, evidence()),
        Usage::Unknown => return Considered::Stays(KeepReason::Unknown, evidence()),
        Usage::Unused => {}
    }
    if let Some(address) = &judged.managed_by {
        let reason = format!("{address} manages it: remove it from that configuration.");
        return Considered::Stays(KeepReason::Managed, reason);
    }
    if let Some(tag) = conditions.owned_rules.get(&group.id) {
        let reason = format!(
            "A rule of it has the tag {tag}: a resource of Terraform owns that rule. Name its state with \
             --state, or remove the tag from the rule."
        );
        return Considered::Stays(KeepReason::LooksManaged, reason);
    }
    let sign = sign(group);
    if let Some(sign) = sign.as_ref().filter(|_| !conditions.has_states) {
        let reason =
            format!("{sign}, and no --state says whether a configuration still manages it.");
        return Considered::Stays(KeepReason::LooksManaged, reason);
    }
    let since = unused_since(conditions, group);
    let age = since
        .as_deref()
        .and_then(|since| days_between(since, conditions.now));
    let unused_since = since.clone();
    let old_enough = age.is_some_and(|days| days >= i64::from(conditions.min_age_days));
    if old_enough || conditions.min_age_days == 0 {
        return Considered::Goes(Candidate {
            judged,
            unused_since,
            sign,
        });
    }
    let days = conditions.min_age_days;
    let reason = match (since, age) {
        (Some(since), Some(_)) => {
            format!("It is known to be unused since {since}, which isn't {days} days.")
        }
        (Some(since), None) => format!("\"{since}\" of its tag {MARK} isn't a date."),
        (None, _) => format!(
            "It isn't known since when it is unused. Run `curated prune --mark`, and plan again after \
             {days} days."
        ),
    };
    Considered::Stays(KeepReason::Young, reason)
}

/// Time since which a group is known to be unused: the later one of its mark and the history, since
/// it may have been used after it was marked.
fn unused_since(conditions: Conditions<'_>, group: &snapshot::Group) -> Option<String> {
    let marked = group.tags.get(MARK);
    let seen = conditions.unattached_since.get(&group.id);
    match (marked, seen) {
        (Some(marked), Some(seen)) => Some(marked.max(seen).clone()),
        (one, other) => one.or(other).cloned(),
    }
}

/// Whole days from one date, or date and time, to another; `None` if either isn't a date.
fn days_between(from: &str, to: &str) -> Option<i64> {
    let date = |text: &str| {
        let day = text.get(..10)?;
        Date::parse(day, format_description!("[year]-[month]-[day]")).ok()
    };
    Some((date(to)? - date(from)?).whole_days())
}

/// Removes groups that kept groups reference, directly or by way of others. Returns each with a
/// kept group that references it.
fn held(region: &Region, going: &mut BTreeMap<&str, Candidate<'_>>) -> Vec<(String, String)> {
    let mut taken_out = Vec::new();
    let mut holders: Vec<&snapshot::Group> = region.groups.values().collect();
    holders.retain(|group| !going.contains_key(&*group.id));
    while let Some(holder) = holders.pop() {
        let peers: BTreeSet<&str> = holder
            .rules
            .keys()
            .filter_map(Rule::referenced_group)
            .collect();
        for peer in peers {
            if going.remove(peer).is_some() {
                let group = &region.groups[peer];
                taken_out.push((group.id.clone(), format!("{} ({})", holder.id, holder.name)));
                holders.push(group);
            }
        }
    }
    taken_out
}

fn stays(region: &Region, group: &snapshot::Group, why: KeepReason, reason: String) -> Kept {
    Kept {
        account: region.account.clone(),
        region: region.name.clone(),
        id: group.id.clone(),
        name: group.name.clone(),
        why,
        reason,
    }
}

fn in_order(region: &Region, going: &BTreeMap<&str, Candidate<'_>>) -> Vec<Deletion> {
    let saved: BTreeMap<&str, SavedGroup> = going
        .keys()
        .map(|id| {
            let group = &region.groups[*id];
            (*id, SavedGroup::of(&region.account, &region.name, group))
        })
        .collect();
    let with_rules: Vec<_> = saved
        .iter()
        .map(|(id, saved)| (saved, region.groups[*id].rules.clone()))
        .collect();
    let steps = order::steps(&with_rules).into_iter();
    steps
        .map(|step| {
            let candidate = &going[&*step.id];
            let revoke_first = step.revoke.iter().map(|(group_id, rules)| Revocation {
                group_id: group_id.clone(),
                rules: texts(rules),
            });
            let sign = candidate.sign.iter();
            let sign = sign.map(|it| format!("{it}, but none of the given states has it."));
            let evidence = candidate.judged.evidence.iter().cloned();
            Deletion {
                group: saved[&*step.id].clone(),
                reason: evidence.chain(sign).collect::<Vec<_>>().join(" "),
                unused_since: candidate.unused_since.clone(),
                revoke_first: revoke_first.collect(),
            }
        })
        .collect()
}
