//! The RPCs of managed resources: validate, upgrade, read, plan and apply.

use super::shared::Service;
use super::{identity, wire};
use crate::tf_provider::codec::json;
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::resource::{Outcome, Phase, Plan, PlannedDestroy, Resource};
use crate::tf_provider::value::Value;
use crate::tf_provider::{plan as passes, validate as checks};

pub(super) async fn validate(
    service: Service,
    request: pb::validate_resource_type_config::Request,
) -> Result<pb::validate_resource_type_config::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let schema = resource.schema();
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let diagnostics = match phase(request.client_capabilities.as_ref()) {
        // A value that wasn't known before may be wrong. The plan that follows reports it, in a way by
        // which Terraform restores an object that was to be replaced.
        Phase::Apply => Diagnostics::new(),
        Phase::Plan | Phase::Unknown => checked(&*resource, &config),
    };
    Ok(pb::validate_resource_type_config::Response {
        diagnostics: wire::diagnostics(diagnostics),
    })
}

/// Diagnostics of a configuration.
fn checked(resource: &dyn Resource, config: &Value) -> Diagnostics {
    let mut found = checks::validate(&resource.schema().block, config);
    found.extend(resource.validate(config));
    found
}

/// Hosts call it for every stored instance in every run. Attributes that the state lacks are null, and
/// those that the schema no longer has are dropped.
pub(super) async fn upgrade(
    service: Service,
    request: pb::upgrade_resource_state::Request,
) -> Result<pb::upgrade_resource_state::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let raw = request.raw_state.unwrap_or_default();
    let state = upgraded(&*resource, &raw, request.version, &service.call().host)?;
    Ok(pb::upgrade_resource_state::Response {
        upgraded_state: wire::encode(&state, resource.schema().ty())?,
        diagnostics: Vec::new(),
    })
}

/// A stored state of this resource type, read by the schema of this version.
pub(super) fn upgraded(
    resource: &dyn Resource,
    raw: &pb::RawState,
    version: i64,
    host: &Host,
) -> Result<Value, Diagnostics> {
    let schema = resource.schema();
    if version > schema.version {
        return Err(too_new(resource.type_name(), host).into());
    }
    if raw.json.is_empty() {
        return Err(too_old(resource.type_name(), host).into());
    }
    let state = json::decode_state(&raw.json, schema.ty()).map_err(wire::unreadable)?;
    let state = schema.block.complete(state);
    resource.stored(&state);
    Ok(state)
}

pub(super) async fn read(
    service: Service,
    request: pb::read_resource::Request,
) -> Result<pb::read_resource::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let schema = resource.schema();
    let ty = schema.ty();
    let state = wire::decode_block(request.current_state.as_ref(), schema)?;
    let mut outcome = match state {
        Value::Null => Outcome::gone(),
        state => {
            resource
                .read(state, &service.call_about(&request.private))
                .await
        }
    };
    let state = outcome.state.unwrap_or(Value::Null);
    if contract::ENFORCED {
        outcome.diagnostics.extend(contract::known(&state));
    }
    Ok(pb::read_resource::Response {
        new_state: wire::encode(&state, ty)?,
        new_identity: identity::of(&*resource, &state)?,
        private: request.private,
        diagnostics: wire::diagnostics(outcome.diagnostics),
        ..Default::default()
    })
}

pub(super) async fn plan(
    service: Service,
    request: pb::plan_resource_change::Request,
) -> Result<pb::plan_resource_change::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let schema = resource.schema();
    let block = &schema.block;
    let ty = schema.ty();
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let prior = wire::decode_block(request.prior_state.as_ref(), schema)?;
    let proposed = wire::decode_block(request.proposed_new_state.as_ref(), schema)?;
    let prior = (!prior.is_null()).then_some(prior);
    if proposed.is_null() {
        let planned = match &prior {
            Some(state) => {
                let call = service.call_about(&request.prior_private);
                resource.plan_destroy(state, &call).await
            }
            None => PlannedDestroy::default(),
        };
        return Ok(pb::plan_resource_change::Response {
            planned_state: wire::encode(&Value::Null, ty)?,
            planned_private: planned.private.unwrap_or(request.prior_private),
            diagnostics: wire::diagnostics(planned.diagnostics),
            ..Default::default()
        });
    }
    let phase = phase(request.client_capabilities.as_ref());
    let mut plan = Plan {
        phase,
        planned: passes::before(block, &config, prior.as_ref(), proposed),
        diagnostics: match phase {
            Phase::Apply => checked(&*resource, &config),
            Phase::Plan | Phase::Unknown => Diagnostics::new(),
        },
        config,
        prior,
        replace: Vec::new(),
        when_applied: Diagnostics::new(),
    };
    let call = service.call_about(&request.prior_private);
    resource.plan(&mut plan, &call).await;
    let planned_private = resource.private(&plan, &call);
    plan.add_replaced(block);
    if contract::ENFORCED && !plan.diagnostics.has_errors() {
        let prior = plan.prior.as_ref();
        let breaches = contract::plan(block, &plan.config, prior, &plan.planned);
        plan.diagnostics.extend(breaches);
        plan.diagnostics
            .extend(contract::replace(block, &plan.replace));
    }
    let (mut diagnostics, mut postponed) = (plan.diagnostics, plan.when_applied);
    if phase == Phase::Apply && plan.prior.is_none() && diagnostics.has_errors() {
        // Terraform restores the object that was to be replaced only after an error of the creation.
        postponed.extend(std::mem::take(&mut diagnostics));
    }
    service.postpone(&plan.planned, postponed);
    Ok(pb::plan_resource_change::Response {
        planned_state: wire::encode(&plan.planned, ty)?,
        requires_replace: plan.replace.iter().filter_map(wire::path).collect(),
        planned_private: planned_private.unwrap_or(request.prior_private),
        diagnostics: wire::diagnostics(diagnostics),
        ..Default::default()
    })
}

/// Whatever fails, the state that goes back holds what exists: Terraform stores it.
pub(super) async fn apply(
    service: Service,
    request: pb::apply_resource_change::Request,
) -> Result<pb::apply_resource_change::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let schema = resource.schema();
    let ty = schema.ty();
    let prior = wire::decode_block(request.prior_state.as_ref(), schema)?;
    let planned = wire::decode_block(request.planned_state.as_ref(), schema)?;
    let call = service.call_about(&request.planned_private);
    let stored = (!prior.is_null()).then(|| prior.clone());
    let mut outcome = match (&prior, &planned, service.postponed(&planned)) {
        (Value::Null, Value::Null, _) => Outcome::gone(),
        (_, Value::Null, _) => resource.delete(prior, &call).await,
        (_, _, Some(errors)) => Outcome::failed(stored, errors),
        (Value::Null, _, None) => resource.create(planned.clone(), &call).await,
        (_, _, None) => resource.update(prior, planned.clone(), &call).await,
    };
    let state = outcome.state.take().unwrap_or(Value::Null);
    if contract::ENFORCED && !outcome.is_error() {
        outcome
            .diagnostics
            .extend(contract::apply(&planned, &state));
    }
    Ok(pb::apply_resource_change::Response {
        new_state: wire::encode(&state, ty)?,
        new_identity: identity::of(&*resource, &state)?,
        private: request.planned_private,
        diagnostics: wire::diagnostics(outcome.diagnostics),
        ..Default::default()
    })
}

/// The phase, by the host's capabilities. Terraform allows deferrals while it applies, and otherwise only
/// in alpha versions, by request. Versions that know write-only attributes, 1.11 and newer, do so for
/// certain.
pub(super) fn phase(capabilities: Option<&pb::ClientCapabilities>) -> Phase {
    match capabilities {
        Some(able) if able.deferral_allowed => Phase::Apply,
        Some(able) if able.write_only_attributes_allowed => Phase::Plan,
        _ => Phase::Unknown,
    }
}

fn too_new(type_name: &str, host: &Host) -> Diagnostic {
    Diagnostic::error(
        "Can't read the stored state",
        format!(
            "A newer version of the provider wrote the state of this {type_name}. Use that version \
             or a newer one: {}.",
            host.newer_provider()
        ),
    )
}

fn too_old(type_name: &str, host: &Host) -> Diagnostic {
    Diagnostic::error(
        "Can't read the stored state",
        format!(
            "The state of this {type_name} has no JSON attributes: Terraform 0.11 or older wrote \
             it. Take it out with {} and import it again.",
            host.command(&format!("state rm {type_name}.NAME"))
        ),
    )
}
