//! The RPCs of data sources: validate and read.

use super::shared::Service;
use super::wire;
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::validate as checks;

/// Hosts call it when they validate a configuration, and again right before each read.
pub(super) async fn validate(
    service: Service,
    request: pb::validate_data_source_config::Request,
) -> Result<pb::validate_data_source_config::Response, Diagnostics> {
    let data_source = service.data_source(&request.type_name)?;
    let schema = data_source.schema();
    let block = &schema.block;
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let mut diagnostics = checks::validate(block, &config);
    diagnostics.extend(data_source.validate(&config));
    Ok(pb::validate_data_source_config::Response {
        diagnostics: wire::diagnostics(diagnostics),
    })
}

pub(super) async fn read(
    service: Service,
    request: pb::read_data_source::Request,
) -> Result<pb::read_data_source::Response, Diagnostics> {
    let data_source = service.data_source(&request.type_name)?;
    let schema = data_source.schema();
    let block = &schema.block;
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let found = data_source.read(config.clone(), &service.call()).await?;
    let mut diagnostics = found.warnings;
    if contract::ENFORCED {
        diagnostics.extend(contract::read(block, &config, &found.state));
    }
    Ok(pb::read_data_source::Response {
        state: wire::encode(&found.state, schema.ty())?,
        diagnostics: wire::diagnostics(diagnostics),
        ..Default::default()
    })
}
