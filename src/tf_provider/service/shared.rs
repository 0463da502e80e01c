//! The state that all RPCs share: the provider and the run; and how a handler's result becomes a response.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};
use tracing::Instrument as _;

use super::answer::Answer;
use crate::tf_provider::data_source::DataSource;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::function::Function;
use crate::tf_provider::host::Host;
use crate::tf_provider::list_resource::ListResource;
use crate::tf_provider::provider::Provider;
use crate::tf_provider::resource::{Call, Resource};
use crate::tf_provider::value::Value;

/// A handle to the state that all calls share.
#[derive(Clone)]
pub(super) struct Service(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) cancel: CancellationToken,
    /// The context of every call of a run. Stop cancels it, and Configure replaces it, since a debugged
    /// process serves many runs.
    pub(super) run: Mutex<Call>,
    /// Errors to be reported when an object is created or changed, by its planned state.
    pub(super) postponed: Mutex<HashMap<Value, Diagnostics>>,
}

impl Service {
    pub(super) fn provider(&self) -> &dyn Provider {
        &*self.0.provider
    }

    pub(super) fn call(&self) -> Call {
        lock(&self.0.run).clone()
    }

    /// The context of a call about an instance, with its private bytes.
    pub(super) fn call_about(&self, private: &[u8]) -> Call {
        Call {
            private: private.to_vec(),
            ..self.call()
        }
    }

    /// Keeps errors of a plan, which its apply reports; removes former ones where there are none.
    pub(super) fn postpone(&self, planned: &Value, found: Diagnostics) {
        let mut postponed = lock(&self.0.postponed);
        if found.is_empty() {
            postponed.remove(planned);
        } else {
            postponed.insert(planned.clone(), found);
        }
    }

    /// The errors that the plan of an object left to its apply.
    pub(super) fn postponed(&self, planned: &Value) -> Option<Diagnostics> {
        lock(&self.0.postponed).get(planned).cloned()
    }

    pub(super) fn begin_run(&self, host: Host) {
        lock(&self.0.postponed).clear();
        let mut run = lock(&self.0.run);
        run.host = host;
        if run.cancel.is_cancelled() {
            run.cancel = self.0.cancel.child_token();
        }
    }

    pub(super) fn resource(&self, type_name: &str) -> Result<Arc<dyn Resource>, Diagnostics> {
        let mut all = self.provider().resources().iter();
        let found = all.find(|r| r.type_name() == type_name).cloned();
        found.ok_or_else(|| self.unknown_name("resource type", type_name))
    }

    pub(super) fn data_source(&self, type_name: &str) -> Result<Arc<dyn DataSource>, Diagnostics> {
        let mut all = self.provider().data_sources().iter();
        let found = all.find(|d| d.type_name() == type_name).cloned();
        found.ok_or_else(|| self.unknown_name("data source", type_name))
    }

    pub(super) fn function(&self, name: &str) -> Result<Arc<dyn Function>, Diagnostics> {
        let mut all = self.provider().functions().iter();
        let found = all.find(|f| f.name() == name).cloned();
        found.ok_or_else(|| self.unknown_name("function", name))
    }

    pub(super) fn list_resource(
        &self,
        type_name: &str,
    ) -> Result<Arc<dyn ListResource>, Diagnostics> {
        let mut all = self.provider().list_resources().iter();
        let found = all.find(|l| l.type_name() == type_name).cloned();
        found.ok_or_else(|| self.unknown_name("list resource", type_name))
    }

    pub(super) fn unknown_name(&self, kind: &str, name: &str) -> Diagnostics {
        unknown_name(kind, name, &self.call().host).into()
    }

    /// Runs a handler as a task of its own and turns its result, or its panic, into a response.
    pub(super) async fn answer<Q, A, F>(
        &self,
        rpc: &'static str,
        request: Request<Q>,
        handler: impl FnOnce(Self, Q) -> F,
    ) -> Reply<A>
    where
        A: Answer + Send + 'static,
        F: Future<Output = Result<A, Diagnostics>> + Send + 'static,
    {
        let started = Instant::now();
        // Lines of the log, such as those of calls to EC2, name the RPC that they are part of.
        let span = tracing::debug_span!("rpc", rpc);
        let work = handler(self.clone(), request.into_inner()).instrument(span);
        let work = tokio::spawn(work);
        let answer = match work.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(diagnostics)) => A::refused(diagnostics),
            Err(_) => A::refused(panicked(rpc).into()),
        };
        tracing::debug!(
            rpc,
            duration_ms = started.elapsed().as_millis() as u64,
            "answered"
        );
        Ok(Response::new(answer))
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn panicked(rpc: &str) -> Diagnostic {
    Diagnostic::error(
        "The provider panicked",
        format!(
            "A bug in the provider ended the call {rpc}. Please report it with the lines on \
             stderr that begin with \"panic:\". Other calls of this run went on."
        ),
    )
}

/// The error for a name that isn't in the schema.
pub(super) fn unknown_name(kind: &str, name: &str, host: &Host) -> Diagnostic {
    Diagnostic::error(
        format!("Unknown {kind} \"{name}\""),
        format!(
            "This version of the provider has no {kind} of that name. If a newer version has it, \
             {}.",
            host.newer_provider()
        ),
    )
}

pub(super) type Reply<T> = Result<Response<T>, Status>;
