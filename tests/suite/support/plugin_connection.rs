//! The host's side of the connection to a plugin: its certificate, mutual TLS over a unix socket,
//! HTTP/2 for the gRPC clients. Must not know what process is at the other end.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair};
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::crypto::{
    WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls::{ProtocolVersion, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::codegen::Service;
use tonic::codegen::http::Uri;

/// Any gRPC client's transport: connects when first used, and again when it must.
pub(crate) type Channel = Client<Connector, tonic::body::Body>;

/// A certificate and its key, such as a host makes for each plugin that it starts.
pub(crate) struct Identity {
    certificate: Certificate,
    key: KeyPair,
}

/// Opens connections to one socket.
#[derive(Clone)]
pub(crate) struct Connector {
    /// The socket's path.
    pub(crate) path: PathBuf,
    /// None: plain HTTP/2.
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

/// The address that a gRPC client needs to have. It leads nowhere: the connector knows the way.
pub(crate) fn origin() -> Uri {
    Uri::from_static("http://plugin")
}

impl Identity {
    /// P-521, and marked as an authority's: the kind that hosts make.
    pub(crate) fn like_a_host() -> Self {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).expect("a key is made");
        let names = ["localhost".to_owned()];
        let mut params = CertificateParams::new(names).expect("localhost is a name");
        params
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let certificate = params.self_signed(&key).expect("it is signed");
        Self { certificate, key }
    }

    /// This key, with the certificate of somebody else.
    pub(crate) fn showing(self, other: &Self) -> Self {
        Self {
            certificate: other.certificate.clone(),
            ..self
        }
    }

    /// The certificate, as PLUGIN_CLIENT_CERT holds it.
    pub(crate) fn pem(&self) -> String {
        let der = STANDARD.encode(self.certificate.der());
        format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n")
    }

    fn certified(&self) -> CertifiedKey {
        let der = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        let key = any_supported_type(&der).expect("the kind of key is supported");
        // Made without a look at whether the two belong together, for the sake of `showing`.
        CertifiedKey::new(vec![self.certificate.der().clone()], key)
    }
}

/// A client's side of TLS: it trusts the certificate `server` and no other, and shows `identity`.
pub(crate) fn client_tls(
    server: &[u8],
    identity: Option<&Identity>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .expect("the versions are supported")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(PinnedServer(server.to_vec())));
    let mut config = match identity {
        None => config.with_no_client_auth(),
        Some(identity) => {
            let resolver = SingleCertAndKey::from(identity.certified());
            config.with_client_cert_resolver(Arc::new(resolver))
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

impl Connector {
    /// A transport over it.
    pub(crate) fn channel(&self) -> Channel {
        Client::builder(TokioExecutor::new())
            .http2_only(true)
            .build(self.clone())
    }

    /// One connection, its handshake done.
    pub(crate) async fn connect(&self) -> io::Result<Stream> {
        let socket = UnixStream::connect(&self.path).await?;
        let Some(tls) = &self.tls else {
            return Ok(Stream::Plain(socket));
        };
        let name = ServerName::try_from("localhost").expect("localhost is a name");
        let tls = TlsConnector::from(Arc::clone(tls));
        Ok(Stream::Tls(Box::new(tls.connect(name, socket).await?)))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Stream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect().await.map(TokioIo::new) })
    }
}

/// A connection of either kind.
pub(crate) enum Stream {
    Plain(UnixStream),
    Tls(Box<TlsStream<UnixStream>>),
}

impl Stream {
    /// What TLS agreed on: its version, and the protocol above it.
    pub(crate) fn agreed(&self) -> (Option<ProtocolVersion>, Option<&[u8]>) {
        match self {
            Self::Plain(_) => (None, None),
            Self::Tls(stream) => {
                let tls = stream.get_ref().1;
                (tls.protocol_version(), tls.alpn_protocol())
            }
        }
    }

    fn io(self: Pin<&mut Self>) -> Pin<&mut dyn Io> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream),
            Self::Tls(stream) => Pin::new(stream.as_mut()),
        }
    }
}

trait Io: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Io for T {}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io().poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(context)
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// Trusts one server certificate, as hosts trust the one of the handshake line.
#[derive(Debug)]
struct PinnedServer(Vec<u8>);

impl ServerCertVerifier for PinnedServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if end_entity.as_ref() == self.0 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &algorithms())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        algorithms().supported_schemes()
    }
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    aws_lc_rs::default_provider().signature_verification_algorithms
}
