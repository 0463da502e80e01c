//! Where calls go: regions, kinds of endpoints, and addresses.

mod endpoints;
mod region_names;

use super::section::{Arguments, Section, text};
use crate::aws_names;
use crate::ec2::settings::Settings;
use crate::session::checked;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, NestedBlock};
use crate::tf_provider::value::{Attr, Type, Value};

pub(super) use endpoints::NAME as ENDPOINTS;

/// The arguments that say which endpoints are called.
pub(super) struct RegionEndpoints<'a> {
    pub(super) region: &'a Value,
    sts_region: &'a Value,
    skip_region_validation: Attr<bool>,
    use_fips_endpoint: Option<bool>,
    use_dualstack_endpoint: Option<bool>,
    /// The list of blocks.
    endpoints: &'a Value,
}

impl<'a> Section<'a> for RegionEndpoints<'a> {
    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        let switch = |name, description| Attribute::optional(name, Type::Bool, description);
        vec![
            text(
                "region",
                "Region of all resources that don't set their own, such as `\"eu-west-1\"`. \
                 Default: `AWS_REGION` or `AWS_DEFAULT_REGION`, the profile's region, the \
                 instance's region.",
            ),
            text(
                "sts_region",
                "Region whose STS the provider calls. Default: `region`.",
            ),
            switch(
                "skip_region_validation",
                "Accept any name as a region, such as an emulator's, or that of a region that \
                 the provider doesn't know yet. Default: `false`.",
            ),
            switch(
                "use_fips_endpoint",
                "Use endpoints with FIPS-validated cryptography; not every region has them. \
                 Doesn't change the addresses in `endpoints`. Default: `AWS_USE_FIPS_ENDPOINT`, \
                 else the profile's setting of the same name.",
            ),
            switch(
                "use_dualstack_endpoint",
                "Use endpoints that also speak IPv6. Doesn't change the addresses in \
                 `endpoints`. Default: `AWS_USE_DUALSTACK_ENDPOINT`, else the profile's setting \
                 of the same name.",
            ),
            switch("s3_use_path_style", NO_EFFECT),
            text("s3_us_east_1_regional_endpoint", NO_EFFECT),
            text("tag_policy_compliance", NO_EFFECT),
        ]
    }

    fn blocks() -> Vec<NestedBlock> {
        vec![endpoints::block()]
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        Self {
            region: arguments.get("region"),
            sts_region: arguments.get("sts_region"),
            skip_region_validation: arguments.get("skip_region_validation").bool(),
            use_fips_endpoint: arguments.bool("use_fips_endpoint"),
            use_dualstack_endpoint: arguments.bool("use_dualstack_endpoint"),
            endpoints: arguments.get(ENDPOINTS),
        }
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        if self.checks_regions() {
            for (name, value) in [("region", self.region), ("sts_region", self.sts_region)] {
                found.extend(check_region(value, &Path::root().attribute(name)));
            }
        }
        found.extend(endpoints::validate(self.endpoints));
        found
    }

    fn add_to(&self, settings: &mut Settings) {
        settings.region = text(self.region).map(str::to_owned);
        settings.sts_region = text(self.sts_region).map(str::to_owned);
        settings.any_region = !self.checks_regions();
        settings.use_fips = self.use_fips_endpoint;
        settings.use_dualstack = self.use_dualstack_endpoint;
        settings.endpoints = endpoints::read(self.endpoints);
    }
}

impl RegionEndpoints<'_> {
    /// Whether the names of regions are checked; not while the argument is unknown.
    pub(super) fn checks_regions(&self) -> bool {
        matches!(self.skip_region_validation, Attr::Null | Attr::Known(false))
    }

    /// Whether an address of a service that is asked isn't known yet.
    pub(super) fn is_an_address_unknown(&self) -> bool {
        endpoints::is_an_address_unknown(self.endpoints)
    }
}

const NO_EFFECT: &str =
    "Has no effect. It is accepted so that you can reuse the block of an AWS provider.";

/// Checks a region's name. As in the environment, an empty one is none.
fn check_region(value: &Value, path: &Path) -> Diagnostics {
    match text(value) {
        Some(_) => checked(value, path, aws_names::region),
        None => Diagnostics::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::super::section::read;
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
        let found = read::<RegionEndpoints>(config).validate();
        found.iter().map(|d| d.path.to_string()).collect()
    }

    #[test]
    fn regions_are_checked_unless_that_is_switched_off_or_not_known_yet() {
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
        read::<RegionEndpoints>(&config()).add_to(&mut settings);
        assert_eq!((settings.use_fips, settings.use_dualstack), (None, None));
        assert!(!settings.any_region && settings.region.is_none());

        let config = with_endpoint("sso", "http://127.0.0.1:1")
            .with("sts_region", "us-east-1")
            .with("use_fips_endpoint", false)
            .with("use_dualstack_endpoint", true)
            .with("skip_region_validation", true);
        read::<RegionEndpoints>(&config).add_to(&mut settings);
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
