//! Plans the deletion of unused groups and its order, from a snapshot and its report. Pure; the
//! command line carries the plan out and checks each group again before its deletion.

mod order;
mod plan;
mod saved;
mod signs;

#[cfg(test)]
mod tests;

pub use self::plan::{
    Conditions, Deletion, KeepReason, Kept, NO_STATE, PLAN_KIND, PLAN_VERSION, PrunePlan,
    Revocation, plan,
};
pub use self::saved::{MARK, SavedGroup, rule_set, texts};
