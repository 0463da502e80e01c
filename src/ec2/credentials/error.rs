//! Why there are no credentials: the facts from which `connection_error` makes messages. Holds no
//! credential, and must not know the paths of arguments.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use aws_credential_types::provider::error::CredentialsError;

use super::stray::{Part, Stray};
use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::error::{Error, chain};

/// Why there are no credentials.
#[derive(Clone, Debug)]
pub enum CredentialsLoadError {
    /// No source gave credentials: none is set up, or the last of these attempts failed.
    NoneFound(Vec<Attempt>),
    /// A file that a setting names, or that holds profiles, can't be used.
    File {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        origin: SettingSource,
        /// Why, without the file's contents.
        cause: String,
    },
    /// The profile isn't in the shared files.
    NoProfile {
        /// The profile.
        profile: String,
        /// The setting that names it.
        origin: SettingSource,
        /// The names of the profiles in the files, sorted.
        known: Vec<String>,
        /// The files that were read.
        files: Vec<PathBuf>,
    },
    /// The profile exists and gives no credentials.
    Profile {
        /// The profile.
        profile: String,
        /// The setting that names it.
        origin: SettingSource,
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
        /// The answer of STS.
        error: Box<Error>,
    },
    /// This part of a web identity is neither in the settings nor in the environment.
    WebIdentityLacks(&'static str),
    /// A source gives a text that can't be sent in a request.
    Unsendable {
        /// The source.
        source: Source,
        /// Which of its texts.
        part: Part,
        /// The character that can't be sent, and its position.
        stray: Stray,
    },
}

/// A source of credentials, or of a token that is exchanged for credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The caller's settings.
    Block,
    /// A variable of the environment; `None` is the usual one of each part.
    Environment(Option<&'static str>),
    /// A file that holds a token and nothing else.
    File {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        origin: SettingSource,
    },
    /// A profile of the shared files.
    Profile {
        /// The profile.
        profile: String,
        /// The file, if it holds the texts themselves.
        file: Option<PathBuf>,
        /// The program that prints them for the profile, without its arguments.
        program: Option<String>,
    },
    /// The container's endpoint.
    Container,
    /// The instance metadata service.
    Metadata,
    /// STS, for the role with this ARN.
    Role(String),
}

/// A source that was asked for credentials and gave none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The name of the source in messages.
    pub source: String,
    /// Why it gave none. No full stop.
    pub cause: String,
}

/// A role to assume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The role of the settings with this index.
    Block(usize),
    /// The role of the settings' web identity.
    WebIdentity,
    /// The role of the environment's web identity.
    Environment,
}

impl CredentialsLoadError {
    /// Finds an error of this type among the causes of an error of the SDK.
    pub(super) fn behind<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        chain(error).find_map(|cause| cause.downcast_ref())
    }
}

impl Source {
    /// How messages name one of the texts from this source.
    pub fn name(&self, part: Part) -> String {
        let argument = match part {
            Part::AccessKey => "access_key",
            Part::SecretKey => "secret_key",
            Part::SessionToken => "token",
            Part::WebIdentityToken | Part::ContainerToken => "web_identity_token",
        };
        match self {
            Self::Block => format!("\"{argument}\""),
            Self::Environment(Some(variable)) => (*variable).to_owned(),
            Self::Environment(None) => variable(part).to_owned(),
            Self::File { path, .. } => path.display().to_string(),
            Self::Profile {
                profile,
                file: Some(file),
                ..
            } => {
                let key = variable(part).to_ascii_lowercase();
                format!("{key} of the profile \"{profile}\" in {}", file.display())
            }
            Self::Profile {
                profile,
                program: Some(program),
                ..
            } => format!(
                "The {part} that {program} prints, credential_process of the profile \"{profile}\","
            ),
            Self::Profile { profile, .. } => {
                format!("The {part} that the profile \"{profile}\" leads to")
            }
            Self::Container => format!("The {part} of the container's endpoint"),
            Self::Metadata => format!("The {part} of the instance metadata service"),
            Self::Role(arn) => format!("The {part} that STS sent for the role {arn}"),
        }
    }
}

/// The usual variable of a part. A profile's key has the same name in lower case.
fn variable(part: Part) -> &'static str {
    match part {
        Part::AccessKey => "AWS_ACCESS_KEY_ID",
        Part::SecretKey => "AWS_SECRET_ACCESS_KEY",
        Part::SessionToken => "AWS_SESSION_TOKEN",
        Part::WebIdentityToken => "TF_AWS_WEB_IDENTITY_TOKEN",
        Part::ContainerToken => "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    }
}

impl From<CredentialsLoadError> for CredentialsError {
    fn from(error: CredentialsLoadError) -> Self {
        Self::provider_error(error)
    }
}

impl fmt::Display for CredentialsLoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneFound(attempts) => {
                let attempts: Vec<String> = attempts.iter().map(ToString::to_string).collect();
                write!(f, "no credentials: {}", attempts.join("; "))
            }
            Self::File { path, cause, .. } => write!(f, "{}: {cause}", path.display()),
            Self::NoProfile { profile, .. } => write!(f, "there is no profile {profile:?}"),
            Self::Profile { profile, cause, .. } => write!(f, "profile {profile:?}: {cause}"),
            Self::Role { arn, error, .. } => write!(f, "could not assume role {arn}: {error}"),
            Self::WebIdentityLacks(argument) => write!(f, "{argument} is missing"),
            Self::Unsendable {
                source,
                part,
                stray,
            } => write!(f, "{} {stray}", source.name(*part)),
        }
    }
}

impl StdError for CredentialsLoadError {}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.cause)
    }
}
