//! Processes of the real AWS provider that stay between Terraform's commands, and lose most of its schema.
//!
//! Terraform starts the AWS provider two or three times for each command, and takes its schema of 1,500
//! types apart; and the provider takes a second each time to look at its block. That is eight seconds of a
//! processor for a plan of one group. Here Terraform is told (`TF_REATTACH_PROVIDERS`) that the provider
//! runs already, behind a socket of this process. What is asked there, real processes of the provider
//! answer; only of the schema are the types left away that no test names, and what is always answered
//! alike is asked once. Each connection of Terraform has a process for itself from the moment on at which
//! it configures the provider, as it would without this. Must not know what is asked, nor by which test.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, thread};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::encoding::{WireType, decode_key, decode_varint, skip_field};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;
use tonic::Status;
use tonic::body::Body;

use super::plugin_connection::{Channel, Connector};
use super::plugin_process::COOKIE;

/// How the names of the types begin that tests may use beside this provider. (A type that is not among
/// them, Terraform says the AWS provider does not have.)
const TYPES: [&str; 9] = [
    "aws_caller_identity",
    "aws_default_",
    "aws_ec2_managed_prefix_list",
    "aws_instance",
    "aws_network_interface",
    "aws_region",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
];
/// What the provider answers alike each time. It takes a second for a provider block with endpoints.
const ASKED_ONCE: [&str; 3] = [
    "GetResourceIdentitySchemas",
    "GetSchema",
    "PrepareProviderConfig",
];
/// The numbers that the lists of types have in `GetProviderSchema.Response`.
const LISTS: [u32; 4] = [2, 3, 8, 9];
/// Starts the provider and ends it, with its sockets, once standard input closes: so that a test run which
/// is killed leaves nothing behind, nor does one that a person interrupts together with its children.
const UNTIL_STDIN_CLOSES: &str = r#"
trap "" HUP INT TERM
d=$(mktemp -d) && { HOME=$d TMPDIR=$d "$0" & p=$!; cat >/dev/null; kill -9 $p; rm -rf "$d"; }"#;

/// By the provider's program: the value of `TF_REATTACH_PROVIDERS` that leads to its processes.
static KEPT: Mutex<Option<HashMap<PathBuf, String>>> = Mutex::new(None);

/// The value of `TF_REATTACH_PROVIDERS` that has a host use kept processes of the AWS provider in this
/// folder.
pub(super) fn reattach(folder: &Path) -> String {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let by_folder = kept.get_or_insert_default();
    let known = by_folder.entry(folder.to_owned());
    known.or_insert_with(|| serve(folder)).clone()
}

/// Serves the processes of the provider in this folder as long as the tests run.
fn serve(folder: &Path) -> String {
    let files = fs::read_dir(folder).expect("the folder of the AWS provider can be read");
    let mut files = files.flatten().map(|entry| entry.path());
    let program = files.find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("terraform-provider-aws")
    });
    let program = program.expect("the folder has the AWS provider");
    let sockets = TempDir::new().expect("a temporary directory can be made");
    let socket = sockets.path().join("aws");
    let listener = std::os::unix::net::UnixListener::bind(&socket).expect("the path is free");
    listener.set_nonblocking(true).expect("sockets can do that");
    thread::spawn(move || {
        // It goes with the thread, that is: with the process of the tests.
        let _sockets = sockets;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        runtime.block_on(accept(listener, program));
    });
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 5,
        "Pid": std::process::id(),
        // Without it, the host would end this process.
        "Test": true,
        "Addr": { "Network": "unix", "String": socket },
    });
    let registries = ["registry.terraform.io", "registry.opentofu.org"];
    let entries = registries.map(|r| (format!("{r}/hashicorp/aws"), entry.clone()));
    json!(HashMap::from(entries)).to_string()
}

async fn accept(listener: std::os::unix::net::UnixListener, program: PathBuf) {
    let listener = UnixListener::from_std(listener).expect("it doesn't block");
    let pool = Arc::new(Pool {
        program,
        idle: Mutex::default(),
        any: OnceCell::new(),
        answers: Mutex::default(),
    });
    while let Ok((socket, _)) = listener.accept().await {
        tokio::spawn(serve_host(socket, Arc::clone(&pool)));
    }
}

/// Serves one connection of a host.
async fn serve_host(socket: UnixStream, pool: Arc<Pool>) {
    let own: Arc<OnceCell<Lent>> = Arc::default();
    let service = service_fn(move |request| {
        let (pool, own) = (Arc::clone(&pool), Arc::clone(&own));
        async move { Ok::<_, Infallible>(answer(request, &pool, &own).await) }
    });
    let builder = http2::Builder::new(TokioExecutor::new());
    // The host is gone, in whatever manner.
    let _ = builder
        .serve_connection(TokioIo::new(socket), service)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    pool: &Arc<Pool>,
    own: &OnceCell<Lent>,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let Some(method) = path.strip_prefix("/tfplugin5.Provider/") else {
        // Of go-plugin's own services, hosts can do without all; one of them would end the process.
        return Status::unimplemented("not served to tests").into_http();
    };
    let asked = match method {
        "Configure" => {
            own.get_or_init(|| pool.lend())
                .await
                .process()
                .ask(request)
                .await
        }
        method if ASKED_ONCE.contains(&method) => pool.remembered(request).await,
        _ => match own.get() {
            Some(lent) => lent.process().ask(request).await,
            None => pool.any().await.ask(request).await,
        },
    };
    asked.unwrap_or_else(|error| Status::unavailable(error).into_http())
}

/// The path and the body of a request.
type Asked = (String, Bytes);

/// The provider's processes.
struct Pool {
    program: PathBuf,
    /// Those that no connection has at the moment.
    idle: Mutex<Vec<Process>>,
    /// Answers what is asked of a provider that isn't configured.
    any: OnceCell<Process>,
    /// What was answered to requests that are answered alike each time.
    answers: Mutex<HashMap<Asked, Arc<OnceCell<Said>>>>,
}

impl Pool {
    async fn any(&self) -> &Process {
        let start = || Process::start(&self.program);
        self.any.get_or_init(start).await
    }

    /// Passes a request on that was not made before; otherwise, gives the answer of then.
    async fn remembered(&self, request: Request<Incoming>) -> Result<Response<Body>, String> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?;
        let body = body.to_bytes();
        let path = head.uri.path().to_owned();
        let answer = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            let known = answers.entry((path.clone(), body.clone()));
            Arc::clone(known.or_default())
        };
        let ask = async || {
            let request = Request::from_parts(head, Full::new(body));
            let (head, body) = self.any().await.ask(request).await?.into_parts();
            let body = body.collect().await.map_err(|error| error.to_string())?;
            let trailers = body.trailers().cloned();
            let mut message = body.to_bytes();
            if path.ends_with("/GetSchema") {
                message = framed(&without_other_types(unframed(&message)));
            }
            Ok::<_, String>(Said {
                headers: head.headers,
                message,
                trailers,
            })
        };
        Ok(answer.get_or_try_init(ask).await?.response())
    }

    /// A process for one connection alone, until that ends.
    async fn lend(self: &Arc<Self>) -> Lent {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let process = match idle {
            Some(process) => process,
            None => Process::start(&self.program).await,
        };
        Lent {
            process: Some(process),
            pool: Arc::clone(self),
        }
    }
}

/// A process that one connection has for itself.
struct Lent {
    /// Only `drop` takes it.
    process: Option<Process>,
    pool: Arc<Pool>,
}

impl Lent {
    fn process(&self) -> &Process {
        self.process.as_ref().expect("only `drop` takes it")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut idle = self
            .pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.process.take());
    }
}

/// A process of the real provider.
struct Process {
    /// Has the end of standard input whose closing ends the process.
    _child: Child,
    channel: Channel,
}

impl Process {
    async fn start(program: &Path) -> Self {
        let mut command = Command::new("sh");
        command
            .args(["-c", UNTIL_STDIN_CLOSES])
            .arg(program)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "5")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("a shell can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let read = stdout.read_line(&mut line).await;
        read.expect("the provider's output can be read");
        child.stdout = Some(stdout.into_inner());
        let path = line.split('|').nth(3).map(PathBuf::from);
        let path = path.unwrap_or_else(|| panic!("the AWS provider says where it is: {line:?}"));
        let connector = Connector { path, tls: None };
        Self {
            channel: connector.channel(),
            _child: child,
        }
    }

    /// Passes a request on.
    async fn ask<B>(&self, request: Request<B>) -> Result<Response<Body>, String>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (mut head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let uri = Uri::builder().scheme("http").authority("aws");
        head.uri = uri.path_and_query(path).build().expect("a path");
        let request = Request::from_parts(head, Body::new(body));
        let answer = self.channel.request(request).await;
        let answer = answer.map_err(|error| format!("the AWS provider: {error:?}"))?;
        Ok(answer.map(Body::new))
    }
}

/// An answer of the provider.
struct Said {
    headers: HeaderMap,
    message: Bytes,
    trailers: Option<HeaderMap>,
}

impl Said {
    fn response(&self) -> Response<Body> {
        let message = Full::new(self.message.clone());
        let body = match self.trailers.clone() {
            Some(trailers) => Body::new(message.with_trailers(async { Some(Ok(trailers)) })),
            // A refusal says all that it says in its headers; nothing may come after them.
            None => Body::empty(),
        };
        let mut response = Response::new(body);
        *response.headers_mut() = self.headers.clone();
        response
    }
}

/// The message of a body. A flag (compressed or not) and four bytes of length go before it.
fn unframed(body: &[u8]) -> &[u8] {
    assert_eq!(body.first(), Some(&0), "the message is not compressed");
    &body[5..]
}

fn framed(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).expect("less than 4 GiB");
    Bytes::from([&[0], &length.to_be_bytes()[..], message].concat())
}

/// A `GetProviderSchema.Response`, without those entries of its lists of types that no test names. The rest
/// stays byte for byte what the provider said.
fn without_other_types(message: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let whole = rest;
        let (number, wire) = decode_key(&mut rest).expect("a key");
        let mut inside = rest;
        skip_field(wire, number, &mut rest, Default::default()).expect("a field");
        if LISTS.contains(&number) && wire == WireType::LengthDelimited {
            decode_varint(&mut inside).expect("a length");
            if !is_wanted(inside) {
                continue;
            }
        }
        kept.extend_from_slice(&whole[..whole.len() - rest.len()]);
    }
    kept
}

/// Whether tests may use the type of this entry: the name, under number 1, and the schema.
fn is_wanted(mut entry: &[u8]) -> bool {
    let (number, _) = decode_key(&mut entry).expect("a key");
    assert_eq!(number, 1, "the name comes first");
    let length = decode_varint(&mut entry).expect("a length");
    let name = &entry[..usize::try_from(length).expect("a short name")];
    TYPES.iter().any(|start| name.starts_with(start.as_bytes()))
}
