//! Deletes a group. EC2 refuses to delete a group that is in use without naming its users: they are looked up
//! here, and waited for only where they release the group by themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ec2::{CarriedOut, Ec2, Error, Holder, Scope, VpcAssociation};
use crate::resources::common::apply;
use crate::resources::security_group::associate::Associations;
use crate::resources::security_group::associations::{self, ATTRIBUTE, VpcIds};
use crate::resources::security_group::{errors, model};
use crate::rules::{Direction, RuleSet};
use crate::tf_provider::diagnostics::{Diagnostic, Severity};
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::Outcome;
use crate::tf_provider::value::{Attr, Value};

/// Pause between two attempts to delete a group.
const PAUSE: Duration = Duration::from_secs(2);
/// Attempts after which a group counts as in use though EC2 shows no user of it. EC2's reads lag behind.
const LOOKS_AT_NOTHING: u32 = 30;

/// Deletes the group of a state, after it has been disassociated from the VPCs that the state names. It is no
/// error if the group doesn't exist. With `revoke_rules_on_delete`, rules of other groups that reference it
/// are revoked if they prevent the deletion.
pub(super) async fn delete(ec2: &Ec2, state: Value, scope: &Scope, host: &Host) -> Outcome {
    let id = model::of(&state)
        .id()
        .known()
        .unwrap_or_default()
        .to_owned();
    let revoke = model::of(&state).revoke_rules_on_delete() == Attr::Known(true);
    let associations = Associations {
        ec2,
        group_id: &id,
        scope,
        host,
    };
    let before = associations::of(&state);
    let none = before.as_ref().map(|_| VpcIds::new());
    let changed = associations.change(before, none, false).await;
    let state = state.with(ATTRIBUTE, associations::value(changed.ids.as_ref()));
    if let Some(error) = changed
        .diagnostic
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
    {
        return Outcome::failed(Some(state), error);
    }
    match remove(ec2, &id, revoke, scope, host).await {
        Ok(()) => Outcome::gone(),
        Err(diagnostic) => Outcome::failed(Some(state), diagnostic),
    }
}

async fn remove(
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
            if error.carried_out == CarriedOut::Maybe && apply::is_gone(ec2, id, scope).await {
                return Ok(());
            }
            return Err(errors::failed(&doing, &error, host));
        }
        let mut holders = match ec2.holders(id, scope).await {
            Ok(holders) => holders,
            Err(_) if scope.is_over() => {
                return Err(errors::failed(&doing, &scope.ended(error), host));
            }
            Err(unseen) => return Err(errors::unknown_references(id, &error, &unseen, host)),
        };
        if revoke && revoke_rules(ec2, id, &holders, scope, host).await? {
            holders.retain(|holder| !matches!(holder, Holder::Rule { .. }));
            // A second refusal without users means that EC2 needs a moment.
            if holders.is_empty() && !revoked {
                revoked = true;
                continue;
            }
        }
        if holders.is_empty() {
            nothing_seen += 1;
            let optional = scope.for_optional_calls();
            let shown = ec2.further_vpcs(id, &optional).await;
            let shown = shown.unwrap_or_default();
            let vpc_ids = associations::there(&shown);
            if !vpc_ids.is_empty() {
                return Err(errors::associated(id, &vpc_ids, &error));
            }
            // An association that failed may hold the group too.
            let is_left =
                |one: &VpcAssociation| matches!(one, VpcAssociation::AssociationFailed(_));
            for (vpc_id, _) in shown.iter().filter(|(_, one)| is_left(one)) {
                // The next attempt shows whether that helped.
                let _ = ec2.disassociate_vpc(id, vpc_id, &optional).await;
            }
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

/// Revokes the rules that reference a group. Returns whether there were any.
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
        // After a call without an answer, the next attempt shows whether it was carried out.
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
