//! Which groups the state owns, and what the plan in the making does with each.
//!
//! Terraform hands over one resource at a time and names none of the others. But it shows every
//! stored group before it plans it; so whoever finds a group of its own name in EC2 can ask here
//! whose it is. A tainted resource is planned as if there were nothing before: its group is known
//! here, and no plan for it ever comes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::tf_provider::value::Value;

/// What becomes of a group that the state owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Future {
    /// No plan for it has come.
    Undecided,
    /// It stays, maybe changed.
    Kept,
    /// Another takes its place.
    Replaced,
    /// It is destroyed.
    Destroyed,
}

/// The plan of a stored group comes within moments; a tainted one's never does.
const PLANNED_WITHIN: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(50);

/// Every stored group of the run, by its id.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<HashMap<String, Future>>);

impl Ledger {
    /// A group that the state holds.
    pub(super) fn note(&self, state: &Value, future: Future) {
        if let Some(id) = state.get("id").as_str() {
            let mut ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.insert(id.to_owned(), future);
        }
    }

    /// What becomes of a group; `None` if the state doesn't own it. Gives the plan of an
    /// undecided one a moment to come.
    pub(super) async fn future(&self, id: &str) -> Option<Future> {
        let deadline = tokio::time::Instant::now() + PLANNED_WITHIN;
        loop {
            let known = self.now(id);
            if known != Some(Future::Undecided) || tokio::time::Instant::now() >= deadline {
                return known;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn now(&self, id: &str) -> Option<Future> {
        let ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.get(id).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn group(id: &str) -> Value {
        Value::object([("id", id)])
    }

    #[tokio::test]
    async fn a_group_that_nobody_noted_is_not_ours() {
        assert_eq!(Ledger::default().future("sg-1").await, None);
    }

    #[tokio::test]
    async fn a_plan_that_comes_a_little_later_is_waited_for() {
        let ledger = Arc::new(Ledger::default());
        ledger.note(&group("sg-1"), Future::Undecided);
        let later = Arc::clone(&ledger);
        tokio::spawn(async move {
            tokio::time::sleep(POLL * 3).await;
            later.note(&group("sg-1"), Future::Destroyed);
        });
        assert_eq!(ledger.future("sg-1").await, Some(Future::Destroyed));
    }

    #[tokio::test]
    async fn a_tainted_group_stays_undecided() {
        let ledger = Ledger::default();
        ledger.note(&group("sg-1"), Future::Undecided);
        assert_eq!(ledger.future("sg-1").await, Some(Future::Undecided));
    }
}
