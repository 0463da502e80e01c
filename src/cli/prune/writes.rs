//! Adds and removes rules, also if a reply is lost: then the group is read again, and the call is
//! repeated for the rules that still differ.

use std::collections::BTreeMap;

use crate::ec2::{CarriedOut, Ec2, Error, Scope, Tags};
use crate::rules::{Direction, Rule, RuleSet, rules_where};

/// Most attempts of a call whose reply is lost.
const ATTEMPTS: usize = 3;

/// Removes rules. Those that the group doesn't have are skipped.
pub(in crate::cli) async fn revoke(
    ec2: &Ec2,
    id: &str,
    rules: &RuleSet,
    scope: &Scope,
) -> Result<(), Error> {
    for direction in Direction::BOTH {
        for attempt in 1.. {
            let there = held(ec2, id, scope).await?;
            let wanted = of(rules, direction, |rule| there.contains_key(rule));
            if wanted.is_empty() {
                break;
            }
            match ec2.revoke(id, direction, &wanted, scope).await {
                Ok(()) => break,
                Err(error) => repeat(error, attempt)?,
            }
        }
    }
    Ok(())
}

/// Adds rules, each with these tags. Those that the group has are skipped.
pub(super) async fn authorize(
    ec2: &Ec2,
    id: &str,
    rules: &RuleSet,
    tags: &Tags,
    scope: &Scope,
) -> Result<(), Error> {
    for direction in Direction::BOTH {
        for attempt in 1.. {
            let there = held(ec2, id, scope).await?;
            let wanted = of(rules, direction, |rule| !there.contains_key(rule));
            if wanted.is_empty() {
                break;
            }
            let added = ec2.authorize_tagged(id, direction, &wanted, tags, scope);
            match added.await {
                Ok(_) => break,
                Err(error) => repeat(error, attempt)?,
            }
        }
    }
    Ok(())
}

/// Returns the error of an attempt, unless the call may be repeated.
fn repeat(error: Error, attempt: usize) -> Result<(), Error> {
    if error.carried_out == CarriedOut::Maybe && attempt < ATTEMPTS {
        Ok(())
    } else {
        Err(error)
    }
}

async fn held(ec2: &Ec2, id: &str, scope: &Scope) -> Result<RuleSet, Error> {
    let group = ec2.describe_security_group(id, scope).await?;
    Ok(group.map_or_else(BTreeMap::new, |group| group.rules))
}

fn of(rules: &RuleSet, direction: Direction, is_wanted: impl Fn(&Rule) -> bool) -> RuleSet {
    rules_where(rules, |rule, _| {
        rule.direction == direction && is_wanted(rule)
    })
}
