//! The groups that can be deleted, and their order: from a snapshot and what the audit says of it to a
//! plan of deletions. Pure; a plan is carried out by the command line, which looks again before each
//! step.

mod order;
mod plan;
mod saved;

#[cfg(test)]
mod tests;

pub use self::order::named;
pub use self::plan::{
    Conditions, Deletion, KeepReason, Kept, PLAN_KIND, PLAN_VERSION, PrunePlan, Revocation, plan,
};
pub use self::saved::{MARK, SavedGroup, rule_set, texts};
