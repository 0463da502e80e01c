//! The limits of EC2 for the rules of a group. Must not know any of the resource types.

use crate::ec2::{Ec2, Scope};
use crate::rules::{Limits, Peer, Rule, RuleSet};
use crate::session::Session;

/// The limits of a group whose rules change: the quota of the provider block, and the weights of the prefix
/// lists in the rules before and after. EC2 is asked only if there are prefix lists.
pub(in crate::resources) async fn between(
    session: &Session,
    ec2: &Ec2,
    [before, after]: [&RuleSet; 2],
    scope: &Scope,
) -> Limits {
    let mut limits = allowed(session);
    let listed = |rule: &Rule| matches!(rule.peer, Peer::PrefixList(_));
    if before.keys().chain(after.keys()).any(listed)
        && let Some(weights) = ec2.prefix_list_weights(scope).await
    {
        limits.prefix_list_weights = (*weights).clone();
    }
    limits
}

/// The limits of the provider block, without the weights of prefix lists.
pub(in crate::resources) fn allowed(session: &Session) -> Limits {
    Limits {
        rules_per_direction: session.config().max_rules_per_group,
        ..Limits::default()
    }
}
