//! Starts the real binary as a host does, and ends it: environment, handshake line, signals. How
//! the connection is made is the matter of `plugin_connection`. Must not know what a test asks.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use terraform_provider_curated::tf_provider::proto::plugin::Empty;
use terraform_provider_curated::tf_provider::proto::plugin::grpc_controller_client::GrpcControllerClient;
use terraform_provider_curated::tf_provider::proto::tfplugin5::provider_client::ProviderClient;
use tokio::time::sleep;

use super::plugin_connection::{Channel, Connector, Identity, client_tls, origin};

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-curated");
/// What a host says to a plugin and to nobody else.
pub(crate) const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
/// More than any step of a test takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running plugin. It is killed when dropped.
pub(crate) struct PluginProcess {
    child: Child,
    /// What came on stdout first, without its end.
    pub(crate) line: String,
    stderr: Option<JoinHandle<String>>,
    connector: Connector,
}

impl PluginProcess {
    /// Starts the plugin as hosts do, with mutual TLS, and `env` on top.
    pub(crate) fn start(env: &[(&str, &str)]) -> Self {
        let identity = Identity::like_a_host();
        let pem = identity.pem();
        let mut process = Self::start_plain(&[env, &[("PLUGIN_CLIENT_CERT", &pem)]].concat());
        let server = process.server_certificate();
        process.connector.tls = Some(client_tls(&server, Some(&identity), rustls::ALL_VERSIONS));
        process
    }

    /// Starts the plugin without TLS, and `env` on top.
    pub(crate) fn start_plain(env: &[(&str, &str)]) -> Self {
        let mut command = command();
        command.envs([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "6,5")]);
        command.envs(env.iter().copied());
        let mut process = Self::spawn(&mut command);
        let path = process.fields().get(3).map(PathBuf::from);
        process.connector.path = path.expect("the handshake line has a fourth field");
        process
    }

    /// Starts `command` and reads one line from it. Where to connect is not known yet.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stderr = child.stderr.take().expect("stderr is piped");
        let stderr = thread::spawn(move || {
            let mut bytes = Vec::new();
            // What came before a failure is of use too.
            let _ = stderr.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("stdout is readable");
        assert!(line.ends_with('\n'), "no whole line on stdout: {line:?}");
        line.pop();
        // Only the first line is wanted: like a host's, the test's end stays open and unread.
        child.stdout = Some(stdout.into_inner());
        Self {
            child,
            line,
            stderr: Some(stderr),
            connector: Connector {
                path: PathBuf::new(),
                tls: None,
            },
        }
    }

    /// The fields of the handshake line.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    /// DER of the plugin's own certificate, from the handshake line.
    pub(crate) fn server_certificate(&self) -> Vec<u8> {
        let field = self.fields().get(5).copied().unwrap_or_default();
        assert!(field.len() > 50, "hosts ignore so short a certificate");
        STANDARD_NO_PAD
            .decode(field)
            .expect("base64 without padding")
    }

    /// Where the plugin listens.
    pub(crate) fn socket(&self) -> &Path {
        &self.connector.path
    }

    /// How the plugin is reached; change the copy to reach it in another way.
    pub(crate) fn connector(&self) -> Connector {
        self.connector.clone()
    }

    /// A client of the provider, over the connection that the plugin expects.
    pub(crate) fn client(&self) -> ProviderClient<Channel> {
        ProviderClient::with_origin(self.channel(), origin())
    }

    /// The same connection for any other client.
    pub(crate) fn channel(&self) -> Channel {
        self.connector.channel()
    }

    /// The system's id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name without SIG.
    pub(crate) fn signal(&self, name: &str) {
        send_signal(self.id(), name);
    }

    /// Whether the process hasn't ended.
    pub(crate) fn runs(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("a child can be asked")
            .is_none()
    }

    /// Ends the process as hosts do.
    pub(crate) async fn shut_down(self) -> Ended {
        let mut controller = GrpcControllerClient::with_origin(self.channel(), origin());
        controller
            .shutdown(Empty {})
            .await
            .expect("Shutdown is answered");
        self.ended().await
    }

    /// Waits for the end, which something else has brought about.
    pub(crate) async fn ended(mut self) -> Ended {
        let since = Instant::now();
        while self.runs() {
            assert!(since.elapsed() < PATIENCE, "the process doesn't end");
            // Not the thread: connections in the same runtime answer the process's goodbye.
            sleep(Duration::from_millis(2)).await;
        }
        let took = since.elapsed();
        let mut stdout = String::new();
        let mut rest = self.child.stdout.take().expect("stdout is piped");
        rest.read_to_string(&mut stdout).expect("stdout is text");
        let stderr = self.stderr.take().expect("taken once, here");
        Ended {
            status: self.child.wait().expect("a child can be waited for"),
            took,
            stdout,
            stderr: stderr.join().expect("the reader doesn't panic"),
        }
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// From the wait's start to the end.
    pub(crate) took: Duration,
    /// What came after the first line.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Drop for PluginProcess {
    fn drop(&mut self) {
        // Ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A killed process leaves its socket behind.
        let _ = fs::remove_file(&self.connector.path);
    }
}

/// The binary, with none of the variables that would make it take the test for its host.
pub(crate) fn command() -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["AWS_", "PLUGIN_", "TF_"]
            .iter()
            .any(|p| text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Sends a signal to any process, by its name without SIG.
pub(crate) fn send_signal(id: u32, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), id.to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}
