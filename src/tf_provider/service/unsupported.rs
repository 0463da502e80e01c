//! The RPCs of ephemeral resources and actions, for which this framework has no traits. Hosts call them
//! only for types in the schema; a host that does so all the same gets an error.

use super::shared::Service;
use super::shared::unknown_name;
use super::wire;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::proto::tfplugin5 as pb;
use tonic::Status;

/// A stream of one event.
pub(super) type Events<T> = tokio_stream::Once<Result<T, Status>>;

/// A table of handlers: the name of each, the module of its messages, the kind of type that the RPC is
/// about, and the field of the request with the type's name.
macro_rules! refuse {
    ($($handler:ident, $messages:ident, $kind:literal, $name:ident;)+) => {
        $(
            pub(super) async fn $handler(
                service: Service,
                request: pb::$messages::Request,
            ) -> Result<pb::$messages::Response, Diagnostics> {
                Err(unknown_name($kind, &request.$name, &service.call().host).into())
            }
        )+
    };
}

refuse! {
    validate_ephemeral, validate_ephemeral_resource_config, "ephemeral resource", type_name;
    open_ephemeral, open_ephemeral_resource, "ephemeral resource", type_name;
    renew_ephemeral, renew_ephemeral_resource, "ephemeral resource", type_name;
    close_ephemeral, close_ephemeral_resource, "ephemeral resource", type_name;
    validate_action, validate_action_config, "action", type_name;
    plan_action, plan_action, "action", action_type;
}

/// Refuses to invoke an action.
pub(super) fn invoke(service: &Service, action_type: &str) -> Events<pb::invoke_action::Event> {
    use pb::invoke_action::event::{Completed, Type};

    let message = unknown_name("action", action_type, &service.call().host);
    tokio_stream::once(Ok(pb::invoke_action::Event {
        r#type: Some(Type::Completed(Completed {
            diagnostics: wire::diagnostics(message.into()),
        })),
    }))
}
