//! Findings about default groups, which EC2 makes for every VPC and gives to interfaces without a
//! named group.

use super::{Found, each};
use crate::curation::facts::{Facts, GroupFacts, LISTED, display_name, interface, some};
use crate::curation::{Severity, remedy};
use crate::rules::{Direction, Peer, Rule, Traffic};

/// `default-in-use`.
pub(super) fn in_use(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        if !one.is_default() || one.attached.is_empty() {
            return None;
        }
        let count = one.attached.len();
        let have = if count == 1 {
            "1 interface has"
        } else {
            &format!("{count} interfaces have")
        };
        let message = format!("{have} the default group of {}.", one.group().vpc_id);
        let listed = some(one.attached.iter().map(|it| interface(it)));
        let commands = one.attached.iter().take(LISTED).map(|it| {
            format!(
                "aws ec2 modify-network-interface-attribute --region {} \
                 --network-interface-id {} --groups GROUP",
                facts.region.name, it.id
            )
        });
        let remediation = commands.collect::<Vec<_>>().join(" && ");
        Some(Found::of(one, message, remediation).shown_by(listed))
    })
}

/// `default-has-rules`. Default groups that no interface has and that have only AWS's own rules are
/// one finding for the region, since every region of every account has some.
pub(super) fn have_rules(facts: &Facts) -> Vec<Found> {
    let defaults = facts.groups.values().filter(|one| one.is_default());
    let with_rules = defaults.filter(|one| !one.group().rules.is_empty());
    let (born, changed): (Vec<&GroupFacts>, Vec<&GroupFacts>) = with_rules
        .partition(|one| one.attached.is_empty() && one.group().rules.keys().all(is_born_with));
    let mut found: Vec<Found> = changed
        .into_iter()
        .map(|one| {
            let rules = &one.group().rules;
            let count = rules.len();
            let noun = if count == 1 { "rule" } else { "rules" };
            let message = format!(
                "The default group of {} has {count} {noun}.",
                one.group().vpc_id
            );
            let remediation = remedy::revoke(facts, one, rules.keys());
            Found::of(one, message, remediation)
                .by(rules.keys())
                .shown_by(one.evidence.iter().take(1).cloned())
        })
        .collect();
    if let Some(first) = born.first() {
        let vpcs = born.len();
        let message = if vpcs == 1 {
            format!(
                "The default group of {} has AWS's own rules.",
                first.group().vpc_id
            )
        } else {
            format!("The default groups of {vpcs} VPCs have AWS's own rules.")
        };
        let commands = born.iter().take(LISTED);
        let commands: Vec<String> = commands
            .map(|one| remedy::revoke(facts, one, one.group().rules.keys()))
            .collect();
        found.push(Found {
            group: (vpcs == 1).then(|| first.group().id.clone()),
            subject: "default".to_owned(),
            severity: Some(Severity::Info),
            message,
            evidence: some(
                born.iter()
                    .map(|one| format!("{} of {}", display_name(one.group()), one.group().vpc_id)),
            ),
            remediation: commands.join(" && "),
            ..Found::default()
        });
    }
    found
}

/// Whether AWS creates every default group with this rule.
fn is_born_with(rule: &Rule) -> bool {
    rule.traffic == Traffic::ALL
        && match (rule.direction, &rule.peer) {
            (Direction::Ingress, Peer::SelfReference) => true,
            (Direction::Egress, Peer::Ipv4(net)) => net.prefix_len() == 0,
            (Direction::Egress, Peer::Ipv6(net)) => net.prefix_len() == 0,
            _ => false,
        }
}
