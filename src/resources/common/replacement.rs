//! Tells a second resource of the same configuration from the second half of a replacement that the
//! user asked for (`-replace`), which no provider is told: hosts plan the old object as if it stayed, and
//! then the new one as if there were nothing before, but with the bytes that the first plan gave. Must not
//! know any of the resource types.

use crate::tf_provider::resource::{Call, Phase, Plan};

/// The bytes to keep beside an object that is planned, by which the second half is known.
pub(in crate::resources) fn mark(plan: &Plan, call: &Call) -> Option<Vec<u8>> {
    let is_unmarked = plan.prior.is_some() && call.private.is_empty();
    is_unmarked.then(|| b"{}".to_vec())
}

/// Whether a resource is new for certain, and no second half. Only Terraform says that it plans, and asks
/// once for each resource then.
pub(in crate::resources) fn is_surely_new(plan: &Plan, call: &Call) -> bool {
    plan.phase == Phase::Plan && plan.prior.is_none() && call.private.is_empty()
}
