//! Finds the default group of a VPC, gives it its rules and tags or restores those of AWS, and makes the state
//! of what EC2 holds afterwards.

use tokio::time::Instant;

use super::resource::DefaultGroup;
use super::{checks, model};
use crate::ec2::{Ec2, Error, Group, Scope, Tags, Vpc};
use crate::resources::common::apply::{self, Backoff, TrackedGroup, VISIBLE_WITHIN};
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::resources::common::owners::UndeclaredRules;
use crate::resources::common::{errors, group_state, limits, reconcile, redact, rule_blocks, tags};
use crate::rules::RuleSet;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::resource::Call;
use crate::tf_provider::value::{Attr, Value};

impl DefaultGroup {
    /// The state of `group`, with attributes that EC2 doesn't have from `state`.
    pub(super) fn state_of(&self, state: Value, region: &str, group: &Group) -> Value {
        let attributes = model::of(&state);
        let restore = attributes.restore_on_destroy() == Attr::Known(true);
        let revoke = attributes.revoke_rules_on_delete() == Attr::Known(true);
        let tagging = self.session.tagging();
        let shown_tags = tags::shown(group.tags.clone(), &state, &tagging);
        let non_default_tags = tags::attribute(&shown_tags, &state, &tagging);
        let state = state
            .with("id", group.id.as_str())
            .with("arn", group.arn.as_str())
            .with("owner_id", group.owner_id.as_str())
            .with("vpc_id", group.vpc_id.as_str())
            .with("region", region)
            .with("name", group.name.as_str())
            .with("description", group.description.as_str())
            .with("restore_on_destroy", restore)
            .with("revoke_rules_on_delete", revoke)
            .with("tags", non_default_tags)
            .with("tags_all", tags::tags_value(&shown_tags));
        let rules = desired_rules::rules_value(&group.rules);
        let rules = redact::attribute(&state, rules);
        let rule_block = rule_blocks::schema("");
        let state = state.with("rules", rules);
        reconcile::blocks(state, &rule_block, &group.rules, &self.session.catalog())
    }

    /// Gives a group the planned rules and tags, and `ignored_tags`, which no plan has. The second value is the
    /// state of what EC2 holds afterwards, also after an error.
    pub(super) async fn converge(
        &self,
        ec2: &Ec2,
        group: Group,
        planned: Value,
        ignored_tags: &Tags,
        scope: &Scope,
    ) -> (Result<(), Error>, Value) {
        let catalog = self.session.catalog();
        let (account, id) = (group.owner_id.clone(), group.id.clone());
        let context = RuleContext {
            account: &account,
            id: &id,
            catalog: &catalog,
        };
        let mut held = TrackedGroup::shown(group);
        held.group.rules = context.sees(held.group.rules);
        let wanted = group_state::planned_rules(&planned, context);
        let place = [ec2.region(), &*id].map(str::to_owned);
        self.group_rules
            .declare(&self.session, &place, &wanted, &held.group.rules);
        let mut tags = tags::tags_from(model::of(&planned).tags_all());
        tags.extend(ignored_tags.clone());
        // A group that is adopted keeps its mark.
        held.group.tags = tags::shown(held.group.tags, &planned, &self.session.tagging());
        let optional = scope.for_optional_calls();
        let before = [&held.group.rules, &wanted];
        let limits = limits::between(&self.session, ec2, before, &optional).await;
        let changed = apply::converge(ec2, &mut held, &wanted, &tags, &limits, scope).await;
        held.group
            .tags
            .retain(|key, _| !ignored_tags.contains_key(key));
        let as_planned = ["rules", "tags"].map(|name| (name, planned.get(name).clone()));
        let mut state = self.state_of(planned, ec2.region(), &held.group);
        if changed.is_ok() {
            // The plan may name accounts where EC2 doesn't, and ignored tags.
            for (name, value) in as_planned {
                if !value.is_unknown() {
                    state = state.with(name, value);
                }
            }
        }
        (changed, state)
    }

    /// Leaves rules out of a group that other resources own. Returns a warning if their owners can't be looked
    /// up.
    pub(super) async fn without_undeclared(
        ec2: &Ec2,
        group: &mut Group,
        known: &RuleSet,
        scope: &Scope,
    ) -> Result<Option<Diagnostic>, Error> {
        let undeclared = UndeclaredRules::among(ec2, group, known, scope).await?;
        group.rules.retain(|rule, _| !undeclared.may_be_owned(rule));
        Ok(undeclared.warning(&group.id))
    }

    /// Reads the group that is to be adopted. Waits for that of a new VPC.
    pub(super) async fn group_to_adopt(
        ec2: &Ec2,
        planned: &Value,
        scope: &Scope,
        call: &Call,
    ) -> Result<Group, Diagnostic> {
        let vpc_id = match model::of(planned).vpc_id().known() {
            Some(id) => id.to_owned(),
            None => match ec2.default_vpc(scope).await {
                Some(Vpc::Id(id)) => id,
                Some(Vpc::None) => return Err(checks::no_default_vpc()),
                None => return Err(checks::no_answer_about_the_default_vpc()),
            },
        };
        let doing = format!("look for the default group of {vpc_id}");
        let started = Instant::now();
        let mut pauses = Backoff::new();
        loop {
            let found = ec2.default_group(&vpc_id, scope).await;
            let found = found.map_err(|error| errors::failed(&doing, &error, &call.host))?;
            if let Some(group) = found {
                return Ok(group);
            }
            // The VPC may have been created a moment ago.
            if started.elapsed() > VISIBLE_WITHIN || !pauses.wait(scope).await {
                return Err(checks::no_group(&vpc_id, ec2.region()));
            }
        }
    }

    /// Restores the rules that AWS gives a default group. Returns a warning if the owners of other rules can't
    /// be looked up, which then stay.
    pub(super) async fn restore(
        &self,
        ec2: &Ec2,
        state: &Value,
        scope: &Scope,
    ) -> Result<Option<Diagnostic>, Error> {
        let id = model::of(state).id().known().unwrap_or_default();
        let Some(mut group) = apply::read_twice(ec2, id, scope).await? else {
            return Ok(None);
        };
        let tags = group.tags.clone();
        let wanted = ec2.rules_of_a_default_group(&group.vpc_id, scope).await;
        let warning = Self::without_undeclared(ec2, &mut group, &wanted, scope).await?;
        let optional = scope.for_optional_calls();
        let before = [&group.rules, &wanted];
        let limits = limits::between(&self.session, ec2, before, &optional).await;
        let mut held = TrackedGroup::shown(group);
        apply::converge(ec2, &mut held, &wanted, &tags, &limits, scope).await?;
        Ok(warning)
    }
}
