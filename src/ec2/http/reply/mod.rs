//! Whether a reply is what was asked for: whole, from the service, and of the call that was made.
//! Between here and AWS there are proxies, login pages and broken networks, and what they send may
//! come with status 200. What isn't such a reply is no answer: nobody may believe any of it.
//!
//! Replies of EC2 and STS are looked at as a whole before the SDK reads them. Of other services
//! (instance metadata, containers' credentials, IAM Identity Center), only the length is judged, and
//! the names of roles, which the SDK puts into an address: the rest is JSON and text, whose readers
//! notice what is missing.

mod document;
mod id;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use http::Request;

use self::document::{Document, Reason};
use crate::rules::quoted;

/// Pages of EC2 may be large: a thousand groups with all their rules.
const LONGEST_PAGE: usize = 64 * 1024 * 1024;
/// An error, or what any other service has to say.
const LONGEST_OTHER: usize = 1024 * 1024;
/// So much of a web page's title tells whose it is.
const LONGEST_TITLE: usize = 80;

/// What a reply has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// XML, as EC2 and STS send it.
    Xml {
        /// The call: `DescribeVpcs`.
        action: String,
        service: &'static str,
    },
    /// The name of an instance's role, which becomes a part of the next request's address.
    RoleName,
    /// Whatever the service sends.
    Anything,
}

/// Why a reply counts as none. Displays as words for a user, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ec2) enum Unusable {
    /// There is nothing in it.
    Empty { status: u16, service: &'static str },
    /// A web page, and its title.
    WebPage {
        status: u16,
        service: &'static str,
        title: Option<String>,
    },
    /// Neither XML nor a web page.
    NoXml {
        status: u16,
        service: &'static str,
        is_json: bool,
    },
    /// XML that ends before its end, or is garbled on the way.
    Incomplete { service: &'static str },
    /// XML of another call or service: the name of its root.
    OfAnother {
        root: String,
        action: String,
        service: &'static str,
    },
    /// A reply to the call in which something is missing that always is there.
    Lacks {
        action: String,
        service: &'static str,
        what: &'static str,
    },
    /// Something in the place of an id that can't be one.
    NoId {
        service: &'static str,
        name: String,
        text: String,
    },
    /// It says "no" without saying why.
    SaysNo {
        action: String,
        service: &'static str,
    },
    /// It goes on and on.
    Endless { limit: usize },
}

impl Expected {
    /// What the reply to a request has to be.
    pub(super) fn to(request: &Request<SdkBody>) -> Self {
        let path = request.uri().path();
        if path.contains("/meta-data/iam/security-credentials") && path.ends_with('/') {
            return Self::RoleName;
        }
        let form = request.body().bytes().unwrap_or_default();
        let field = |name: &str| {
            let mut pairs = form.split(|byte| *byte == b'&');
            let value = pairs.find_map(|pair| pair.strip_prefix(name.as_bytes()))?;
            std::str::from_utf8(value).ok()
        };
        let service = match field("Version=") {
            Some("2016-11-15") => "EC2",
            Some("2011-06-15") => "STS",
            _ => return Self::Anything,
        };
        match field("Action=") {
            Some(action) => Self::Xml {
                action: action.to_owned(),
                service,
            },
            None => Self::Anything,
        }
    }

    /// How long the reply may be, in bytes.
    pub(super) fn longest(&self, status: u16) -> usize {
        match self {
            Self::Xml { service: "EC2", .. } if is_success(status) => LONGEST_PAGE,
            Self::Xml { .. } | Self::RoleName | Self::Anything => LONGEST_OTHER,
        }
    }

    /// How long the reply may take, where nobody else says so: one that drips in for ever ends too.
    pub(super) fn time(&self) -> Duration {
        match self {
            // More than a whole attempt of a call may take.
            Self::Xml { .. } => Duration::from_secs(90),
            Self::RoleName | Self::Anything => Duration::from_secs(10),
        }
    }

    /// Judges a reply by its whole body.
    pub(super) fn judge(&self, status: u16, body: &[u8]) -> Result<(), Unusable> {
        let (action, service) = match self {
            Self::Xml { action, service } => (action, service),
            Self::RoleName if is_success(status) => return of_role_name(status, body),
            Self::RoleName | Self::Anything => return Ok(()),
        };
        let document = match Document::read(body) {
            Ok(document) => document,
            Err(reason) => return Err(unreadable(reason, status, service, body)),
        };
        let judged = if is_success(status) {
            of_success(&document, action, service)
        } else {
            of_failure(&document, action, service)
        };
        judged.map_err(|unusable| match unusable {
            // Web pages may be XML too.
            Unusable::OfAnother { .. } => web_page(status, service, body).unwrap_or(unusable),
            unusable => unusable,
        })
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn of_role_name(status: u16, body: &[u8]) -> Result<(), Unusable> {
    let service = "the instance metadata service";
    if let Some(page) = web_page(status, service, body) {
        return Err(page);
    }
    let text = String::from_utf8_lossy(body);
    // As IAM allows them.
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    let is_name = |line: &str| !line.is_empty() && line.chars().all(fits);
    if text.trim().lines().next().is_some_and(is_name) && text.trim().lines().all(is_name) {
        return Ok(());
    }
    Err(Unusable::NoId {
        service,
        name: "role".to_owned(),
        text: quoted(&text, LONGEST_TITLE),
    })
}

fn unreadable(reason: Reason, status: u16, service: &'static str, body: &[u8]) -> Unusable {
    if let Some(page) = web_page(status, service, body) {
        return page;
    }
    match (reason, body.trim_ascii()) {
        (_, []) => Unusable::Empty { status, service },
        (Reason::Incomplete, _) => Unusable::Incomplete { service },
        (Reason::NoXml, begin) => Unusable::NoXml {
            status,
            service,
            is_json: matches!(begin, [b'{' | b'[', ..]),
        },
    }
}

fn web_page(status: u16, service: &'static str, body: &[u8]) -> Option<Unusable> {
    // Enough to see what it is, and quick to search.
    let begin = String::from_utf8_lossy(&body[..body.len().min(16 * 1024)]);
    let lower = begin.to_ascii_lowercase();
    let is_page = ["<!doctype html", "<html"]
        .iter()
        .any(|tag| lower.contains(tag));
    is_page.then(|| Unusable::WebPage {
        status,
        service,
        title: title(&begin, &lower),
    })
}

/// The title of a web page; `lower` is the same in small letters.
fn title(page: &str, lower: &str) -> Option<String> {
    let begin = lower.find("<title")?;
    let begin = begin + lower[begin..].find('>')? + 1;
    let end = begin + lower[begin..].find("</")?;
    let title = quoted(page.get(begin..end)?, LONGEST_TITLE);
    (!title.is_empty()).then_some(title)
}

fn of_success(
    document: &Document<'_>,
    action: &str,
    service: &'static str,
) -> Result<(), Unusable> {
    let action = action.to_owned();
    if document.root.strip_suffix("Response") != Some(action.as_str()) {
        return Err(of_another(document, action, service));
    }
    if let Some((name, text)) = &document.no_id {
        return Err(Unusable::NoId {
            service,
            name: (*name).to_owned(),
            text: quoted(text, LONGEST_TITLE),
        });
    }
    if document.says_no {
        return Err(Unusable::SaysNo { action, service });
    }
    let what = match action.as_str() {
        describe if describe.starts_with("Describe") && !document.has_list => "the list",
        "CreateSecurityGroup" if !document.has_child("groupId") => "the group's id",
        _ if document.children.is_empty() => "everything",
        _ => return Ok(()),
    };
    Err(Unusable::Lacks {
        action,
        service,
        what,
    })
}

fn of_failure(
    document: &Document<'_>,
    action: &str,
    service: &'static str,
) -> Result<(), Unusable> {
    let is_error = matches!(document.root, "Response" | "ErrorResponse") && document.has_code;
    if is_error {
        Ok(())
    } else {
        Err(of_another(document, action.to_owned(), service))
    }
}

fn of_another(document: &Document<'_>, action: String, service: &'static str) -> Unusable {
    Unusable::OfAnother {
        root: quoted(document.root, LONGEST_TITLE),
        action,
        service,
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { status: 407, .. }
            | Self::WebPage { status: 407, .. }
            | Self::NoXml { status: 407, .. } => write!(
                f,
                "a proxy asks for a user and a password (HTTP status 407): write them into its \
                 address, as in http://user:password@host:port"
            ),
            Self::Empty { status, service } => write!(
                f,
                "what came back is empty (HTTP status {status}), and {service} never sends that"
            ),
            Self::WebPage {
                status,
                service,
                title,
            } => {
                write!(f, "a web page came back (HTTP status {status}")?;
                if let Some(title) = title {
                    write!(f, ", \"{title}\"")?;
                }
                write!(
                    f,
                    "), so it wasn't {service} that answered: perhaps the login page of a proxy \
                     or of this network"
                )
            }
            Self::NoXml {
                status,
                service,
                is_json,
            } => {
                let what = if *is_json { "JSON" } else { "something" };
                write!(
                    f,
                    "{what} came back that isn't XML (HTTP status {status}), so it wasn't \
                     {service} that answered"
                )
            }
            Self::Incomplete { service } => write!(
                f,
                "{service}'s reply broke off or was garbled on the way, and none of it can be \
                 believed"
            ),
            Self::OfAnother {
                root,
                action,
                service,
            } => write!(
                f,
                "what came back is no reply of {service} to {action}, but \"{root}\""
            ),
            Self::Lacks {
                action,
                service,
                what,
            } => write!(
                f,
                "{what} is missing in what came back, and {service} never leaves that out of a \
                 reply to {action}"
            ),
            Self::NoId {
                service,
                name,
                text,
            } => write!(
                f,
                "the {name} \"{text}\" came back, which {service} doesn't have: ids have another \
                 form"
            ),
            Self::SaysNo { action, service } => write!(
                f,
                "{service} replied that {action} wasn't done, without a reason"
            ),
            Self::Endless { limit } => write!(
                f,
                "what came back is longer than any reply of AWS ({} MiB)",
                limit / 1024 / 1024
            ),
        }
    }
}

impl std::error::Error for Unusable {}
