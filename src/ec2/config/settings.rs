//! The caller's settings: known, checked, and in AWS's words. Everything is
//! optional: what isn't set is looked up where every AWS tool looks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::ec2::api::tags::IgnoredTags;

/// All of it. Holds secrets: not to be printed.
#[derive(Clone, Default)]
pub struct Settings {
    /// The region of all that doesn't name its own.
    pub region: Option<String>,
    /// The region whose STS is asked. Default: `region`.
    pub sts_region: Option<String>,
    /// Take any name for a region.
    pub any_region: bool,
    /// Access key id; comes with `secret_key`.
    pub access_key: Option<String>,
    /// Secret access key.
    pub secret_key: Option<String>,
    /// Session token of temporary credentials.
    pub token: Option<String>,
    /// Profile of the shared files.
    pub profile: Option<String>,
    /// Shared configuration files, in place of `~/.aws/config`. Empty: the usual one.
    pub shared_config_files: Vec<PathBuf>,
    /// Shared credentials files, in place of `~/.aws/credentials`. Empty: the usual one.
    pub shared_credentials_files: Vec<PathBuf>,
    /// The role that a token of another identity provider is changed for.
    pub web_identity: Option<WebIdentity>,
    /// Roles to assume, each with the credentials of the one before.
    pub assume_roles: Vec<AssumeRole>,
    /// Where the instance metadata service is, and whether it is asked.
    pub metadata: Metadata,
    /// Addresses in place of AWS's own.
    pub endpoints: Endpoints,
    /// Endpoints with FIPS-validated cryptography. `None`: as environment and profile say.
    pub use_fips: Option<bool>,
    /// Endpoints that also speak IPv6. `None`: as environment and profile say.
    pub use_dualstack: Option<bool>,
    /// Prove the credentials and learn the account, by asking STS who we are.
    pub ask_identity: bool,
    /// The accounts that the credentials may be of.
    pub accounts: Accounts,
    /// The way to AWS.
    pub network: Network,
    /// When a call that failed is sent again.
    pub retries: Retries,
    /// Products that are appended to the user agent as `name/version (comment)`.
    pub user_agent: Vec<String>,
    /// Tags that other tools manage: neither shown nor removed.
    pub ignored_tags: IgnoredTags,
}

/// AssumeRole's parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// Name of the session in AWS's logs. Default: made up, one a process.
    pub session_name: Option<String>,
    /// How long the session lasts: 15 minutes to 12 hours.
    pub duration: Option<Duration>,
    /// The external id that the role's owner asks for.
    pub external_id: Option<String>,
    /// Policy (JSON) that narrows the session.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: BTreeSet<String>,
    /// The person or program behind the session; fixed along a chain.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// Those of `tags` that go along a chain.
    pub transitive_tag_keys: BTreeSet<String>,
}

/// AssumeRoleWithWebIdentity's parameters. Holds a secret: not to be printed.
#[derive(Clone, Default)]
pub struct WebIdentity {
    /// The role. Default: `AWS_ROLE_ARN`.
    pub role_arn: Option<String>,
    /// Name of the session in AWS's logs. Default: `AWS_ROLE_SESSION_NAME`, else made up.
    pub session_name: Option<String>,
    /// How long the session lasts: 15 minutes to 12 hours.
    pub duration: Option<Duration>,
    /// Policy (JSON) that narrows the session.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: BTreeSet<String>,
    /// Where the token comes from.
    pub token: Option<WebIdentityToken>,
}

/// A token of another identity provider.
#[derive(Clone)]
pub enum WebIdentityToken {
    /// The token itself.
    Text(String),
    /// A file that holds it, read anew for every session.
    File(PathBuf),
}

/// The instance metadata service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Leave it alone, or don't. `None`: as `AWS_EC2_METADATA_DISABLED` says.
    pub skip: Option<bool>,
    /// Its address.
    pub endpoint: Option<String>,
    /// The family of its usual address: "IPv4" or "IPv6".
    pub endpoint_mode: Option<String>,
}

/// Addresses, with their schemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// EC2's.
    pub ec2: Option<String>,
    /// STS's.
    pub sts: Option<String>,
    /// The portal of IAM Identity Center, which SSO profiles ask.
    pub sso: Option<String>,
}

/// The accounts that may be worked in: twelve digits each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Accounts {
    /// All.
    #[default]
    Any,
    /// None but these.
    Only(BTreeSet<String>),
    /// All but these.
    AllBut(BTreeSet<String>),
}

/// The way to AWS. Proxy addresses may hold passwords: not to be printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// A PEM file with the only certificates that are trusted. Default: `AWS_CA_BUNDLE`, else the
    /// system's.
    pub ca_bundle: Option<PathBuf>,
    /// Proxy for `http://` addresses; an empty one is none. Default: `HTTP_PROXY`.
    pub http_proxy: Option<String>,
    /// Proxy for `https://` addresses; an empty one is none. Default: `HTTPS_PROXY`, else
    /// `http_proxy`.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without a proxy, separated by commas. Default: `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// Trust whatever certificate a server shows.
    pub insecure: bool,
}

/// When a call that failed is sent again. What isn't set is as environment and profile say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// How often a call is sent at the most, the first time included, where throttling or a fault
    /// may pass; 0 is the default, which is as often as the operation's time allows.
    pub max_attempts: Option<u32>,
    /// How throttling is met.
    pub mode: Option<RetryMode>,
    /// Tokens that retries of all calls together draw from; 0 is no limit.
    pub token_capacity: Option<u32>,
}

/// How throttling is met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryMode {
    /// Each call waits for itself.
    #[default]
    Standard,
    /// Beyond that, all calls to the region slow down together.
    Adaptive,
}

impl RetryMode {
    /// The mode that AWS's tools call so.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "standard" => Some(Self::Standard),
            "adaptive" => Some(Self::Adaptive),
            _ => None,
        }
    }
}
