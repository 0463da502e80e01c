//! Chooses the proxy for an address, from the settings or else from the environment.
//!
//! A proxy's password is kept in its `Authorization` header alone and is never printed.

use std::fmt;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

use super::bypass::NoProxy;
use super::error::NetworkError;
use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::config::settings::Network;

/// The proxies in use.
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    bypass: NoProxy,
}

/// A proxy.
#[derive(Clone)]
pub(super) struct Proxy {
    /// Without user and password.
    pub(super) uri: Uri,
    /// The header that it asks for, with user and password.
    pub(super) authorization: Option<HeaderValue>,
}

const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const NO: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Whether a text is the address of a proxy: `http://` or `https://` (`http://` if there is no
/// scheme), optionally `user:password@`, a host, and optionally a port. An empty text is valid: it
/// means no proxy.
pub fn is_proxy_address(text: &str) -> bool {
    text.trim().is_empty() || proxy(text).is_some()
}

impl Proxies {
    /// Arguments count before variables; an empty argument means no proxy. The argument
    /// `http_proxy` is used for https too, if nothing else is set for that.
    pub(super) fn new(
        network: &Network,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, NetworkError> {
        let from_environment = |names: [&'static str; 2]| {
            let mut set = names
                .into_iter()
                .filter_map(|name| Some((SettingSource::Variable(name), variable(name)?)));
            set.next()
        };
        let argument = |name, text: &Option<String>| {
            let text = text.clone()?;
            Some((SettingSource::Argument(name), text))
        };
        let for_http = argument("http_proxy", &network.http_proxy);
        let http = for_http.clone().or_else(|| from_environment(HTTP));
        let https = argument("https_proxy", &network.https_proxy)
            .or_else(|| from_environment(HTTPS))
            .or(for_http);
        let no = network.no_proxy.clone();
        let no = no.or_else(|| from_environment(NO).map(|(_, list)| list));
        Ok(Self {
            http: parsed(http)?,
            https: parsed(https)?,
            bypass: NoProxy::new(&no.unwrap_or_default()),
        })
    }

    /// The proxy for an address; `None` if it is reached without one.
    pub(super) fn to(&self, to: &Uri) -> Option<&Proxy> {
        let proxy = match to.scheme_str() {
            Some("http") => self.http.as_ref(),
            _ => self.https.as_ref(),
        };
        proxy.filter(|_| !self.bypass.matches(to))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri.to_string().trim_end_matches('/'))
    }
}

fn parsed(set: Option<(SettingSource, String)>) -> Result<Option<Proxy>, NetworkError> {
    match set {
        Some((setting, text)) if !text.trim().is_empty() => {
            let proxy = proxy(&text).ok_or(NetworkError::Proxy(setting));
            proxy.map(Some)
        }
        _ => Ok(None),
    }
}

fn proxy(text: &str) -> Option<Proxy> {
    let anywhere = Uri::from_static("http://anywhere/");
    let found = Matcher::builder().all(text.trim()).build();
    let found = found.intercept(&anywhere)?;
    let uri = found.uri();
    let is_http = ["http", "https"].contains(&uri.scheme_str()?);
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    // `Uri` accepts a port that isn't a number, as part of the authority.
    let port = uri.authority()?.as_str().rsplit_once(':').map(|(_, p)| p);
    let has_good_port = port.is_none_or(|p| p.ends_with(']') || uri.port_u16().is_some());
    (is_http && has_host && has_good_port).then(|| Proxy {
        uri: uri.clone(),
        authorization: found.basic_auth().cloned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EC2: &str = "https://ec2.eu-west-1.amazonaws.com/";
    const PLAIN: &str = "http://ec2.test/";

    /// The proxies to a plain and a TLS address.
    fn ways(network: &Network, environment: &[(&str, &str)]) -> [Option<String>; 2] {
        let variable = |name: &str| {
            let set = environment.iter().find(|(n, _)| *n == name);
            set.map(|(_, value)| (*value).to_owned())
        };
        let proxies = Proxies::new(network, variable).expect("good addresses");
        [PLAIN, EC2].map(|to| {
            let to = to.parse().expect("an address");
            proxies.to(&to).map(ToString::to_string)
        })
    }

    fn network(http: Option<&str>, https: Option<&str>, no: Option<&str>) -> Network {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Network {
            http_proxy: owned(http),
            https_proxy: owned(https),
            no_proxy: owned(no),
            ..Network::default()
        }
    }

    #[test]
    fn arguments_win_over_the_environment_and_http_serves_both() {
        let (a, b) = (Some("http://a:1"), Some("http://b:2"));
        let both = [("HTTP_PROXY", "http://a:1"), ("https_proxy", "http://b:2")];
        let given = |http, https, no, environment: &[_], expected: [Option<&str>; 2]| {
            let found = ways(&network(http, https, no), environment);
            assert_eq!(found.each_ref().map(Option::as_deref), expected);
        };
        given(None, None, None, &[], [None, None]);
        given(a, None, None, &[], [a, a]);
        given(None, b, None, &[], [None, b]);
        given(a, b, None, &[], [a, b]);
        given(a, Some(""), None, &[], [a, None]);
        given(Some(""), b, None, &[], [None, b]);
        given(None, None, None, &both, [a, b]);
        given(None, None, None, &both[..1], [a, None]);
        given(
            Some("http://c:3"),
            None,
            None,
            &both,
            [Some("http://c:3"), b],
        );
        given(Some(""), Some(""), None, &both, [None, None]);
        given(a, b, Some("ec2.test"), &[], [None, b]);
        let no = [("NO_PROXY", "amazonaws.com"), both[0], both[1]];
        given(None, None, None, &no, [a, None]);
        given(None, None, Some("ec2.test"), &no, [None, b]);
    }

    #[test]
    fn addresses_are_taken_apart_and_never_shown_whole() {
        let it = proxy("http://me:p%40ss@proxy.test:3128/x").expect("an address");
        assert_eq!(it.to_string(), "http://proxy.test:3128");
        let header = it.authorization.expect("it has a user");
        assert_eq!(header, "Basic bWU6cEBzcw==");
        assert!(header.is_sensitive());
        for good in [
            "",
            "proxy.test:3128",
            "https://proxy.test",
            "http://[::1]:3128",
        ] {
            assert!(is_proxy_address(good), "{good}");
        }
        for bad in [
            "http://",
            "ftp://proxy.test",
            "socks5://proxy.test",
            "http://a b",
            "http://h:x",
        ] {
            assert!(!is_proxy_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_bad_address_is_said_by_the_name_of_what_sets_it() {
        let bad = network(None, Some("http://secret word"), None);
        let found = Proxies::new(&bad, |_| None).err();
        assert_eq!(
            found,
            Some(NetworkError::Proxy(SettingSource::Argument("https_proxy")))
        );
        let none = network(None, None, None);
        let set = |name: &str| (name == "http_proxy").then(|| "ftp://x".to_owned());
        let found = Proxies::new(&none, set).err();
        assert_eq!(
            found,
            Some(NetworkError::Proxy(SettingSource::Variable("http_proxy")))
        );
    }
}
