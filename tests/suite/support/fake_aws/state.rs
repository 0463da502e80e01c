//! What a fake AWS remembers, and what it was told to do. Knows no protocol.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::ACCOUNT;
use super::request::Request;
use super::wire::Reply;

/// Temporary credentials. A text search finds each of their secrets, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Begins with `ASIAFAKE`.
    pub access_key: String,
    /// Begins with `fake-issued-secret-`.
    pub secret_key: String,
    /// Begins with `fake-issued-token-`.
    pub session_token: String,
    /// What they were issued for: a role's ARN or name.
    pub role: String,
    /// When they end.
    pub expires: OffsetDateTime,
}

impl Issued {
    /// When they end, as AWS writes it.
    pub(super) fn expiration(&self) -> String {
        let whole = self.expires.replace_nanosecond(0).expect("0 is in range");
        whole.format(&Rfc3339).expect("a time can be written")
    }
}

/// An answer of the test's own.
struct Script {
    name: String,
    /// `None`: for ever.
    left: Option<usize>,
    reply: Reply,
}

pub(super) struct State {
    pub(super) requests: Vec<Request>,
    pub(super) delays: BTreeMap<String, Duration>,
    pub(super) accounts: BTreeMap<String, String>,
    pub(super) issued: Vec<Issued>,
    pub(super) lifetime: Duration,
    pub(super) instance_region: String,
    pub(super) container_authorization: Option<String>,
    pub(super) sso_token: Option<String>,
    /// Host and port of the emulator that answers for EC2.
    pub(super) ec2: Option<String>,
    scripts: Vec<Script>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            requests: Vec::new(),
            delays: BTreeMap::new(),
            accounts: BTreeMap::new(),
            issued: Vec::new(),
            lifetime: Duration::from_secs(3600),
            instance_region: "eu-west-1".to_owned(),
            container_authorization: None,
            sso_token: None,
            ec2: None,
            scripts: Vec::new(),
        }
    }
}

impl State {
    pub(super) fn script(&mut self, name: &str, left: Option<usize>, status: u16, body: &str) {
        self.scripts.push(Script {
            name: name.to_owned(),
            left,
            reply: Reply::new(status, body),
        });
    }

    pub(super) fn script_endless(&mut self, name: &str, status: u16) {
        let mut reply = Reply::new(status, "x");
        reply.is_endless = true;
        self.scripts.push(Script {
            name: name.to_owned(),
            left: None,
            reply,
        });
    }

    pub(super) fn unscript(&mut self, name: &str) {
        self.scripts.retain(|script| script.name != name);
        self.delays.remove(name);
    }

    /// The test's own answer to a request of this name.
    pub(super) fn scripted(&mut self, name: &str) -> Option<Reply> {
        let due = |s: &&mut Script| s.name == name && s.left != Some(0);
        let script = self.scripts.iter_mut().find(due)?;
        script.left = script.left.map(|left| left - 1);
        Some(script.reply.clone())
    }

    /// Fresh credentials for a role. No two are alike, of different fakes neither.
    pub(super) fn issue(&mut self, role: &str) -> Issued {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let issued = Issued {
            access_key: format!("ASIAFAKE{number:012}"),
            secret_key: format!("fake-issued-secret-{number:06}"),
            session_token: format!("fake-issued-token-{number:06}"),
            role: role.to_owned(),
            expires: OffsetDateTime::now_utc() + self.lifetime,
        };
        self.issued.push(issued.clone());
        issued
    }

    pub(super) fn issued_as(&self, access_key: &str) -> Option<&Issued> {
        self.issued.iter().find(|i| i.access_key == access_key)
    }

    /// Whose an access key is: as the test said, or the account of the role it was issued for.
    pub(super) fn account(&self, access_key: &str) -> String {
        let said = self.accounts.get(access_key).cloned();
        let of_role = || {
            let role = &self.issued_as(access_key)?.role;
            role.split(':').nth(4).map(str::to_owned)
        };
        said.or_else(of_role).unwrap_or_else(|| ACCOUNT.to_owned())
    }
}
