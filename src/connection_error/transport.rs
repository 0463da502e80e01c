//! Hints for calls that failed between this machine and AWS: a certificate that isn't accepted,
//! a proxy that doesn't answer, or something between that answers in AWS's place.

use super::explanation::Surface;
use crate::ec2::Error;
use crate::ec2::errors::{Distrust, TransportFault};

/// The hint for a call that failed on its way to AWS.
pub(crate) fn hint(error: &Error, surface: Surface) -> Option<String> {
    let [block, command] = match error.transport_fault()? {
        TransportFault::Address(variable) => return Some(wrong_address(variable, surface)),
        TransportFault::Foreign => [
            "Check what is between this machine and AWS: sign in where the network or its proxy asks \
             for it, correct the proxy (\"https_proxy\", HTTPS_PROXY) or the address (\"endpoints\", \
             AWS_ENDPOINT_URL), and try again.",
            "Check what is between this machine and AWS: sign in where the network or its proxy asks \
             for it, correct the proxy (HTTPS_PROXY) or the address (AWS_ENDPOINT_URL), and try \
             again.",
        ],
        TransportFault::Proxy => [
            "Check that the proxy is up and lets this through. Its address comes from \"https_proxy\" \
             or \"http_proxy\" in the provider block, or from HTTPS_PROXY or HTTP_PROXY in the \
             environment; \"no_proxy\" or NO_PROXY names the hosts that are reached without it.",
            "Check that the proxy is up and lets this through. Its address comes from HTTPS_PROXY or \
             HTTP_PROXY; NO_PROXY names the hosts that are reached without it.",
        ],
        TransportFault::Certificate(Distrust::UnknownIssuer) => [
            "Where a proxy or an endpoint has an authority of its own, add its certificate to the \
             file that \"custom_ca_bundle\" in the provider block names, or AWS_CA_BUNDLE in the \
             environment, or set one of them to such a file.",
            "Where a proxy or an endpoint has an authority of its own, add its certificate to the \
             file that AWS_CA_BUNDLE names, or set it to such a file.",
        ],
        TransportFault::Certificate(Distrust::OtherName) => [
            "Correct the address in \"endpoints\" in the provider block, in AWS_ENDPOINT_URL or in \
             the setting of the proxy, so that it has a name of the certificate.",
            "Correct the address in AWS_ENDPOINT_URL or HTTPS_PROXY, so that it has a name of the \
             certificate.",
        ],
        TransportFault::Certificate(Distrust::OfAuthority) => {
            ["Give the server a certificate of its own that the authority has signed."; 2]
        }
        TransportFault::Certificate(Distrust::Expired) => {
            ["Renew the server's certificate, or correct this machine's clock."; 2]
        }
        TransportFault::Certificate(Distrust::TooEarly) => {
            ["Correct this machine's clock, or wait until the certificate is valid."; 2]
        }
        TransportFault::Certificate(Distrust::Other) => {
            ["Have the server's certificate replaced by one that is valid."; 2]
        }
    };
    let hint = match surface {
        Surface::ProviderBlock => block,
        Surface::CommandLine => command,
    };
    Some(hint.to_owned())
}

/// The hint for an address of somebody's own at which no server is.
fn wrong_address(variable: Option<&str>, surface: Surface) -> String {
    let (source, mend) = match (variable, surface) {
        (Some(name), _) => (format!("{name} in the environment"), "Correct or unset it"),
        (None, Surface::ProviderBlock) => (
            "\"endpoints\" in the provider block, or \"endpoint_url\" in the profile".to_owned(),
            "Correct or remove it",
        ),
        (None, Surface::CommandLine) => (
            "\"endpoint_url\" in the profile".to_owned(),
            "Correct or remove it",
        ),
    };
    format!("That address comes from {source}. {mend}, or start the server that should be there.")
}
