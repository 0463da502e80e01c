//! Applies a plan to a group, and makes the state of what EC2 holds afterwards.

use super::associate::Associations;
use super::associations::{self, ATTRIBUTE};
use super::declared::{self, Declared};
use super::model::{self, RuleContext};
use super::resource::SecurityGroup;
use super::{errors, naming, schema};
use crate::ec2::{Ec2, Group, Scope};
use crate::resources::common::apply::{self, Maker, TrackedGroup};
use crate::resources::common::limits;
use crate::resources::common::reconcile;
use crate::resources::common::redact;
use crate::resources::common::tags;
use crate::rules::{Limits, RuleSet};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::resource::{Call, Outcome};
use crate::tf_provider::value::{Attr, Value};

impl SecurityGroup {
    /// The state of `group`, with attributes that EC2 doesn't have, such as the preset, from `state`. For a
    /// group that leaves its rules to others, only the attribute `rules` shows what EC2 holds.
    pub(super) fn state_of(
        &self,
        state: Value,
        region: &str,
        group: &Group,
        declared: &Declared,
    ) -> Value {
        let in_blocks = declared.in_blocks(&state, &group.rules, &self.session.catalog());
        self.state_with(state, region, group, &in_blocks)
    }

    /// The same, with blocks that declare `in_blocks`.
    fn state_with(&self, state: Value, region: &str, group: &Group, in_blocks: &RuleSet) -> Value {
        let exclusive = model::of(&state).is_exclusive();
        let revoke = model::of(&state).revoke_rules_on_delete() == Attr::Known(true);
        let tagging = self.session.tagging();
        let shown_tags = tags::shown(group.tags.clone(), &state, &tagging);
        let non_default_tags = tags::attribute(&shown_tags, &state, &tagging);
        // Some attributes of a group that EC2 hasn't shown yet are empty.
        let shown = |text: &str| match text {
            "" => Value::Null,
            text => text.into(),
        };
        let prefix = naming::prefix_value(model::of(&state).name_prefix(), &group.name);
        let state = state
            .with("id", group.id.as_str())
            .with("arn", shown(&group.arn))
            .with("owner_id", shown(&group.owner_id))
            .with("vpc_id", shown(&group.vpc_id))
            .with("region", region)
            .with("name", group.name.as_str())
            .with("name_prefix", prefix)
            .with("description", group.description.as_str())
            .with("exclusive", exclusive)
            .with("revoke_rules_on_delete", revoke)
            .with("tags", non_default_tags)
            .with("tags_all", model::tags_value(&shown_tags));
        let rules = redact::attribute(&state, model::rules_value(&group.rules));
        let state = state.with("rules", rules);
        let rule_block = schema::rule(&self.schema.block);
        reconcile::blocks(state, rule_block, in_blocks, &self.session.catalog())
    }

    /// The limits of a group whose rules change to the planned ones.
    pub(super) async fn limits(
        &self,
        ec2: &Ec2,
        before: &RuleSet,
        planned: &Value,
        scope: &Scope,
    ) -> Limits {
        let catalog = self.session.catalog();
        let after = model::planned_rules(planned, RuleContext::of(planned, &catalog));
        let scope = scope.for_optional_calls();
        limits::between(&self.session, ec2, [before, &after], &scope).await
    }

    /// Gives a group the planned rules and tags. The outcome's state is what EC2 holds afterwards. `prior` is
    /// null for a new group.
    pub(super) async fn converge(
        &self,
        ec2: &Ec2,
        held: &mut TrackedGroup,
        [prior, planned]: [Value; 2],
        limits: &Limits,
        scope: &Scope,
        call: &Call,
    ) -> Outcome {
        let declared = Declared::read(&call.private);
        let (account, id) = (held.group.owner_id.clone(), held.group.id.clone());
        let catalog = self.session.catalog();
        let context = RuleContext {
            account: &account,
            id: &id,
            catalog: &catalog,
        };
        held.group.rules = context.sees(std::mem::take(&mut held.group.rules));
        let as_planned =
            ["rules", "tags", "name_prefix"].map(|name| (name, planned.get(name).clone()));
        let rules = match declared {
            Declared::Nothing => declared::of_others(&planned, &held.group.rules),
            Declared::Unknown | Declared::Rules(_) => model::planned_rules(&planned, context),
        };
        if matches!(declared, Declared::Rules(_)) {
            let place = [ec2.region(), &*id].map(str::to_owned);
            self.group_rules
                .declare(&self.session, &place, &rules, &held.group.rules);
        }
        let tags = model::tags_from(model::of(&planned).tags_all());
        held.doubt_if(held.group.rules == rules);
        let changed = apply::converge(ec2, held, &rules, &tags, limits, scope).await;
        let state = match &changed {
            Err(_) if declared.is_nothing() && !prior.is_null() => {
                let mut unfinished = held.group.rules.clone();
                unfinished.retain(|rule, _| !rules.contains_key(rule));
                let planned = declared::still_declaring(planned, &prior);
                self.state_with(planned, ec2.region(), &held.group, &unfinished)
            }
            Ok(()) | Err(_) => self.state_of(planned, ec2.region(), &held.group, &declared),
        };
        let (state, of_vpcs) = match &changed {
            Ok(()) => {
                self.associated(ec2, [state, prior.clone()], &id, scope, call)
                    .await
            }
            Err(_) => (state.with(ATTRIBUTE, prior.get(ATTRIBUTE).clone()), None),
        };
        let mut outcome = match changed {
            // The plan may name accounts where EC2 doesn't, and ignored tags. The next read corrects
            // them.
            Ok(()) => {
                let planned = as_planned
                    .into_iter()
                    .filter(|(_, value)| !value.is_unknown());
                Outcome::exists(planned.fold(state, |state, (name, value)| state.with(name, value)))
            }
            Err(error) => {
                let doing = if prior.is_null() {
                    format!("finish the new security group {}", held.group.id)
                } else {
                    format!("change the security group {}", held.group.id)
                };
                Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host))
            }
        };
        outcome.diagnostics.extend(of_vpcs);
        if held.maker == Maker::Doubtful {
            let warning = errors::taken_for_our_own(&id, &held.group.name, &call.host);
            outcome.diagnostics.push(warning);
        }
        outcome
    }

    /// Associates a group with the further VPCs of a planned state. Returns the state with those that are
    /// associated afterwards, and a diagnostic.
    async fn associated(
        &self,
        ec2: &Ec2,
        [planned, prior]: [Value; 2],
        id: &str,
        scope: &Scope,
        call: &Call,
    ) -> (Value, Option<Diagnostic>) {
        let associations = Associations {
            ec2,
            group_id: id,
            scope,
            host: &call.host,
        };
        let before = associations::of(&prior);
        let wanted = associations::of(&planned);
        let changed = associations.change(before, wanted, prior.is_null()).await;
        let ids = associations::value(changed.ids.as_ref());
        (planned.with(ATTRIBUTE, ids), changed.diagnostic)
    }
}
