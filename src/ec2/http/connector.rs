//! Opens connections: directly, through a proxy's tunnel (for `https://`), or to a proxy that
//! forwards the request itself (for `http://`). Must not know the requests.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::proxies::{Proxies, Proxy};
use super::trust::Trust;
use crate::ec2::error::{chain, innermost};

/// The beginning of every error about a proxy.
pub(in crate::ec2) const PROXY: &str = "the proxy ";

/// The beginning of the error of an address at which no server is; the address follows.
pub(in crate::ec2) const NO_SERVER: &str = "nothing listens at ";

/// Opens connections within a time limit.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) proxies: Arc<Proxies>,
    pub(super) trust: Arc<Trust>,
    /// Longest time from the first packet to the end of the TLS handshake, with the proxy's part.
    pub(super) limit: Option<Duration>,
}

/// Why a connection couldn't be opened, in one sentence.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// No answer came in time.
    TooSlow(Duration),
    /// The server or proxy refused it.
    Refused(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSlow(limit) => {
                let limit = humantime::format_duration(*limit);
                write!(f, "no connection within {limit}")
            }
            Self::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ConnectError {}

impl Service<Uri> for Connector {
    type Response = TokioIo<ConnectedStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<ConnectedStream>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let connecting = connector.connect(to);
            let stream = match connector.limit {
                None => connecting.await?,
                Some(limit) => match tokio::time::timeout(limit, connecting).await {
                    Ok(connected) => connected?,
                    Err(_) => return Err(ConnectError::TooSlow(limit).into()),
                },
            };
            Ok(TokioIo::new(stream))
        })
    }
}

impl Connector {
    async fn connect(&self, to: Uri) -> Result<ConnectedStream, BoxError> {
        let proxy = self.proxies.to(&to);
        match (proxy, to.scheme_str()) {
            (None, _) => {
                let line = self.straight(to.clone()).await;
                line.map_err(|error| no_server(&to, error))
            }
            (Some(proxy), Some("http")) => {
                let stream = self.to_proxy(proxy).await?;
                Ok(ConnectedStream {
                    forwards: true,
                    ..stream
                })
            }
            (Some(proxy), _) => self.through(proxy, to).await,
        }
    }

    async fn straight(&self, to: Uri) -> Result<ConnectedStream, BoxError> {
        let mut tcp = tcp();
        if to.scheme_str() == Some("http") {
            return Ok(ConnectedStream::new(tcp.call(to).await?.into_inner()));
        }
        let config = self.config()?;
        let connected = HttpsConnector::from((tcp, config)).call(to).await?;
        Ok(ConnectedStream::new(TokioIo::new(connected)))
    }

    async fn to_proxy(&self, proxy: &Proxy) -> Result<ConnectedStream, BoxError> {
        let stream = self.straight(proxy.uri.clone()).await;
        stream.map_err(|error| unreachable(proxy, error.as_ref()))
    }

    /// TLS with a host through a proxy's tunnel.
    async fn through(&self, proxy: &Proxy, to: Uri) -> Result<ConnectedStream, BoxError> {
        let config = self.config()?;
        let outer = self.to_proxy(proxy).await?;
        let tunnel = Tunnel::new(proxy.uri.clone(), Established(Some(outer)));
        let mut tunnel = match &proxy.authorization {
            Some(authorization) => tunnel.with_auth(authorization.clone()),
            None => tunnel,
        };
        let host = to.host().unwrap_or_default().to_owned();
        let inner = tunnel.call(to).await.map_err(|error| {
            let why = format!("{PROXY}{proxy} doesn't lead to {host}: {error}");
            ConnectError::Refused(why)
        })?;
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
        let tls = TlsConnector::from(config);
        Ok(ConnectedStream::new(
            tls.connect(name, inner.into_inner()).await?,
        ))
    }

    fn config(&self) -> Result<Arc<ClientConfig>, ConnectError> {
        self.trust.config().map_err(ConnectError::Refused)
    }
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

/// The error for a proxy that can't be reached, which names the proxy before the cause.
fn unreachable(proxy: &Proxy, error: &(dyn std::error::Error + 'static)) -> BoxError {
    let cause = innermost(error);
    ConnectError::Refused(format!("{PROXY}{proxy} can't be reached: {cause}")).into()
}

/// The same error, or one that names the address where there is no server.
fn no_server(to: &Uri, error: BoxError) -> BoxError {
    let is_refusal = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused)
    };
    if !chain(error.as_ref()).any(is_refusal) {
        return error;
    }
    let (scheme, host) = (to.scheme_str().unwrap_or_default(), to.authority());
    let host = host.map_or("", |host| host.as_str());
    let why = format!("{NO_SERVER}{scheme}://{host} (the connection was refused)");
    ConnectError::Refused(why).into()
}

/// Gives a connection that is open already, once.
struct Established(Option<ConnectedStream>);

impl Service<Uri> for Established {
    type Response = TokioIo<ConnectedStream>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<TokioIo<ConnectedStream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let stream = self.0.take().map(TokioIo::new);
        std::future::ready(stream.ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}

/// A connection of any kind.
pub(super) struct ConnectedStream {
    io: Pin<Box<dyn Io>>,
    /// It ends at a proxy, to which requests name the whole address.
    forwards: bool,
}

trait Io: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Io for T {}

impl ConnectedStream {
    fn new(io: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self {
            io: Box::pin(io),
            forwards: false,
        }
    }
}

impl Connection for ConnectedStream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.forwards)
    }
}

impl AsyncRead for ConnectedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for ConnectedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_shutdown(context)
    }
}
