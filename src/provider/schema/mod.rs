//! The arguments of the provider block, and what they mean to the AWS side.
//!
//! Names and meanings are those of the AWS provider's block, so that one carries over by its
//! label. Each file has the arguments of one matter: how they look, what is checked, and where in
//! the settings they go.

mod catalog;
mod checks;
mod credentials;
mod network;
mod region_endpoints;
mod retries;
mod safety;
mod section;
mod tags;

use self::section::Section;
use crate::ec2::settings::Settings;
use crate::session::ProviderConfig;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Block, Schema};
use crate::tf_provider::value::Value;

/// All of them, in the order in which documentation shows them.
const SLICES: &[Section] = &[
    region_endpoints::SECTION,
    credentials::SECTION,
    safety::SECTION,
    tags::SECTION,
    network::SECTION,
    retries::SECTION,
    catalog::SECTION,
];

pub(super) fn schema() -> Schema {
    Schema::new(
        0,
        Block {
            description: "A curated collection of EC2 security groups, declared once and reused. \
                          What isn't set here is looked up where every AWS tool looks.",
            attributes: SLICES.iter().flat_map(|s| (s.attributes)()).collect(),
            blocks: SLICES.iter().flat_map(|s| (s.blocks)()).collect(),
        },
    )
}

/// Checks that need more than one argument.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for slice in SLICES {
        found.extend((slice.validate)(config));
    }
    found
}

/// Arguments that may be unknown when a connection is opened: they don't say how AWS is reached, or by
/// whom.
const NOT_WAITED_FOR: &[&str] = &[
    "catalog_files",
    "default_tags",
    "guardrail",
    "max_rules_per_group",
    "preset",
    "s3_us_east_1_regional_endpoint",
    "s3_use_path_style",
    "service",
    "skip_redundant_rule_warnings",
    "skip_region_validation",
    "tag_policy_compliance",
];

/// The arguments that must be known before AWS can be asked, and aren't yet.
pub(super) fn waits_for(config: &Value) -> Vec<String> {
    let entries = config.as_entries().into_iter().flatten();
    entries
        .filter(|(name, value)| match name.as_str() {
            region_endpoints::ENDPOINTS => region_endpoints::endpoints_wait(value),
            name => !value.is_wholly_known() && !NOT_WAITED_FOR.contains(&name),
        })
        .map(|(name, _)| name.clone())
        .collect()
}

/// Whether the provider block has a region, and which one isn't known yet.
pub(super) fn is_region_unknown(config: &Value) -> bool {
    region_endpoints::is_region_unknown(config)
}

/// The settings of a configuration in which all that is waited for is known.
pub(super) fn settings(config: &Value) -> Settings {
    let mut settings = Settings::default();
    for slice in SLICES {
        (slice.read)(config, &mut settings);
    }
    settings
}

/// The part of a checked configuration that resources read; values may be unknown.
pub(super) fn provider_config(config: &Value) -> ProviderConfig {
    ProviderConfig {
        max_rules_per_group: safety::max_rules_per_group(config),
        warns_of_redundant_rules: safety::warns_of_redundant_rules(config),
        takes_any_region: !region_endpoints::checks_regions(config),
        tagging: tags::tagging(config).into(),
        catalog: catalog::read(config).0.into(),
        guardrails_are_known: catalog::guardrails_are_known(config),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_configuration_asks_sts() {
        let settings = settings(&schema().block.empty());
        assert!(settings.ask_identity);
        assert_eq!(settings.region, None);
    }

    #[test]
    fn only_what_matters_to_a_connection_is_waited_for() {
        let unknown = |name: &str| waits_for(&schema().block.empty().with(name, Value::Unknown));
        for name in ["region", "secret_key", "allowed_account_ids", "endpoints"] {
            assert_eq!(unknown(name), [name]);
        }
        for name in NOT_WAITED_FOR {
            assert_eq!(unknown(name), [""; 0]);
        }
    }
}
