//! The endpoints of EC2 and STS: AWS's own, of the kind that the settings want, or a custom
//! address. Endpoints that can't work are found before the first call.

use aws_config::{ConfigLoader, Region, SdkConfig};
use aws_types::service_config::ServiceConfigKey;

use super::endpoint_error::{EndpointError, EndpointUrl};
use super::environment::variable;
use super::setting_source::SettingSource;
use super::settings::Settings;
use crate::ec2::error::innermost;
use crate::ec2::open_error::OpenError;
use crate::rules::InputError;

/// Variables that hold the address of a service, in the order in which they count.
const VARIABLES: [(&str, [&str; 2]); 2] = [
    ("ec2", ["AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL"]),
    ("sts", ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]),
];

/// The AWS provider's own variables for the address of STS, which count before [`VARIABLES`].
const STS_VARIABLES: [&str; 2] = ["TF_AWS_STS_ENDPOINT", "AWS_STS_ENDPOINT"];

/// The variables that may name the address of a service.
pub(in crate::ec2) fn address_variables() -> impl Iterator<Item = &'static str> {
    let of_services = VARIABLES.into_iter().flat_map(|(_, names)| names);
    of_services.chain(STS_VARIABLES)
}

/// Checks an address of a service: `http://` or `https://` and a host, with or without a port.
///
/// # Errors
/// A fault that says what an address looks like.
pub fn address(text: &str) -> Result<(), InputError> {
    if text.contains('@') {
        // The address isn't quoted: the part before the "@" may be a password.
        return Err(InputError::new(
            "endpoints",
            "The address holds a name or a password",
            "Calls are signed, and take neither. Leave out what ends with \"@\".",
        ));
    }
    let uri: Option<http::Uri> = text.parse().ok();
    let is_web = |uri: &http::Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.as_ref().filter(|uri| is_web(uri));
    let authority = authority.and_then(|uri| uri.authority());
    let fits = authority.is_some_and(|authority| {
        let port = authority.as_str().rsplit_once(':').map(|(_, port)| port);
        let has_port = port.is_some_and(|port| !port.ends_with(']'));
        !authority.host().is_empty() && has_port == authority.port_u16().is_some()
    });
    if fits {
        Ok(())
    } else {
        Err(InputError::new(
            "endpoints",
            format!("\"{text}\" is not an address"),
            "An endpoint is an address with its scheme and host, such as \
             \"http://127.0.0.1:5000\".",
        ))
    }
}

/// The address of STS that the AWS provider's own variables name.
pub fn sts_of_environment() -> Option<String> {
    STS_VARIABLES.into_iter().find_map(variable)
}

/// Adds the kind of endpoints that the settings name; environment and profile give the rest.
pub(in crate::ec2) fn of_kind(settings: &Settings, config: ConfigLoader) -> ConfigLoader {
    let config = match settings.use_fips {
        Some(fips) => config.use_fips(fips),
        None => config,
    };
    match settings.use_dualstack {
        Some(dualstack) => config.use_dual_stack(dualstack),
        None => config,
    }
}

/// The configuration of EC2's client. An address of the settings is called as it is, whatever kind
/// of endpoint is wanted otherwise.
pub(in crate::ec2) fn ec2(
    config: &SdkConfig,
    address: Option<&str>,
) -> aws_sdk_ec2::config::Builder {
    let builder = aws_sdk_ec2::config::Builder::from(config);
    match address {
        Some(address) => builder
            .endpoint_url(address)
            .use_fips(false)
            .use_dual_stack(false),
        None => builder,
    }
}

/// The configuration of STS's client, in its region; for its address, see [`ec2`].
pub(in crate::ec2) fn sts(settings: &Settings, config: &SdkConfig) -> aws_sdk_sts::config::Builder {
    let builder = aws_sdk_sts::config::Builder::from(config);
    let builder = match &settings.sts_region {
        Some(region) => builder.region(Region::new(region.clone())),
        None => builder,
    };
    match &settings.endpoints.sts {
        Some(address) => builder
            .endpoint_url(address)
            .use_fips(false)
            .use_dual_stack(false),
        None => builder,
    }
}

/// Finds settings that would make every call fail: a variable whose value is no address (the SDK
/// ignores some of these and would call AWS), and a kind of endpoint that AWS doesn't have.
pub(in crate::ec2) async fn check(
    settings: &Settings,
    config: &SdkConfig,
) -> Result<(), OpenError> {
    let conflict = |(service, address)| OpenError::Endpoint(EndpointError { service, address });
    let value = |name: &str| std::env::var(name).ok();
    if let Some(found) = bad_variable(settings, value) {
        return Err(conflict(found));
    }
    let fips = config.use_fips() == Some(true);
    let dualstack = config.use_dual_stack() == Some(true);
    if !fips && !dualstack {
        return Ok(());
    }
    let services = if settings.ask_identity {
        &["ec2", "sts"][..]
    } else {
        &["ec2"]
    };
    for service in services {
        let Err(cause) = resolve(service, settings, config).await else {
            continue;
        };
        let plain = config.to_builder().use_fips(false).use_dual_stack(false);
        let otherwise = resolve(service, settings, &plain.build()).await.ok();
        let address = EndpointUrl::NoSuchKind {
            fips,
            dualstack,
            otherwise,
            cause,
        };
        return Err(conflict((service, address)));
    }
    Ok(())
}

/// The first variable that counts and whose value is not an address.
fn bad_variable(
    settings: &Settings,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<(&'static str, EndpointUrl)> {
    for name in STS_VARIABLES {
        let value = variable(name).filter(|value| settings.endpoints.sts.as_ref() == Some(value));
        if let Some(fault) = value.and_then(|value| address(&value).err()) {
            return Some((
                "sts",
                EndpointUrl::Setting {
                    source: SettingSource::Variable(name),
                    fault: Box::new(fault),
                },
            ));
        }
    }
    let ignored = variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if ignored.is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        return None;
    }
    let set = |service| match service {
        "ec2" => settings.endpoints.ec2.is_some(),
        _ => settings.endpoints.sts.is_some(),
    };
    let open = VARIABLES.iter().filter(|(service, _)| !set(*service));
    open.filter_map(|(service, names)| {
        let values = names.iter().map(|name| Some((*name, variable(name)?)));
        let (name, value) = values.flatten().next()?;
        let fault = address(&value).err()?;
        Some((
            *service,
            EndpointUrl::Setting {
                source: SettingSource::Variable(name),
                fault: Box::new(fault),
            },
        ))
    })
    .next()
}

/// The address at which a service would be called, from the SDK's resolver with the parameters that
/// the SDK's clients give it.
///
/// # Errors
/// Words that say why there is no such endpoint.
async fn resolve(service: &str, settings: &Settings, config: &SdkConfig) -> Result<String, String> {
    let region = config.region().map(ToString::to_string);
    let fips = config.use_fips().unwrap_or_default();
    let dualstack = config.use_dual_stack().unwrap_or_default();
    let found = match service {
        "ec2" => {
            use aws_sdk_ec2::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
            let params = match &settings.endpoints.ec2 {
                Some(address) => Params::builder().endpoint(address),
                None => Params::builder()
                    .set_endpoint(configured(config, "EC2"))
                    .use_fips(fips)
                    .use_dual_stack(dualstack),
            };
            let params = params.set_region(region).build();
            let params = params.map_err(|error| innermost(&error))?;
            ResolveEndpoint::resolve_endpoint(&DefaultResolver::new(), &params).await
        }
        _ => {
            use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
            let params = match &settings.endpoints.sts {
                Some(address) => Params::builder().endpoint(address),
                None => Params::builder()
                    .set_endpoint(configured(config, "STS"))
                    .use_fips(fips)
                    .use_dual_stack(dualstack),
            };
            let params = params
                .set_region(settings.sts_region.clone().or(region))
                .build();
            let params = params.map_err(|error| innermost(&error))?;
            ResolveEndpoint::resolve_endpoint(&DefaultResolver::new(), &params).await
        }
    };
    match found {
        Ok(endpoint) => Ok(endpoint.url().trim_end_matches('/').to_owned()),
        Err(error) => Err(innermost(&*error)),
    }
}

/// The address of a service that the environment or the profile sets.
fn configured(config: &SdkConfig, service_id: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .expect("all three are given");
    let of_service = config.service_config()?.load_config(key);
    of_service.or_else(|| config.endpoint_url().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(settings: &Settings, set: &[(&str, &str)]) -> Option<&'static str> {
        let variable = |name: &str| {
            let (_, value) = set.iter().find(|(set, _)| *set == name)?;
            Some((*value).to_owned())
        };
        match bad_variable(settings, variable)? {
            (
                _,
                EndpointUrl::Setting {
                    source: SettingSource::Variable(name),
                    ..
                },
            ) => Some(name),
            other => panic!("not a variable: {other:?}"),
        }
    }

    #[test]
    fn only_variables_that_count_must_hold_addresses() {
        let (all, ec2, sts) = (
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_EC2",
            "AWS_ENDPOINT_URL_STS",
        );
        let (good, wrong) = ("http://127.0.0.1:1", "127.0.0.1:1");
        let mut settings = Settings::default();
        assert_eq!(bad(&settings, &[]), None);
        assert_eq!(bad(&settings, &[(all, good), (ec2, good)]), None);
        assert_eq!(bad(&settings, &[(all, wrong)]), Some(all));
        assert_eq!(bad(&settings, &[(all, wrong), (ec2, good)]), Some(all));
        assert_eq!(
            bad(&settings, &[(all, wrong), (ec2, good), (sts, good)]),
            None
        );
        assert_eq!(bad(&settings, &[(all, good), (sts, wrong)]), Some(sts));
        let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        assert_eq!(bad(&settings, &[(all, wrong), ignored]), None);

        settings.endpoints.ec2 = Some(good.to_owned());
        assert_eq!(bad(&settings, &[(ec2, wrong)]), None);
        settings.endpoints.sts = Some(wrong.to_owned());
        assert_eq!(bad(&settings, &[(all, wrong), (ec2, wrong)]), None);
        let own = STS_VARIABLES[0];
        assert_eq!(bad(&settings, &[(own, wrong)]), Some(own));
    }
}
