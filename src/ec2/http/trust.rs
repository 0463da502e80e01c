//! Which servers are trusted: those with certificates of the CA bundle's authorities, or else of
//! the system's; all of them if the settings say so.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hyper_rustls::ConfigBuilderExt as _;
use rustls::WantsVerifier;
use rustls::client::WantsClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ConfigBuilder, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::error::NetworkError;
use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::config::settings::Network;
use crate::ec2::config::{file, file_path};

/// Variable that names another file with the system's certificates.
const SYSTEM_BUNDLE: &str = "SSL_CERT_FILE";

/// The TLS configuration for connections to AWS and proxies.
pub(super) struct Trust {
    /// Empty until it is first needed, if it takes the system's certificates.
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Trust {
    /// Reads the settings. A CA bundle takes the place of the system's certificates.
    pub(super) fn new(
        network: &Network,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, NetworkError> {
        let bundle = match (&network.ca_bundle, variable("AWS_CA_BUNDLE")) {
            (Some(path), _) => Some((SettingSource::Argument("custom_ca_bundle"), path.clone())),
            (None, Some(path)) => Some((SettingSource::Variable("AWS_CA_BUNDLE"), path.into())),
            (None, None) => None,
        };
        // The bundle is read even if `insecure` makes it useless, so that a wrong path is reported.
        let roots = bundle
            .map(|(setting, path)| read(setting, path))
            .transpose()?;
        let config = match roots {
            _ if network.insecure => Some(unverified()),
            Some(roots) => Some(builder().with_root_certificates(roots)),
            None => None,
        };
        Ok(Self {
            config: match config {
                Some(config) => OnceLock::from(Ok(finished(config))),
                None => OnceLock::new(),
            },
        })
    }

    /// The TLS configuration.
    ///
    /// # Errors
    /// Words that say why the system's certificates can't be loaded.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, String> {
        let system = || {
            // The library reports nothing about this file if it can't be read.
            if let Some(path) = std::env::var_os(SYSTEM_BUNDLE).filter(|path| !path.is_empty()) {
                file::read(path.as_ref()).map_err(|error| {
                    let path = path.display();
                    format!("{SYSTEM_BUNDLE} names no file of certificates, {path}: {error}")
                })?;
            }
            let config = builder().with_native_roots();
            config.map(finished).map_err(|error| {
                format!("the system has no certificates that tell whom to trust ({error})")
            })
        };
        self.config.get_or_init(system).clone()
    }
}

fn builder() -> ConfigBuilder<ClientConfig, WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has the usual versions")
}

fn finished(config: ConfigBuilder<ClientConfig, WantsClientCert>) -> Arc<ClientConfig> {
    Arc::new(config.with_no_client_auth())
}

fn unverified() -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let verifier = NoServerVerification(aws_lc_rs::default_provider());
    builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
}

/// The certificates of a CA bundle. Entries that aren't usable certificates are skipped, which
/// bundles of companies often have, as long as one is left.
fn read(setting: SettingSource, path: PathBuf) -> Result<RootCertStore, NetworkError> {
    let path = file_path::expand(&path);
    let fault = |cause: String| NetworkError::Bundle {
        setting,
        path: path.clone(),
        cause,
    };
    // This is the text of a file in place of its name. It may be a key, so it isn't repeated.
    if path.to_string_lossy().contains(['\n', '\r']) {
        return Err(NetworkError::Bundle {
            setting,
            path: PathBuf::from("…"),
            cause: "this is the text of a file; give the name of the file instead".to_owned(),
        });
    }
    let bytes = file::read(&path).map_err(|error| fault(error.to_string()))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes).flatten().collect();
    let count = certificates.len();
    let mut roots = RootCertStore::empty();
    match roots.add_parsable_certificates(certificates) {
        (0, _) if count == 0 => Err(fault("it holds no certificate in PEM form".to_owned())),
        (0, _) => Err(fault("it holds no certificate that can be read".to_owned())),
        _ => Ok(roots),
    }
}

/// Accepts any certificate, but still verifies the handshake's signature.
#[derive(Debug)]
struct NoServerVerification(CryptoProvider);

impl ServerCertVerifier for NoServerVerification {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `file("ca.pem")` where the file's name was meant, or a key that was pasted.
    #[test]
    fn the_text_of_a_file_is_not_repeated_where_its_name_was_meant() {
        let text = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        let setting = SettingSource::Argument("custom_ca_bundle");
        let refused = read(setting, text.into()).expect_err("it is no name of a file");
        let NetworkError::Bundle { cause, .. } = &refused else {
            panic!("{refused:?}");
        };
        assert!(cause.contains("the name of the file"), "{cause}");
        assert!(!format!("{refused:?}").contains("c2VjcmV0"));
    }
}
