//! The process as a host meets it: how it is started and refuses to be, the line, TLS, the small
//! services, signals, and the end. What the provider answers is the matter of other tests.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use rustls::version::{TLS12, TLS13};
use serde_json::Value;
use terraform_provider_curated::tf_provider::proto::{plugin as host, tfplugin5 as pb};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::support::emulator::python;
use crate::support::plugin_connection::{Channel, Connector, Identity, client_tls, origin};
use crate::support::plugin_process::{COOKIE, PluginProcess, command, send_signal};

/// Well under the two seconds after which hosts kill.
const AT_ONCE: Duration = Duration::from_secs(1);

async fn schema(channel: Channel) -> Result<(), tonic::Status> {
    let request = pb::get_provider_schema::Request {};
    let mut client = pb::provider_client::ProviderClient::with_origin(channel, origin())
        .max_decoding_message_size(64 * 1024 * 1024);
    client.get_schema(request).await.map(drop)
}

async fn health(channel: Channel, service: &str) -> Result<HealthCheckResponse, tonic::Status> {
    let request = HealthCheckRequest {
        service: service.to_owned(),
    };
    let mut client = HealthClient::with_origin(channel, origin());
    client.check(request).await.map(tonic::Response::into_inner)
}

mod line {
    use super::*;

    #[test]
    fn six_fields_with_a_private_socket_and_a_certificate() {
        let process = PluginProcess::start(&[]);
        let fields = process.fields();
        assert_eq!(fields.len(), 6, "{}", process.line);
        assert_eq!(fields[..3], ["1", "5", "unix"]);
        assert_eq!(fields[4], "grpc");
        assert!(!process.server_certificate().is_empty());

        let socket = process.socket();
        assert!(socket.is_absolute() && fields[3].len() < 104);
        let mode = socket.metadata().expect("the socket exists").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    #[test]
    fn the_host_chooses_directory_and_seventh_field() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().to_str().expect("text");
        let process = PluginProcess::start(&[
            ("PLUGIN_UNIX_SOCKET_DIR", path),
            ("PLUGIN_MULTIPLEX_GRPC", "true"),
        ]);
        assert!(process.socket().starts_with(dir.path()));
        assert_eq!(process.fields().len(), 7, "{}", process.line);
    }

    #[tokio::test]
    async fn a_host_without_protocol_5_learns_what_is_served() {
        let env = [("PLUGIN_PROTOCOL_VERSIONS", "6"), ("TF_LOG", "warn")];
        let process = PluginProcess::start(&env);
        assert_eq!(process.fields()[1], "5");
        let ended = process.shut_down().await;
        assert!(
            ended.stderr.contains("no common protocol"),
            "{}",
            ended.stderr
        );
    }
}

mod tls {
    use super::*;

    #[tokio::test]
    async fn the_host_is_served_with_tls_1_2_and_1_3_over_http_2() {
        let host = Identity::like_a_host();
        let process = PluginProcess::start_plain(&[("PLUGIN_CLIENT_CERT", &host.pem())]);
        for version in [&TLS12, &TLS13] {
            let tls = client_tls(&process.server_certificate(), Some(&host), &[version]);
            let connector = Connector {
                tls: Some(tls),
                ..process.connector()
            };
            let stream = connector.connect().await.expect("the handshake succeeds");
            let agreed = (Some(version.version), Some(&b"h2"[..]));
            assert_eq!(stream.agreed(), agreed);

            schema(connector.channel())
                .await
                .expect("GetSchema is answered");
            let plugin = health(connector.channel(), "plugin").await.expect("health");
            assert_eq!(plugin.status(), ServingStatus::Serving);
        }
    }

    #[tokio::test]
    async fn nobody_else_is_served_and_nobody_is_kept_waiting() {
        let host = Identity::like_a_host();
        let process = PluginProcess::start_plain(&[("PLUGIN_CLIENT_CERT", &host.pem())]);
        let server = process.server_certificate();
        let stranger = Identity::like_a_host();
        // Silent strangers must delay nobody.
        let mut silent = Vec::new();
        for _ in 0..20 {
            silent.push(
                UnixStream::connect(process.socket())
                    .await
                    .expect("connects"),
            );
        }

        for version in [&TLS12, &TLS13] {
            for identity in [None, Some(&stranger)] {
                let mut connector = process.connector();
                connector.tls = Some(client_tls(&server, identity, &[version]));
                let refused = schema(connector.channel()).await;
                assert!(refused.is_err(), "{version:?}, {}", identity.is_some());
            }
        }
        let plain = Connector {
            tls: None,
            ..process.connector()
        };
        assert!(schema(plain.channel()).await.is_err(), "plain HTTP/2");

        let mut right = process.connector();
        right.tls = Some(client_tls(&server, Some(&host), rustls::ALL_VERSIONS));
        let served = timeout(AT_ONCE, schema(right.channel())).await;
        served.expect("at once").expect("GetSchema is answered");
    }

    #[tokio::test]
    async fn the_right_certificate_without_its_key_opens_nothing() {
        let host = Identity::like_a_host();
        let thief = Identity::like_a_host().showing(&host);
        let process = PluginProcess::start_plain(&[("PLUGIN_CLIENT_CERT", &host.pem())]);
        for version in [&TLS12, &TLS13] {
            let mut connector = process.connector();
            let server = process.server_certificate();
            connector.tls = Some(client_tls(&server, Some(&thief), &[version]));
            assert!(schema(connector.channel()).await.is_err(), "{version:?}");
        }
    }

    #[tokio::test]
    async fn other_protocols_than_http_2_are_refused() {
        let process = PluginProcess::start(&[]);
        let mut connector = process.connector();
        let mut tls = connector.tls.as_deref().expect("start uses TLS").clone();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        connector.tls = Some(tls.into());
        assert!(connector.connect().await.is_err());
    }

    #[tokio::test]
    async fn no_client_certificate_means_plain_http_2() {
        let process = PluginProcess::start_plain(&[]);
        assert_eq!(process.fields().len(), 6);
        assert_eq!(process.fields()[5], "");
        let answer = process.client().stop(pb::stop::Request {}).await;
        assert!(answer.is_ok(), "{answer:?}");
    }
}

mod end {
    use super::*;

    #[tokio::test]
    async fn shutdown_ends_it_at_once_whatever_is_open() {
        let process = PluginProcess::start(&[]);
        let (socket, channel) = (process.socket().to_owned(), process.channel());
        let mut stdio =
            host::grpc_stdio_client::GrpcStdioClient::with_origin(channel.clone(), origin());
        let mut output = stdio.stream_stdio(()).await.expect("a stream").into_inner();
        let silent = timeout(Duration::from_millis(100), output.message()).await;
        assert!(
            silent.is_err(),
            "the stream stays open and silent: {silent:?}"
        );
        let _half_open = UnixStream::connect(&socket).await.expect("connects");
        schema(process.connector().channel())
            .await
            .expect("a second connection");

        let since = Instant::now();
        let ended = process.shut_down().await;
        assert!(since.elapsed() < AT_ONCE, "{:?}", since.elapsed());
        assert_eq!(ended.status.code(), Some(0));
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
        assert!(!socket.exists(), "the socket is left behind");
        assert!(
            matches!(output.message().await, Ok(None)),
            "the stream ends in order"
        );
    }

    #[tokio::test]
    async fn an_interrupt_is_the_hosts_and_a_termination_is_ours() {
        let mut process = PluginProcess::start(&[]);
        let socket = process.socket().to_owned();
        process.signal("INT");
        process.signal("INT");
        sleep(Duration::from_millis(200)).await;
        schema(process.channel()).await.expect("it goes on serving");
        assert!(process.runs());

        process.signal("TERM");
        let ended = process.ended().await;
        assert_eq!(ended.status.code(), Some(0));
        assert!(ended.took < AT_ONCE, "{:?}", ended.took);
        assert!(!socket.exists());
    }

    #[tokio::test]
    async fn a_terminal_that_closes_leaves_no_socket() {
        // Whoever runs the tests may have told them to ignore the signal, which children inherit.
        let mut listening = Command::new(python());
        listening.args([
            "-c",
            "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); \
             os.execv(sys.argv[1], sys.argv[1:])",
        ]);
        listening.arg(crate::support::plugin_process::BINARY);
        listening.envs([COOKIE]).env_remove("PLUGIN_CLIENT_CERT");
        let process = PluginProcess::spawn(&mut listening);
        let socket = std::path::PathBuf::from(&process.fields()[3]);
        process.signal("HUP");
        let ended = process.ended().await;
        assert_eq!(ended.status.code(), Some(0));
        assert!(ended.took < AT_ONCE, "{:?}", ended.took);
        assert!(!socket.exists());
    }

    #[tokio::test]
    async fn a_host_that_nohup_started_goes_on_after_its_terminal() {
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"trap "" HUP; exec "$0""#]);
        shell.arg(crate::support::plugin_process::BINARY);
        shell.envs([COOKIE]).env_remove("PLUGIN_CLIENT_CERT");
        let mut process = PluginProcess::spawn(&mut shell);
        let connector = Connector {
            path: process.fields()[3].into(),
            tls: None,
        };
        process.signal("HUP");
        sleep(Duration::from_millis(200)).await;
        assert!(process.runs());
        schema(connector.channel())
            .await
            .expect("it goes on serving");
        process.signal("TERM");
        assert_eq!(process.ended().await.status.code(), Some(0));
    }

    #[test]
    fn an_orphan_ends_by_itself() {
        // The shell starts the plugin and is then killed, as a host that crashes.
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            r#""$0" & wait"#,
            crate::support::plugin_process::BINARY,
        ]);
        shell.envs([COOKIE]).env_remove("PLUGIN_CLIENT_CERT");
        let shell = PluginProcess::spawn(&mut shell);
        let socket = std::path::PathBuf::from(shell.fields()[3]);
        assert!(socket.exists());
        send_signal(shell.id(), "KILL");

        let since = Instant::now();
        while socket.exists() {
            assert!(since.elapsed() < Duration::from_secs(10), "it lives on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[tokio::test]
    async fn a_broker_stream_refuses_knocks_and_ends_with_the_process() {
        let process = PluginProcess::start(&[]);
        let mut broker =
            host::grpc_broker_client::GrpcBrokerClient::with_origin(process.channel(), origin());
        let knock = host::ConnInfo {
            service_id: 1,
            knock: Some(host::conn_info::Knock {
                knock: true,
                ..host::conn_info::Knock::default()
            }),
            ..host::ConnInfo::default()
        };
        let (ask, asked) = tokio::sync::mpsc::channel(1);
        ask.send(knock).await.expect("the receiver lives");
        let asked = tokio_stream::wrappers::ReceiverStream::new(asked);
        let answers = broker.start_stream(asked).await.expect("a stream");
        let mut answers = answers.into_inner();
        let answer = answers.message().await.expect("an answer").expect("one");
        assert!(!answer.knock.expect("a knock").ack);
        let ended = process.shut_down().await;
        assert_eq!(ended.status.code(), Some(0));
        assert!(ended.took < AT_ONCE);
    }
}

#[tokio::test]
async fn health_is_for_the_plugin_alone() {
    let process = PluginProcess::start(&[]);
    let unknown = health(process.channel(), "no such service").await;
    let code = unknown.expect_err("it is unknown").code();
    assert_eq!(code, tonic::Code::NotFound);
}

#[tokio::test]
async fn debug_mode_serves_one_host_after_another_until_an_interrupt() {
    let mut process = PluginProcess::spawn(command().arg("-debug"));
    let json = process.line.strip_prefix("TF_REATTACH_PROVIDERS='");
    let json = json
        .and_then(|rest| rest.strip_suffix('\''))
        .expect("an assignment");
    let entries: Value = serde_json::from_str(json).expect("JSON");
    let entries = entries.as_object().expect("an object");
    let sources: Vec<&str> = entries.keys().map(String::as_str).collect();
    let hosts = ["registry.opentofu.org", "registry.terraform.io"];
    assert_eq!(sources, hosts.map(|host| format!("{host}/curated/curated")));
    let entry = &entries["registry.terraform.io/curated/curated"];
    assert_eq!(entry["Protocol"], "grpc");
    assert_eq!(entry["ProtocolVersion"], 5);
    assert_eq!(entry["Pid"], process.id());
    assert_eq!(entry["Test"], true);
    assert_eq!(entry["Addr"]["Network"], "unix");
    let path = entry["Addr"]["String"].as_str().expect("a path").to_owned();

    let connector = Connector {
        path: path.clone().into(),
        tls: None,
    };
    for _ in 0..2 {
        // Hosts open and close a bare connection first.
        drop(UnixStream::connect(&path).await.expect("connects"));
        schema(connector.channel())
            .await
            .expect("GetSchema is answered");
        let mut controller = host::grpc_controller_client::GrpcControllerClient::with_origin(
            connector.channel(),
            origin(),
        );
        controller
            .shutdown(host::Empty {})
            .await
            .expect("an answer");
    }
    sleep(Duration::from_millis(700)).await;
    assert!(process.runs(), "it isn't a host's to end");

    process.signal("INT");
    let ended = process.ended().await;
    assert_eq!(ended.status.code(), Some(0));
    assert!(ended.took < AT_ONCE, "{:?}", ended.took);
    assert!(!std::path::Path::new(&path).exists());
}

#[tokio::test]
async fn logs_are_the_lines_that_hosts_parse() {
    let process = PluginProcess::start(&[("TF_LOG", "off"), ("TF_LOG_PROVIDER", "Debug")]);
    let ended = process.shut_down().await;
    assert!(!ended.stderr.is_empty());
    for line in ended.stderr.lines() {
        let parsed: Value = serde_json::from_str(line).expect(line);
        for key in ["@level", "@message", "@module", "@timestamp"] {
            assert!(parsed[key].is_string(), "{key} in {line}");
        }
        assert_eq!(parsed["@level"], "debug");
        let timestamp = parsed["@timestamp"].as_str().expect("a text");
        let shape: String = timestamp
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    }
}
