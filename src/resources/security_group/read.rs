//! A refresh: the state of a group as EC2 has it now, and the first state of one that was imported.

use super::declared::Declared;
use super::resource::SecurityGroup;
use super::{associations, errors, import, model};
use crate::ec2::{Connection, Ec2, Error, Group, Scope};
use crate::resources::common::owners::UndeclaredRules;
use crate::resources::common::timeouts::{self, Operation};
use crate::resources::common::{apply, identity, import_form};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::resource::{Call, Outcome};
use crate::tf_provider::value::Value;

impl SecurityGroup {
    /// Reads the group of a state again.
    pub(super) async fn refresh(&self, state: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&state) {
            Ok(ec2) => ec2,
            Err(why) if self.session.is_waiting() => {
                let warning = Diagnostic::warning("The group isn't refreshed", why.detail);
                return Outcome::failed(Some(state), warning);
            }
            Err(why) => return Outcome::failed(Some(state), why),
        };
        let scope = timeouts::scope(Operation::Read, &state, call);
        let id = model::of(&state).id().known();
        let id = id.unwrap_or_default().to_owned();
        // Only a state that was just imported has no name yet.
        let is_imported = model::of(&state).name().is_null();
        match apply::read_twice(&ec2, &id, &scope).await {
            Ok(Some(group)) => {
                if is_imported && let Some(error) = self.cannot_be_imported(&group) {
                    return Outcome::failed(Some(state), error);
                }
                self.refreshed(state, &ec2, group, &scope, call).await
            }
            Ok(None) if is_imported => {
                Outcome::failed(Some(state), import::not_found(&id, ec2.region()))
            }
            Ok(None) => Outcome::gone(),
            Err(error) => {
                let doing = format!("read the security group {id}");
                Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host))
            }
        }
    }

    fn cannot_be_imported(&self, group: &Group) -> Option<Diagnostic> {
        let connection = self.session.connection().ok();
        let account = connection.as_deref().and_then(Connection::account_id);
        if identity::is_of_another_account(group, account) {
            return Some(identity::of_another_account(group, account));
        }
        (group.name == import::DEFAULT_GROUP).then(|| import::default_group(group))
    }

    /// The state of a group that EC2 has shown.
    async fn refreshed(
        &self,
        state: Value,
        ec2: &Ec2,
        mut group: Group,
        scope: &Scope,
        call: &Call,
    ) -> Outcome {
        let declared = Declared::read(&call.private);
        let warning = match self
            .leave_out_others(&state, ec2, &mut group, &declared, scope)
            .await
        {
            Ok(warning) => warning,
            Err(error) => {
                let doing = format!("read the rules of the security group {}", group.id);
                return Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host));
            }
        };
        let mut outcome = if model::of(&state).name().is_null() {
            let catalog = self.session.catalog();
            let state = import_form::choose(state, &group.name, &group.rules, &catalog);
            let state = self.state_of(state, ec2.region(), &group, &declared);
            import_form::finish(state, &group.id, &group.rules, &catalog)
        } else {
            Outcome::exists(self.state_of(state, ec2.region(), &group, &declared))
        };
        outcome.diagnostics.extend(warning);
        associations::refresh(ec2, outcome, scope, &call.host).await
    }

    /// Leaves rules out of a group that aren't its resource's: undeclared ones where the group isn't
    /// exclusive, and those of other resources where it is. Returns a warning where their owners can't be
    /// looked up. A group that declares no rule shows all.
    async fn leave_out_others(
        &self,
        state: &Value,
        ec2: &Ec2,
        group: &mut Group,
        declared: &Declared,
        scope: &Scope,
    ) -> Result<Option<Diagnostic>, Error> {
        if declared.is_nothing() {
            return Ok(None);
        }
        let catalog = self.session.catalog();
        if !model::of(state).is_exclusive() {
            let ours = model::rules_of(state, &catalog);
            group.rules.retain(|rule, _| ours.contains_key(rule));
            return Ok(None);
        }
        let known = declared.known(state, &catalog);
        let undeclared = UndeclaredRules::among(ec2, group, &known, scope).await?;
        // An import shows the group as it is, whoever owns its rules, where that can't be looked up.
        let is_imported = model::of(state).name().is_null();
        if !is_imported || undeclared.unclear.is_none() {
            group.rules.retain(|rule, _| !undeclared.may_be_owned(rule));
        }
        Ok(undeclared.warning(&group.id))
    }
}
