//! Checks that a reply is complete, comes from the service and answers the call that was made. A
//! proxy, a login page or a broken connection may send something else, even with status 200.
//! Nothing in a reply that fails the check is used.
//!
//! The check comes before the SDK reads a reply. Replies of EC2 and STS are read as a [`document`]
//! that may hold only the [`requested_ids`]; those of the sources of credentials are checked by
//! [`credentials_reply`].

mod credentials_reply;
mod document;
mod id;
mod requested_ids;
mod unusable;

#[cfg(test)]
mod tests;

use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use http::Request;

use self::credentials_reply::CredentialsReply;
use self::document::{Document, Reason};
use self::requested_ids::RequestedIds;
pub(in crate::ec2) use self::unusable::Unusable;
use self::unusable::{LONGEST_TITLE, is_success};
use crate::rules::quoted;

/// Longest page of EC2 in bytes: a thousand groups with all their rules.
const LONGEST_PAGE: usize = 64 * 1024 * 1024;
/// Longest reply of other services, and longest error, in bytes.
const LONGEST_OTHER: usize = 1024 * 1024;

/// The reply that is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// XML of EC2 or STS.
    Xml {
        /// The call: `DescribeVpcs`.
        action: String,
        service: &'static str,
        /// The requested ids: every item of the reply's list has one of them.
        requested: Option<RequestedIds>,
    },
    /// Text or JSON of a source of credentials.
    Of(CredentialsReply),
}

impl Expected {
    /// The reply that is expected to a request.
    pub(super) fn to(request: &Request<SdkBody>) -> Self {
        let form = request.body().bytes().unwrap_or_default();
        let field = |name: &str| {
            let mut pairs = form.split(|byte| *byte == b'&');
            let value = pairs.find_map(|pair| pair.strip_prefix(name.as_bytes()))?;
            std::str::from_utf8(value).ok()
        };
        let service = match field("Version=") {
            Some("2016-11-15") => "EC2",
            Some("2011-06-15") => "STS",
            _ => return Self::Of(CredentialsReply::of(request)),
        };
        match field("Action=") {
            Some(action) => Self::Xml {
                action: action.to_owned(),
                service,
                requested: RequestedIds::in_form(action, form),
            },
            None => Self::Of(CredentialsReply::of(request)),
        }
    }

    /// Whether the request is sent once more if the reply fails the check. Calls to EC2 and STS
    /// aren't repeated here: whether that is safe depends on the call.
    pub(super) fn is_asked_again(&self) -> bool {
        matches!(self, Self::Of(reply) if reply.is_repeatable())
    }

    /// Longest reply in bytes.
    pub(super) fn longest(&self, status: u16) -> usize {
        match self {
            Self::Xml { service: "EC2", .. } if is_success(status) => LONGEST_PAGE,
            Self::Xml { .. } | Self::Of(_) => LONGEST_OTHER,
        }
    }

    /// Longest time for the whole reply if the caller sets no limit, so that one that arrives too
    /// slowly ends too.
    pub(super) fn time(&self) -> Duration {
        match self {
            // More than a whole attempt of a call may take.
            Self::Xml { .. } => Duration::from_secs(90),
            Self::Of(_) => Duration::from_secs(10),
        }
    }

    /// Checks the whole body of a reply.
    pub(super) fn check(&self, status: u16, body: &[u8]) -> Result<(), Unusable> {
        let (action, service, requested) = match self {
            Self::Xml {
                action,
                service,
                requested,
            } => (action, service, requested.as_ref()),
            Self::Of(reply) => return reply.check(status, body),
        };
        let document = match Document::read(body, requested) {
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
            Unusable::OfAnother { .. } => {
                Unusable::web_page(status, service, body).unwrap_or(unusable)
            }
            unusable => unusable,
        })
    }
}

fn unreadable(reason: Reason, status: u16, service: &'static str, body: &[u8]) -> Unusable {
    if let Some(page) = Unusable::web_page(status, service, body) {
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
    if let Some(id) = &document.not_asked {
        return Err(Unusable::NotAsked {
            action,
            service,
            id: quoted(id, LONGEST_TITLE),
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
