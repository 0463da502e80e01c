//! What a user is told where there are no credentials: the argument at fault, what was found,
//! and how to mend it.

use std::path::{Path as FilePath, PathBuf};

use super::unsendable;
use crate::ec2::{Error, Looked, Origin, Role, Settings, TRUST, Trouble};
use crate::rules::{nearest, one_of};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;

pub(in crate::provider) fn diagnostic(trouble: &Trouble, settings: &Settings) -> Diagnostic {
    match trouble {
        Trouble::Nowhere(places) => nowhere(places),
        Trouble::File {
            path,
            origin,
            cause,
        } => file(path, *origin, cause),
        Trouble::NoProfile {
            profile,
            origin,
            known,
            files,
        } => no_profile(profile, *origin, known, files),
        Trouble::Profile {
            profile,
            origin,
            sso,
            cause,
        } => at(*origin, failed_profile(profile, *sso, cause)),
        Trouble::Role { role, arn, error } => refused_role(*role, arn, error, settings),
        Trouble::WebIdentityLacks(argument) => web_identity_lacks(argument),
        Trouble::Unsendable {
            source,
            part,
            stray,
        } => unsendable::diagnostic(source, *part, *stray),
    }
}

fn nowhere(places: &[Looked]) -> Diagnostic {
    let places: Vec<String> = places.iter().map(|looked| looked.to_string()).collect();
    Diagnostic::error(
        "No AWS credentials",
        format!("Looked, in this order, in\n  - {}.", places.join("\n  - ")),
    )
}

fn file(file: &FilePath, origin: Origin, cause: &str) -> Diagnostic {
    let file = file.display();
    let mend = match origin {
        Origin::Argument(name) | Origin::Element(name, _) => format!("Correct it, or {name:?}."),
        Origin::Variable(name) => format!("{name} names it: correct the file, or the variable."),
        Origin::Usual => "Correct it: all AWS tools on this machine stumble over it.".to_owned(),
    };
    let diagnostic = Diagnostic::error(
        format!("{file} can't be used"),
        format!("{file}: {cause}.\n\n{mend}"),
    );
    at(origin, diagnostic)
}

fn no_profile(profile: &str, origin: Origin, known: &[String], files: &[PathBuf]) -> Diagnostic {
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
        Origin::Variable(name) => format!("{name} names it. "),
        _ => String::new(),
    };
    let diagnostic = Diagnostic::error(
        format!("There is no profile \"{profile}\""),
        format!("{names}{known}{guess}"),
    );
    at(origin, diagnostic)
}

fn failed_profile(profile: &str, sso: bool, cause: &str) -> Diagnostic {
    let mend = if sso {
        format!(
            "If you aren't signed in, or not any more, run\n  aws sso login --profile {profile}"
        )
    } else {
        "Check what the profile says in the shared files, and what it refers to.".into()
    };
    Diagnostic::error(
        format!("The profile \"{profile}\" gives no credentials"),
        format!("{}.\n\n{mend}", cause.trim_end_matches('.')),
    )
}

fn refused_role(role: Role, arn: &str, error: &Error, settings: &Settings) -> Diagnostic {
    let (path, which) = match role {
        Role::Block(index) => {
            let path = block("assume_role", index).attribute("role_arn");
            (path, format!("assume_role[{index}]"))
        }
        Role::WebIdentity => {
            let block = "assume_role_with_web_identity";
            (self::block(block, 0).attribute("role_arn"), block.into())
        }
        Role::Environment => (Path::root(), "AWS_ROLE_ARN".to_owned()),
    };
    let whom = match role {
        Role::Block(0) => "the credentials that the provider found".to_owned(),
        Role::Block(index) => format!("the role of assume_role[{}]", index - 1),
        Role::WebIdentity | Role::Environment => "the token's identity provider".to_owned(),
    };
    let mend = match (&error.code, &settings.endpoints.sts) {
        _ if error.is_distrust() => TRUST.to_owned(),
        (Some(_), _) => format!(
            "Check that the role exists, that its trust policy lets {whom} assume it, and that \
             the other arguments are as it demands."
        ),
        (None, Some(_)) => "Check \"endpoints\": is \"sts\" the right address, and up?".into(),
        (None, None) => "Check that STS can be reached from here.".to_owned(),
    };
    Diagnostic::error(
        format!("The role {arn} can't be assumed"),
        format!("{which}: {error}.\n\n{mend}"),
    )
    .at(path)
}

fn web_identity_lacks(argument: &str) -> Diagnostic {
    let mend = match argument {
        "role_arn" => "Set it, or AWS_ROLE_ARN in the environment.",
        _ => {
            "Set web_identity_token or web_identity_token_file, or TF_AWS_WEB_IDENTITY_TOKEN or \
             AWS_WEB_IDENTITY_TOKEN_FILE in the environment."
        }
    };
    let path = block("assume_role_with_web_identity", 0).attribute(argument);
    Diagnostic::error(format!("\"{argument}\" is missing"), mend).at(path)
}

/// The diagnostic, where an argument is at fault.
pub(super) fn at(origin: Origin, diagnostic: Diagnostic) -> Diagnostic {
    match origin {
        Origin::Argument("web_identity_token_file") => {
            let block = block("assume_role_with_web_identity", 0);
            diagnostic.at(block.attribute("web_identity_token_file"))
        }
        Origin::Argument(name) => diagnostic.at(Path::root().attribute(name)),
        Origin::Element(name, index) => diagnostic.at(block(name, index)),
        Origin::Variable(_) | Origin::Usual => diagnostic,
    }
}

pub(super) fn block(name: &str, index: usize) -> Path {
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    Path::root().attribute(name).index(index)
}
