//! The RPCs of features that this provider has nothing for: data sources, functions, ephemeral
//! resources, list resources, actions. Hosts don't call them for what isn't
//! in the schema; whoever does is told so.

use super::{Service, pb, wire};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use tonic::Status;

/// A stream of one event.
pub(super) type Events<T> = tokio_stream::Once<Result<T, Status>>;

/// The answer to a name that isn't in the schema.
pub(super) fn nothing_called(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Unknown {kind} \"{name}\""),
        format!(
            "This version of the provider has no {kind} of that name. Run `terraform init \
             -upgrade` if a newer version has it."
        ),
    )
}

/// One handler a line: the RPC, its message module, what it would be about, and the field that
/// names it.
macro_rules! refuse {
    ($($handler:ident, $messages:ident, $kind:literal, $name:ident;)+) => {
        $(
            pub(super) async fn $handler(
                _: Service,
                request: pb::$messages::Request,
            ) -> Result<pb::$messages::Response, Diagnostics> {
                Err(nothing_called($kind, &request.$name).into())
            }
        )+
    };
}

refuse! {
    generate_config, generate_resource_config, "resource type with generated configuration", type_name;
    validate_data_source, validate_data_source_config, "data source", type_name;
    read_data_source, read_data_source, "data source", type_name;
    call_function, call_function, "function", name;
    validate_ephemeral, validate_ephemeral_resource_config, "ephemeral resource", type_name;
    open_ephemeral, open_ephemeral_resource, "ephemeral resource", type_name;
    renew_ephemeral, renew_ephemeral_resource, "ephemeral resource", type_name;
    close_ephemeral, close_ephemeral_resource, "ephemeral resource", type_name;
    validate_list, validate_list_resource_config, "list resource", type_name;
    validate_action, validate_action_config, "action", type_name;
    plan_action, plan_action, "action", action_type;
}

/// There are no functions.
pub(super) async fn get_functions(
    _: Service,
    _: pb::get_functions::Request,
) -> Result<pb::get_functions::Response, Diagnostics> {
    Ok(pb::get_functions::Response::default())
}

/// There is nothing to list.
pub(super) fn list(type_name: &str) -> Events<pb::list_resource::Event> {
    let message = nothing_called("list resource", type_name);
    tokio_stream::once(Ok(pb::list_resource::Event {
        diagnostic: wire::diagnostics(message.into()),
        ..Default::default()
    }))
}

/// There is nothing to invoke.
pub(super) fn invoke(action_type: &str) -> Events<pb::invoke_action::Event> {
    use pb::invoke_action::event::{Completed, Type};

    let message = nothing_called("action", action_type);
    tokio_stream::once(Ok(pb::invoke_action::Event {
        r#type: Some(Type::Completed(Completed {
            diagnostics: wire::diagnostics(message.into()),
        })),
    }))
}
