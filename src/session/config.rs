//! The settings of the provider block that resources and data sources use: one value, which is read once.
//! Must not know the block's schema, nor how AWS is reached.

use std::sync::Arc;

use super::TagPolicy;
use crate::catalog::{Catalog, Extent};
use crate::rules::Limits;

/// The settings of the provider block that resources and data sources use. Each field says how it holds what
/// isn't known yet.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Most rules of a group in one direction and address family.
    pub max_rules_per_group: usize,
    /// Whether a plan warns of redundant rules.
    pub warns_of_redundant_rules: bool,
    /// Whether names of regions aren't checked.
    pub takes_any_region: bool,
    /// Default tags, and tags that are left alone.
    pub tagging: Arc<TagPolicy>,
    /// Services and presets, built-in ones and the user's own.
    pub catalog: Arc<Catalog>,
    /// Whether the catalog has all guardrails. False if a part of the block that may have some isn't known yet.
    pub guardrails_are_known: bool,
}

impl Default for ProviderConfig {
    /// The settings before the host has sent a provider block. While they validate, hosts send none that is
    /// empty or missing, as in a module that gets its providers from another one.
    fn default() -> Self {
        Self {
            max_rules_per_group: Limits::default().rules_per_direction,
            warns_of_redundant_rules: true,
            takes_any_region: false,
            tagging: Arc::default(),
            catalog: Catalog::default().of_extent(Extent::Unseen).into(),
            guardrails_are_known: true,
        }
    }
}
