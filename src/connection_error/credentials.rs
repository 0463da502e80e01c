//! The message about missing or refused credentials: the argument at fault, what was found, and
//! what to do.

use std::path::{Path as FilePath, PathBuf};

use super::explanation::{Argument, Explanation, Surface, at};
use super::{transport, unsendable};
use crate::ec2::Error;
use crate::ec2::errors::{Attempt, CredentialsLoadError, Role, SETTINGS, SettingSource};
use crate::ec2::settings::Settings;
use crate::rules::{nearest, one_of};

pub(super) fn explain(
    error: &CredentialsLoadError,
    settings: &Settings,
    surface: Surface,
) -> Explanation {
    match error {
        CredentialsLoadError::NoneFound(attempts) => none_found(attempts, surface),
        CredentialsLoadError::File {
            path,
            origin,
            cause,
        } => file(path, *origin, cause),
        CredentialsLoadError::NoProfile {
            profile,
            origin,
            known,
            files,
        } => no_profile(profile, *origin, known, files),
        CredentialsLoadError::Profile {
            profile,
            origin,
            sso,
            cause,
        } => at(*origin, failed_profile(profile, *sso, cause)),
        CredentialsLoadError::Role { role, arn, error } => {
            refused_role(*role, arn, error, (settings, surface))
        }
        CredentialsLoadError::WebIdentityLacks(argument) => web_identity_lacks(argument),
        CredentialsLoadError::Unsendable {
            source,
            part,
            stray,
        } => unsendable::explain(source, *part, *stray),
    }
}

/// The name of the source in which the provider's users write credentials.
const PROVIDER_BLOCK: &str = "the provider block (access_key and secret_key, or profile)";

fn none_found(attempts: &[Attempt], surface: Surface) -> Explanation {
    let line = |attempt: &Attempt| match surface {
        _ if attempt.source != SETTINGS => Some(attempt.to_string()),
        Surface::ProviderBlock => Some(format!("{PROVIDER_BLOCK}: {}", attempt.cause)),
        // The command takes no credentials.
        Surface::CommandLine => None,
    };
    let lines: Vec<String> = attempts.iter().filter_map(line).collect();
    Explanation::new(
        "No AWS credentials",
        format!("Looked, in this order, in\n  - {}.", lines.join("\n  - ")),
    )
}

fn file(file: &FilePath, origin: SettingSource, cause: &str) -> Explanation {
    let file = file.display();
    let hint = match origin {
        SettingSource::Argument(name) | SettingSource::Element(name, _) => {
            format!("Correct it, or {name:?}.")
        }
        SettingSource::Variable(name) => {
            format!("{name} names it: correct the file, or the variable.")
        }
        SettingSource::Profile(_) | SettingSource::Metadata | SettingSource::Default => {
            "Correct it: all AWS tools on this machine read it.".to_owned()
        }
    };
    let explanation = Explanation::new(
        format!("{file} can't be used"),
        format!("{file}: {cause}.\n\n{hint}"),
    );
    at(origin, explanation)
}

fn no_profile(
    profile: &str,
    origin: SettingSource,
    known: &[String],
    files: &[PathBuf],
) -> Explanation {
    let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    let files = files.join(", ");
    let near = nearest(profile, known.iter().map(String::as_str));
    let guess = match near.as_slice() {
        [] => String::new(),
        near => format!(" Did you mean {}?", one_of(near)),
    };
    let known = match known {
        [] => format!("There are no profiles at all in {files}."),
        known => format!("The profiles in {files} are: {}.", known.join(", ")),
    };
    let names = match origin {
        SettingSource::Variable(name) => format!("{name} names it. "),
        _ => String::new(),
    };
    let explanation = Explanation::new(
        format!("There is no profile \"{profile}\""),
        format!("{names}{known}{guess}"),
    );
    at(origin, explanation)
}

fn failed_profile(profile: &str, sso: bool, cause: &str) -> Explanation {
    let hint = if sso {
        format!(
            "If you aren't signed in, or not any more, run\n  aws sso login --profile {profile}"
        )
    } else {
        "Check what the profile says in the shared files, and what it refers to.".into()
    };
    Explanation::new(
        format!("The profile \"{profile}\" gives no credentials"),
        format!("{}.\n\n{hint}", cause.trim_end_matches('.')),
    )
}

fn refused_role(
    role: Role,
    arn: &str,
    error: &Error,
    (settings, surface): (&Settings, Surface),
) -> Explanation {
    let web_identity = "assume_role_with_web_identity";
    let (block, which) = match role {
        Role::Block(_) if surface == Surface::CommandLine => (None, "--role-arn".to_owned()),
        Role::Block(index) => (
            Some(Argument::element("assume_role", index)),
            format!("assume_role[{index}]"),
        ),
        Role::WebIdentity => (
            Some(Argument::element(web_identity, 0)),
            web_identity.to_owned(),
        ),
        Role::Environment => (None, "AWS_ROLE_ARN".to_owned()),
    };
    let whom = match role {
        Role::Block(0) if surface == Surface::CommandLine => {
            "the credentials that were found".to_owned()
        }
        Role::Block(0) => "the credentials that the provider found".to_owned(),
        Role::Block(index) => format!("the role of assume_role[{}]", index - 1),
        Role::WebIdentity | Role::Environment => "the token's identity provider".to_owned(),
    };
    let otherwise = match (&error.code, &settings.endpoints.sts) {
        (Some(_), _) => format!(
            "Check that the role exists, that its trust policy lets {whom} assume it, and that \
             the other arguments are as it demands."
        ),
        (None, Some(_)) => "Check \"endpoints\": is \"sts\" the right address, and up?".into(),
        (None, None) => "Check that STS can be reached from here.".to_owned(),
    };
    let hint = transport::hint(error, surface).unwrap_or(otherwise);
    let explanation = Explanation::new(
        format!("The role {arn} can't be assumed"),
        format!("{which}: {error}.\n\n{hint}"),
    );
    match block {
        Some(block) => explanation.at(block.attribute("role_arn")),
        None => explanation,
    }
}

fn web_identity_lacks(argument: &'static str) -> Explanation {
    let hint = match argument {
        "role_arn" => "Set it, or AWS_ROLE_ARN in the environment.",
        _ => {
            "Set web_identity_token or web_identity_token_file, or TF_AWS_WEB_IDENTITY_TOKEN or \
             AWS_WEB_IDENTITY_TOKEN_FILE in the environment."
        }
    };
    let block = Argument::element("assume_role_with_web_identity", 0);
    Explanation::new(format!("\"{argument}\" is missing"), hint).at(block.attribute(argument))
}
