//! The tonic service: one file a group of RPCs, each the same short ladder of decode → call →
//! encode. The only place, with [`super::plugin`], that names a protocol message.
//!
//! A handler returns `Err` with diagnostics where it can't go on; `Service::answer` turns them
//! into a response. It also runs every handler as a task of its own, so that a panic becomes a
//! diagnostic and the other calls on the connection go on. A [`Status`] is only for misuse of the
//! protocol itself.

mod answer;
mod data_source;
mod function;
mod identity;
mod import;
mod list_resource;
mod provider;
mod resource;
mod schema;
mod unsupported;
mod wire;

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tracing::Instrument as _;

use self::answer::Answer;
use super::data_source::DataSource;
use super::diagnostics::{Diagnostic, Diagnostics};
use super::function::Function;
use super::host::Host;
use super::list_resource::ListResource;
use super::proto::tfplugin5 as pb;
use super::proto::tfplugin5::provider_server::{self, ProviderServer};
use super::provider::Provider;
use super::resource::{Call, Resource};
use super::value::Value;

/// Requests and responses may be this large: plans of thousands of blocks are one message.
const MESSAGE_LIMIT: usize = 256 << 20;

/// The provider's RPCs, ready to be served. `cancel` ends all work when the process must go.
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

/// A handle to what all calls share.
#[derive(Clone)]
struct Service(Arc<Shared>);

struct Shared {
    provider: Arc<dyn Provider>,
    cancel: CancellationToken,
    /// What every call of a run is handed. Cancelled by Stop, made anew by Configure: a debugged
    /// process serves many runs.
    run: Mutex<Call>,
    /// What speaks against objects that are to be made, by what was planned for them.
    postponed: Mutex<HashMap<Value, Diagnostics>>,
}

type Reply<T> = Result<Response<T>, Status>;

impl Service {
    fn provider(&self) -> &dyn Provider {
        &*self.0.provider
    }

    fn call(&self) -> Call {
        lock(&self.0.run).clone()
    }

    /// A call about an instance beside whose state the host keeps this.
    fn call_about(&self, private: &[u8]) -> Call {
        Call {
            private: private.to_vec(),
            ..self.call()
        }
    }

    /// Keeps errors that speak against an object that is to be made, for its creation to say. Gives
    /// what is to be said at once.
    fn postpone(&self, planned: &Value, found: Diagnostics) -> Diagnostics {
        let mut postponed = lock(&self.0.postponed);
        if found.has_errors() {
            postponed.insert(planned.clone(), found);
            return Diagnostics::new();
        }
        postponed.remove(planned);
        found
    }

    /// What was found to speak against an object while it was planned.
    fn postponed(&self, planned: &Value) -> Option<Diagnostics> {
        lock(&self.0.postponed).get(planned).cloned()
    }

    fn begin_run(&self, host: Host) {
        lock(&self.0.postponed).clear();
        let mut run = lock(&self.0.run);
        run.host = host;
        if run.cancel.is_cancelled() {
            run.cancel = self.0.cancel.child_token();
        }
    }

    fn resource(&self, type_name: &str) -> Result<Arc<dyn Resource>, Diagnostics> {
        let mut all = self.provider().resources().iter();
        let found = all.find(|r| r.type_name() == type_name).cloned();
        found.ok_or_else(|| self.unknown_name("resource type", type_name))
    }

    fn data_source(&self, type_name: &str) -> Result<Arc<dyn DataSource>, Diagnostics> {
        let mut all = self.provider().data_sources().iter();
        let found = all.find(|d| d.type_name() == type_name).cloned();
        found.ok_or_else(|| self.unknown_name("data source", type_name))
    }

    fn function(&self, name: &str) -> Result<Arc<dyn Function>, Diagnostics> {
        let mut all = self.provider().functions().iter();
        let found = all.find(|f| f.name() == name).cloned();
        found.ok_or_else(|| self.unknown_name("function", name))
    }

    fn list_resource(&self, type_name: &str) -> Result<Arc<dyn ListResource>, Diagnostics> {
        let mut all = self.provider().list_resources().iter();
        let found = all.find(|l| l.type_name() == type_name).cloned();
        found.ok_or_else(|| self.unknown_name("list resource", type_name))
    }

    fn unknown_name(&self, kind: &str, name: &str) -> Diagnostics {
        unsupported::unknown_name(kind, name, &self.call().host).into()
    }

    /// Runs a handler as a task of its own and turns whatever comes of it into a response.
    async fn answer<Q, A, F>(
        &self,
        rpc: &'static str,
        request: Request<Q>,
        handler: impl FnOnce(Service, Q) -> F,
    ) -> Reply<A>
    where
        A: Answer + Send + 'static,
        F: Future<Output = Result<A, Diagnostics>> + Send + 'static,
    {
        let started = Instant::now();
        // So that lines of the log, such as those of calls to EC2, say what they were for.
        let span = tracing::debug_span!("rpc", rpc);
        let work = handler(self.clone(), request.into_inner()).instrument(span);
        let work = tokio::spawn(work);
        let answer = match work.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(diagnostics)) => A::refused(diagnostics),
            Err(_) => A::refused(panicked(rpc).into()),
        };
        tracing::trace!(
            rpc,
            duration_ms = started.elapsed().as_millis() as u64,
            "answered"
        );
        Ok(Response::new(answer))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn panicked(rpc: &str) -> Diagnostic {
    Diagnostic::error(
        "The provider panicked",
        format!(
            "A bug in the provider ended the call {rpc}. Please report it with the lines on \
             stderr that begin with \"panic:\". Other calls of this run went on."
        ),
    )
}

/// One line an RPC: its name, its message module, and the handler.
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
