//! Why a reply can't be used, in words for a user.

use std::fmt;

use crate::rules::quoted;

/// Most characters that are quoted of a web page's title.
pub(super) const LONGEST_TITLE: usize = 80;

/// Why a reply can't be used. Displays as words for a user, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ec2) enum Unusable {
    /// The body is empty.
    Empty { status: u16, service: &'static str },
    /// A web page, and its title.
    WebPage {
        status: u16,
        service: &'static str,
        title: Option<String>,
    },
    /// Neither one line of text nor a web page.
    NoLine { status: u16, service: &'static str },
    /// Neither JSON nor a web page.
    NoJson { status: u16, service: &'static str },
    /// Neither XML nor a web page.
    NoXml {
        status: u16,
        service: &'static str,
        is_json: bool,
    },
    /// XML or JSON that was truncated or damaged.
    Incomplete { service: &'static str },
    /// XML of another call or service, with the name of its root.
    OfAnother {
        root: String,
        action: String,
        service: &'static str,
    },
    /// A reply to the call without a part that every such reply has.
    Lacks {
        action: String,
        service: &'static str,
        what: &'static str,
    },
    /// A text that can't be an id, in the place of one.
    NoId {
        service: &'static str,
        name: String,
        text: String,
    },
    /// A whole reply about an id that wasn't requested.
    NotAsked {
        action: String,
        service: &'static str,
        id: String,
    },
    /// It says that the call wasn't carried out, without a reason.
    SaysNo {
        action: String,
        service: &'static str,
    },
    /// It is longer than the limit, in bytes.
    Endless { limit: usize },
}

impl Unusable {
    /// Whether a proxy or gateway reports a failure of its own (HTTP status 5xx).
    pub(in crate::ec2) fn is_server_fault(&self) -> bool {
        match self {
            Self::Empty { status, .. }
            | Self::WebPage { status, .. }
            | Self::NoLine { status, .. }
            | Self::NoJson { status, .. }
            | Self::NoXml { status, .. } => *status >= 500,
            Self::Incomplete { .. }
            | Self::OfAnother { .. }
            | Self::Lacks { .. }
            | Self::NoId { .. }
            | Self::NotAsked { .. }
            | Self::SaysNo { .. }
            | Self::Endless { .. } => false,
        }
    }

    /// A web page, if the body is one.
    pub(super) fn web_page(status: u16, service: &'static str, body: &[u8]) -> Option<Self> {
        // The beginning is enough to recognise a page and to find its title.
        let begin = String::from_utf8_lossy(&body[..body.len().min(16 * 1024)]);
        let lower = begin.to_ascii_lowercase();
        let is_page = ["<!doctype html", "<html"]
            .iter()
            .any(|tag| lower.contains(tag));
        is_page.then(|| Self::WebPage {
            status,
            service,
            title: title(&begin, &lower),
        })
    }
}

/// Whether a status means success (2xx).
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The title of a web page; `lower` is the page in lower case.
fn title(page: &str, lower: &str) -> Option<String> {
    let begin = lower.find("<title")?;
    let begin = begin + lower[begin..].find('>')? + 1;
    let end = begin + lower[begin..].find("</")?;
    let title = quoted(page.get(begin..end)?, LONGEST_TITLE);
    (!title.is_empty()).then_some(title)
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
            Self::Empty { status, service } if *status >= 500 => write!(
                f,
                "HTTP status {status} came back with nothing in it, so it wasn't {service} that \
                 answered: perhaps a proxy on the way that doesn't reach it"
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
                let whose = if *status >= 500 {
                    "a proxy on the way that doesn't reach it"
                } else {
                    "the login page of a proxy or of this network"
                };
                write!(
                    f,
                    "), so it wasn't {service} that answered: perhaps {whose}"
                )
            }
            Self::NoLine { status, service } => write!(
                f,
                "something came back that isn't one line of text (HTTP status {status}), so it \
                 wasn't {service} that answered"
            ),
            Self::NoJson { status, service } => write!(
                f,
                "something came back that isn't JSON (HTTP status {status}), so it wasn't \
                 {service} that answered"
            ),
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
            Self::NotAsked {
                action,
                service,
                id,
            } => write!(
                f,
                "{service}'s reply to {action} is about {id}, which wasn't asked for"
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
