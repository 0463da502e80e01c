//! The caller's settings, checked, and named as AWS names them. Every one is optional: one that
//! isn't set is looked up where AWS tools look.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::ec2::api::tags::IgnoredTags;

/// All settings. Holds secrets, so it must not be printed.
#[derive(Clone, Default)]
pub struct Settings {
    /// The region of resources that don't name their own.
    pub region: Option<String>,
    /// The region whose STS is asked. Default: `region`.
    pub sts_region: Option<String>,
    /// Accept any name of a region.
    pub any_region: bool,
    /// Access key id; comes with `secret_key`.
    pub access_key: Option<String>,
    /// Secret access key.
    pub secret_key: Option<String>,
    /// Session token of temporary credentials.
    pub token: Option<String>,
    /// Profile of the shared files.
    pub profile: Option<String>,
    /// Shared configuration files, in place of `~/.aws/config`. Empty: that of the environment, or
    /// the default.
    pub shared_config_files: Vec<PathBuf>,
    /// Shared credentials files, in place of `~/.aws/credentials`. Empty: that of the environment,
    /// or the default.
    pub shared_credentials_files: Vec<PathBuf>,
    /// The role to assume with a token of another identity provider.
    pub web_identity: Option<WebIdentity>,
    /// Roles to assume in this order, each with the credentials of the one before.
    pub assume_roles: Vec<AssumeRole>,
    /// The endpoint of the instance metadata service, and whether it is called.
    pub metadata: Metadata,
    /// Addresses in place of AWS's own.
    pub endpoints: Endpoints,
    /// Endpoints with FIPS-validated cryptography. `None`: as environment and profile say.
    pub use_fips: Option<bool>,
    /// Endpoints that also speak IPv6. `None`: as environment and profile say.
    pub use_dualstack: Option<bool>,
    /// Call STS GetCallerIdentity, which proves the credentials and returns the account.
    pub ask_identity: bool,
    /// The accounts that the credentials may belong to.
    pub accounts: Accounts,
    /// Certificates and proxies for connections to AWS.
    pub network: Network,
    /// When a failed call is repeated.
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
    /// Name of the session in AWS's logs. Default: generated once for each process.
    pub session_name: Option<String>,
    /// How long the session lasts: 15 minutes to 12 hours.
    pub duration: Option<Duration>,
    /// The external id that the role's owner asks for.
    pub external_id: Option<String>,
    /// Policy (JSON) that narrows the session.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: BTreeSet<String>,
    /// The source identity of the session, which assumed roles of a chain keep.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// Keys of those `tags` that are passed on along a chain of roles.
    pub transitive_tag_keys: BTreeSet<String>,
}

/// AssumeRoleWithWebIdentity's parameters. Holds a secret, so it must not be printed.
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
    /// Whether the service is never called. `None`: as `AWS_EC2_METADATA_DISABLED` says.
    pub skip: Option<bool>,
    /// Its address.
    pub endpoint: Option<String>,
    /// Which of its default addresses to call: "IPv4" or "IPv6".
    pub endpoint_mode: Option<String>,
}

/// Custom addresses of services, with their schemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// EC2's.
    pub ec2: Option<String>,
    /// STS's.
    pub sts: Option<String>,
    /// That of the portal of IAM Identity Center, which SSO profiles call.
    pub sso: Option<String>,
}

/// The accounts that are allowed, by ids of twelve digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Accounts {
    /// All.
    #[default]
    Any,
    /// Only these.
    Only(BTreeSet<String>),
    /// All but these.
    AllBut(BTreeSet<String>),
}

/// Certificates and proxies for connections to AWS. Proxy addresses may hold passwords, so it must
/// not be printed.
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
    /// Accept any certificate of a server.
    pub insecure: bool,
}

/// When a failed call is repeated. Environment and profile give what isn't set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// Most attempts of a call that is throttled or meets a server fault, the first included; 0,
    /// the default, is as many as the operation's time allows.
    pub max_attempts: Option<u32>,
    /// How throttling is met.
    pub mode: Option<RetryMode>,
    /// Tokens that the retries of all calls share; 0 is no limit.
    pub token_capacity: Option<u32>,
}

/// How throttling is met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryMode {
    /// Each call backs off by itself.
    #[default]
    Standard,
    /// In addition, all calls to the region slow down together.
    Adaptive,
}

impl RetryMode {
    /// The mode with this name in AWS's tools.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "standard" => Some(Self::Standard),
            "adaptive" => Some(Self::Adaptive),
            _ => None,
        }
    }
}
