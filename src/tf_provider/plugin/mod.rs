//! The life of the process: it reads the host's environment, serves routes over gRPC, and ends in order.
//! Must not know what a provider is.
//!
//! [`handshake`] reads the host's request, [`listener`] and [`tls`] open the socket for it, and [`serve`]
//! puts them together. [`log`] and [`mod@panic`] write to stderr.

mod accept;
mod bind_error;
mod broker;
mod controller;
pub mod handshake;
pub mod listener;
pub mod log;
mod orphan;
pub mod panic;
mod signals;
mod stdio;
pub mod tls;
#[cfg(unix)]
mod unix_socket;

pub use self::bind_error::{BindError, advice};

use std::fmt;
use std::io::{self, Write as _};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;

use self::handshake::{Address, Handshake, Network, PROTOCOL};
use self::listener::Listener;
use self::orphan::{Connections, Parent};
use self::signals::Signals;
use self::tls::{ServerTls, TlsError};
use crate::tf_provider::proto::plugin::grpc_broker_server::GrpcBrokerServer;
use crate::tf_provider::proto::plugin::grpc_controller_server::GrpcControllerServer;
use crate::tf_provider::proto::plugin::grpc_stdio_server::GrpcStdioServer;

/// The name by which hosts ask the health service for the plugin.
const HEALTH_SERVICE: &str = "plugin";
/// Time for answers in flight after Shutdown. Hosts kill the process after two seconds.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(500);
/// Time for calls in flight after SIGTERM or when the host is gone: they are cancelled, and may still
/// return what exists.
const TERMINATE_GRACE: Duration = Duration::from_secs(5);

/// Who started the process.
#[derive(Clone, Debug)]
pub enum Mode {
    /// A host. The process serves it until it calls Shutdown, or is gone.
    Managed(Handshake),
    /// A person with a debugger. The process serves any number of hosts, one after another, until a signal
    /// ends it.
    Debug {
        /// The provider's source addresses, with host names.
        sources: Vec<String>,
    },
}

/// Why the process can't serve.
#[derive(Debug)]
pub enum ServeError {
    /// No socket could be bound.
    Bind(BindError),
    /// TLS, which the host asks for, couldn't be set up.
    Tls(TlsError),
    /// The address couldn't be written to stdout.
    Announce(io::Error),
    /// Signals can't be caught.
    Signals(io::Error),
    /// The system refuses connections.
    Accept(io::Error),
    /// The gRPC server failed.
    Transport(tonic::transport::Error),
}

/// Serves `routes` until the host or a signal ends the process, or the host is gone. Then `cancel` is
/// cancelled, calls in flight get a moment to return, and the socket is removed.
///
/// Prints one line on stdout, and nothing else.
///
/// # Errors
/// [`ServeError`], before anything is served, or if the server fails.
pub async fn serve(
    routes: Routes,
    cancel: CancellationToken,
    mode: Mode,
) -> Result<(), ServeError> {
    let is_managed = matches!(mode, Mode::Managed(_));
    let parent = Parent::now();
    let signals = Signals::catch(!is_managed).map_err(ServeError::Signals)?;

    let (network, tls) = match &mode {
        Mode::Managed(handshake) => {
            let pem = handshake.client_certificate.as_deref();
            let tls = pem.map(ServerTls::new).transpose();
            (handshake.network.clone(), tls.map_err(ServeError::Tls)?)
        }
        Mode::Debug { .. } => (Network::default_for_this_system(), None),
    };
    let listener = Listener::bind(&network).await.map_err(ServeError::Bind)?;
    let certificate = tls.as_ref().map(|tls| tls.certificate.as_slice());
    announce(&mode, listener.address(), certificate).map_err(ServeError::Announce)?;
    panic::has_started();
    if let Mode::Managed(handshake) = &mode
        && let Some(versions) = &handshake.unmet_versions
    {
        tracing::warn!(offered = versions, served = PROTOCOL, "no common protocol");
    }

    let end = CancellationToken::new();
    // A debugged process serves further hosts, so the Shutdown of one is ignored.
    let wish = if is_managed {
        end.clone()
    } else {
        CancellationToken::new()
    };
    let routes = with_small_services(routes, &end, wish).await;
    let connections = Connections::none();
    let (ready, incoming) = mpsc::channel(16);
    let acceptor = tls.map(|tls| TlsAcceptor::from(tls.config));

    let server = Server::builder()
        .add_routes(routes)
        .serve_with_incoming_shutdown(ReceiverStream::new(incoming), end.cancelled());
    let accepting = async {
        match accept::accept(&listener, acceptor, &connections, ready).await {
            Some(error) => error,
            // The server has dropped its side: its own result says why.
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        served = server => served.map_err(ServeError::Transport)?,
        () = conclude(is_managed.then_some(parent), &connections, signals, &end, &cancel) => {}
        error = accepting => return Err(ServeError::Accept(error)),
    }
    cancel.cancel();
    Ok(())
}

/// Waits for a reason to end, cancels everything, and returns after the time for calls in flight. With a
/// `host`, its absence is a reason.
async fn conclude(
    host: Option<Parent>,
    connections: &Connections,
    mut signals: Signals,
    end: &CancellationToken,
    cancel: &CancellationToken,
) {
    let host_is_gone = async {
        match host {
            Some(parent) => orphan::orphaned(connections, parent).await,
            None => std::future::pending().await,
        }
    };
    let (why, grace) = tokio::select! {
        () = end.cancelled() => ("the host asked for it", SHUTDOWN_GRACE),
        signal = signals.end() => (signal, TERMINATE_GRACE),
        why = host_is_gone => (why, TERMINATE_GRACE),
    };
    tracing::debug!(why, "ending");
    cancel.cancel();
    end.cancel();
    sleep(grace).await;
}

async fn with_small_services(
    routes: Routes,
    end: &CancellationToken,
    wish: CancellationToken,
) -> Routes {
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status(HEALTH_SERVICE, tonic_health::ServingStatus::Serving)
        .await;
    routes
        .add_service(health_service)
        .add_service(GrpcControllerServer::new(controller::Controller {
            end: wish,
        }))
        .add_service(GrpcStdioServer::new(stdio::Stdio { end: end.clone() }))
        .add_service(GrpcBrokerServer::new(broker::Broker { end: end.clone() }))
}

/// Prints the server's address on stdout, in the form of the mode.
fn announce(mode: &Mode, at: &Address, certificate: Option<&[u8]>) -> io::Result<()> {
    let line = match mode {
        Mode::Managed(handshake) => handshake.line(at, certificate),
        Mode::Debug { sources } => reattach(sources, at),
    };
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// The assignment, for a shell, that has hosts attach to this process. `Test` keeps hosts from ending it.
fn reattach(sources: &[String], at: &Address) -> String {
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": { "Network": at.network, "String": at.address },
    });
    let entries: Map<String, Value> = sources
        .iter()
        .map(|source| (source.clone(), entry.clone()))
        .collect();
    let json = Value::Object(entries).to_string();
    // A path may hold a single quote, which would end the shell's string.
    format!("TF_REATTACH_PROVIDERS='{}'", json.replace('\'', r"'\''"))
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
            Self::Announce(error) => write!(f, "cannot write to stdout: {error}"),
            Self::Signals(error) => {
                write!(f, "cannot catch signals: {error}{}", advice(error))
            }
            Self::Accept(error) => {
                write!(f, "cannot accept a connection: {error}{}", advice(error))
            }
            Self::Transport(error) => write!(f, "the gRPC server failed: {error}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind(_) | Self::Tls(_) => None,
            Self::Announce(error) | Self::Signals(error) | Self::Accept(error) => Some(error),
            Self::Transport(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reattach_line_names_every_source_and_survives_the_shell() {
        let at = Address {
            network: "unix",
            address: "/tmp/it's".into(),
        };
        let sources = ["a.example/x/y".to_owned(), "b.example/x/y".to_owned()];
        let line = reattach(&sources, &at);
        let quoted = line.strip_prefix("TF_REATTACH_PROVIDERS='").unwrap();
        let quoted = quoted.strip_suffix('\'').unwrap();
        let parsed: Value = serde_json::from_str(&quoted.replace(r"'\''", "'")).unwrap();
        let entry = json!({
            "Protocol": "grpc",
            "ProtocolVersion": 5,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": { "Network": "unix", "String": "/tmp/it's" },
        });
        assert_eq!(
            parsed,
            json!({ "a.example/x/y": entry, "b.example/x/y": entry })
        );
    }
}
