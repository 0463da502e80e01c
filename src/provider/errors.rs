//! The words for a connection that didn't come about: what is wrong, where, and how to mend it.

mod credentials;
pub(super) mod network;
pub(super) mod unsendable;

use crate::ec2::{
    Accounts, EndpointError, EndpointUrl, Error, OpenError, RegionSource, Settings, TRUST,
    WHERE_TO_LOOK,
};
use crate::rules::InputError;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;

/// Says why there is no connection.
pub(super) fn refused(error: OpenError, settings: &Settings) -> Diagnostic {
    match error {
        OpenError::NoRegion => no_region(),
        OpenError::BadRegion { source, fault } => bad_region(&source, fault),
        OpenError::EndpointError(misfit) => misfits(misfit, settings),
        OpenError::Credentials(trouble) => credentials::diagnostic(&trouble, settings),
        OpenError::Network(error) => network::refused(&error),
        OpenError::Identity(error) => no_identity(&error, settings),
        OpenError::WrongAccount { account, accounts } => wrong_account(&account, &accounts),
        OpenError::Setting {
            argument,
            place,
            value,
            expected,
        } => Diagnostic::error(
            format!("{place} can't be read"),
            format!(
                "It is \"{value}\", and must be {expected}. Correct it, or set \"{argument}\" in \
                 the provider block, which wins."
            ),
        )
        .at(at(argument)),
        OpenError::Interrupted => interrupted(),
    }
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}

fn no_region() -> Diagnostic {
    Diagnostic::error(
        "No region",
        "Nothing says which region to work in. Set \"region\" in the provider block, or \
         AWS_REGION in the environment, or \"region\" in the profile.",
    )
    .at(at("region"))
}

fn bad_region(source: &RegionSource, fault: InputError) -> Diagnostic {
    Diagnostic::error(
        fault.summary,
        format!(
            "{source} says so, since the provider block names no region. {} For a name that is \
             right all the same, set skip_region_validation.",
            fault.detail
        ),
    )
    .at(at("region"))
}

fn misfits(EndpointError { service, address }: EndpointError, settings: &Settings) -> Diagnostic {
    match address {
        EndpointUrl::Variable { name, fault } => Diagnostic::error(
            format!("{name} in the environment: {}", fault.summary),
            format!("{} Mend the variable, or take it away.", fault.detail),
        )
        .at(at("endpoints")),
        EndpointUrl::NoSuchKind {
            fips,
            dualstack,
            otherwise,
            cause,
        } => {
            let (kind, path) = match (fips, dualstack) {
                (true, true) => ("FIPS, dual-stack", at("use_fips_endpoint")),
                (true, false) => ("FIPS", at("use_fips_endpoint")),
                (false, _) => ("dual-stack", at("use_dualstack_endpoint")),
            };
            let asked = asked_for(fips && settings.use_fips.is_none(), "AWS_USE_FIPS_ENDPOINT")
                .or_else(|| {
                    let unset = settings.use_dualstack.is_none();
                    asked_for(dualstack && unset, "AWS_USE_DUALSTACK_ENDPOINT")
                })
                .unwrap_or_default();
            let address = otherwise.map_or(String::new(), |address| {
                format!(
                    " Without that, it would be called at {address}; if this isn't AWS's own \
                     address, it comes from \"endpoints\", AWS_ENDPOINT_URL_{}, AWS_ENDPOINT_URL \
                     or the profile, and one of the two must go.",
                    service.to_ascii_uppercase()
                )
            });
            Diagnostic::error(
                format!("There is no {kind} endpoint to call \"{service}\" at"),
                format!("The AWS SDK says: {cause}.{asked}{address}"),
            )
            .at(path)
        }
    }
}

/// Where a kind of endpoint was asked for, if not in the provider block.
fn asked_for(elsewhere: bool, variable: &str) -> Option<String> {
    elsewhere.then(|| format!(" {variable} or the profile asks for that kind."))
}

fn no_identity(error: &Error, settings: &Settings) -> Diagnostic {
    let mend = match (&error.code, &settings.endpoints.sts) {
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
    let mend = if error.is_foreign() {
        WHERE_TO_LOOK
    } else if error.is_distrust() {
        TRUST
    } else if error.is_unmade() {
        "Nothing was sent."
    } else {
        mend
    };
    let diagnostic = Diagnostic::error(
        "Can't find out whose credentials these are",
        format!("{error}.\n\n{mend} {}", without_sts(settings)),
    );
    match (&settings.endpoints.sts, &settings.sts_region, &error.code) {
        (Some(_), _, _) => diagnostic.at(at("endpoints")),
        (None, Some(_), None) => diagnostic.at(at("sts_region")),
        _ => diagnostic,
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

fn wrong_account(account: &str, accounts: &Accounts) -> Diagnostic {
    let (list, says) = match accounts {
        Accounts::Only(ids) => {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let says = format!("allows only {}", ids.join(", "));
            ("allowed_account_ids", says)
        }
        Accounts::AllBut(_) | Accounts::Any => ("forbidden_account_ids", "forbids it".to_owned()),
    };
    let diagnostic = match account {
        "" => Diagnostic::error(
            "STS doesn't say which account the credentials are of",
            format!("\"{list}\" can't be kept without that. Nothing was read or written."),
        ),
        account => Diagnostic::error(
            format!("The credentials are of the account {account}"),
            format!(
                "\"{list}\" {says}. Nothing was read or written. Use credentials of the account \
                 that is meant, by another \"profile\", say."
            ),
        ),
    };
    diagnostic.at(at(list))
}

fn interrupted() -> Diagnostic {
    Diagnostic::error("Interrupted", "The run was interrupted.")
}
