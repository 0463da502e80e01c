//! How each response carries errors.

use super::pb;
use super::wire;
use crate::tf_provider::diagnostics::Diagnostics;

/// A response that can carry errors.
pub(super) trait Answer {
    /// The response with these diagnostics and nothing else.
    fn refused(diagnostics: Diagnostics) -> Self;
}

macro_rules! with_diagnostics {
    ($($messages:ident),+ $(,)?) => {
        $(
            impl Answer for pb::$messages::Response {
                #[allow(clippy::needless_update, reason = "a few have no other field")]
                fn refused(diagnostics: Diagnostics) -> Self {
                    Self {
                        diagnostics: wire::diagnostics(diagnostics),
                        ..Self::default()
                    }
                }
            }
        )+
    };
}

with_diagnostics! {
    apply_resource_change,
    close_ephemeral_resource,
    configure,
    generate_resource_config,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    open_ephemeral_resource,
    plan_action,
    plan_resource_change,
    prepare_provider_config,
    read_data_source,
    read_resource,
    renew_ephemeral_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_action_config,
    validate_data_source_config,
    validate_ephemeral_resource_config,
    validate_list_resource_config,
    validate_resource_type_config,
}

impl Answer for pb::stop::Response {
    fn refused(diagnostics: Diagnostics) -> Self {
        Self {
            error: text(&diagnostics),
        }
    }
}

impl Answer for pb::call_function::Response {
    fn refused(diagnostics: Diagnostics) -> Self {
        Self {
            result: None,
            error: Some(pb::FunctionError {
                text: text(&diagnostics),
                function_argument: None,
            }),
        }
    }
}

/// All messages in one text, for responses that have a single text.
pub(super) fn text(diagnostics: &Diagnostics) -> String {
    let lines = diagnostics
        .iter()
        .map(|d| format!("{}: {}", d.summary, d.detail));
    lines.collect::<Vec<_>>().join("\n")
}
