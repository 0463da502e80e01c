//! The socket that the host connects to. Only its own user can reach it, and its file is removed when the
//! process ends. Must not know which protocol is spoken over it.

use std::io;
use std::ops::RangeInclusive;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use super::bind_error::BindError;
use super::handshake::{Address, Network};
#[cfg(unix)]
use super::unix_socket::{self, SocketFile};

/// An open byte stream of any kind.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Io for T {}

/// A bound socket. Dropping it removes the socket's file, if it has one.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    address: Address,
}

#[derive(Debug)]
enum Socket {
    #[cfg(unix)]
    Unix(
        tokio::net::UnixListener,
        #[allow(dead_code, reason = "removes the file on drop")] SocketFile,
    ),
    Tcp(TcpListener),
}

impl Listener {
    /// Binds to `network`. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`] if the directory can't be written or is too long a path, the group isn't
    /// known, or every port of the range is taken.
    pub async fn bind(network: &Network) -> Result<Self, BindError> {
        match network {
            #[cfg(unix)]
            Network::Unix { dir, group } => {
                let (listener, file) = unix_socket::bind(dir.as_deref(), group.as_deref())?;
                let address = Address {
                    network: "unix",
                    address: file.path().to_owned(),
                };
                Ok(Self {
                    socket: Socket::Unix(listener, file),
                    address,
                })
            }
            #[cfg(not(unix))]
            Network::Unix { .. } => Err(BindError::new(
                "a unix socket".to_owned(),
                io::ErrorKind::Unsupported.into(),
            )),
            Network::Tcp { ports } => bind_tcp(ports.clone()).await,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Waits for the next connection.
    ///
    /// # Errors
    /// The system's own, such as too many open files; the next try may succeed.
    pub async fn accept(&self) -> io::Result<Box<dyn Io>> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(listener, _) => Ok(Box::new(listener.accept().await?.0)),
            Socket::Tcp(listener) => {
                let stream: TcpStream = listener.accept().await?.0;
                // Messages are small: Nagle's algorithm would only delay them.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

async fn bind_tcp(ports: RangeInclusive<u16>) -> Result<Listener, BindError> {
    let mut reason = io::Error::from(io::ErrorKind::AddrInUse);
    for port in ports.clone() {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => {
                let address = listener
                    .local_addr()
                    .map_err(|e| BindError::new(format!("127.0.0.1:{port}"), e))?;
                return Ok(Listener {
                    socket: Socket::Tcp(listener),
                    address: Address {
                        network: "tcp",
                        address: address.to_string(),
                    },
                });
            }
            Err(error) => reason = error,
        }
    }
    Err(BindError::new(
        format!(
            "127.0.0.1, ports {} to {} (PLUGIN_MIN_PORT, PLUGIN_MAX_PORT)",
            ports.start(),
            ports.end()
        ),
        reason,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tcp_takes_the_first_free_port_of_the_range() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let full = Listener::bind(&Network::Tcp { ports: port..=port }).await;
        let message = full.unwrap_err().to_string();
        assert!(
            message.contains(&format!("ports {port} to {port}")),
            "{message}"
        );

        let wide = Listener::bind(&Network::Tcp {
            ports: port..=u16::MAX,
        })
        .await
        .unwrap();
        let address = wide.address();
        assert_eq!(address.network, "tcp");
        let (host, chosen) = address.address.split_once(':').unwrap();
        assert_eq!(host, "127.0.0.1");
        assert!(chosen.parse::<u16>().unwrap() > port);

        let client = TcpStream::connect(&address.address);
        let (client, accepted) = tokio::join!(client, wide.accept());
        assert!(client.is_ok() && accepted.is_ok());
    }
}
