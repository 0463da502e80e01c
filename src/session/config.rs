//! The part of the provider block that resources and data sources read: one value, read once from the
//! block. Must not know the block's schema, nor how AWS is reached.

use std::sync::Arc;

use super::Tagging;
use crate::catalog::{Catalog, Extent};
use crate::rules::Limits;

/// The part of the provider block that resources and data sources read. Values that aren't known yet are
/// marked in each field.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// How many rules a group may have in one direction and address family.
    pub max_rules_per_group: usize,
    /// Whether a plan warns of rules that change nothing.
    pub warns_of_redundant_rules: bool,
    /// Whether any name is taken for a region.
    pub takes_any_region: bool,
    /// Default tags, and tags that are left alone.
    pub tagging: Arc<Tagging>,
    /// Services and presets, built-in ones and the user's own.
    pub catalog: Arc<Catalog>,
    /// Whether the catalog has all guardrails: none is in a part of the block that isn't known yet.
    pub guardrails_are_known: bool,
}

impl Default for ProviderConfig {
    /// The configuration of a provider whose block the host hasn't shown yet. Hosts don't show a block
    /// that is empty or missing while validating, as in a module by itself, to which another module
    /// gives its providers.
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
