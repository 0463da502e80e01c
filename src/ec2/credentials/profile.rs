//! The credentials of a profile of the shared files: keys, a program, a sign-in or a role. The SDK
//! reads the profile; this module checks the credentials before the SDK signs with them, and words
//! the errors.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::time::Duration;

use aws_config::Region;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::environment::Environment;
use super::error::{CredentialsLoadError, Source};
use super::files::{SharedFiles, section};
use super::process::{Failure, Process};
use super::sendable::{self, Checked};
use super::stray::Part;
use super::{container, metadata, process};
use crate::ec2::api::sts::Sts;
use crate::ec2::config::settings::Settings;
use crate::ec2::error::{Error, chain, innermost};

/// Longest wait for a profile's credentials, unless it runs a program of the user's.
const LIMIT: Duration = Duration::from_secs(25);

/// The `credential_source` that is written into the profile whose credentials the first role is
/// assumed with, so that they are checked before the SDK signs with them.
const CHECKED: &str = "CheckedByProvider";

/// Name of the profile that is added as the source of a role whose profile is its own source.
const OWN_SOURCE: &str = "checked-by-provider";

/// Keys of a profile that is its own source that set up its credentials, not its role.
const SOURCES: [&str; 8] = [
    "credential_process",
    "login_session",
    "region",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
];

/// The settings of a profile that hold keys.
const KEYS: [(Part, &str); 3] = [
    (Part::AccessKey, "aws_access_key_id"),
    (Part::SecretKey, "aws_secret_access_key"),
    (Part::SessionToken, "aws_session_token"),
];

/// Settings of a profile that count before its keys, unless another profile's role is assumed with
/// them.
const BEFORE_KEYS: [&str; 6] = [
    "credential_source",
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "login_session",
    "credential_process",
];

pub(super) fn provider(
    settings: &Settings,
    config: &ProviderConfig,
    files: &SharedFiles,
    sts: &Sts,
) -> Profile {
    // A role of the profile is assumed in the same region as the roles of the settings.
    let config = config
        .clone()
        .with_region(Some(Region::new(sts.region().to_owned())));
    let builder = || {
        ProfileFileCredentialsProvider::builder()
            .configure(&config)
            .with_custom_provider("Environment", Environment::default())
            .with_custom_provider("EcsContainer", container::provider(&config))
            .with_custom_provider(
                "Ec2InstanceMetadata",
                metadata::provider(&settings.metadata, &config),
            )
    };
    let base = Base::of(files);
    let below = base.as_ref().filter(|base| base.is_to_be_checked());
    let outer = builder()
        .profile_files(files.completed(
            files.profile(),
            &settings.endpoints,
            below.map(Base::taken_from_checked),
        ))
        .profile_name(files.profile());
    let inner = match below {
        None => outer.build(),
        Some(base) => {
            let checked = match &base.process {
                Some(process) => Checked::new(base.source(), process.clone()),
                None => {
                    let (name, more) = base.without_role(files);
                    let alone = builder()
                        .profile_files(files.completed(name, &settings.endpoints, more))
                        .profile_name(name)
                        .build();
                    Checked::new(base.source(), alone)
                }
            };
            outer.with_custom_provider(CHECKED, checked).build()
        }
    };
    Profile {
        inner,
        base,
        region: sts.region().to_owned(),
        files: files.clone(),
    }
}

/// The profile at the end of the chain of `source_profile`: its credentials sign the call that
/// assumes the first role, if there is one.
#[derive(Debug)]
struct Base {
    profile: String,
    /// It isn't the profile in use, but the source of its roles.
    is_another: bool,
    /// It has a role, which is assumed with credentials of the same profile.
    is_own_source: bool,
    /// Its keys are its credentials.
    has_keys: bool,
    /// It has a `credential_source`, whose credentials are checked there.
    has_named_source: bool,
    /// The program that prints its credentials.
    program: Option<String>,
    /// Runs that program in place of the SDK, which limits neither its output nor its time.
    process: Option<Process>,
}

impl Base {
    /// Follows `source_profile` as the SDK does; `None` if the profiles form a circle.
    fn of(files: &SharedFiles) -> Option<Self> {
        let mut seen = BTreeSet::new();
        let mut name = files.profile();
        while seen.insert(name) {
            let is_another = seen.len() > 1;
            let has = |key: &str| files.value(name, key).is_some();
            let keys = KEYS.iter().any(|(_, key)| has(key));
            let is_role = has("role_arn") && !has("web_identity_token_file");
            let next = files.value(name, "source_profile");
            let goes_on = is_role && next != Some(name) && !(is_another && keys);
            match next.filter(|_| goes_on) {
                Some(next) => name = next,
                None => {
                    let is_overruled = BEFORE_KEYS.iter().any(|key| has(key)) && !is_another;
                    let has_keys = keys && !is_overruled;
                    let command = files.value(name, "credential_process");
                    let is_own_source = is_role && next == Some(name);
                    let before = BEFORE_KEYS
                        .iter()
                        .filter(|key| **key != "credential_process");
                    let is_last = has_keys
                        || (is_role && !is_own_source)
                        || before.into_iter().any(|key| has(key));
                    return Some(Self {
                        profile: name.to_owned(),
                        is_another,
                        is_own_source,
                        has_keys,
                        has_named_source: has("credential_source"),
                        program: command.map(program),
                        process: command.filter(|_| !is_last).map(Process::new),
                    });
                }
            }
        }
        None
    }

    /// Whether the SDK would sign with its credentials before they are checked.
    fn is_to_be_checked(&self) -> bool {
        (self.is_another || self.is_own_source) && !self.has_keys && !self.has_named_source
    }

    /// Sections that make the SDK take its credentials from the source [`CHECKED`].
    fn taken_from_checked(&self) -> String {
        let profile = section(&self.profile);
        if self.is_own_source {
            let source = section(OWN_SOURCE);
            format!(
                "[{profile}]\nsource_profile = {OWN_SOURCE}\n[{source}]\ncredential_source = \
                 {CHECKED}\n"
            )
        } else {
            format!("[{profile}]\ncredential_source = {CHECKED}\n")
        }
    }

    /// The name of a profile that has its credentials without its role, and the section that
    /// defines that profile if it isn't in the files.
    fn without_role(&self, files: &SharedFiles) -> (&str, Option<String>) {
        if !self.is_own_source {
            return (&self.profile, None);
        }
        let lines = SOURCES.iter().filter_map(|key| {
            let value = files.value(&self.profile, key)?;
            Some(format!("{key} = {value}\n"))
        });
        let lines: String = lines.collect();
        let section = format!("[{}]\n{lines}", section(OWN_SOURCE));
        (OWN_SOURCE, Some(section))
    }

    fn source(&self) -> Source {
        Source::Profile {
            profile: self.profile.clone(),
            file: None,
            program: self.program.clone(),
        }
    }

    /// Checks its keys, which the SDK would sign with without a further check.
    fn check_keys(&self, files: &SharedFiles) -> Result<(), CredentialsLoadError> {
        if !self.has_keys {
            return Ok(());
        }
        for (part, key) in KEYS {
            let Some(text) = files.value(&self.profile, key) else {
                continue;
            };
            let source = Source::Profile {
                profile: self.profile.clone(),
                file: files.holder(&self.profile, key).map(Into::into),
                program: None,
            };
            sendable::check(&source, part, text)?;
        }
        Ok(())
    }
}

/// The program of a command, without arguments and variables, which may hold a secret.
fn program(command: &str) -> String {
    let first = command.split_whitespace().next().unwrap_or_default();
    let name = first.trim_matches(['"', '\'']);
    if name.is_empty() || name.contains('=') {
        "the program".to_owned()
    } else {
        name.to_owned()
    }
}

/// The SDK's provider for a profile, with checks around it.
#[derive(Debug)]
pub(super) struct Profile {
    inner: ProfileFileCredentialsProvider,
    base: Option<Base>,
    region: String,
    files: SharedFiles,
}

impl Profile {
    async fn credentials(&self) -> Provided {
        self.files.require_profile()?;
        if let Some(base) = &self.base {
            base.check_keys(&self.files)?;
            self.files.check_tokens(&base.profile)?;
        }
        let asked = match self.own().and_then(|base| base.process.as_ref()) {
            Some(process) => process.provide_credentials(),
            None => self.inner.provide_credentials(),
        };
        let runs_a_program = self
            .base
            .as_ref()
            .is_some_and(|base| base.process.is_some());
        let for_program = if runs_a_program {
            process::LIMIT
        } else {
            Duration::ZERO
        };
        let limit = LIMIT + for_program;
        let Ok(given) = tokio::time::timeout(limit, asked).await else {
            let limit = humantime::format_duration(limit);
            let cause = format!("what it leads to gave no answer within {limit}");
            return Err(self.files.failed(cause).into());
        };
        let error = match given {
            Err(error) => error,
            Ok(given) => {
                sendable::check_all(&self.source(), &given)?;
                return Ok(given);
            }
        };
        match &error {
            _ if CredentialsLoadError::behind(&error).is_some() => Err(error),
            CredentialsError::CredentialsNotLoaded(_) if !self.is_broken(&error) => {
                Err(CredentialsError::not_loaded(self.files.nothing()))
            }
            _ => Err(self.files.failed(self.cause(&error)).into()),
        }
    }

    /// The profile in use, if it has credentials itself and no role.
    fn own(&self) -> Option<&Base> {
        let base = self.base.as_ref();
        base.filter(|base| !base.is_another && !base.is_own_source)
    }

    fn source(&self) -> Source {
        self.own().map_or_else(
            || Source::Profile {
                profile: self.files.profile().to_owned(),
                file: None,
                program: None,
            },
            Base::source,
        )
    }

    /// Whether the profile exists and is faulty. The SDK reports that as it does a profile without
    /// credentials, but with a cause.
    fn is_broken(&self, error: &CredentialsError) -> bool {
        error.source().is_some() && self.files.has_profile()
    }

    /// Why the profile gave no credentials: STS's answer about its role, the program's failure, or
    /// the last cause.
    fn cause(&self, error: &CredentialsError) -> String {
        let refused = chain(error)
            .find_map(|cause| cause.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>());
        if let Some(refused) = refused {
            return Error::new("AssumeRole", &self.region, refused).to_string();
        }
        let failure = chain(error).find_map(|cause| cause.downcast_ref::<Failure>());
        let program = self.base.as_ref().and_then(|base| base.program.as_ref());
        match (failure, program) {
            (Some(failure), Some(program)) => {
                format!("{program}, which credential_process starts, {failure}")
            }
            _ => innermost(error),
        }
    }
}

impl ProvideCredentials for Profile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_named_by_its_program_alone() {
        for (command, expected) in [
            ("/opt/bin/tool --password x", "/opt/bin/tool"),
            ("  'tool' x", "tool"),
            ("TOKEN=x tool", "the program"),
            ("", "the program"),
        ] {
            assert_eq!(program(command), expected);
        }
    }
}
