//! Where calls go: regions, kinds of endpoints, and addresses.

mod endpoints;
mod region_names;

use super::section::{Section, text};
use crate::aws_names;
use crate::ec2::settings::Settings;
use crate::session::checked;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

pub(super) use endpoints::{NAME as ENDPOINTS, waits as endpoints_wait};

pub(super) const SECTION: Section = Section {
    attributes,
    blocks: || vec![endpoints::block()],
    validate,
    read,
};

fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let switch = |name, description| Attribute::optional(name, Type::Bool, description);
    vec![
        text(
            "region",
            "Region of every resource that doesn't name its own, such as `\"eu-west-1\"`. \
             Default: `AWS_REGION` or `AWS_DEFAULT_REGION`, the profile's region, the \
             instance's region.",
        ),
        text(
            "sts_region",
            "Region whose STS is asked for roles and for the account. Default: `region`.",
        ),
        switch(
            "skip_region_validation",
            "Take any name for a region, such as one that is too new to be known, or an \
             emulator's. Default: `false`.",
        ),
        switch(
            "use_fips_endpoint",
            "Use endpoints with FIPS-validated cryptography; not every region has them. What \
             `endpoints` names is called as it is. Default: `AWS_USE_FIPS_ENDPOINT`, else the \
             profile's setting of the same name.",
        ),
        switch(
            "use_dualstack_endpoint",
            "Use endpoints that also speak IPv6. What `endpoints` names is called as it is. \
             Default: `AWS_USE_DUALSTACK_ENDPOINT`, else the profile's \
             setting of the same name.",
        ),
        switch("s3_use_path_style", NO_EFFECT),
        text("s3_us_east_1_regional_endpoint", NO_EFFECT),
        text("tag_policy_compliance", NO_EFFECT),
    ]
}

const NO_EFFECT: &str =
    "Without effect: taken so that the block of an AWS provider carries over as it is.";

fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if checks_regions(config) {
        for name in ["region", "sts_region"] {
            let path = Path::root().attribute(name);
            found.extend(region(config.get(name), &path));
        }
    }
    found.extend(endpoints::validate(config));
    found
}

fn read(config: &Value, settings: &mut Settings) {
    settings.region = text(config, "region");
    settings.sts_region = text(config, "sts_region");
    settings.any_region = !checks_regions(config);
    settings.use_fips = config.get("use_fips_endpoint").as_bool();
    settings.use_dualstack = config.get("use_dualstack_endpoint").as_bool();
    settings.endpoints = endpoints::read(config);
}

/// Whether there is a region, and which one isn't known yet.
pub(super) fn is_region_unknown(config: &Value) -> bool {
    config.get("region").is_unknown()
}

/// Whether the names of regions are checked; not while the argument is unknown.
pub(super) fn checks_regions(config: &Value) -> bool {
    let skip = config.get("skip_region_validation");
    !skip.is_unknown() && skip.as_bool() != Some(true)
}

/// Checks a region's name. As in the environment, an empty one is none.
fn region(value: &Value, path: &Path) -> Diagnostics {
    match value.as_str().unwrap_or_default() {
        "" => Diagnostics::new(),
        _ => checked(value, path, aws_names::region),
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    fn config() -> Value {
        schema().block.empty()
    }

    fn with_endpoint(service: &str, address: impl Into<Value>) -> Value {
        let block = endpoints::block().block.empty().with(service, address);
        config().with(ENDPOINTS, Value::list([block]))
    }

    /// The paths of what is found.
    fn faults(config: &Value) -> Vec<String> {
        let found = validate(config);
        found.iter().map(|d| d.path.to_string()).collect()
    }

    #[test]
    fn regions_are_checked_unless_that_is_switched_off_or_nobody_knows_yet() {
        for name in ["region", "sts_region"] {
            let typo = config().with(name, "eu-wset-1");
            assert_eq!(faults(&typo), [name]);
            for skip in [Value::from(true), Value::Unknown] {
                let skipped = typo.clone().with("skip_region_validation", skip);
                assert_eq!(faults(&skipped), [""; 0]);
            }
            let checked = typo.with("skip_region_validation", false);
            assert_eq!(faults(&checked), [name]);
            for fine in ["".into(), Value::Unknown, "eu-west-9".into()] {
                assert_eq!(faults(&config().with(name, fine)), [""; 0]);
            }
        }
    }

    #[test]
    fn what_is_set_goes_into_the_settings_and_the_rest_is_left_open() {
        let mut settings = Settings::default();
        read(&config(), &mut settings);
        assert_eq!((settings.use_fips, settings.use_dualstack), (None, None));
        assert!(!settings.any_region && settings.region.is_none());

        let config = with_endpoint("sso", "http://127.0.0.1:1")
            .with("sts_region", "us-east-1")
            .with("use_fips_endpoint", false)
            .with("use_dualstack_endpoint", true)
            .with("skip_region_validation", true);
        read(&config, &mut settings);
        assert_eq!(settings.sts_region.as_deref(), Some("us-east-1"));
        assert_eq!(settings.use_fips, Some(false));
        assert_eq!(settings.use_dualstack, Some(true));
        assert_eq!(
            settings.endpoints.sso.as_deref(),
            Some("http://127.0.0.1:1")
        );
        assert!(settings.any_region);
    }
}
