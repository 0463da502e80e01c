//! The attribute `associated_vpc_ids`, the further VPCs of a group: its checks in plans, and its refresh.
//! Without it in the configuration, associations are neither read nor changed. [`super::associate`] changes
//! them.

use std::collections::{BTreeMap, BTreeSet};

use super::{errors, model};
use crate::ec2::{Ec2, Error, Scope, Vpc, VpcAssociation};
use crate::resources::common::owners::is_refused;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Outcome, Plan};
use crate::tf_provider::value::Value;

/// The name of the attribute.
pub(super) const ATTRIBUTE: &str = "associated_vpc_ids";

/// Ids of VPCs.
pub(super) type VpcIds = BTreeSet<String>;

/// The known further VPCs of a state or a plan; `None` where the attribute is null or unknown.
pub(super) fn of(state: &Value) -> Option<VpcIds> {
    let elements = model::of(state).associated_vpc_ids().known()?;
    let known = elements.iter().filter_map(Value::as_str);
    Some(known.map(str::to_owned).collect())
}

/// The attribute's value for these VPCs.
pub(super) fn value(ids: Option<&VpcIds>) -> Value {
    ids.map_or(Value::Null, |ids| {
        Value::set(ids.iter().map(String::as_str))
    })
}

/// The region's default VPC, for a plan that adds further VPCs.
pub(super) async fn default_vpc(ec2: &Ec2, plan: &Plan, scope: &Scope) -> Option<String> {
    if added(plan).is_empty() {
        return None;
    }
    match ec2.default_vpc(scope).await {
        Some(Vpc::Id(id)) => Some(id),
        Some(Vpc::None) | None => None,
    }
}

/// Errors of a plan for VPCs that EC2 associates with no group: the group's own, and the default VPC, which
/// is the own one of a group that names none.
pub(super) fn check(plan: &Plan, default_vpc: Option<&str>) -> Diagnostics {
    let mut found = Diagnostics::new();
    let own = match model::of(&plan.planned).vpc_id().known() {
        None if model::of(&plan.config).vpc_id().is_null() => default_vpc,
        own => own,
    };
    for id in added(plan) {
        let diagnostic = if own == Some(id.as_str()) {
            Diagnostic::error(
                format!("\"{id}\" is the VPC of the group itself"),
                "A group needs no association with its own VPC. Remove the id from \
                 \"associated_vpc_ids\".",
            )
        } else if default_vpc == Some(id.as_str()) {
            Diagnostic::error(
                format!("\"{id}\" is the region's default VPC"),
                "EC2 associates no group with a default VPC. Remove the id from \
                 \"associated_vpc_ids\", and declare another group for that VPC.",
            )
        } else {
            continue;
        };
        found.push(diagnostic.at(Path::root().attribute(ATTRIBUTE)));
    }
    found
}

/// The VPCs that a plan adds.
fn added(plan: &Plan) -> VpcIds {
    let before = plan.prior.as_ref().and_then(of).unwrap_or_default();
    let mut added = of(&plan.planned).unwrap_or_default();
    added.retain(|id| !before.contains(id));
    added
}

/// Reads the associations for a state that was just read, if it has the attribute.
pub(super) async fn refresh(
    ec2: &Ec2,
    mut outcome: Outcome,
    scope: &Scope,
    host: &Host,
) -> Outcome {
    let Some(state) = outcome.state.take() else {
        return outcome;
    };
    let id = model::of(&state)
        .id()
        .known()
        .unwrap_or_default()
        .to_owned();
    let known = of(&state);
    if known.is_none() || outcome.is_error() {
        outcome.state = Some(state);
        return outcome;
    }
    let (state, diagnostic) = match ec2.further_vpcs(&id, scope).await {
        Ok(shown) => (state.with(ATTRIBUTE, value(Some(&there(&shown)))), None),
        Err(error) if is_refused(&error) => (state, Some(unseen(&id, &error))),
        Err(error) => {
            let doing = format!("look up the VPC associations of the security group {id}");
            (state, Some(failed(&doing, &error, host)))
        }
    };
    outcome.state = Some(state);
    outcome.diagnostics.extend(diagnostic);
    outcome
}

/// The VPCs that a group is associated with, or is being associated with.
pub(super) fn there(shown: &BTreeMap<String, VpcAssociation>) -> VpcIds {
    let there = shown
        .iter()
        .filter(|(_, association)| association.is_associated());
    there.map(|(vpc_id, _)| vpc_id.clone()).collect()
}

/// The error of a call about associations.
pub(super) fn failed(doing: &str, error: &Error, host: &Host) -> Diagnostic {
    errors::failed(doing, error, host).at(Path::root().attribute(ATTRIBUTE))
}

/// The warning that associations can't be read.
pub(super) fn unseen(id: &str, error: &Error) -> Diagnostic {
    let warning = Diagnostic::warning(
        format!("The VPC associations of {id} can't be looked up"),
        format!(
            "{error}.\n\nWhat the state says of them may be out of date, and nothing waits until EC2 \
             is done with a change. Have the permission ec2:DescribeSecurityGroupVpcAssociations added \
             to the IAM policy of the credentials."
        ),
    );
    warning.at(Path::root().attribute(ATTRIBUTE))
}
