//! Decides the calls that lead from one rule set to another, and their order: at most one call for
//! each direction and verb. At every moment, traffic that both sets allow is allowed and the quota
//! is kept. Makes no call.
//!
//! The usual order is describe, authorize, revoke. If adding first would exceed the quota, as many
//! rules as possible are changed in place instead, after the additions if these fit, or else
//! before. Only if that doesn't suffice are rules revoked before others are added;
//! [`removed_before_added`](super::removed_before_added) tells the plan.

use super::pairs::pairs;
use super::step::more_comes;
use super::{Change, Direction, Limits, RuleSet, Step, diff, rules_where};
use crate::rules::headroom::QuotaHeadroom;

/// The calls that turn the rules `current` into `desired`, in order. Additions of both directions
/// come before removals, so that a failure half-way cuts nothing off.
///
/// If either set exceeds `limits`, which may be out of date, its own size is the limit.
pub fn steps(current: &RuleSet, desired: &RuleSet, limits: &Limits) -> Vec<Step> {
    let (mut first, mut then, mut last) = (Vec::new(), Vec::new(), Vec::new());
    for direction in Direction::BOTH {
        let steps = one_direction(current, desired, direction, limits);
        let early: Vec<bool> = (0..steps.len()).map(|at| more_comes(&steps, at)).collect();
        for (step, early) in steps.into_iter().zip(early) {
            match step {
                Step::Describe { .. } => first.push(step),
                Step::Revoke { .. } if !early => last.push(step),
                _ => then.push(step),
            }
        }
    }
    first.into_iter().chain(then).chain(last).collect()
}

/// The orders with changes in place, from the best to those that free the quota first.
const AT_THE_QUOTA: [[Verb; 3]; 4] = [
    // All new rules are added before the first old one is removed.
    [Verb::Authorize, Verb::Modify, Verb::Revoke],
    // Changes to lighter prefix lists make room for additions.
    [Verb::Modify, Verb::Authorize, Verb::Revoke],
    [Verb::Revoke, Verb::Authorize, Verb::Modify],
    [Verb::Revoke, Verb::Modify, Verb::Authorize],
];

#[derive(Clone, Copy)]
enum Verb {
    Authorize,
    Modify,
    Revoke,
}

/// The changes in one direction, without an order.
struct Work {
    direction: Direction,
    describe: RuleSet,
    changes: Vec<Change>,
    authorize: RuleSet,
    revoke: RuleSet,
}

fn one_direction(
    current: &RuleSet,
    desired: &RuleSet,
    direction: Direction,
    limits: &Limits,
) -> Vec<Step> {
    let of = |rules: &RuleSet| rules_where(rules, |rule, _| rule.direction == direction);
    let (current, desired) = (of(current), of(desired));
    let room = QuotaHeadroom::between(&current, &desired, direction, limits);
    let diff = diff(&current, &desired);
    let mut work = Work {
        direction,
        describe: diff.describe,
        changes: Vec::new(),
        authorize: diff.authorize,
        revoke: diff.revoke,
    };
    let usual = work.steps([Verb::Authorize, Verb::Modify, Verb::Revoke]);
    if room.fits(&current, &usual) {
        return usual;
    }
    work.changes = pairs(&mut work.authorize, &mut work.revoke, &desired, limits);
    let mut steps = usual;
    for order in AT_THE_QUOTA {
        steps = work.steps(order);
        if room.fits(&current, &steps) {
            break;
        }
    }
    steps
}

impl Work {
    fn steps(&self, order: [Verb; 3]) -> Vec<Step> {
        let direction = self.direction;
        let describe = (!self.describe.is_empty()).then(|| Step::Describe {
            direction,
            rules: self.describe.clone(),
        });
        let rest = order.into_iter().filter_map(|verb| match verb {
            Verb::Authorize => (!self.authorize.is_empty()).then(|| Step::Authorize {
                direction,
                rules: self.authorize.clone(),
            }),
            Verb::Modify => (!self.changes.is_empty()).then(|| Step::Modify {
                direction,
                changes: self.changes.clone(),
            }),
            Verb::Revoke => (!self.revoke.is_empty()).then(|| Step::Revoke {
                direction,
                rules: self.revoke.clone(),
            }),
        });
        describe.into_iter().chain(rest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::model::{described, rule_set};
    use crate::rules::{Rule, removed_before_added};

    fn limits(rules_per_direction: usize, weights: &[(&str, usize)]) -> Limits {
        Limits {
            rules_per_direction,
            prefix_list_weights: weights
                .iter()
                .map(|(id, weight)| ((*id).to_owned(), *weight))
                .collect(),
        }
    }

    /// One line a call, such as `authorize: ingress tcp/1 from self`.
    fn reported(steps: &[Step]) -> Vec<String> {
        let listed = |rules: &RuleSet| {
            let keys: Vec<String> = rules.keys().map(Rule::to_string).collect();
            keys.join(", ")
        };
        let tell = |step: &Step| match step {
            Step::Describe { rules, .. } => format!("describe: {}", listed(rules)),
            Step::Authorize { rules, .. } => format!("authorize: {}", listed(rules)),
            Step::Revoke { rules, .. } => format!("revoke: {}", listed(rules)),
            Step::Modify { changes, .. } => {
                let change = |c: &Change| format!("{} => {}", c.old, c.new);
                let changes: Vec<String> = changes.iter().map(change).collect();
                format!("modify: {}", changes.join(", "))
            }
        };
        steps.iter().map(tell).collect()
    }

    fn early(steps: &[Step]) -> Vec<String> {
        removed_before_added(steps)
            .into_iter()
            .map(Rule::to_string)
            .collect()
    }

    #[test]
    fn the_usual_order_adds_in_both_directions_before_it_removes() {
        let current = described(&[
            ("ingress tcp/1 from self", ""),
            ("ingress tcp/2 from self", "old"),
            ("egress tcp/1 to self", ""),
        ]);
        let desired = described(&[
            ("ingress tcp/2 from self", "new"),
            ("ingress tcp/3 from self", ""),
            ("egress tcp/2 to self", ""),
        ]);
        let steps = steps(&current, &desired, &limits(60, &[]));
        assert_eq!(
            reported(&steps),
            [
                "describe: ingress tcp/2 from self",
                "authorize: ingress tcp/3 from self",
                "authorize: egress tcp/2 to self",
                "revoke: ingress tcp/1 from self",
                "revoke: egress tcp/1 to self",
            ]
        );
        assert_eq!(early(&steps), [""; 0]);
    }

    /// `(what it shows, limit, current, desired, calls, gone early)`
    type Case<'a> = (
        &'a str,
        Limits,
        &'a [&'a str],
        &'a [&'a str],
        &'a [&'a str],
        &'a [&'a str],
    );

    #[test]
    fn at_the_quota_nothing_is_revoked_that_can_be_changed() {
        let cases: [Case; 12] = [
            (
                "one for one",
                limits(2, &[]),
                &[
                    "ingress tcp/1 from 10.0.0.0/8",
                    "ingress tcp/2 from 10.0.0.0/8",
                ],
                &[
                    "ingress tcp/1 from 11.0.0.0/8",
                    "ingress tcp/2 from 10.0.0.0/8",
                ],
                &["modify: ingress tcp/1 from 10.0.0.0/8 => ingress tcp/1 from 11.0.0.0/8"],
                &[],
            ),
            (
                "what fits is added first",
                limits(2, &[]),
                &["ingress tcp/1 from 10.0.0.0/8"],
                &[
                    "ingress tcp/8 from 10.0.0.0/8",
                    "ingress tcp/9 from 10.0.0.0/8",
                ],
                &[
                    "authorize: ingress tcp/8 from 10.0.0.0/8",
                    "modify: ingress tcp/1 from 10.0.0.0/8 => ingress tcp/9 from 10.0.0.0/8",
                ],
                &[],
            ),
            (
                "a partner is the rule that lets the same packets through",
                limits(2, &[]),
                &[
                    "ingress tcp/22 from 10.0.0.0/8",
                    "ingress tcp/80 from 10.0.0.0/8",
                ],
                &[
                    "ingress tcp/80 from 0.0.0.0/0",
                    "ingress tcp/22 from 10.1.0.0/16",
                ],
                &[
                    "modify: ingress tcp/22 from 10.0.0.0/8 => ingress tcp/22 from 10.1.0.0/16, \
                   ingress tcp/80 from 10.0.0.0/8 => ingress tcp/80 from 0.0.0.0/0",
                ],
                &[],
            ),
            (
                "the families have a quota each",
                limits(1, &[]),
                &["ingress tcp/1 from 10.0.0.0/8"],
                &["ingress tcp/1 from ::/0"],
                &[
                    "authorize: ingress tcp/1 from ::/0",
                    "revoke: ingress tcp/1 from 10.0.0.0/8",
                ],
                &[],
            ),
            (
                "another kind of peer cannot be had in place",
                limits(1, &[]),
                &["ingress tcp/1 from 10.0.0.0/8"],
                &["ingress tcp/1 from self"],
                &[
                    "revoke: ingress tcp/1 from 10.0.0.0/8",
                    "authorize: ingress tcp/1 from self",
                ],
                &["ingress tcp/1 from 10.0.0.0/8"],
            ),
            (
                "nor can another account's group",
                limits(1, &[]),
                &["ingress tcp/1 from 123456789012/sg-0000000a"],
                &["ingress tcp/2 from 123456789012/sg-0000000a"],
                &[
                    "revoke: ingress tcp/1 from 123456789012/sg-0000000a",
                    "authorize: ingress tcp/2 from 123456789012/sg-0000000a",
                ],
                &["ingress tcp/1 from 123456789012/sg-0000000a"],
            ),
            (
                "what is still wanted is kept as long as there is a choice",
                limits(3, &[]),
                &[
                    "ingress tcp/1 from 10.0.0.0/8",
                    "ingress tcp/2 from 10.0.0.0/8",
                    "ingress tcp/3 from 10.0.0.0/8",
                ],
                &[
                    "ingress tcp/3 from 0.0.0.0/0",
                    "ingress tcp/1 from self",
                    "ingress tcp/2 from self",
                ],
                &[
                    "revoke: ingress tcp/1 from 10.0.0.0/8, ingress tcp/2 from 10.0.0.0/8",
                    "authorize: ingress tcp/1 from self, ingress tcp/2 from self",
                    "modify: ingress tcp/3 from 10.0.0.0/8 => ingress tcp/3 from 0.0.0.0/0",
                ],
                &[
                    "ingress tcp/1 from 10.0.0.0/8",
                    "ingress tcp/2 from 10.0.0.0/8",
                ],
            ),
            (
                "a lighter prefix list makes room first",
                limits(60, &[("pl-0000000a", 59), ("pl-0000000b", 10)]),
                &["ingress tcp/1 from pl-0000000a", "ingress tcp/2 from self"],
                &[
                    "ingress tcp/1 from pl-0000000b",
                    "ingress tcp/2 from self",
                    "ingress tcp/3 from self",
                ],
                &[
                    "modify: ingress tcp/1 from pl-0000000a => ingress tcp/1 from pl-0000000b",
                    "authorize: ingress tcp/3 from self",
                ],
                &["ingress tcp/1 from pl-0000000a"],
            ),
            (
                "then what is revoked goes last all the same",
                limits(60, &[("pl-0000000a", 59), ("pl-0000000b", 10)]),
                &[
                    "ingress tcp/1 from pl-0000000a",
                    "ingress tcp/9 from 10.0.0.0/8",
                ],
                &["ingress tcp/1 from pl-0000000b", "ingress tcp/3 from self"],
                &[
                    "modify: ingress tcp/1 from pl-0000000a => ingress tcp/1 from pl-0000000b",
                    "authorize: ingress tcp/3 from self",
                    "revoke: ingress tcp/9 from 10.0.0.0/8",
                ],
                &["ingress tcp/1 from pl-0000000a"],
            ),
            (
                "the heaviest prefix list takes the room of the one that goes",
                limits(
                    60,
                    &[("pl-0000000a", 30), ("pl-0000000b", 50), ("pl-0000000c", 5)],
                ),
                &["ingress tcp/1 from pl-0000000a"],
                &[
                    "ingress tcp/2 from pl-0000000b",
                    "ingress tcp/1 from pl-0000000c",
                ],
                &[
                    "authorize: ingress tcp/1 from pl-0000000c",
                    "modify: ingress tcp/1 from pl-0000000a => ingress tcp/2 from pl-0000000b",
                ],
                &[],
            ),
            (
                "a revocation makes room for a change that makes room for the rest",
                limits(3, &[("pl-0000000a", 2)]),
                &[
                    "ingress tcp/1 from pl-0000000a",
                    "ingress tcp/9 from 10.0.0.0/8",
                ],
                &[
                    "ingress tcp/1 from pl-0000000b",
                    "ingress tcp/2 from self",
                    "ingress tcp/3 from self",
                ],
                &[
                    "revoke: ingress tcp/9 from 10.0.0.0/8",
                    "modify: ingress tcp/1 from pl-0000000a => ingress tcp/1 from pl-0000000b",
                    "authorize: ingress tcp/2 from self, ingress tcp/3 from self",
                ],
                &[
                    "ingress tcp/9 from 10.0.0.0/8",
                    "ingress tcp/1 from pl-0000000a",
                ],
            ),
            (
                "a set beyond the limit proves the limit wrong",
                limits(1, &[]),
                &["ingress tcp/1 from self", "ingress tcp/2 from self"],
                &[
                    "ingress tcp/3 from self",
                    "ingress tcp/4 from self",
                    "ingress tcp/5 from self",
                ],
                &[
                    "authorize: ingress tcp/3 from self",
                    "modify: ingress tcp/1 from self => ingress tcp/5 from self, \
                     ingress tcp/2 from self => ingress tcp/4 from self",
                ],
                &[],
            ),
        ];
        for (name, limits, current, desired, calls, gone) in cases {
            let steps = steps(&rule_set(current), &rule_set(desired), &limits);
            assert_eq!(reported(&steps), calls, "{name}");
            assert_eq!(early(&steps), gone, "{name}");
        }
    }
}
