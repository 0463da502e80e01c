//! A listener on loopback with a thread of its own. When it is dropped, its connections end too.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

/// Both directions of a connection.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A client's connection, its TLS handshake done.
pub(super) type Stream = BufReader<Box<dyn Io>>;

pub(super) struct Server {
    address: SocketAddr,
    is_tls: bool,
    /// Only `drop` takes it.
    runtime: Option<Runtime>,
}

impl Server {
    /// Has every connection served.
    pub(super) fn start<F, S>(tls: Option<Arc<ServerConfig>>, serve: F) -> Self
    where
        F: Fn(Stream) -> S + Send + Sync + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a thread can be started");
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        listener.set_nonblocking(true).expect("sockets can do that");
        let is_tls = tls.is_some();
        let serve = Arc::new(serve);
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("it doesn't block");
            while let Ok((socket, _)) = listener.accept().await {
                let (tls, serve) = (tls.clone(), Arc::clone(&serve));
                tokio::spawn(async move {
                    if let Some(stream) = greeted(socket, tls).await {
                        serve(stream).await;
                    }
                });
            }
        });
        Self {
            address,
            is_tls,
            runtime: Some(runtime),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn endpoint(&self) -> String {
        if self.is_tls {
            format!("https://localhost:{}", self.port())
        } else {
            format!("http://{}", self.address)
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Not by waiting: the test may itself be in a runtime.
            runtime.shutdown_background();
        }
    }
}

/// The connection, if the client goes on with TLS.
async fn greeted(socket: TcpStream, tls: Option<Arc<ServerConfig>>) -> Option<Stream> {
    let io: Box<dyn Io> = match tls {
        None => Box::new(socket),
        Some(config) => Box::new(TlsAcceptor::from(config).accept(socket).await.ok()?),
    };
    Some(BufReader::new(io))
}
