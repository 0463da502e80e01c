//! Deletion. EC2 refuses to delete a group that is in use and doesn't say by whom: that is found
//! out here, and waited for only where waiting helps.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ec2::{CarriedOut, Ec2, Error, Holder, Scope};
use crate::resources::security_group::errors;
use crate::rules::{Direction, RuleSet};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;

/// Between looks at what holds a group.
const PAUSE: Duration = Duration::from_secs(2);
/// Nothing visible holds the group: EC2 lags behind, and is given this many looks to catch up.
const LOOKS_AT_NOTHING: u32 = 30;

/// Removes a group; gone already is success. With `revoke`, rules of other groups that name it
/// are revoked first if they hold it.
pub(super) async fn delete(
    ec2: &Ec2,
    id: &str,
    revoke: bool,
    scope: &Scope,
    host: &Host,
) -> Result<(), Diagnostic> {
    let mut nothing_seen = 0;
    let mut revoked = false;
    loop {
        let error = match ec2.delete_security_group(id, scope).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_no_such_group() => return Ok(()),
            Err(error) => error,
        };
        let doing = format!("delete the security group {id}");
        if !error.is("DependencyViolation") && !error.is("InvalidGroup.InUse") {
            return Err(errors::failed(&doing, &error, host));
        }
        let mut holders = match ec2.holders(id, scope).await {
            Ok(holders) => holders,
            Err(_) if scope.is_over() => {
                return Err(errors::failed(&doing, &scope.ended(error), host));
            }
            Err(unseen) => return Err(errors::held_by_the_unseen(id, &error, &unseen, host)),
        };
        if revoke && revoke_rules(ec2, id, &holders, scope, host).await? {
            holders.retain(|holder| !matches!(holder, Holder::Rule { .. }));
            // If that wasn't enough, EC2 needs a moment.
            if holders.is_empty() && !revoked {
                revoked = true;
                continue;
            }
        }
        if holders.is_empty() {
            nothing_seen += 1;
        }
        let helpless = holders.iter().any(|holder| !holder.is_transient());
        let error = if helpless || nothing_seen > LOOKS_AT_NOTHING {
            error
        } else if scope.wait(PAUSE).await {
            continue;
        } else {
            scope.ended(error)
        };
        return Err(if holders.is_empty() {
            errors::failed(&doing, &error, host)
        } else {
            errors::in_use(id, &holders, &error, host)
        });
    }
}

/// Takes away the rules among the holders. Gives whether there were any.
async fn revoke_rules(
    ec2: &Ec2,
    id: &str,
    holders: &[Holder],
    scope: &Scope,
    host: &Host,
) -> Result<bool, Diagnostic> {
    let mut calls: BTreeMap<(&str, Direction), RuleSet> = BTreeMap::new();
    for holder in holders {
        if let Holder::Rule { group, rule, .. } = holder {
            let rules = calls.entry((group, rule.direction)).or_default();
            rules.insert(rule.clone(), String::new());
        }
    }
    let any = !calls.is_empty();
    for ((group, direction), rules) in calls {
        // Without an answer, the next look tells.
        let gone = |e: &Error| {
            (e.carried_out == CarriedOut::Maybe && !e.is_spent())
                || e.is_no_such_group()
                || e.is("InvalidPermission.NotFound")
        };
        match ec2.revoke(group, direction, &rules, scope).await {
            Err(error) if !gone(&error) => {
                let doing = format!("revoke the rules of {group} that reference {id}");
                return Err(errors::failed(&doing, &error, host));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(any)
}
