//! Mutual TLS as hosts ask for it: a certificate for this process alone, and exactly one client
//! certificate that is accepted. Must not know which protocol runs inside.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{self, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme,
};
use time::{Duration, OffsetDateTime};

/// The name that hosts expect in the server's certificate.
const SERVER_NAME: &str = "localhost";

/// The TLS configuration of this process.
#[derive(Clone, Debug)]
pub struct ServerTls {
    /// TLS 1.2 and 1.3, HTTP/2 only, the client's certificate required and pinned.
    pub config: Arc<ServerConfig>,
    /// This process's certificate in DER, for the handshake line.
    pub certificate: Vec<u8>,
}

/// Why there is no TLS.
#[derive(Debug)]
pub enum TlsError {
    /// PLUGIN_CLIENT_CERT is no PEM certificate, for this reason.
    ClientCertificate(&'static str),
    /// The certificate of this process couldn't be made.
    OwnCertificate(rcgen::Error),
    /// The TLS library refused the configuration.
    Config(rustls::Error),
}

impl ServerTls {
    /// Makes a key and a certificate, and trusts `client_certificate` (PEM) and no other.
    ///
    /// # Errors
    /// [`TlsError`]; with a well-formed client certificate only if there is no randomness.
    pub fn new(client_certificate: &[u8]) -> Result<Self, TlsError> {
        let pinned = CertificateDer::from_pem_slice(client_certificate)
            .map_err(|error| TlsError::ClientCertificate(pem_fault(&error)))?;
        let (certificate, key) = own_certificate().map_err(TlsError::OwnCertificate)?;

        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = PinnedClient {
            certificate: pinned,
            algorithms: provider.signature_verification_algorithms,
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Config)?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], key)
            .map_err(TlsError::Config)?;
        // Newer hosts hang up on a server that doesn't name HTTP/2.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // No resumption: every connection shows the certificate itself.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self {
            config: Arc::new(config),
            certificate: certificate.to_vec(),
        })
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientCertificate(reason) => write!(
                f,
                "PLUGIN_CLIENT_CERT must hold a certificate in PEM form: {reason}"
            ),
            Self::OwnCertificate(error) => write!(f, "cannot make a certificate: {error}"),
            Self::Config(error) => write!(f, "cannot set TLS up: {error}"),
        }
    }
}

impl std::error::Error for TlsError {}

/// The fault of a PEM text. The parser's own message would quote the text as a list of numbers.
fn pem_fault(error: &pem::Error) -> &'static str {
    match error {
        pem::Error::NoItemsFound => "it holds none",
        pem::Error::MissingSectionEnd { .. } => "its END line is missing",
        pem::Error::IllegalSectionStart { .. } => "its BEGIN line isn't whole",
        pem::Error::Base64Decode(_) => "what is between its BEGIN and END lines isn't base64",
        _ => "it can't be read",
    }
}

/// A certificate for P-256, which is made and verified in a fraction of a millisecond, and which every host
/// accepts.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new([SERVER_NAME.to_owned()])?;
    params
        .distinguished_name
        .push(DnType::CommonName, SERVER_NAME);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    // Five minutes in the past, since the host's clock may be behind this one.
    let now = OffsetDateTime::now_utc();
    params.not_before = now - Duration::minutes(5);
    params.not_after = now + Duration::days(365);
    let certificate = params.self_signed(&key)?.der().clone();
    Ok((
        certificate,
        PrivateKeyDer::Pkcs8(key.serialize_der().into()),
    ))
}

/// Accepts a client that shows `certificate` and proves that it holds the key.
///
/// webpki's own verifier can't be used, since the hosts' certificates are marked as an authority's and it
/// accepts no such certificate from a client. Comparing every byte is stricter; names and dates needn't
/// be checked, since the host itself passed this certificate on.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
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
        crypto::verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    fn client_pem() -> String {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let der = STANDARD.encode(params.self_signed(&key).unwrap().der());
        format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n")
    }

    #[test]
    fn each_process_has_its_own_certificate() {
        let pem = client_pem();
        let one = ServerTls::new(pem.as_bytes()).unwrap();
        let other = ServerTls::new(pem.as_bytes()).unwrap();
        assert_ne!(one.certificate, other.certificate);
        assert_eq!(one.config.alpn_protocols, [b"h2".to_vec()]);
    }

    #[test]
    fn text_without_a_certificate_is_refused() {
        for bad in ["", "junk", "-----BEGIN CERTIFICATE-----\n!!\n"] {
            let message = ServerTls::new(bad.as_bytes()).unwrap_err().to_string();
            assert!(
                message.starts_with("PLUGIN_CLIENT_CERT must hold"),
                "{message}"
            );
        }
    }

    #[test]
    fn no_message_lists_a_text_as_numbers() {
        for bad in [
            "-----BEGIN CERTIFICATE",
            "-----BEGIN CERTIFICATE----x\nAAAA\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n",
            "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            let message = ServerTls::new(bad.as_bytes()).unwrap_err().to_string();
            assert!(!message.contains(", 4"), "{bad}: {message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }

    #[test]
    fn p521_as_the_hosts_use_it_can_be_verified() {
        let schemes = aws_lc_rs::default_provider()
            .signature_verification_algorithms
            .supported_schemes();
        assert!(schemes.contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
    }
}
