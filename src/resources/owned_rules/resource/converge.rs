//! Creates, changes and deletes a resource: which rules and tags it is to have, and the state of what EC2 holds
//! afterwards.

use crate::ec2::{Ec2, Scope, Tags};
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::resources::common::timeouts::{self, Operation};
use crate::resources::common::{limits, redact, tags};
use crate::resources::owned_rules::apply::{Failure, Work};
use crate::resources::owned_rules::error_context::ErrorContext;
use crate::resources::owned_rules::held::{Held, group_of, owner_or_id};
use crate::resources::owned_rules::resource::{Change, OwnedRules, Target};
use crate::resources::owned_rules::{model, rule_type, run_registry};
use crate::rules::{Limits, Rule, RuleSet};
use crate::tf_provider::resource::{Call, Outcome};
use crate::tf_provider::value::{Attr, Value};

impl OwnedRules {
    /// The state of the rules that are held, with attributes that EC2 doesn't have from `state`.
    pub(super) fn state_of(&self, state: Value, held: &Held, context: RuleContext<'_>) -> Value {
        let owner = held
            .rules
            .values()
            .find_map(|rule| rule.tagged.as_ref()?.owner.clone());
        let rules = redact::attribute(&state, desired_rules::rules_value(&held.rule_set()));
        let owner_tag = model::of(&state).owner_tag().known().unwrap_or(true);
        let mut state = state
            .with("rules", rules)
            .with("owner_tag", owner_tag)
            .with("owner", owner);
        if self.ty.has_tags() {
            let before = tags::tags_from(model::of(&state).tags_all());
            let mut shown = held.rules.values().filter_map(|rule| rule.tagged.as_ref());
            // The tags of one of several rules may have been changed by hand.
            let first = shown.next().map(|tagged| &tagged.tags);
            let all = match shown.find(|tagged| tagged.tags != before) {
                Some(changed) => changed.tags.clone(),
                None => first.cloned().unwrap_or(before),
            };
            let non_default_tags = tags::attribute(&all, &state, &self.session.tagging());
            state = state
                .with("tags", non_default_tags)
                .with("tags_all", tags::tags_value(&all));
        }
        self.ty.show(state, held, context)
    }

    /// Gives a resource its planned rules and tags. The outcome's state is what EC2 holds afterwards.
    pub(super) async fn converge(
        &self,
        target: &Target,
        change: Change<'_>,
        scope: &Scope,
        call: &Call,
    ) -> Outcome {
        let Change {
            mut held,
            mut planned,
            prior,
        } = change;
        let prior_owner = prior.and_then(|prior| model::of(prior).owner().known());
        let before: Vec<Rule> = held.rules.keys().cloned().collect();
        let ec2 = &target.ec2;
        let catalog = self.session.catalog();
        let group_id = group_of(&planned);
        let context = target.context(&catalog, &group_id);
        if let (Attr::Unknown, Some(prefix)) = (model::of(&planned).id(), self.ty.id_prefix()) {
            planned = planned.with("id", run_registry::new_id(prefix));
        }
        let wanted = rule_type::planned_rules(&*self.ty, &planned, context);
        let is_new = held.rules.is_empty() && prior_owner.is_none();
        let ignored_tags = if self.ty.has_tags() {
            let tagging = self.session.tagging();
            tagging.create_only_tags(model::of(&planned).tags())
        } else {
            Tags::new()
        };
        let name = prior.map(|prior| self.name(prior));
        let work = Work {
            ec2,
            registry: &self.registry,
            maker: self.registry.maker(name.as_ref()),
            group_id: &group_id,
            is_new,
            owner: self.owner(&planned, prior_owner),
            prior_owner: prior.and_then(owner_or_id),
            tags: tags::tags_from(model::of(&planned).tags_all()),
            ignored_tags,
            has_tags: self.ty.has_tags(),
            in_place: self.ty.keeps_rule_id(),
            limits: self.limits(ec2, [&held.rule_set(), &wanted], scope).await,
            scope,
        };
        self.leave_to_group(&work, &mut held, &wanted, call).await;
        let done = work.converge(&mut held, &wanted).await;
        let state = self.state_of(planned.clone(), &held, context);
        self.registry
            .keep_maker(work.maker, self.name(&state), prior.is_none());
        match done {
            Ok(()) => {
                let state = state.with("owner", work.owner);
                // The plan may name accounts where EC2 doesn't. The next read corrects them.
                let kept = ["rules", "tags", "tags_all", "owner"].into_iter();
                let kept = kept.chain(self.ty.rule_attributes().iter().copied());
                let kept = kept.filter(|name| self.schema.block.has(name));
                Outcome::exists(kept.fold(state, |state, name| match planned.get(name) {
                    value if value.is_wholly_known() => state.with(name, value.clone()),
                    _ => state,
                }))
            }
            Err(failure) => {
                let doing = format!("change rules of the security group {group_id}");
                let about = ErrorContext {
                    ty: &*self.ty,
                    region: ec2.region(),
                    group_id: &group_id,
                    is_stored: !is_new,
                    host: &call.host,
                };
                let diagnostic = about.failed(&doing, &failure);
                let is_unchanged = before.iter().eq(held.rules.keys());
                let state = match prior {
                    // Where `rules` has digests, the rules follow from the prior declarations alone.
                    Some(prior) if is_unchanged && redact::is_on(prior) => prior.clone(),
                    _ => state,
                };
                let exists = !held.rules.is_empty() || (!is_new && self.ty.may_be_empty());
                Outcome::failed(exists.then_some(state), diagnostic)
            }
        }
    }

    /// Revokes all rules of a resource. After an error, the outcome's state is what is left.
    pub(super) async fn revoke_all(&self, target: &Target, state: Value, call: &Call) -> Outcome {
        let scope = timeouts::scope(Operation::Delete, &state, call);
        let group_id = group_of(&state);
        let mut held = match self.read_rules(target, &state, &scope).await {
            Ok(held) => held,
            Err(error) => return self.failed("revoke rules", state, error, call),
        };
        let work = Work {
            ec2: &target.ec2,
            registry: &self.registry,
            maker: self.registry.maker(Some(&self.name(&state))),
            group_id: &group_id,
            is_new: false,
            owner: None,
            prior_owner: owner_or_id(&state),
            tags: Tags::new(),
            ignored_tags: Tags::new(),
            has_tags: false,
            in_place: false,
            limits: Limits::default(),
            scope: &scope,
        };
        let none = RuleSet::new();
        self.leave_to_group(&work, &mut held, &none, call).await;
        match work.converge(&mut held, &none).await {
            Ok(()) => Outcome::gone(),
            Err(Failure::Ec2(error)) if error.is_no_such_group() => Outcome::gone(),
            Err(failure) => {
                let catalog = self.session.catalog();
                let left = self.state_of(state, &held, target.context(&catalog, &group_id));
                let doing = format!("revoke rules of the security group {group_id}");
                let diagnostic = self.about(&left, &group_id, call).failed(&doing, &failure);
                Outcome::failed(Some(left), diagnostic)
            }
        }
    }

    /// The value of the owner's tag.
    fn owner(&self, planned: &Value, prior: Option<&str>) -> Option<String> {
        let planned = model::of(planned);
        if !planned.wants_owner_tag() {
            return None;
        }
        match planned.owner() {
            Attr::Null => None,
            Attr::Known(owner) => Some(owner.to_owned()),
            Attr::Unknown if self.ty.is_its_own_owner() => planned.id().known().map(str::to_owned),
            Attr::Unknown => Some(prior.map_or_else(|| self.registry.owner(), str::to_owned)),
        }
    }

    async fn limits(&self, ec2: &Ec2, rules: [&RuleSet; 2], scope: &Scope) -> Limits {
        let [before, _] = rules;
        if before.is_empty() {
            // A new resource revokes nothing, so the order of steps doesn't depend on the quota.
            return limits::allowed(&self.session);
        }
        limits::between(&self.session, ec2, rules, &scope.for_optional_calls()).await
    }
}
