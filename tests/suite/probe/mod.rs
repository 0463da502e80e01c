//! A small provider of the tests' own, with one of everything that the framework has a trait for:
//! what no resource of the real provider does on demand is tried on it, over the wire and with real
//! Terraforms. Served in this process, without TLS.

mod breaches;
mod functions;
mod offered;
mod terraform;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::json;
use tempfile::TempDir;
use terraform_provider_curated::tf_provider::data_source::DataSource;
use terraform_provider_curated::tf_provider::diagnostics::Diagnostics;
use terraform_provider_curated::tf_provider::function::Function;
use terraform_provider_curated::tf_provider::list_resource::ListResource;
use terraform_provider_curated::tf_provider::proto::tfplugin5::provider_client::ProviderClient;
use terraform_provider_curated::tf_provider::resource::{Call, Resource};
use terraform_provider_curated::tf_provider::schema::{Block, Schema};
use terraform_provider_curated::tf_provider::value::Value;
use terraform_provider_curated::tf_provider::{Provider, service};
use tokio::net::UnixListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use crate::support::plugin_connection::{Channel, Connector, origin};

/// Where Terraform looks for it.
const ADDRESS: &str = "registry.terraform.io/test/probe";

/// The provider: what it offers can be changed before it is served.
pub(crate) struct Probe {
    schema: Schema,
    resources: Vec<Arc<dyn Resource>>,
    data_sources: Vec<Arc<dyn DataSource>>,
    functions: Vec<Arc<dyn Function>>,
    lists: Vec<Arc<dyn ListResource>>,
}

/// How much of a list was made.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    fetched: AtomicUsize,
    /// Listings that noticed that nobody wants more.
    ended: AtomicUsize,
}

impl Pages {
    fn fetched(&self) -> usize {
        self.fetched.load(Ordering::SeqCst)
    }

    fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}

/// A schema of the first version.
fn schema(block: Block) -> Schema {
    Schema::new(0, block)
}

impl Probe {
    /// One of everything, and what counts the pages of its list.
    fn new() -> (Self, Arc<Pages>) {
        let pages = Arc::new(Pages::default());
        let probe = Self {
            schema: schema(Block::default()),
            resources: vec![Arc::new(offered::Thing::new())],
            data_sources: vec![Arc::new(offered::Echo::new())],
            functions: functions::all(),
            lists: vec![Arc::new(offered::Things::new(&pages))],
        };
        (probe, pages)
    }
}

#[async_trait]
impl Provider for Probe {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resources(&self) -> &[Arc<dyn Resource>] {
        &self.resources
    }

    fn data_sources(&self) -> &[Arc<dyn DataSource>] {
        &self.data_sources
    }

    fn functions(&self) -> &[Arc<dyn Function>] {
        &self.functions
    }

    fn list_resources(&self) -> &[Arc<dyn ListResource>] {
        &self.lists
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    async fn configure(&self, _: &Value, _: &Call) -> Diagnostics {
        Diagnostics::new()
    }
}

/// A provider that is being served, until this is dropped.
struct Served {
    path: PathBuf,
    stop: CancellationToken,
    _dir: TempDir,
}

impl Served {
    /// Serves a provider on a socket of its own.
    fn start(provider: Probe) -> Self {
        let dir = TempDir::new().expect("a directory");
        let path = dir.path().join("s");
        let listener = UnixListener::bind(&path).expect("it binds");
        let stop = CancellationToken::new();
        let (sender, incoming) = mpsc::channel(16);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if sender.send(Ok::<_, std::io::Error>(stream)).await.is_err() {
                    break;
                }
            }
        });
        let routes = service::routes(Arc::new(provider), stop.clone());
        let end = stop.clone();
        tokio::spawn(async move {
            let incoming = ReceiverStream::new(incoming);
            let server = Server::builder().add_routes(routes);
            let served = server.serve_with_incoming_shutdown(incoming, end.cancelled_owned());
            served.await.expect("the server runs until its end");
        });
        Self {
            path,
            stop,
            _dir: dir,
        }
    }

    fn client(&self) -> ProviderClient<Channel> {
        let connector = Connector {
            path: self.path.clone(),
            tls: None,
        };
        ProviderClient::with_origin(connector.channel(), origin())
    }

    /// The value of TF_REATTACH_PROVIDERS that has a host use this provider.
    fn reattach(&self) -> String {
        let entry = json!({
            "Protocol": "grpc",
            "ProtocolVersion": 5,
            "Pid": std::process::id(),
            // Without it, the host would end this process.
            "Test": true,
            "Addr": { "Network": "unix", "String": self.path },
        });
        json!({ ADDRESS: entry }).to_string()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
