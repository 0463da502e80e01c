//! The RPCs that take objects over that exist: import, move from another resource type, and generated
//! configuration.

use super::resource::upgraded;
use super::shared::Service;
use super::{identity, wire};
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::generated;
use crate::tf_provider::host::Host;
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::resource::{ImportBy, MovedFrom, Resource};
use crate::tf_provider::value::Value;

/// Returns a first state. Hosts then read the rest.
pub(super) async fn import(
    service: Service,
    request: pb::import_resource_state::Request,
) -> Result<pb::import_resource_state::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let ty = resource.identity_schema().ty();
    let named = request.identity.and_then(|i| i.identity_data);
    let named = wire::decode(named.as_ref(), &ty)?;
    let by = match (request.id.as_str(), named.is_null()) {
        ("", true) => return Err(nothing_named(&request.type_name).into()),
        ("", false) => ImportBy::Identity(&named),
        (id, _) => ImportBy::Id(id),
    };
    let state = resource.import(by, &service.call()).await?;
    let imported = pb::import_resource_state::ImportedResource {
        type_name: request.type_name,
        state: wire::encode(&state, resource.schema().ty())?,
        identity: identity::of(&*resource, &state)?,
        ..Default::default()
    };
    Ok(pb::import_resource_state::Response {
        imported_resources: vec![imported],
        diagnostics: wire::diagnostics(checked(&state)),
        ..Default::default()
    })
}

/// Serves a `moved` block. Depending on the host, it is called repeatedly, or before the provider is
/// configured.
pub(super) async fn move_state(
    service: Service,
    request: pb::move_resource_state::Request,
) -> Result<pb::move_resource_state::Response, Diagnostics> {
    let resource = service.resource(&request.target_type_name)?;
    if request.source_type_name == request.target_type_name {
        return readdressed(&*resource, request, &service.call().host);
    }
    let raw = request.source_state.unwrap_or_default().json;
    let source = MovedFrom {
        provider_address: request.source_provider_address,
        type_name: request.source_type_name,
        state: serde_json::from_slice(&raw).map_err(|_| unreadable(&request.target_type_name))?,
    };
    let moved = resource.move_from(&source);
    let host = service.call().host;
    let state = moved.ok_or_else(|| cannot_move(&source, &request.target_type_name, &host))??;
    let state = resource.schema().block.complete(state);
    Ok(pb::move_resource_state::Response {
        target_state: wire::encode(&state, resource.schema().ty())?,
        target_identity: identity::of(&*resource, &state)?,
        diagnostics: wire::diagnostics(checked(&state)),
        ..Default::default()
    })
}

/// Moves an instance of the same type from another address of this provider: of another registry, a fork or
/// a mirror. Its stored state, private bytes and identity stay.
fn readdressed(
    resource: &dyn Resource,
    request: pb::move_resource_state::Request,
    host: &Host,
) -> Result<pb::move_resource_state::Response, Diagnostics> {
    let raw = request.source_state.unwrap_or_default();
    let state = upgraded(resource, &raw, request.source_schema_version, host)?;
    let stored = request.source_identity.unwrap_or_default();
    let target_identity = match stored.json.as_slice() {
        [] | b"null" => identity::of(resource, &state)?,
        json => identity::stored(resource, json)?,
    };
    Ok(pb::move_resource_state::Response {
        target_state: wire::encode(&state, resource.schema().ty())?,
        target_private: request.source_private,
        target_identity,
        diagnostics: wire::diagnostics(checked(&state)),
    })
}

/// Generates the configuration of a state. If any resource type generates its own, hosts ask for all types.
pub(super) async fn generate_config(
    service: Service,
    request: pb::generate_resource_config::Request,
) -> Result<pb::generate_resource_config::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let schema = resource.schema();
    let block = &schema.block;
    let state = wire::decode_block(request.state.as_ref(), schema)?;
    let mut diagnostics = Diagnostics::new();
    let config = match (state.is_null(), resource.config_generator()) {
        // Hosts send null for results of a query that have no state.
        (true, _) => block.empty(),
        (false, None) => generated::config(block, &state),
        (false, Some(generator)) => {
            let config = generator.generate_config(&state, &service.call()).await;
            if contract::ENFORCED {
                diagnostics.extend(contract::generated(&*resource, &config));
            }
            config
        }
    };
    Ok(pb::generate_resource_config::Response {
        config: wire::encode(&config, schema.ty())?,
        diagnostics: wire::diagnostics(diagnostics),
    })
}

fn checked(state: &Value) -> Diagnostics {
    if contract::ENFORCED {
        contract::known(state)
    } else {
        Diagnostics::new()
    }
}

fn nothing_named(type_name: &str) -> Diagnostic {
    Diagnostic::error(
        "Nothing to import",
        format!("An import into {type_name} needs the id of what is to be imported."),
    )
}

fn unreadable(type_name: &str) -> Diagnostics {
    Diagnostic::error(
        "Can't read the state that is to be moved",
        format!(
            "It is no JSON, as only Terraform 0.11 and older wrote it. Import the object into \
             {type_name} instead."
        ),
    )
    .into()
}

fn cannot_move(source: &MovedFrom, to: &str, host: &Host) -> Diagnostics {
    let MovedFrom {
        provider_address,
        type_name: from,
        ..
    } = source;
    Diagnostic::error(
        format!("Can't move from {from} to {to}"),
        format!(
            "Nothing is known here of {from} of the provider {provider_address}. Import the \
             object into {to} instead. As for {from}, {}.",
            host.forget(from)
        ),
    )
    .into()
}
