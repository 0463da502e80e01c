//! Deletes a new group that couldn't be completed. Terraform restores the group that a new one was to replace
//! only if nothing is left of the new one. Providers aren't told whether a new group replaces another.

use std::time::Duration;

use tokio::time::timeout;

use super::{delete, errors};
use crate::ec2::{CarriedOut, Ec2, Scope};
use crate::resources::common::apply::{self, Backoff, Maker, TrackedGroup};
use crate::tf_provider::diagnostics::{Diagnostics, Severity};
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::Outcome;
use crate::tf_provider::value::Value;

/// Time for the deletion, independent of the creation's timeout.
const LIMIT: Duration = Duration::from_secs(30);

/// A group that this run has created.
pub(super) struct Made {
    id: String,
    /// Whether it is certain that this run has created it.
    is_certain: bool,
    /// Whether EC2 has shown it, so that it is gone if EC2 no longer shows it.
    is_proven: bool,
}

impl Made {
    pub(super) fn of(held: &TrackedGroup) -> Self {
        Self {
            id: held.group.id.clone(),
            is_certain: held.maker != Maker::Doubtful,
            is_proven: held.proven,
        }
    }

    /// A group that EC2's answer to the creation names, and that EC2 hasn't shown.
    pub(super) fn answered(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            is_certain: true,
            is_proven: false,
        }
    }

    /// The outcome of a creation. If it is an error, deletes the group. If the deletion fails, or another run
    /// may have created the group, the outcome's state has the group, and its errors say why it stays.
    pub(super) async fn or_undone(
        self,
        ec2: &Ec2,
        mut outcome: Outcome,
        scope: &Scope,
        host: &Host,
    ) -> Outcome {
        let is_error = outcome.is_error();
        let Some(state) = outcome.state.take_if(|_| is_error) else {
            return outcome;
        };
        // A scope of its own: the time may be up, or the user has interrupted and waits.
        let scope = if scope.cancel.is_cancelled() {
            Scope::for_final_read()
        } else {
            Scope::new(scope.cancel.clone(), LIMIT)
        };
        let left = if self.is_certain {
            let deletion = self.delete(ec2, state.clone(), &scope, host);
            let no_answer = |_| Outcome::failed(Some(state), Diagnostics::new());
            timeout(scope.limit(), deletion)
                .await
                .unwrap_or_else(no_answer)
        } else {
            Outcome::exists(state)
        };
        let told = match &left.state {
            None => errors::undone(&self.id),
            Some(_) => errors::left_half_made(&self.id, self.is_certain, &left.diagnostics, host),
        };
        let mut diagnostics = Diagnostics::new();
        for mut diagnostic in outcome.diagnostics {
            if diagnostic.severity == Severity::Error {
                diagnostic.detail += &told;
            }
            diagnostics.push(diagnostic);
        }
        Outcome::failed(left.state, diagnostics)
    }

    /// Whether EC2 has shown the group, and no longer shows it.
    async fn is_gone(&self, ec2: &Ec2, scope: &Scope) -> bool {
        self.is_proven && apply::is_gone(ec2, &self.id, scope).await
    }

    /// Deletes the group, and before that references that prevent it. EC2 may not know a new group yet: then
    /// the deletion is tried again.
    async fn delete(&self, ec2: &Ec2, state: Value, scope: &Scope, host: &Host) -> Outcome {
        let mut pauses = Backoff::new();
        let error = loop {
            match ec2.delete_security_group(&self.id, scope).await {
                Ok(()) => return Outcome::gone(),
                Err(error) if error.is_no_such_group() => {
                    // An earlier attempt without an answer may have deleted it, or someone else.
                    if error.carried_out == CarriedOut::Maybe || self.is_gone(ec2, scope).await {
                        return Outcome::gone();
                    }
                    if !pauses.wait(scope).await {
                        break scope.ended(error);
                    }
                }
                Err(error) if error.is("DependencyViolation") => {
                    return delete::delete(ec2, state, scope, host).await;
                }
                Err(error) => break error,
            }
        };
        if error.carried_out == CarriedOut::Maybe && self.is_gone(ec2, scope).await {
            return Outcome::gone();
        }
        let doing = format!("delete the security group {}", self.id);
        Outcome::failed(Some(state), errors::failed(&doing, &error, host))
    }
}
