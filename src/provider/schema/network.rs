//! The way to AWS: certificates, proxies, and what AWS sees of the caller.

use super::section::{Arguments, Section, texts};
use crate::connection_error::PROXY_FORM;
use crate::ec2;
use crate::ec2::settings::Settings;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Attr, Type, Value};

/// The arguments that say what is between the provider and AWS.
pub(super) struct Network<'a> {
    custom_ca_bundle: Option<&'a str>,
    /// An empty address means no proxy, whatever the environment says.
    http_proxy: Attr<&'a str>,
    /// As `http_proxy`.
    https_proxy: Attr<&'a str>,
    no_proxy: Option<&'a str>,
    insecure: bool,
    /// A list of texts.
    user_agent: &'a Value,
}

impl<'a> Section<'a> for Network<'a> {
    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        vec![
            text(
                "custom_ca_bundle",
                "File with certificates, in PEM format, of the certificate authorities to trust \
                 in place of the system's. Default: `AWS_CA_BUNDLE`.",
            ),
            text(
                "http_proxy",
                "Address of a proxy for `http://` addresses. If no other proxy is set for \
                 `https://` addresses, it is used for them too, with a warning. `\"\"` is no \
                 proxy. Default: `HTTP_PROXY` in the environment, in upper or lower case. \
                 Loopback addresses and the metadata of instances and containers are always \
                 reached without a proxy.",
            )
            .sensitive()
            .must_be("`http://` or `https://`, a host and a port, or `\"\"`", proxy),
            text(
                "https_proxy",
                "Address of a proxy for `https://` addresses. `\"\"` is no proxy. Default: \
                 `HTTPS_PROXY` in the environment, in upper or lower case, else the proxy for \
                 `http://`.",
            )
            .sensitive()
            .must_be("`http://` or `https://`, a host and a port, or `\"\"`", proxy),
            text(
                "no_proxy",
                "Hosts that are reached without a proxy, separated by commas: domains with their \
                 subdomains, addresses, CIDR blocks, or an asterisk for all. Default: `NO_PROXY` \
                 in the environment, in upper or lower case.",
            ),
            Attribute::optional(
                "insecure",
                Type::Bool,
                "Accept any certificate of a server, without verification. Default: `false`.",
            ),
            Attribute::optional(
                "user_agent",
                Type::list(Type::String),
                "Products to append to the user agent of every call, as `product/version (comment)`. \
                 `TF_APPEND_USER_AGENT` is appended as well.",
            )
            .must_be("products as `name/version (comment)`", user_agent),
        ]
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        Self {
            custom_ca_bundle: arguments.text("custom_ca_bundle"),
            http_proxy: arguments.get("http_proxy").string(),
            https_proxy: arguments.get("https_proxy").string(),
            no_proxy: arguments.text("no_proxy"),
            insecure: arguments.bool("insecure").unwrap_or(false),
            user_agent: arguments.get("user_agent"),
        }
    }

    fn validate(&self) -> Diagnostics {
        let is_set = self
            .http_proxy
            .known()
            .is_some_and(|address| !address.is_empty());
        let in_environment = ["HTTPS_PROXY", "https_proxy"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        if is_set && self.https_proxy.is_null() && !in_environment {
            return serves_both().into();
        }
        Diagnostics::new()
    }

    fn add_to(&self, settings: &mut Settings) {
        let network = &mut settings.network;
        network.ca_bundle = self.custom_ca_bundle.map(Into::into);
        network.http_proxy = self.http_proxy.known().map(str::to_owned);
        network.https_proxy = self.https_proxy.known().map(str::to_owned);
        network.no_proxy = self.no_proxy.map(str::to_owned);
        network.insecure = self.insecure;
        settings.user_agent = texts(self.user_agent).map(str::to_owned).collect();
    }
}

fn serves_both() -> Diagnostic {
    Diagnostic::warning(
        "http_proxy serves https too",
        "http_proxy is set and https_proxy isn't, so http_proxy is also used for https:// \
         addresses, which all of AWS's are. Set https_proxy to the same address to say so, or to \
         \"\" for no proxy there.",
    )
    .at(Path::root().attribute("http_proxy"))
}

/// Checks the address of a proxy. It isn't repeated: it may hold a password.
fn proxy(value: &Value, path: &Path) -> Diagnostics {
    if ec2::settings::is_proxy_address(value.as_str().unwrap_or_default()) {
        Diagnostics::new()
    } else {
        Diagnostic::error("This is not the address of a proxy", PROXY_FORM)
            .at(path.clone())
            .into()
    }
}

fn user_agent(value: &Value, path: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (index, product) in (0..).zip(value.as_elements().unwrap_or_default()) {
        let fault = match product.as_str() {
            Some(product) => product_fault(product),
            None if product.is_null() => Some("It is null.".to_owned()),
            None => None,
        };
        if let Some(fault) = fault {
            let form = "A product is written as \"name/version (comment)\"; version and comment \
                        may be left out.";
            let summary = "This is not a product for the user agent";
            let diagnostic = Diagnostic::error(summary, format!("{fault} {form}"));
            found.push(diagnostic.at(path.index(index)));
        }
    }
    found
}

/// The fault of a product, if it has one.
fn product_fault(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("It is empty.".to_owned());
    }
    let bad = text.chars().find(|c| !matches!(c, ' '..='~'));
    if let Some(bad) = bad {
        let code = u32::from(bad);
        return Some(format!(
            "It holds the character U+{code:04X}, which headers can't."
        ));
    }
    let name = text.trim().split([' ', '/']).next().unwrap_or_default();
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let bad = name.chars().find(|c| !is_token(*c));
    match bad {
        Some(bad) => Some(format!("\"{bad}\" can't be in a product's name.")),
        None if name.is_empty() => Some("It has no name.".to_owned()),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_what_headers_can_hold() {
        for good in [
            "module",
            "module/1.0",
            "module/1.0 (+https://x.test)",
            "a/1 b/2",
        ] {
            assert_eq!(product_fault(good), None, "{good}");
        }
        for bad in [
            "",
            " ",
            "é/1",
            "a\nb",
            "/1",
            "(comment)",
            "a b\u{7f}",
            "a,b/1",
        ] {
            assert!(product_fault(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn a_bad_proxy_is_not_repeated() {
        let found = proxy(&"http://me:secret word@x".into(), &Path::root());
        assert!(found.has_errors());
        assert!(!format!("{found:?}").contains("secret"));
    }
}
