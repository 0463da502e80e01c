//! Import: a first state from an id; Terraform then reads the rest.

use super::{Service, pb, wire};
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};

pub(super) async fn import(
    service: Service,
    request: pb::import_resource_state::Request,
) -> Result<pb::import_resource_state::Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    if request.id.is_empty() {
        return Err(no_id(&request.type_name).into());
    }
    let state = resource.import(&request.id, &service.call()).await?;
    let diagnostics = match contract::ENFORCED {
        true => contract::known(&state),
        false => Diagnostics::new(),
    };
    let imported = pb::import_resource_state::ImportedResource {
        type_name: request.type_name,
        state: wire::encode(&state, &resource.schema().block.ty())?,
        ..Default::default()
    };
    Ok(pb::import_resource_state::Response {
        imported_resources: vec![imported],
        diagnostics: wire::diagnostics(diagnostics),
        ..Default::default()
    })
}

fn no_id(type_name: &str) -> Diagnostic {
    Diagnostic::error(
        "Nothing to import",
        format!("An import into {type_name} needs the id of what is to be imported."),
    )
}
