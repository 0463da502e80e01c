//! Explains a failed connection: what is wrong, where it was set, and what to do. The texts name
//! what the user can set: arguments of the provider block, or options of the command. Must not know
//! how either shows a message.

mod credentials;
mod explanation;
mod network;
pub(crate) mod transport;
mod unsendable;

use crate::ec2::Error;
use crate::ec2::errors::{EndpointError, EndpointUrl, OpenError, SettingSource};
use crate::ec2::settings::{Accounts, Settings};
use crate::rules::InputError;

pub(crate) use self::explanation::{Argument, Explanation, Surface};
pub(crate) use self::network::PROXY_FORM;
pub(crate) use self::unsendable::argument as unsendable_argument;

/// Explains why there is no connection.
pub(crate) fn explain(error: OpenError, settings: &Settings, surface: Surface) -> Explanation {
    match error {
        OpenError::NoRegion => no_region(surface),
        OpenError::BadRegion {
            source,
            profile,
            fault,
        } => bad_region(source, &profile, *fault, surface),
        OpenError::Endpoint(error) => endpoint_conflict(error, settings, surface),
        OpenError::Credentials(error) => credentials::explain(&error, settings, surface),
        OpenError::Network(error) => network::refused(&error),
        OpenError::Identity(error) => caller_identity_failed(&error, settings, surface),
        OpenError::WrongAccount { account, accounts } => wrong_account(&account, &accounts),
        OpenError::Setting {
            argument,
            source,
            value,
            expected,
        } => bad_setting(argument, source, &value, expected, surface),
        OpenError::Interrupted => interrupted(),
    }
}

fn bad_setting(
    argument: &'static str,
    source: SettingSource,
    value: &str,
    expected: &str,
    surface: Surface,
) -> Explanation {
    let or_else = match surface {
        Surface::ProviderBlock => {
            format!(", or set \"{argument}\" in the provider block, which wins")
        }
        Surface::CommandLine => String::new(),
    };
    Explanation::new(
        format!("{source} can't be read"),
        format!("It is \"{value}\", and must be {expected}. Correct it{or_else}."),
    )
    .at(Argument::named(argument))
}

fn no_region(surface: Surface) -> Explanation {
    let set = match surface {
        Surface::ProviderBlock => "Set \"region\" in the provider block",
        Surface::CommandLine => "Add --region or --all-regions, or set",
    };
    let or = match surface {
        Surface::ProviderBlock => ", or",
        Surface::CommandLine => "",
    };
    Explanation::new(
        "No region",
        format!(
            "Nothing says which region to work in. {set}{or} AWS_REGION in the environment, or \
             \"region\" in the profile."
        ),
    )
    .at(Argument::named("region"))
}

fn bad_region(
    source: SettingSource,
    profile: &str,
    fault: InputError,
    surface: Surface,
) -> Explanation {
    let source = match source {
        SettingSource::Variable(name) => format!("{name} in the environment"),
        SettingSource::Profile(key) => format!("\"{key}\" in the profile \"{profile}\""),
        SettingSource::Metadata => "The instance metadata service".to_owned(),
        other => other.to_string(),
    };
    let detail = match surface {
        Surface::ProviderBlock => format!(
            "{source} says so, since the provider block names no region. {} For a name that is \
             right all the same, set skip_region_validation.",
            fault.detail
        ),
        Surface::CommandLine => format!(
            "{source} says so, since no --region was given. {}",
            fault.detail
        ),
    };
    Explanation::new(fault.summary, detail).at(Argument::named("region"))
}

fn endpoint_conflict(
    EndpointError { service, address }: EndpointError,
    settings: &Settings,
    surface: Surface,
) -> Explanation {
    match address {
        EndpointUrl::Setting { source, fault } => Explanation::new(
            format!("{source} in the environment: {}", fault.summary),
            format!("{} Correct or unset the variable.", fault.detail),
        )
        .at(Argument::named("endpoints")),
        EndpointUrl::NoSuchKind {
            fips,
            dualstack,
            otherwise,
            cause,
        } => {
            let kind = EndpointUrl::kind(fips, dualstack);
            let argument = if fips {
                "use_fips_endpoint"
            } else {
                "use_dualstack_endpoint"
            };
            let asked = asked_for(fips && settings.use_fips.is_none(), "AWS_USE_FIPS_ENDPOINT")
                .or_else(|| {
                    let unset = settings.use_dualstack.is_none();
                    asked_for(dualstack && unset, "AWS_USE_DUALSTACK_ENDPOINT")
                })
                .unwrap_or_default();
            let endpoints = match surface {
                Surface::ProviderBlock => "\"endpoints\", ",
                Surface::CommandLine => "",
            };
            let address = otherwise.map_or(String::new(), |address| {
                format!(
                    " Without that, it would be called at {address}; if this isn't AWS's own \
                     address, it comes from {endpoints}AWS_ENDPOINT_URL_{}, AWS_ENDPOINT_URL \
                     or the profile, and one of the two must go.",
                    service.to_ascii_uppercase()
                )
            });
            Explanation::new(
                format!("There is no {kind} endpoint to call \"{service}\" at"),
                format!("The AWS SDK says: {cause}.{asked}{address}"),
            )
            .at(Argument::named(argument))
        }
    }
}

/// The variable that asks for a kind of endpoint, if the provider block doesn't.
fn asked_for(elsewhere: bool, variable: &str) -> Option<String> {
    elsewhere.then(|| format!(" {variable} or the profile asks for that kind."))
}

fn caller_identity_failed(error: &Error, settings: &Settings, surface: Surface) -> Explanation {
    let hint = match (&error.code, &settings.endpoints.sts) {
        (Some(_), _) => {
            "AWS doesn't accept the credentials that were found: check that they are complete, \
             not expired, and of this account."
        }
        (None, Some(_)) => "Check \"endpoints\": is \"sts\" the right address, and up?",
        (None, None) if settings.use_fips == Some(true) => {
            "Check that the region exists, that it has a FIPS endpoint for STS (see \
             use_fips_endpoint and sts_region), and that it can be reached from here."
        }
        (None, None) => "Check that the region exists and that STS can be reached from here.",
    };
    let hint = if error.is_unmade() {
        "Nothing was sent.".to_owned()
    } else {
        transport::hint(error, surface).unwrap_or_else(|| hint.to_owned())
    };
    let without = match surface {
        Surface::ProviderBlock => without_sts(settings),
        Surface::CommandLine => "",
    };
    let explanation = Explanation::new(
        "Could not look up the account of these credentials",
        format!("{error}.\n\n{hint} {without}").trim_end(),
    );
    match (&settings.endpoints.sts, &settings.sts_region, &error.code) {
        (Some(_), _, _) => explanation.at(Argument::named("endpoints")),
        (None, Some(_), None) => explanation.at(Argument::named("sts_region")),
        _ => explanation,
    }
}

fn without_sts(settings: &Settings) -> &'static str {
    match settings.accounts {
        Accounts::Any => {
            "For an address that has no STS, set skip_credentials_validation and \
             skip_requesting_account_id."
        }
        Accounts::Only(_) | Accounts::AllBut(_) => {
            "Without an answer nothing is done, since allowed_account_ids or \
             forbidden_account_ids says which accounts may be worked in."
        }
    }
}

fn wrong_account(account: &str, accounts: &Accounts) -> Explanation {
    let (list, says) = match accounts {
        Accounts::Only(ids) => {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let says = format!("allows only {}", ids.join(", "));
            ("allowed_account_ids", says)
        }
        Accounts::AllBut(_) | Accounts::Any => ("forbidden_account_ids", "forbids it".to_owned()),
    };
    let explanation = match account {
        "" => Explanation::new(
            "STS doesn't say which account the credentials are of",
            format!("\"{list}\" can't be kept without that. Nothing was read or written."),
        ),
        account => Explanation::new(
            format!("The credentials are of the account {account}"),
            format!(
                "\"{list}\" {says}. Nothing was read or written. Use credentials of the account \
                 that is meant, by another \"profile\", say."
            ),
        ),
    };
    explanation.at(Argument::named(list))
}

fn interrupted() -> Explanation {
    Explanation::new("Interrupted", "The run was interrupted.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_the_command_says_names_the_provider_block() {
        let setting = OpenError::Setting {
            argument: "retry_mode",
            source: SettingSource::Variable("AWS_RETRY_MODE"),
            value: "brisk".to_owned(),
            expected: "\"standard\" or \"adaptive\"",
        };
        let bad_region = OpenError::BadRegion {
            source: SettingSource::Variable("AWS_REGION"),
            profile: String::new(),
            fault: Box::new(crate::aws_names::region("eu-wset-1").expect_err("no region")),
        };
        let attempts = ["the environment", crate::ec2::errors::SETTINGS].map(|source| {
            crate::ec2::errors::Attempt {
                source: source.to_owned(),
                cause: "not set".to_owned(),
            }
        });
        let none_found = OpenError::Credentials(
            crate::ec2::errors::CredentialsLoadError::NoneFound(attempts.to_vec()),
        );
        for (error, needle) in [
            (OpenError::NoRegion, "--region"),
            (setting, "AWS_RETRY_MODE"),
            (bad_region, "eu-west-1"),
            (none_found, "the environment"),
        ] {
            let said = explain(error, &Settings::default(), Surface::CommandLine);
            let whole = format!("{}\n{}", said.summary, said.detail);
            assert!(whole.contains(needle), "{whole}");
            assert!(!whole.contains("provider block"), "{whole}");
            assert!(!whole.contains("skip_"), "{whole}");
        }
    }
}
