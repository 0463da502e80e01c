//! A request as a test looks at it: decoded, with the parts of its signature. Judges nothing.

use std::collections::BTreeMap;

use super::wire::Message;

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// Without the query, never empty.
    pub path: String,
    /// What follows `?`, as it was sent.
    pub query: String,
    /// By lower-case names.
    pub headers: BTreeMap<String, String>,
    /// As it was sent.
    pub body: String,
    /// The fields of a form, decoded.
    pub form: BTreeMap<String, String>,
}

/// The readable part of a signature (version 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Who signs.
    pub access_key: String,
    /// `20260131`.
    pub date: String,
    /// The region that it is signed for.
    pub region: String,
    /// `ec2`, `sts`.
    pub service: String,
}

impl Request {
    pub(super) fn read(message: &Message) -> Self {
        let (path, query) = message.path_and_query();
        let body = String::from_utf8_lossy(&message.body).into_owned();
        let is_form = message
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let form = if is_form { fields(&body) } else { fields("") };
        Self {
            method: message.method.clone(),
            path,
            query,
            headers: message.headers.clone(),
            form,
            body,
        }
    }

    /// What it is known by: its action, or else its method and path.
    pub fn name(&self) -> String {
        match self.action() {
            Some(action) => action.to_owned(),
            None => format!("{} {}", self.method, self.path),
        }
    }

    /// The call, of those services whose calls are forms.
    pub fn action(&self) -> Option<&str> {
        self.field("Action")
    }

    /// A field of its form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(String::as_str)
    }

    /// A field of its query, decoded.
    pub fn query_field(&self, name: &str) -> Option<String> {
        fields(&self.query).remove(name)
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The host that was asked for, with its port if one was named.
    pub fn host(&self) -> &str {
        self.header("host").unwrap_or_default()
    }

    /// Who asks, as he says.
    pub fn user_agent(&self) -> &str {
        self.header("user-agent").unwrap_or_default()
    }

    /// The token that temporary credentials come with.
    pub fn session_token(&self) -> Option<&str> {
        self.header("x-amz-security-token")
    }

    /// Who signed it, for what.
    pub fn credential(&self) -> Option<Credential> {
        let signature = self.header("authorization")?;
        let rest = signature.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let scope = rest.split(", ").find_map(|p| p.strip_prefix("Credential="));
        let mut parts = scope?.split('/').map(str::to_owned);
        Some(Credential {
            access_key: parts.next()?,
            date: parts.next()?,
            region: parts.next()?,
            service: parts.next()?,
        })
    }

    /// The access key that signed it; empty if none did.
    pub fn access_key(&self) -> String {
        self.credential().map(|c| c.access_key).unwrap_or_default()
    }
}

/// The fields of a form or query, decoded.
fn fields(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let halves = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    halves.map(|(k, v)| (decoded(k), decoded(v))).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3);
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                found.push(code);
                at += 2;
            }
            (b'+', _) => found.push(b' '),
            (byte, _) => found.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&found).into_owned()
}
