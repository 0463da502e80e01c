//! Why a certificate isn't accepted: in words for a user, and as a kind.
//!
//! Errors of TLS pass through proxies and tunnels as text, so the kind is found by the words, which
//! this module alone writes.

use std::error::Error as StdError;
use std::io;

use rustls::{CertificateError, Error as TlsError};

/// The beginning of every refusal of a certificate.
const REFUSED: &str = "the certificate is refused: ";

/// Why a certificate isn't accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// No trusted authority has signed it.
    UnknownIssuer,
    /// It is the certificate of an authority.
    OfAuthority,
    /// It was valid once.
    Expired,
    /// It becomes valid at a later time.
    TooEarly,
    /// It is for other names than the server's.
    OtherName,
    /// Anything else.
    Other,
}

/// The beginning of the words for each kind.
const WORDS: [(Distrust, &str); 5] = [
    (
        Distrust::UnknownIssuer,
        "no authority that is trusted here has signed it",
    ),
    (
        Distrust::OfAuthority,
        "it is that of an authority, and no server's",
    ),
    (Distrust::Expired, "it has expired"),
    (Distrust::TooEarly, "it isn't valid yet"),
    (Distrust::OtherName, "it is for another name"),
];

/// Why a certificate isn't accepted, if an error in this chain says so. No full stop.
pub(in crate::ec2) fn words<'a>(
    chain: impl Iterator<Item = &'a (dyn StdError + 'static)>,
) -> Option<String> {
    chain.filter_map(tls_error).find_map(|error| match error {
        TlsError::InvalidCertificate(why) => Some(format!("{REFUSED}{}", reason(why))),
        _ => None,
    })
}

/// The kind of refusal in a message that [`words`] is part of; `None` for other messages.
pub(in crate::ec2) fn of_message(message: &str) -> Option<Distrust> {
    let (_, why) = message.split_once(REFUSED)?;
    let found = WORDS.iter().find(|(_, words)| why.starts_with(words));
    Some(found.map_or(Distrust::Other, |(kind, _)| *kind))
}

/// The TLS library's error. An I/O error doesn't return the error that it wraps as its source, and
/// may wrap another I/O error.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    match error.downcast_ref::<io::Error>() {
        Some(wrapper) => tls_error(wrapper.get_ref()?),
        None => error.downcast_ref(),
    }
}

fn reason(error: &CertificateError) -> String {
    let kind = match error {
        CertificateError::UnknownIssuer => Distrust::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Distrust::TooEarly
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::OtherName
        }
        // The library has no variant for it, and names it only when it is printed for debugging.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => Distrust::OfAuthority,
        CertificateError::Revoked => return "its authority has revoked it".to_owned(),
        CertificateError::BadSignature => return "its signature is wrong".to_owned(),
        CertificateError::BadEncoding => return "it can't be read".to_owned(),
        other => return format!("it isn't as a server's has to be ({other:?})"),
    };
    let words = WORDS.iter().find(|(of, _)| *of == kind);
    let words = words.map(|(_, words)| *words).unwrap_or_default();
    match error {
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            let expected = expected.to_str();
            format!("{words} than \"{expected}\"{}", names(presented))
        }
        _ => words.to_owned(),
    }
}

/// The names that a certificate is for. The library shows each as in `DnsName("ec2.test")`.
fn names(presented: &[String]) -> String {
    let names = presented.iter().map(|shown| {
        let inner = shown
            .split_once('(')
            .map_or(shown.as_str(), |(_, rest)| rest);
        inner.trim_end_matches(')').trim_matches('"').to_owned()
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(". It names {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::ServerName;

    use super::*;

    fn reported(error: CertificateError) -> String {
        let error = io::Error::other(io::Error::other(TlsError::InvalidCertificate(error)));
        let chain: [&(dyn StdError + 'static); 1] = [&error];
        words(chain.into_iter()).expect("it is about a certificate")
    }

    #[test]
    fn each_kind_of_refusal_is_told_by_its_words() {
        let name = ServerName::try_from("ec2.test").expect("a name");
        let other_name = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: name.clone(),
            presented: presented.iter().map(|&p| p.to_owned()).collect(),
        };
        for (error, said, kind) in [
            (
                CertificateError::UnknownIssuer,
                "no authority",
                Distrust::UnknownIssuer,
            ),
            (CertificateError::Expired, "has expired", Distrust::Expired),
            (
                CertificateError::NotValidYet,
                "isn't valid yet",
                Distrust::TooEarly,
            ),
            (
                other_name(&[]),
                "name than \"ec2.test\"",
                Distrust::OtherName,
            ),
            (
                other_name(&["DnsName(\"a.test\")", "IpAddress(127.0.0.1)"]),
                "\"ec2.test\". It names a.test, 127.0.0.1",
                Distrust::OtherName,
            ),
            (CertificateError::Revoked, "revoked", Distrust::Other),
            (
                CertificateError::UnhandledCriticalExtension,
                "(Unhandled",
                Distrust::Other,
            ),
        ] {
            let words = format!("the proxy http://p can't be reached: {}", reported(error));
            assert!(words.contains(said), "{words}");
            assert_eq!(of_message(&words), Some(kind), "{words}");
        }
        assert_eq!(of_message("connection refused"), None);
    }
}
