//! Identities: the attributes that identify an instance outside of its state. Hosts without identities
//! ignore them.

use super::shared::Service;
use super::wire;
use crate::tf_provider::codec::json;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::resource::{IdentitySchema, Resource};
use crate::tf_provider::value::Value;

pub(super) async fn get_schemas(
    service: Service,
    _: pb::get_resource_identity_schemas::Request,
) -> Result<pb::get_resource_identity_schemas::Response, Diagnostics> {
    let resources = service.provider().resources().iter();
    Ok(pb::get_resource_identity_schemas::Response {
        identity_schemas: resources
            .map(|r| (r.type_name().to_owned(), schema(r.identity_schema())))
            .collect(),
        ..Default::default()
    })
}

/// Hosts call it for a state that was stored with another version of the identity, or without one. Without
/// one the result is empty, and the next refresh sets it.
pub(super) async fn upgrade(
    service: Service,
    request: pb::upgrade_resource_identity::Request,
) -> Result<pb::upgrade_resource_identity::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let raw = request.raw_identity.unwrap_or_default().json;
    let raw = if raw.is_empty() { b"{}" } else { &*raw };
    Ok(pb::upgrade_resource_identity::Response {
        upgraded_identity: stored(&*resource, raw)?,
        ..Default::default()
    })
}

/// The response for an identity that was stored as JSON.
pub(super) fn stored(
    resource: &dyn Resource,
    raw: &[u8],
) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
    let ty = resource.identity_schema().ty();
    let identity = json::decode_state(raw, &ty).map_err(wire::unreadable)?;
    encode(resource, &identity)
}

/// The identity of a state; `None` for null.
pub(super) fn of(
    resource: &dyn Resource,
    state: &Value,
) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
    match state {
        Value::Null => Ok(None),
        state => encode(resource, &resource.identity(state)),
    }
}

fn encode(
    resource: &dyn Resource,
    identity: &Value,
) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
    let identity_data = wire::encode(identity, &resource.identity_schema().ty())?;
    Ok(Some(pb::ResourceIdentityData { identity_data }))
}

fn schema(schema: &IdentitySchema) -> pb::ResourceIdentitySchema {
    let attributes = schema.attributes.iter();
    pb::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: attributes
            .map(|a| pb::resource_identity_schema::IdentityAttribute {
                name: a.name.to_owned(),
                r#type: a.ty.to_json(),
                required_for_import: a.required,
                optional_for_import: !a.required,
                description: a.description.to_owned(),
            })
            .collect(),
    }
}
