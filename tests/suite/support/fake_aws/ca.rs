//! A certificate authority that nobody knows, and a server's certificate from it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;

/// Every name that a fake may go by: loopback's, and those of AWS that tests ask for.
const NAMES: [&str; 8] = [
    "localhost",
    "127.0.0.1",
    "*.amazonaws.com",
    "*.eu-west-1.amazonaws.com",
    "*.us-east-1.amazonaws.com",
    "*.us-west-2.amazonaws.com",
    "*.eu-west-1.api.aws",
    "*.us-east-1.api.aws",
];

/// A private authority with a name of its own.
pub struct PrivateCa {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl PrivateCa {
    /// A fresh one.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key is made");
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "A private authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).expect("it is signed");
        Self {
            pem: pem(certificate.der()),
            issuer: Issuer::new(params, key),
        }
    }

    /// Its certificate, as a bundle file holds it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes a bundle with its certificate into a folder.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("private-ca.pem");
        fs::write(&path, &self.pem).expect("the folder can be written");
        path
    }

    /// A server's side of TLS with a certificate for loopback and for AWS's names.
    pub fn server_config(&self) -> Arc<ServerConfig> {
        self.server_config_for(&NAMES)
    }

    /// The same for certain names only.
    pub fn server_config_for(&self, names: &[&str]) -> Arc<ServerConfig> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("these are names");
        params
            .distinguished_name
            .push(DnType::CommonName, "A server of a private authority");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().expect("a key is made");
        let certificate = params.signed_by(&key, &self.issuer).expect("it is signed");
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        Arc::new(config.expect("the key is the certificate's"))
    }
}

/// A certificate as text, in lines of the usual length.
fn pem(der: &[u8]) -> String {
    let code = STANDARD.encode(der).into_bytes();
    let lines = code.chunks(64).map(String::from_utf8_lossy);
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
}
