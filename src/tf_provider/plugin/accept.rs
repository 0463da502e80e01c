//! The accept loop: turns connections into streams that are ready for HTTP/2. Each TLS handshake runs
//! as a task of its own, so that a slow, broken or hostile client delays no other. Must not know gRPC.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

use super::listener::{Io, Listener};
use super::orphan::{Connections, OpenConnection};

/// Timeout of a TLS handshake. A client on the same machine needs a few milliseconds.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);
/// Pause after the system has refused a connection, as for too many open files.
const PAUSE: Duration = Duration::from_millis(50);
/// Time after which the process gives up if the system has refused every connection and none is open. A
/// host would wait longer.
const GIVE_UP: Duration = Duration::from_secs(5);

/// A connection whose handshake, if there is one, has succeeded. It counts as open until dropped.
pub(super) struct Connection {
    io: Box<dyn Io>,
    _open: OpenConnection,
}

/// A connection for the server. It is never an error: connections that fail are closed here.
pub(super) type Ready = Result<Connection, Infallible>;

/// Accepts connections until the receiver of `ready` is dropped. Returns the system's error if it has
/// refused every connection for [`GIVE_UP`]. `tls` is None for HTTP/2 without TLS.
pub(super) async fn accept(
    listener: &Listener,
    tls: Option<TlsAcceptor>,
    connections: &Connections,
    ready: mpsc::Sender<Ready>,
) -> Option<io::Error> {
    let mut refused_since = None;
    loop {
        let accepted = tokio::select! {
            () = ready.closed() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok(io) => {
                refused_since = None;
                let (tls, connections, ready) = (tls.clone(), connections.clone(), ready.clone());
                tokio::spawn(serve_connection(io, tls, connections, ready));
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn Error, "cannot accept a connection");
                let since = *refused_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= GIVE_UP && connections.count() == 0 {
                    return Some(error);
                }
                sleep(PAUSE).await;
            }
        }
    }
}

async fn serve_connection(
    io: Box<dyn Io>,
    tls: Option<TlsAcceptor>,
    connections: Connections,
    ready: mpsc::Sender<Ready>,
) {
    match secure(io, tls).await {
        Ok(io) => {
            let _open = connections.open();
            // An error means that the server has ended: then the connection is closed.
            let _ = ready.send(Ok(Connection { io, _open })).await;
        }
        Err(error) => {
            tracing::debug!(error = &error as &dyn Error, "a connection is turned away");
        }
    }
}

/// The server's side of the TLS handshake.
async fn secure(io: Box<dyn Io>, tls: Option<TlsAcceptor>) -> io::Result<Box<dyn Io>> {
    match tls {
        None => Ok(io),
        Some(tls) => match timeout(TLS_TIMEOUT, tls.accept(io)).await {
            Ok(secured) => Ok(Box::new(secured?)),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        },
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}
