//! Decides what an apply will do: a pure function of configuration, prior state, provider block, and the group
//! that is to be adopted, as far as it is known.

use super::model;
use crate::catalog::Catalog;
use crate::ec2::Group;
use crate::resources::common::desired_rules::{self, DesiredRules, RuleContext};
use crate::resources::common::guardrails;
use crate::resources::common::ids;
use crate::resources::common::redact;
use crate::resources::common::same_rules;
use crate::resources::common::tags;
use crate::session::ProviderConfig;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// Checks of a configuration that need more than one attribute.
pub(super) fn validate(config: &Value, catalog: &Catalog) -> Diagnostics {
    let desired = desired_rules::desired(config, RuleContext::new(catalog));
    let mut found = guardrails::validate(config, &desired, catalog);
    found.extend(desired.faults);
    found
}

/// Completes a plan whose region is decided, and returns the rules that it is for. `found` is the group that
/// is to be adopted; `account` is that of the credentials, unknown while they are.
pub(super) fn decide(
    plan: &mut Plan,
    provider: &ProviderConfig,
    account: Attr<&str>,
    found: Option<&Group>,
) -> DesiredRules {
    let (tagging, catalog) = (&provider.tagging, &provider.catalog);
    let (config, prior) = (&plan.config, plan.prior.as_ref());
    let context = match (prior, found) {
        (Some(prior), _) => RuleContext::of(prior, catalog),
        (None, Some(group)) => RuleContext {
            account: &group.owner_id,
            id: &group.id,
            catalog,
        },
        (None, None) => RuleContext {
            account: account.known().unwrap_or_default(),
            ..RuleContext::new(catalog)
        },
    };
    let mut desired = desired_rules::desired(config, context);
    if prior.is_none() {
        desired.wait_for_account(account);
    }
    let mut planned = std::mem::take(&mut plan.planned);
    if let (None, Some(group)) = (prior, found) {
        planned = planned
            .with("id", group.id.as_str())
            .with("arn", group.arn.as_str())
            .with("owner_id", group.owner_id.as_str())
            .with("vpc_id", group.vpc_id.as_str())
            .with("name", group.name.as_str())
            .with("description", group.description.as_str());
    }
    let tags_all = tagging.all(model::of(&planned).tags());
    let rules = redact::attribute(&planned, desired.value());
    planned = planned.with("tags_all", tags_all).with("rules", rules);
    if let Some(prior) = prior {
        planned = same_rules::keep_words(planned, config, prior, context);
    }
    planned = tags::unchanged(planned, prior, plan.phase, tagging);
    plan.diagnostics.extend(desired.faults.iter().cloned());
    let id_faults = ids::faults(config, &desired);
    ids::report(id_faults, plan);
    plan.planned = planned;
    desired
}
