//! Diagnostics of a plan about single rules: those that are probably a mistake, those that are known so far,
//! and those that are revoked before others are authorized.

use crate::rules::{Rule, RuleSet};
use crate::tf_provider::diagnostics::Diagnostic;

/// Most rules that a message lists.
const MOST_SHOWN: usize = 60;

/// A rule that allows nothing that another one doesn't allow.
pub(in crate::resources) fn covered(narrow: &Rule, wide: &Rule) -> Diagnostic {
    Diagnostic::warning(
        format!("The rule \"{narrow}\" changes nothing"),
        format!(
            "Everything that it lets through passes by \"{wide}\" already. Remove it, or make the \
             other one narrower. If both are meant, set skip_redundant_rule_warnings = true in the \
             provider block."
        ),
    )
}

/// A rule whose protocol never travels in the family of its addresses.
pub(in crate::resources) fn matches_nothing(rule: &Rule, meant: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The rule \"{rule}\" lets nothing through"),
        format!(
            "IPv4 carries ICMP and IPv6 carries ICMPv6, never the other way round. EC2 takes the \
             rule, and no packet matches it. Write protocol = \"{meant}\" for these addresses, in \
             a block of its own; its types have other numbers."
        ),
    )
}

/// A rule for a port on which nothing listens.
pub(in crate::resources) fn one_port(rule: &Rule, protocol: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The rule \"{rule}\" is for port 0 alone"),
        format!(
            "Ports 0 to 0 are one port, on which nothing listens, and not all of them. For all \
             {protocol} ports, write from_port = 0 and to_port = 65535; for all traffic, write \
             protocol = \"-1\", with which ports 0 to 0 do mean everything."
        ),
    )
}

/// A warning that lists the known rules where the plan shows `rules` as unknown. Signs mark which of them are
/// new, and which of those before may go. `begun` are lines of which a part is known.
pub(super) fn known_so_far(
    called: &str,
    before: &RuleSet,
    known: &RuleSet,
    may_go: &RuleSet,
    begun: &[String],
) -> Diagnostic {
    let goes = |rule: &&Rule| !known.contains_key(*rule);
    let going: Vec<&Rule> = may_go.keys().filter(goes).collect();
    let sign = |rule: &Rule| match (known.contains_key(rule), before.contains_key(rule)) {
        (true, true) => ' ',
        (true, false) => '+',
        (false, _) => '-',
    };
    let all = known.keys().chain(going.iter().copied());
    let mut lines: Vec<String> = all
        .take(MOST_SHOWN)
        .map(|rule| format!("  {} {rule}", sign(rule)))
        .collect();
    if let Some(more @ 1..) = (known.len() + going.len()).checked_sub(MOST_SHOWN) {
        lines.push(format!("  and {more} more"));
    }
    let signs = if going.is_empty() {
        "+ is new"
    } else {
        "+ is new; - goes, unless one that isn't known yet turns out to be the same"
    };
    let mut parts = Vec::new();
    if !lines.is_empty() {
        parts.push(format!("These are known ({signs}):\n{}", lines.join("\n")));
    }
    if !begun.is_empty() {
        let mut lines: Vec<String> = begun
            .iter()
            .take(MOST_SHOWN)
            .map(|l| format!("    {l}"))
            .collect();
        if let Some(more @ 1..) = begun.len().checked_sub(MOST_SHOWN) {
            lines.push(format!("    and {more} more"));
        }
        parts.push(format!(
            "Of these lines a part is known:\n{}",
            lines.join("\n")
        ));
    }
    Diagnostic::warning(
        format!("Not all rules of the group are known yet: {called}"),
        format!(
            "They depend on what this run is still to make or change, so the plan can't show \
             \"rules\". {}",
            parts.join("\n\n")
        ),
    )
}

/// Rules that are revoked before others are authorized.
pub(in crate::resources) fn interrupted(called: &str, early: &[&Rule]) -> Diagnostic {
    Diagnostic::warning(
        format!("Traffic may be interrupted for a moment: {called}"),
        format!(
            "The group is at its quota, and the new rules don't fit beside the old ones. These \
             are revoked before others come:\n{}",
            lines(early.iter().copied())
        ),
    )
}

/// A list of rules, one on each line.
pub(in crate::resources) fn lines<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let lines: Vec<String> = rules.map(|rule| format!("  - {rule}")).collect();
    lines.join("\n")
}
