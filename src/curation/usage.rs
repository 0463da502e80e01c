//! Decides the usage of groups. If a call was refused that could have shown a use, a group without
//! any known use is [`Usage::Unknown`] instead of unused.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::facts::{Facts, GroupFacts, display_name, interface, name_of_use, some};
use super::report::Usage;
use crate::snapshot::UseKind;

/// Decides the usage of every group of the region.
pub(super) fn decide(facts: &mut Facts) {
    let account = &facts.region.account;
    for one in facts.groups.values_mut() {
        let (usage, evidence) = by_itself(one, account);
        one.usage = usage;
        one.evidence = evidence;
    }
    spread(facts);
    let hides_uses = facts.hides_uses;
    let only_unused: BTreeMap<&str, String> = facts
        .groups
        .iter()
        .filter(|(_, one)| one.usage.is_none() && !one.referenced_by.is_empty())
        .map(|(id, one)| {
            let by = one
                .referenced_by
                .iter()
                .map(|by| display_name(facts.groups[by].group()));
            (*id, some(by.collect::<Vec<_>>().into_iter()).join(", "))
        })
        .collect();
    for one in facts.groups.values_mut().filter(|one| one.usage.is_none()) {
        one.usage = Some(if hides_uses {
            Usage::Unknown
        } else {
            Usage::Unused
        });
        one.evidence = if hides_uses {
            vec!["Nothing that could be looked at uses it or refers to it.".to_owned()]
        } else {
            vec![match only_unused.get(&*one.group().id) {
                Some(listed) => format!(
                    "No network interface uses it, and only groups that are unused themselves refer to \
                     it: {listed}."
                ),
                None => "No network interface uses it, and nothing else refers to it.".to_owned(),
            }]
        };
        if let Some(last) = one.last_attached {
            let seen = format!("An interface last had it at {last}.");
            one.evidence.push(seen);
        }
    }
}

/// The usage without regard to the other groups of the region; `None` if it depends on them.
fn by_itself(one: &GroupFacts, account: &str) -> (Option<Usage>, Vec<String>) {
    let mut evidence = Vec::new();
    if !one.attached.is_empty() {
        let listed = some(one.attached.iter().map(|it| interface(it))).join(", ");
        let has = if one.attached.len() == 1 {
            "has"
        } else {
            "have"
        };
        evidence.push(format!("{listed} {has} it."));
    }
    if !one.detached.is_empty() {
        let listed = some(one.detached.iter().map(|it| interface(it))).join(", ");
        let has = if one.detached.len() == 1 {
            "has it and isn't attached"
        } else {
            "have it and aren't attached"
        };
        evidence.push(format!("{listed} {has}."));
    }
    let (abroad, named): (Vec<_>, Vec<_>) = one
        .named
        .iter()
        .copied()
        .partition(|it| it.kind == UseKind::PeerVpc);
    let reported: Vec<String> = some(named.iter().map(|it| name_of_use(it)));
    evidence.extend(reported);
    evidence.extend(one.keeper.clone());
    let group = one.group();
    let is_foreign = !account.is_empty() && !group.owner_id.is_empty() && group.owner_id != account;
    if is_foreign {
        evidence.push(format!("Account {} owns it and shares it.", group.owner_id));
    }
    if one.is_default() {
        evidence.push("It is its VPC's default group, which can't be deleted.".to_owned());
    }
    evidence.extend(some(abroad.iter().map(|it| name_of_use(it))));
    let other_accounts = &one.referenced_abroad;
    if !other_accounts.is_empty() {
        let listed = some(other_accounts.iter().cloned()).join(", ");
        evidence.push(format!("Rules of {listed} name it."));
    }
    let usage = if !one.attached.is_empty() {
        Some(Usage::Attached)
    } else if !one.detached.is_empty() || !named.is_empty() {
        Some(Usage::Dormant)
    } else if one.keeper.is_some() || one.is_default() {
        Some(Usage::Service)
    } else if !abroad.is_empty() || !other_accounts.is_empty() {
        Some(Usage::Referenced)
    } else if is_foreign {
        Some(Usage::Unknown)
    } else {
        None
    };
    (usage, evidence)
}

/// Marks groups as referenced that used groups reference, directly or by way of others. The
/// remaining groups are referenced by nothing, or only by each other.
fn spread(facts: &mut Facts) {
    let decided = facts.groups.iter().filter(|(_, one)| one.usage.is_some());
    let mut queue: VecDeque<&str> = decided.map(|(id, _)| *id).collect();
    while let Some(id) = queue.pop_front() {
        let references: Vec<&str> = facts.groups[id].references.iter().copied().collect();
        for peer in references {
            let one = facts.groups.get_mut(peer).expect("it is in the region");
            if one.usage.is_none() {
                one.usage = Some(Usage::Referenced);
                queue.push_back(peer);
            }
        }
    }
    let referenced = facts
        .groups
        .values()
        .filter(|one| one.usage == Some(Usage::Referenced) && !one.referenced_by.is_empty());
    let reported: Vec<(&str, String)> = referenced
        .map(|one| {
            let by: BTreeSet<&str> = one.referenced_by.iter().copied().collect();
            let named = by.iter().map(|id| display_name(facts.groups[id].group()));
            let listed = some(named.collect::<Vec<_>>().into_iter()).join(", ");
            (&*one.group().id, format!("Rules of {listed} name it."))
        })
        .collect();
    for (id, sentence) in reported {
        let one = facts.groups.get_mut(id).expect("it is in the region");
        one.evidence.push(sentence);
    }
}
