//! The arguments of the provider block, and what they mean to the AWS side.
//!
//! Names and meanings are those of the AWS provider's block, so that one carries over by its
//! label. Each file has the arguments of one matter: their schema, the model that they are read into, and
//! where in the settings they go.

mod catalog;
mod checks;
mod credentials;
mod network;
mod region_endpoints;
mod retries;
mod safety;
mod section;
mod tags;

use self::catalog::OwnCatalog;
use self::credentials::Credentials;
use self::network::Network;
use self::region_endpoints::RegionEndpoints;
use self::retries::Retries;
use self::safety::Safety;
use self::section::{Section, read};
use self::tags::ProviderBlockTags;
use crate::ec2::settings::Settings;
use crate::session::ProviderConfig;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Schema};
use crate::tf_provider::value::Value;

/// The declarations of a section: its attributes and its blocks.
type Declarations = (fn() -> Vec<Attribute>, fn() -> Vec<NestedBlock>);

/// All of them, in the order in which documentation shows them.
const DECLARATIONS: [Declarations; 7] = [
    declarations::<RegionEndpoints>(),
    declarations::<Credentials>(),
    declarations::<Safety>(),
    declarations::<ProviderBlockTags>(),
    declarations::<Network>(),
    declarations::<Retries>(),
    declarations::<OwnCatalog>(),
];

const fn declarations<S: Section<'static>>() -> Declarations {
    (S::attributes, S::blocks)
}

pub(super) fn schema() -> Schema {
    let declarations = DECLARATIONS.iter();
    Schema::new(
        0,
        Block {
            description: "A curated collection of EC2 security groups, declared once and reused. \
                         The provider looks up settings that aren't set here where every AWS \
                         tool looks for them.",
            attributes: declarations
                .clone()
                .flat_map(|(attributes, _)| attributes())
                .collect(),
            blocks: declarations.flat_map(|(_, blocks)| blocks()).collect(),
        },
    )
}

/// A provider block, read once: a model of each section. Values may be unknown.
pub(super) struct ProviderBlock<'a> {
    config: &'a Value,
    region_endpoints: RegionEndpoints<'a>,
    credentials: Credentials<'a>,
    safety: Safety<'a>,
    tags: ProviderBlockTags<'a>,
    network: Network<'a>,
    retries: Retries<'a>,
    catalog: OwnCatalog,
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

impl<'a> ProviderBlock<'a> {
    /// Reads a provider block, and the catalog files that it names.
    pub(super) fn of(config: &'a Value) -> Self {
        Self {
            config,
            region_endpoints: read(config),
            credentials: read(config),
            safety: read(config),
            tags: read(config),
            network: read(config),
            retries: read(config),
            catalog: read(config),
        }
    }

    fn sections(&self) -> [&dyn Section<'a>; 7] {
        [
            &self.region_endpoints,
            &self.credentials,
            &self.safety,
            &self.tags,
            &self.network,
            &self.retries,
            &self.catalog,
        ]
    }

    /// Checks that need more than one argument.
    pub(super) fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        for section in self.sections() {
            found.extend(section.validate());
        }
        found
    }

    /// The arguments that must be known before AWS can be asked, and aren't yet.
    pub(super) fn unknown_arguments(&self) -> Vec<String> {
        let entries = self.config.as_entries().into_iter().flatten();
        entries
            .filter(|(name, value)| match name.as_str() {
                region_endpoints::ENDPOINTS => self.region_endpoints.is_an_address_unknown(),
                name => !value.is_wholly_known() && !NOT_WAITED_FOR.contains(&name),
            })
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Whether the block has a region that isn't known yet.
    pub(super) fn is_region_unknown(&self) -> bool {
        self.region_endpoints.region.is_unknown()
    }

    /// The settings of a connection, from a block without unknown arguments.
    pub(super) fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        for section in self.sections() {
            section.add_to(&mut settings);
        }
        settings
    }

    /// The part of a checked block that resources read.
    pub(super) fn provider_config(self) -> ProviderConfig {
        ProviderConfig {
            max_rules_per_group: self.safety.max_rules_per_group(),
            warns_of_redundant_rules: self.safety.warns_of_redundant_rules(),
            takes_any_region: !self.region_endpoints.checks_regions(),
            tagging: self.tags.tagging().into(),
            guardrails_are_known: self.catalog.guardrails_are_known,
            catalog: self.catalog.catalog.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_configuration_asks_sts() {
        let config = schema().block.empty();
        let settings = ProviderBlock::of(&config).settings();
        assert!(settings.ask_identity);
        assert_eq!(settings.region, None);
    }

    #[test]
    fn only_what_matters_to_a_connection_is_waited_for() {
        let unknown = |name: &str| {
            let config = schema().block.empty().with(name, Value::Unknown);
            ProviderBlock::of(&config).unknown_arguments()
        };
        for name in ["region", "secret_key", "allowed_account_ids", "endpoints"] {
            assert_eq!(unknown(name), [name]);
        }
        for name in NOT_WAITED_FOR {
            assert_eq!(unknown(name), [""; 0]);
        }
    }
}
