//! Checks replies of the sources of credentials: the instance metadata service, the endpoint of a
//! container, and IAM Identity Center. They are one line of text or one JSON object. No message
//! repeats a credential.

use aws_smithy_types::body::SdkBody;
use http::{Method, Request};
use serde_json::Value;

use super::unusable::{LONGEST_TITLE, Unusable, is_success};
use crate::rules::quoted;

/// Most bytes of a reply of one line, many times the length of a token of the metadata service.
const LONGEST_LINE: usize = 4096;

const METADATA: &str = "the instance metadata service";
const CONTAINER: &str = "the container's endpoint";
const IDENTITY_CENTER: &str = "IAM Identity Center";

/// The kind of reply that a request expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ec2::http) enum CredentialsReply {
    /// The name of an instance's role, which becomes a part of the next request's address.
    RoleName,
    /// The metadata service's token, which becomes a header.
    Line,
    /// A text of the metadata service that its reader checks: the region.
    Text,
    /// Credentials of this service.
    Credentials(&'static str),
    /// Credentials of a role of IAM Identity Center.
    RoleCredentials,
    /// A new token of IAM Identity Center in place of one that expires.
    Token,
}

impl CredentialsReply {
    /// The kind of reply that a request asks for.
    pub(super) fn of(request: &Request<SdkBody>) -> Self {
        let path = request.uri().path();
        if path.contains("/meta-data/iam/security-credentials") {
            return if path.ends_with('/') {
                Self::RoleName
            } else {
                Self::Credentials(METADATA)
            };
        }
        if path.ends_with("/latest/api/token") {
            return Self::Line;
        }
        if path.contains("/latest/meta-data/") {
            return Self::Text;
        }
        if path.ends_with("/federation/credentials") {
            return Self::RoleCredentials;
        }
        if request.method() == Method::POST && path.ends_with("/token") {
            return Self::Token;
        }
        Self::Credentials(CONTAINER)
    }

    /// Whether a request may be sent twice: a token can be renewed only once.
    pub(super) fn is_repeatable(self) -> bool {
        self != Self::Token
    }

    /// Checks the whole body of a reply.
    pub(super) fn check(self, status: u16, body: &[u8]) -> Result<(), Unusable> {
        let service = match self {
            Self::RoleName | Self::Line | Self::Text => METADATA,
            Self::Credentials(service) => service,
            Self::RoleCredentials | Self::Token => IDENTITY_CENTER,
        };
        let has_own_words = matches!(service, IDENTITY_CENTER) && status < 500;
        if !is_success(status) && !has_own_words {
            // The form of the other services' refusals isn't documented. Their status says enough.
            return Ok(());
        }
        if let Some(page) = Unusable::web_page(status, service, body).filter(|_| self != Self::Text)
        {
            return Err(page);
        }
        match self {
            Self::RoleName => role_names(body),
            Self::Text => Ok(()),
            Self::Line => line(status, body),
            Self::Credentials(_) | Self::RoleCredentials | Self::Token => {
                let reply = object(status, service, body)?;
                match self.missing(&reply).filter(|_| is_success(status)) {
                    None => Ok(()),
                    Some(what) => Err(Unusable::Lacks {
                        action: "a request for credentials".to_owned(),
                        service,
                        what,
                    }),
                }
            }
        }
    }

    /// A field that every such reply has and that this one lacks.
    fn missing(self, reply: &Value) -> Option<&'static str> {
        let has = |of: &Value, names: &[&str]| {
            let members = of.as_object().into_iter().flatten();
            members.into_iter().any(|(key, value)| {
                let is_empty = value.is_null() || value.as_str() == Some("");
                !is_empty && names.iter().any(|name| key.eq_ignore_ascii_case(name))
            })
        };
        let needed: &[(&[&str], &str)] = match self {
            // A reply whose code isn't "Success" says why it has no credentials.
            Self::Credentials(_)
                if reply
                    .get("Code")
                    .is_some_and(|code| code.is_string() && code != "Success") =>
            {
                &[]
            }
            Self::Credentials(_) => &[
                (&["AccessKeyId"], "the access key id"),
                (&["SecretAccessKey"], "the secret access key"),
                (&["Token", "SessionToken"], "the session token"),
                (&["Expiration", "ExpiresAt"], "the expiration"),
            ],
            Self::RoleCredentials => &[
                (&["accessKeyId"], "the access key id"),
                (&["secretAccessKey"], "the secret access key"),
                (&["sessionToken"], "the session token"),
            ],
            Self::Token => &[(&["accessToken"], "the token")],
            Self::RoleName | Self::Line | Self::Text => &[],
        };
        let of = match self {
            Self::RoleCredentials => reply.get("roleCredentials").unwrap_or(&Value::Null),
            _ => reply,
        };
        let missing = needed.iter().find(|(names, _)| !has(of, names));
        missing.map(|(_, what)| *what)
    }
}

fn object(status: u16, service: &'static str, body: &[u8]) -> Result<Value, Unusable> {
    if body.trim_ascii().is_empty() {
        return Err(Unusable::Empty { status, service });
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(reply) if reply.is_object() => Ok(reply),
        Err(error) if error.is_eof() => Err(Unusable::Incomplete { service }),
        Ok(_) | Err(_) => Err(Unusable::NoJson { status, service }),
    }
}

fn role_names(body: &[u8]) -> Result<(), Unusable> {
    let text = String::from_utf8_lossy(body);
    // The characters that IAM allows.
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    let is_name = |line: &str| !line.is_empty() && line.chars().all(fits);
    let mut names = text.trim().lines();
    if !text.trim().is_empty() && names.all(is_name) {
        return Ok(());
    }
    Err(Unusable::NoId {
        service: METADATA,
        name: "role".to_owned(),
        text: quoted(&text, LONGEST_TITLE),
    })
}

fn line(status: u16, body: &[u8]) -> Result<(), Unusable> {
    let line = body.trim_ascii();
    let service = METADATA;
    if line.is_empty() {
        return Err(Unusable::Empty { status, service });
    }
    if line.len() <= LONGEST_LINE && line.iter().all(u8::is_ascii_graphic) {
        return Ok(());
    }
    Err(Unusable::NoLine { status, service })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &str, path: &str) -> CredentialsReply {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://h{path}"));
        CredentialsReply::of(&request.body(SdkBody::empty()).expect("a request"))
    }

    const KEYS: &str = r#"{"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"2099-01-01T00:00:00Z"}"#;
    const OF_ROLE: &str = r#"{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S","sessionToken":"T","expiration":1}}"#;

    #[test]
    fn requests_are_told_apart() {
        let roles = "/latest/meta-data/iam/security-credentials/";
        for (method, path, expected) in [
            ("PUT", "/latest/api/token", CredentialsReply::Line),
            (
                "GET",
                "/latest/meta-data/placement/region",
                CredentialsReply::Text,
            ),
            ("GET", roles, CredentialsReply::RoleName),
            (
                "GET",
                &format!("{roles}web"),
                CredentialsReply::Credentials(METADATA),
            ),
            (
                "GET",
                "/v1/credentials",
                CredentialsReply::Credentials(CONTAINER),
            ),
            (
                "GET",
                "/federation/credentials",
                CredentialsReply::RoleCredentials,
            ),
            ("POST", "/token", CredentialsReply::Token),
        ] {
            assert_eq!(of(method, path), expected, "{path}");
        }
    }

    /// The SDK panics over an address that can't be one.
    #[test]
    fn a_role_has_a_name_that_fits_into_an_address() {
        let page = "<html><title>Sign in</title>";
        for good in ["role", "a.role@x_y-z+1=2,3\n", "one\ntwo"] {
            let judged = CredentialsReply::RoleName.check(200, good.as_bytes());
            assert_eq!(judged, Ok(()), "{good}");
        }
        for bad in ["", "\n", page, "{\"A\":", "a b", "a\n\nb", "a/b", "\u{e9}"] {
            assert!(
                CredentialsReply::RoleName
                    .check(200, bad.as_bytes())
                    .is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn no_beginning_of_credentials_is_believed() {
        for (reply, whole) in [
            (CredentialsReply::Credentials(CONTAINER), KEYS),
            (CredentialsReply::RoleCredentials, OF_ROLE),
            (CredentialsReply::Token, r#"{"accessToken":"T"}"#),
        ] {
            assert_eq!(reply.check(200, whole.as_bytes()), Ok(()), "{whole}");
            for length in 1..whole.len() {
                let judged = reply.check(200, &whole.as_bytes()[..length]);
                let incomplete = matches!(judged, Err(Unusable::Incomplete { .. }));
                assert!(incomplete, "{}: {judged:?}", &whole[..length]);
            }
        }
    }

    #[test]
    fn credentials_lack_nothing() {
        for (reply, whole, names) in [
            (
                CredentialsReply::Credentials(METADATA),
                KEYS,
                &["AccessKeyId", "SecretAccessKey", "Token", "Expiration"][..],
            ),
            (
                CredentialsReply::RoleCredentials,
                OF_ROLE,
                &[
                    "accessKeyId",
                    "secretAccessKey",
                    "sessionToken",
                    "roleCredentials",
                ],
            ),
        ] {
            for name in names {
                let without = whole.replace(&format!("\"{name}\""), "\"other\"");
                let judged = reply.check(200, without.as_bytes());
                assert!(
                    matches!(judged, Err(Unusable::Lacks { .. })),
                    "{name}: {judged:?}"
                );
            }
            for text in ["\"S\"", "\"T\""] {
                let empty = whole.replace(text, "\"\"");
                assert!(reply.check(200, empty.as_bytes()).is_err(), "{empty}");
            }
        }
    }

    #[test]
    fn refusals_are_left_to_who_knows_them() {
        let refusal = br#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#;
        assert_eq!(
            CredentialsReply::Credentials(METADATA).check(200, refusal),
            Ok(())
        );
        let page = b"<html><title>404</title></html>";
        for reply in [
            CredentialsReply::RoleName,
            CredentialsReply::Line,
            CredentialsReply::Credentials(CONTAINER),
        ] {
            assert_eq!(reply.check(404, page), Ok(()));
        }
        // IAM Identity Center always says why.
        let refusal = br#"{"message":"Session token not found or invalid"}"#;
        assert_eq!(
            CredentialsReply::RoleCredentials.check(401, refusal),
            Ok(())
        );
        assert!(CredentialsReply::RoleCredentials.check(401, page).is_err());
        assert!(CredentialsReply::RoleCredentials.check(403, b"").is_err());
    }

    #[test]
    fn what_isnt_a_reply_is_said_in_words() {
        let page = "<html><title>Sign in</title>";
        let (container, line) = (
            CredentialsReply::Credentials(CONTAINER),
            CredentialsReply::Line,
        );
        for (reply, body, words) in [
            (
                container,
                page,
                "so it wasn't the container's endpoint that answered",
            ),
            (
                line,
                page,
                "so it wasn't the instance metadata service that answered",
            ),
            (
                CredentialsReply::RoleCredentials,
                "",
                "IAM Identity Center never sends that",
            ),
            (
                container,
                "[]",
                "something came back that isn't JSON (HTTP status 200)",
            ),
            (
                container,
                "welcome",
                "something came back that isn't JSON (HTTP status 200)",
            ),
            (
                container,
                "{\"AccessKeyId\":",
                "the container's endpoint's reply broke off",
            ),
            (
                line,
                "two\nlines",
                "something came back that isn't one line of text",
            ),
            (
                line,
                " \n",
                "the instance metadata service never sends that",
            ),
        ] {
            let said = reply
                .check(200, body.as_bytes())
                .expect_err(body)
                .to_string();
            assert!(said.contains(words), "{said}");
        }
        let deep = "[".repeat(1 << 20);
        assert!(container.check(200, deep.as_bytes()).is_err());
    }
}
