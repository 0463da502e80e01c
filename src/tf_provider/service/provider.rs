//! The RPCs about the provider itself: its schema, its configuration, and Stop.
//!
//! Hosts cache the schema, so nothing may depend on GetSchema having been called.

use super::resource::phase;
use super::shared::Service;
use super::{function, schema, wire};
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::host::Host;
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::provider::Provider;
use crate::tf_provider::resource::Phase;
use crate::tf_provider::validate;

pub(super) async fn get_schema(
    service: Service,
    _: pb::get_provider_schema::Request,
) -> Result<pb::get_provider_schema::Response, Diagnostics> {
    let provider = service.provider();
    let mut diagnostics = Diagnostics::new();
    if contract::ENFORCED {
        diagnostics.extend(contract::offer(provider));
    }
    let resources = provider.resources().iter();
    let data_sources = provider.data_sources().iter();
    let list_resources = provider.list_resources().iter();
    Ok(pb::get_provider_schema::Response {
        provider: Some(schema::encode(provider.schema())),
        resource_schemas: resources
            .map(|r| (r.type_name().to_owned(), schema::encode(r.schema())))
            .collect(),
        data_source_schemas: data_sources
            .map(|d| (d.type_name().to_owned(), schema::encode(d.schema())))
            .collect(),
        functions: function::signatures(provider),
        list_resource_schemas: list_resources
            .map(|l| (l.type_name().to_owned(), schema::encode(l.schema())))
            .collect(),
        server_capabilities: Some(capabilities(provider)),
        diagnostics: wire::diagnostics(diagnostics),
        ..Default::default()
    })
}

pub(super) async fn get_metadata(
    service: Service,
    _: pb::get_metadata::Request,
) -> Result<pb::get_metadata::Response, Diagnostics> {
    use pb::get_metadata::{
        DataSourceMetadata, FunctionMetadata, ListResourceMetadata, ResourceMetadata,
    };

    let provider = service.provider();
    let resources = provider.resources().iter();
    let data_sources = provider.data_sources().iter();
    let functions = provider.functions().iter();
    let list_resources = provider.list_resources().iter();
    Ok(pb::get_metadata::Response {
        server_capabilities: Some(capabilities(provider)),
        resources: resources
            .map(|r| ResourceMetadata {
                type_name: r.type_name().to_owned(),
            })
            .collect(),
        data_sources: data_sources
            .map(|d| DataSourceMetadata {
                type_name: d.type_name().to_owned(),
            })
            .collect(),
        functions: functions
            .map(|f| FunctionMetadata {
                name: f.name().to_owned(),
            })
            .collect(),
        list_resources: list_resources
            .map(|l| ListResourceMetadata {
                type_name: l.type_name().to_owned(),
            })
            .collect(),
        ..Default::default()
    })
}

/// Hosts validate the provider block again before each Configure. [`configure`] returns the warnings, so
/// that a run doesn't show them twice.
pub(super) async fn prepare(
    service: Service,
    request: pb::prepare_provider_config::Request,
) -> Result<pb::prepare_provider_config::Response, Diagnostics> {
    let schema = service.provider().schema();
    let block = &schema.block;
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let mut diagnostics = validate::validate(block, &config);
    diagnostics.extend(service.provider().validate(&config));
    service.provider().validated(&config);
    Ok(pb::prepare_provider_config::Response {
        prepared_config: request.config,
        diagnostics: wire::diagnostics_about(block, &config, diagnostics.without_warnings()),
    })
}

pub(super) async fn configure(
    service: Service,
    request: pb::configure::Request,
) -> Result<pb::configure::Response, Diagnostics> {
    service.begin_run(Host::of(&request.terraform_version));
    let schema = service.provider().schema();
    let block = &schema.block;
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let call = service.call();
    let mut diagnostics = service.provider().configure(&config, &call).await;
    if phase(request.client_capabilities.as_ref()) == Phase::Apply {
        // The plan has shown the warnings.
        diagnostics = diagnostics.without_warnings();
    }
    Ok(pb::configure::Response {
        diagnostics: wire::diagnostics_about(block, &config, diagnostics),
    })
}

pub(super) async fn stop(
    service: Service,
    _: pb::stop::Request,
) -> Result<pb::stop::Response, Diagnostics> {
    service.call().cancel.cancel();
    Ok(pb::stop::Response::default())
}

fn capabilities(provider: &dyn Provider) -> pb::ServerCapabilities {
    let mut resources = provider.resources().iter();
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: resources.any(|r| r.config_generator().is_some()),
    }
}
