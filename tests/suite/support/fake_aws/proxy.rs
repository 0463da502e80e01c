//! An HTTP proxy on loopback that keeps what it was asked for. It reaches whatever host is named
//! at one port of loopback, so that AWS's own names lead to a fake.

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;

use super::ca::PrivateCa;
use super::lock;
use super::server::{Server, Stream};
use super::wire::{Message, Reply};

/// A request to the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxied {
    /// `CONNECT`, or the method of a request that it is to make.
    pub method: String,
    /// `host:port`, or the address of what is wanted.
    pub target: String,
    /// The header `Proxy-Authorization`.
    pub authorization: Option<String>,
}

impl Proxied {
    /// The user and password in it, as `user:password`.
    pub fn user(&self) -> Option<String> {
        let code = self.authorization.as_deref()?.strip_prefix("Basic ")?;
        String::from_utf8(STANDARD.decode(code).ok()?).ok()
    }
}

/// A proxy, until it is dropped.
pub struct FakeProxy {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    seen: Vec<Proxied>,
    leads_to: Option<u16>,
    /// `user:password`.
    asks_for: Option<String>,
}

impl FakeProxy {
    /// One that refuses everything (status 403) until it is told where to lead.
    pub fn start() -> Self {
        Self::over(None)
    }

    /// The same, itself reached over TLS.
    pub fn start_tls(ca: &PrivateCa) -> Self {
        Self::over(Some(ca))
    }

    /// Reaches every host at this port of loopback.
    #[must_use]
    pub fn leading_to(self, port: u16) -> Self {
        lock(&self.state).leads_to = Some(port);
        self
    }

    /// Serves those only who give this user and password (else status 407).
    #[must_use]
    pub fn asking_for(self, user: &str, password: &str) -> Self {
        lock(&self.state).asks_for = Some(format!("{user}:{password}"));
        self
    }

    /// Its address: `http://127.0.0.1:PORT`, or `https://localhost:PORT`.
    pub fn address(&self) -> String {
        self.server.endpoint()
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// What it was asked for, refused or not, in order.
    pub fn seen(&self) -> Vec<Proxied> {
        lock(&self.state).seen.clone()
    }

    /// The `host:port` of each CONNECT, in order.
    pub fn connects(&self) -> Vec<String> {
        let seen = self.seen().into_iter();
        let connects = seen.filter(|s| s.method == "CONNECT");
        connects.map(|s| s.target).collect()
    }

    fn over(ca: Option<&PrivateCa>) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let tls = ca.map(PrivateCa::server_config);
        let server = Server::start(tls, move |stream| {
            let state = Arc::clone(&shared);
            async move {
                // Whoever went away isn't missed.
                let _ = serve(stream, &state).await;
            }
        });
        Self { server, state }
    }
}

/// Serves one request: each has a connection of its own.
async fn serve(mut stream: Stream, state: &Mutex<State>) -> io::Result<()> {
    let Some(message) = Message::read(&mut stream).await? else {
        return Ok(());
    };
    let judgement = judged(&message, &mut lock(state));
    let port = match judgement {
        Ok(port) => port,
        Err(reply) => {
            reply.with("connection", "close").write(&mut stream).await?;
            return stream.shutdown().await;
        }
    };
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    if message.method == "CONNECT" {
        Reply::open(&mut stream).await?;
        copy_bidirectional(&mut stream, &mut server).await?;
        return Ok(());
    }
    server.write_all(&message.direct()).await?;
    let mut reply = Vec::new();
    server.read_to_end(&mut reply).await?;
    stream.write_all(&reply).await?;
    stream.shutdown().await
}

/// Where a request leads, or how it is refused.
fn judged(message: &Message, state: &mut State) -> Result<u16, Reply> {
    let proxied = Proxied {
        method: message.method.clone(),
        target: message.target.clone(),
        authorization: message.header("proxy-authorization").map(str::to_owned),
    };
    let user = proxied.user();
    state.seen.push(proxied);
    if state.asks_for.is_some() && user != state.asks_for {
        return Err(Reply::new(407, "").with("proxy-authenticate", "Basic realm=\"fake\""));
    }
    state.leads_to.ok_or_else(|| Reply::new(403, ""))
}
