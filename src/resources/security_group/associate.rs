//! Changes the VPC associations of a group, and waits until EC2 has completed them, which is some time after
//! its answers. Whatever fails, the result holds what exists.

use tokio::time::Instant;

use super::associations::{VpcIds, failed, there, unseen};
use crate::ec2::{CarriedOut, Ec2, Error, Scope, VpcAssociation};
use crate::resources::common::apply::{Backoff, VISIBLE_WITHIN};
use crate::resources::common::owners::is_refused;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;

/// A group whose associations change.
pub(super) struct Associations<'a> {
    pub(super) ec2: &'a Ec2,
    pub(super) group_id: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) host: &'a Host,
}

/// The result of a change of associations.
pub(super) struct Changed {
    /// The associations for the state.
    pub(super) ids: Option<VpcIds>,
    /// A warning, or the error by which not everything was changed.
    pub(super) diagnostic: Option<Diagnostic>,
}

/// The status of an association that is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Associated,
    Gone,
}

impl Associations<'_> {
    /// Associates the group with the wanted VPCs, and then disassociates it from those that only the state
    /// names. If the state of a group that exists names none, its associations are read before, so that no
    /// VPC is associated twice.
    pub(super) async fn change(
        &self,
        before: Option<VpcIds>,
        wanted: Option<VpcIds>,
        is_new: bool,
    ) -> Changed {
        if before == wanted {
            return Changed {
                ids: wanted,
                diagnostic: None,
            };
        }
        let mut there_already = before.clone().unwrap_or_default();
        if before.is_none()
            && !is_new
            && let Ok(shown) = self.ec2.further_vpcs(self.group_id, self.scope).await
        {
            there_already = there(&shown);
        }
        let goes = before.clone().unwrap_or_default();
        let goal = wanted.clone().unwrap_or_default();
        let new: Vec<&String> = goal.difference(&there_already).collect();
        let old: Vec<&String> = goes.difference(&goal).collect();
        let done = async {
            let diagnostic = self.associate(&new).await?;
            Ok(self.disassociate(&old).await?.or(diagnostic))
        };
        match done.await {
            Ok(diagnostic) => Changed {
                ids: wanted,
                diagnostic,
            },
            Err(diagnostic) => {
                let all = there_already.union(&goal).cloned().collect();
                Changed {
                    ids: Some(self.actual().await.unwrap_or(all)),
                    diagnostic: Some(diagnostic),
                }
            }
        }
    }

    /// The associations after an error. They are read even if the time is up, since the state has to be
    /// right.
    async fn actual(&self) -> Option<VpcIds> {
        let last = Scope::for_final_read();
        let scope = if self.scope.is_over() {
            &last
        } else {
            self.scope
        };
        let shown = self.ec2.further_vpcs(self.group_id, scope).await.ok()?;
        Some(there(&shown))
    }

    /// Associates the group with these VPCs, and waits until EC2 has done so. Returns a warning if these
    /// credentials may not read associations, so that nothing can be waited for.
    async fn associate(&self, ids: &[&String]) -> Result<Option<Diagnostic>, Diagnostic> {
        let mut waiting = VpcIds::new();
        for id in ids {
            if !self.begin(id).await? {
                waiting.insert((*id).clone());
            }
        }
        self.wait(waiting, Until::Associated).await
    }

    /// Has EC2 begin an association. Returns whether it is complete already.
    async fn begin(&self, vpc_id: &str) -> Result<bool, Diagnostic> {
        let (ec2, scope, id) = (self.ec2, self.scope, self.group_id);
        let started = Instant::now();
        let mut pauses = Backoff::new();
        loop {
            let error = match ec2.associate_vpc(id, vpc_id, scope).await {
                Ok(is_done) => return Ok(is_done),
                Err(error) => error,
            };
            let may_be_unseen = error.is_no_such_group() && started.elapsed() < VISIBLE_WITHIN;
            let state = self.state_of(vpc_id).await;
            let again = match state {
                Some(VpcAssociation::Associating) => return Ok(false),
                Some(VpcAssociation::Associated | VpcAssociation::DisassociationFailed(_)) => {
                    return Ok(true);
                }
                // Another tool has just ended the association.
                Some(VpcAssociation::Disassociating) => true,
                Some(VpcAssociation::AssociationFailed(_) | VpcAssociation::Other(_)) | None => {
                    error.carried_out == CarriedOut::Maybe || may_be_unseen
                }
            };
            if !again || error.is_spent() || !pauses.wait(scope).await {
                let error = if again { scope.ended(error) } else { error };
                let doing = Until::Associated.doing(id, vpc_id);
                return Err(failed(&doing, &error, self.host));
            }
        }
    }

    /// Disassociates the group from these VPCs, and waits until EC2 has done so.
    async fn disassociate(&self, ids: &[&String]) -> Result<Option<Diagnostic>, Diagnostic> {
        for id in ids {
            self.end(id).await?;
        }
        let waiting = ids.iter().map(|id| (*id).clone()).collect();
        self.wait(waiting, Until::Gone).await
    }

    /// Has EC2 end an association. It is no error if there is none.
    async fn end(&self, vpc_id: &str) -> Result<(), Diagnostic> {
        let (ec2, scope, id) = (self.ec2, self.scope, self.group_id);
        let mut pauses = Backoff::new();
        loop {
            let error = match ec2.disassociate_vpc(id, vpc_id, scope).await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_no_such_group() => return Ok(()),
                Err(error) => error,
            };
            let again = match ec2.further_vpcs(id, scope).await {
                Ok(shown) => match shown.get(vpc_id) {
                    None | Some(VpcAssociation::Disassociating) => return Ok(()),
                    Some(VpcAssociation::Associating) => true,
                    Some(_) => error.carried_out == CarriedOut::Maybe,
                },
                Err(_) => error.carried_out == CarriedOut::Maybe,
            };
            if !again || error.is_spent() || !pauses.wait(scope).await {
                let error = if again { scope.ended(error) } else { error };
                let doing = Until::Gone.doing(id, vpc_id);
                return Err(self.not_disassociated(&doing, &error).await);
            }
        }
    }

    /// The error of a disassociation. EC2 refuses one while an interface in the VPC has the group.
    async fn not_disassociated(&self, doing: &str, error: &Error) -> Diagnostic {
        let diagnostic = failed(doing, error, self.host);
        if !error.is("DependencyViolation") {
            return diagnostic;
        }
        let scope = self.scope.for_optional_calls();
        let held = self.ec2.interfaces(self.group_id, &scope).await;
        let lines: Vec<String> = held
            .unwrap_or_default()
            .iter()
            .map(|interface| format!("\n  - {interface}"))
            .collect();
        let which = match lines.as_slice() {
            [] => String::new(),
            lines => format!(
                " These have the group now, in whichever VPC:{}",
                lines.concat()
            ),
        };
        Diagnostic {
            detail: format!(
                "{} EC2 disassociates a group from a VPC once no network interface there has it. Give \
                 the interfaces another group, and apply again.{which}",
                diagnostic.detail
            ),
            ..diagnostic
        }
    }

    async fn state_of(&self, vpc_id: &str) -> Option<VpcAssociation> {
        let shown = self.ec2.further_vpcs(self.group_id, self.scope).await;
        shown.ok()?.remove(vpc_id)
    }

    /// Waits until EC2 has completed the changes of these associations. Returns a warning instead if these
    /// credentials may not read associations.
    async fn wait(
        &self,
        mut waiting: VpcIds,
        until: Until,
    ) -> Result<Option<Diagnostic>, Diagnostic> {
        let (ec2, scope, id) = (self.ec2, self.scope, self.group_id);
        let started = Instant::now();
        let mut pauses = Backoff::new();
        while !waiting.is_empty() {
            let vpc_ids: Vec<&str> = waiting.iter().map(String::as_str).collect();
            let doing = until.doing(id, &vpc_ids.join(", "));
            let shown = match ec2.further_vpcs(id, scope).await {
                Ok(shown) => shown,
                Err(error) if is_refused(&error) => return Ok(Some(unseen(id, &error))),
                Err(error) => return Err(failed(&doing, &error, self.host)),
            };
            let mut waited_for = waiting.iter().filter_map(|vpc_id| shown.get(vpc_id));
            if let Some(why) = waited_for.find_map(|association| until.fault(association)) {
                let why = format!("EC2 gave it up: {why}");
                let error = Error::unfinished(until.action(), ec2.region(), &why);
                return Err(failed(&doing, &error, self.host));
            }
            waiting.retain(|vpc_id| !until.is_reached(shown.get(vpc_id)));
            // EC2 may take a moment to show a change that it has begun.
            let is_begun = |vpc_id: &String| until.is_on_its_way(shown.get(vpc_id));
            let is_late = started.elapsed() > VISIBLE_WITHIN && !waiting.iter().all(is_begun);
            if waiting.is_empty() {
                break;
            }
            if is_late || !pauses.wait(scope).await {
                let error =
                    Error::unfinished(until.action(), ec2.region(), "EC2 isn't done with it");
                return Err(failed(&doing, &scope.ended(error), self.host));
            }
        }
        Ok(None)
    }
}

impl Until {
    fn doing(self, id: &str, vpc_ids: &str) -> String {
        match self {
            Self::Associated => format!("associate the security group {id} with {vpc_ids}"),
            Self::Gone => format!("disassociate the security group {id} from {vpc_ids}"),
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Associated => "AssociateSecurityGroupVpc",
            Self::Gone => "DisassociateSecurityGroupVpc",
        }
    }

    fn is_reached(self, state: Option<&VpcAssociation>) -> bool {
        match self {
            Self::Associated => state == Some(&VpcAssociation::Associated),
            // EC2 may show a failed association for a while.
            Self::Gone => matches!(state, None | Some(VpcAssociation::AssociationFailed(_))),
        }
    }

    /// EC2's reason, if the change has failed.
    fn fault(self, state: &VpcAssociation) -> Option<&str> {
        let reason = match (self, state) {
            (Self::Associated, VpcAssociation::AssociationFailed(reason))
            | (Self::Gone, VpcAssociation::DisassociationFailed(reason)) => reason,
            _ => return None,
        };
        Some(reason.as_deref().unwrap_or("it gives no reason"))
    }

    fn is_on_its_way(self, state: Option<&VpcAssociation>) -> bool {
        match self {
            Self::Associated => state == Some(&VpcAssociation::Associating),
            Self::Gone => state == Some(&VpcAssociation::Disassociating),
        }
    }
}
