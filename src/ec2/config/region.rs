//! Finds the region: in the settings, the environment, the profile or the instance metadata, in the
//! order of AWS tools.

use aws_config::Region;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;

use super::setting_source::SettingSource;
use super::settings::Settings;
use crate::aws_names;
use crate::ec2::credentials::{self, SharedFiles};
use crate::ec2::open_error::OpenError;
use crate::rules::quoted;

/// Variables that name a region, in the order in which they count.
const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// Most characters that a message quotes of a text that isn't the name of a region.
const LONGEST_NAME: usize = 64;

/// The region that the settings or the environment name, found without any call or file.
///
/// # Errors
/// The variable's value isn't a region.
pub fn named(settings: &Settings) -> Result<Option<String>, OpenError> {
    let variables = VARIABLES.map(|name| (name, std::env::var(name).unwrap_or_default()));
    first_named(settings, variables)
}

/// The region of the settings, the environment, the profile or the instance metadata, the first of
/// them that has one.
pub(in crate::ec2) async fn find(
    settings: &Settings,
    base: &ProviderConfig,
    files: &SharedFiles,
) -> Result<Region, OpenError> {
    if let Some(name) = named(settings)? {
        return Ok(Region::new(name));
    }
    let profile = ProfileFileRegionProvider::builder()
        .configure(base)
        .profile_files(files.for_sdk())
        .profile_name(files.profile());
    let in_profile = profile.build().region().await;
    if let Some(region) = in_profile.filter(|region| !region.as_ref().is_empty()) {
        check(
            settings,
            files.profile(),
            SettingSource::Profile("region"),
            region.as_ref(),
        )?;
        return Ok(region);
    }
    if settings.metadata.skip == Some(true) {
        return Err(OpenError::NoRegion);
    }
    let metadata = ImdsRegionProvider::builder()
        .configure(base)
        .imds_client(credentials::metadata_client(&settings.metadata, base))
        .build();
    let found = metadata.region().await.ok_or(OpenError::NoRegion)?;
    let name = quoted(found.as_ref(), LONGEST_NAME);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match aws_names::region(&name) {
        // The answer may come from a login page.
        Err(fault) if !settings.any_region || !name.chars().all(is_name) => {
            Err(OpenError::BadRegion {
                source: SettingSource::Metadata,
                profile: files.profile().to_owned(),
                fault: Box::new(fault),
            })
        }
        _ => Ok(Region::new(name)),
    }
}

/// As in AWS's own tools, an empty variable counts as unset.
fn first_named(
    settings: &Settings,
    variables: [(&'static str, String); 2],
) -> Result<Option<String>, OpenError> {
    if let Some(region) = &settings.region {
        return Ok(Some(region.clone()));
    }
    let set = variables.into_iter().find(|(_, value)| !value.is_empty());
    let Some((variable, name)) = set else {
        return Ok(None);
    };
    check(settings, "", SettingSource::Variable(variable), &name)?;
    Ok(Some(name))
}

fn check(
    settings: &Settings,
    profile: &str,
    source: SettingSource,
    name: &str,
) -> Result<(), OpenError> {
    match aws_names::region(name) {
        Err(fault) if !settings.any_region => Err(OpenError::BadRegion {
            source,
            profile: profile.to_owned(),
            fault: Box::new(fault),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(first: &str, second: &str) -> [(&'static str, String); 2] {
        [
            (VARIABLES[0], first.to_owned()),
            (VARIABLES[1], second.to_owned()),
        ]
    }

    #[test]
    fn the_settings_come_first_then_the_variables_in_order() {
        let of = |region: Option<&str>, first, second| {
            let settings = Settings {
                region: region.map(str::to_owned),
                ..Settings::default()
            };
            first_named(&settings, variables(first, second)).expect("regions")
        };
        let cases = [
            (
                Some("eu-west-1"),
                "us-east-1",
                "us-east-2",
                Some("eu-west-1"),
            ),
            (None, "us-east-1", "us-east-2", Some("us-east-1")),
            (None, "", "us-east-2", Some("us-east-2")),
            (None, "", "", None),
        ];
        for (region, first, second, expected) in cases {
            assert_eq!(of(region, first, second).as_deref(), expected);
        }
    }

    #[test]
    fn a_variable_that_names_no_region_is_refused_unless_any_will_do() {
        let mut settings = Settings::default();
        let refused = first_named(&settings, variables("", "eu-wset-1"));
        let Err(OpenError::BadRegion { source, fault, .. }) = refused else {
            panic!("not refused: {refused:?}");
        };
        assert_eq!(source, SettingSource::Variable("AWS_DEFAULT_REGION"));
        assert!(fault.detail.contains("eu-west-1"), "{}", fault.detail);

        settings.any_region = true;
        let taken = first_named(&settings, variables("", "eu-wset-1"));
        assert_eq!(taken.ok().flatten().as_deref(), Some("eu-wset-1"));
    }
}
