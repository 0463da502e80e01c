//! The gRPC service: one file for each group of RPCs, whose handlers decode, call and encode. Only this
//! folder and [`super::plugin`] name protocol messages.
//!
//! A handler returns diagnostics as `Err` where it can't go on; `Service::answer` turns them into a
//! response. It runs every handler as a task of its own, so that a panic becomes a diagnostic and the
//! other calls on the connection go on. A gRPC status is only for misuse of the protocol.

mod answer;
mod data_source;
mod function;
mod identity;
mod import;
mod list_resource;
mod provider;
mod resource;
mod schema;
mod shared;
mod unsupported;
mod wire;

use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::{Request, Response};

use self::shared::{Reply, Service, Shared};
use super::host::Host;
use super::proto::tfplugin5 as pb;
use super::proto::tfplugin5::provider_server::{self, ProviderServer};
use super::provider::Provider;
use super::resource::Call;

/// Largest request or response in bytes. A plan of thousands of blocks is one message.
const MESSAGE_LIMIT: usize = 256 << 20;

/// The routes of a provider's RPCs. Cancelling `cancel` cancels all calls, when the process ends.
pub fn routes(provider: Arc<dyn Provider>, cancel: CancellationToken) -> Routes {
    let service = Service(Arc::new(Shared {
        provider,
        run: Mutex::new(Call {
            cancel: cancel.child_token(),
            host: Host::default(),
            private: Vec::new(),
        }),
        postponed: Mutex::default(),
        cancel,
    }));
    let server = ProviderServer::new(service)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    Routes::new(server)
}

/// The table of RPCs: the name of each, the module of its messages, and its handler.
macro_rules! rpcs {
    ($($rpc:ident, $messages:ident => $handler:path;)+) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Service {
            $(
                async fn $rpc(
                    &self,
                    request: Request<pb::$messages::Request>,
                ) -> Reply<pb::$messages::Response> {
                    self.answer(stringify!($rpc), request, $handler).await
                }
            )+

            type ListResourceStream = list_resource::Events;
            async fn list_resource(
                &self,
                request: Request<pb::list_resource::Request>,
            ) -> Reply<Self::ListResourceStream> {
                let events = list_resource::list(self.clone(), request.into_inner());
                Ok(Response::new(events))
            }

            type InvokeActionStream = unsupported::Events<pb::invoke_action::Event>;
            async fn invoke_action(
                &self,
                request: Request<pb::invoke_action::Request>,
            ) -> Reply<Self::InvokeActionStream> {
                Ok(Response::new(unsupported::invoke(self, &request.into_inner().action_type)))
            }
        }
    };
}

rpcs! {
    get_schema, get_provider_schema => provider::get_schema;
    get_metadata, get_metadata => provider::get_metadata;
    get_resource_identity_schemas, get_resource_identity_schemas => identity::get_schemas;
    prepare_provider_config, prepare_provider_config => provider::prepare;
    configure, configure => provider::configure;
    stop, stop => provider::stop;

    validate_resource_type_config, validate_resource_type_config => resource::validate;
    upgrade_resource_state, upgrade_resource_state => resource::upgrade;
    read_resource, read_resource => resource::read;
    plan_resource_change, plan_resource_change => resource::plan;
    apply_resource_change, apply_resource_change => resource::apply;
    import_resource_state, import_resource_state => import::import;
    move_resource_state, move_resource_state => import::move_state;
    upgrade_resource_identity, upgrade_resource_identity => identity::upgrade;

    generate_resource_config, generate_resource_config => import::generate_config;

    validate_data_source_config, validate_data_source_config => data_source::validate;
    read_data_source, read_data_source => data_source::read;
    get_functions, get_functions => function::get_all;
    call_function, call_function => function::call;
    validate_list_resource_config, validate_list_resource_config => list_resource::validate;

    validate_ephemeral_resource_config, validate_ephemeral_resource_config => unsupported::validate_ephemeral;
    open_ephemeral_resource, open_ephemeral_resource => unsupported::open_ephemeral;
    renew_ephemeral_resource, renew_ephemeral_resource => unsupported::renew_ephemeral;
    close_ephemeral_resource, close_ephemeral_resource => unsupported::close_ephemeral;
    validate_action_config, validate_action_config => unsupported::validate_action;
    plan_action, plan_action => unsupported::plan_action;
}
