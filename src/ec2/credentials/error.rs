//! Why there are no credentials, told so that whoever knows the attribute paths can say what to
//! do. Holds no credential.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use aws_credential_types::provider::error::CredentialsError;

use crate::ec2::error::{Error, chain};

/// Why there are no credentials.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// All places were looked at, or the last of these said something worse than "nothing here".
    Nowhere(Vec<Looked>),
    /// A file that was named, or that holds profiles, is no use.
    File {
        /// The file.
        path: PathBuf,
        /// What names it.
        origin: Origin,
        /// Why, without what is in it.
        cause: String,
    },
    /// The profile isn't in the shared files.
    NoProfile {
        /// The profile.
        profile: String,
        /// What names it.
        origin: Origin,
        /// The profiles that there are, in order.
        known: Vec<String>,
        /// The files that were read.
        files: Vec<PathBuf>,
    },
    /// The profile is there, and gives no credentials.
    Profile {
        /// The profile.
        profile: String,
        /// What names it.
        origin: Origin,
        /// Whether it signs in with IAM Identity Center.
        sso: bool,
        /// Why.
        cause: String,
    },
    /// STS refuses a role, or can't be asked for it.
    Role {
        /// Which of the roles.
        role: Role,
        /// Its ARN.
        arn: String,
        /// What STS said.
        error: Box<Error>,
    },
    /// Neither the provider block nor the environment has this argument of
    /// `assume_role_with_web_identity`.
    WebIdentityLacks(&'static str),
}

/// A place where credentials were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The place.
    pub place: String,
    /// Why it gave none. No full stop.
    pub cause: String,
}

/// What named a file or a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An argument of the provider block.
    Argument(&'static str),
    /// An element of an argument that is a list, counted from 0.
    Element(&'static str, usize),
    /// A variable of the environment.
    Variable(&'static str),
    /// Nothing: it is where every tool looks.
    Usual,
}

/// A role to assume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// That of the provider block's `assume_role` block with this index.
    Block(usize),
    /// That of the provider block's `assume_role_with_web_identity`.
    WebIdentity,
    /// That of the environment's web identity.
    Environment,
}

impl Trouble {
    /// The trouble itself, where one is behind an error of the SDK.
    pub(super) fn behind<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        chain(error).find_map(|cause| cause.downcast_ref())
    }
}

impl From<Trouble> for CredentialsError {
    fn from(trouble: Trouble) -> Self {
        Self::provider_error(trouble)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere(places) => {
                let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                write!(f, "no credentials: {}", places.join("; "))
            }
            Self::File { path, cause, .. } => write!(f, "{}: {cause}", path.display()),
            Self::NoProfile { profile, .. } => write!(f, "there is no profile {profile:?}"),
            Self::Profile { profile, cause, .. } => write!(f, "profile {profile:?}: {cause}"),
            Self::Role { arn, error, .. } => write!(f, "the role {arn} isn't to be had: {error}"),
            Self::WebIdentityLacks(argument) => write!(f, "{argument} is missing"),
        }
    }
}

impl StdError for Trouble {}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.cause)
    }
}
