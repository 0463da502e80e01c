//! The inputs of an audit besides the snapshot: the catalog, the quota, and decisions of the user
//! about earlier findings. Plain values; the caller reads files.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::rules::guardrails::Guardrail;
use crate::rules::{RuleSet, Traffic};

/// EC2's default quota of rules for a group, in one direction and one family.
const DEFAULT_QUOTA: usize = 60;

/// Categories of services that hold data.
const DATA_CATEGORIES: [&str; 4] = ["cache", "database", "messaging", "search"];

/// The inputs of an audit besides the snapshot.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Time of the audit, as in `2026-11-29T17:00:00Z`. Its date decides which ignores are valid.
    pub generated_at: String,
    /// Most rules of a group in one direction and one family.
    pub rules_per_direction: usize,
    /// Named groups: each preset's name and its rules.
    pub presets: Vec<(String, RuleSet)>,
    /// Traffic of services that hold data.
    pub data_traffic: Vec<Traffic>,
    /// The guardrails of the user's catalog.
    pub guardrails: Vec<Guardrail>,
    /// Fingerprints of findings in an earlier report.
    pub baseline: BTreeSet<String>,
    /// Findings that the user ignores.
    pub ignores: Vec<Ignore>,
}

/// A finding that the user ignores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The check's id.
    pub finding: String,
    /// The group's id or name; `None` for all groups.
    pub group: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it is valid, as in `2026-12-31`; `None` for always.
    pub until: Option<String>,
}

impl Inputs {
    /// Inputs with the built-in catalog, EC2's quota, and no decisions of the user.
    pub fn new(generated_at: &str) -> Self {
        Self::with_catalog(generated_at, Catalog::built_in())
    }

    /// Inputs with a catalog, EC2's quota, and no decisions of the user.
    pub fn with_catalog(generated_at: &str, catalog: &Catalog) -> Self {
        let presets = catalog.presets().iter();
        let services = catalog.services().iter();
        let is_data = |category: &str| DATA_CATEGORIES.contains(&category);
        let data = services.filter(|service| is_data(&service.category));
        Self {
            generated_at: generated_at.to_owned(),
            rules_per_direction: DEFAULT_QUOTA,
            presets: presets
                .map(|preset| (preset.name.to_owned(), preset.rules()))
                .collect(),
            data_traffic: data.flat_map(|service| service.traffic.clone()).collect(),
            guardrails: catalog.guardrails().to_vec(),
            baseline: BTreeSet::new(),
            ignores: Vec::new(),
        }
    }

    /// The day of the audit.
    pub(super) fn today(&self) -> &str {
        self.generated_at.split('T').next().unwrap_or_default()
    }
}
