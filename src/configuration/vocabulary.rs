//! The names that configuration may use: services for traffic, presets for whole groups.
//!
//! A name is used only if it is unambiguous. Traffic of several services, such as `tcp/3000`, is
//! written as protocol and port, since a rule doesn't say which service is meant.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Preset};
use crate::rules::{RuleSet, Traffic};

/// A name for traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownService {
    /// The name, as in `service = "https"`.
    pub name: String,
    /// The traffic that it lets through.
    pub traffic: BTreeSet<Traffic>,
    /// Whether the user defined it. Such a service is preferred to built-in ones.
    pub is_own: bool,
}

/// A name for a whole group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPreset {
    /// The name of the preset, as in `preset = "https"`, and of the group.
    pub name: String,
    /// The group's description.
    pub description: String,
    /// The group's rules.
    pub rules: RuleSet,
}

/// The services and presets that configuration may name.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Names of services with a single traffic, by this traffic.
    single: BTreeMap<Traffic, String>,
    /// Services with several traffics, those with the most first.
    compound: Vec<Compound>,
    presets: Vec<KnownPreset>,
}

/// A service with several traffics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compound {
    pub(super) name: String,
    pub(super) traffic: BTreeSet<Traffic>,
    /// The number of its traffics that are a service by themselves.
    pub(super) named_parts: usize,
}

impl Vocabulary {
    /// These services and presets. Of presets with the same rules, the first one is used.
    pub fn new(
        services: impl IntoIterator<Item = KnownService>,
        presets: impl IntoIterator<Item = KnownPreset>,
    ) -> Self {
        let mut by_traffic: BTreeMap<BTreeSet<Traffic>, Vec<KnownService>> = BTreeMap::new();
        for service in services {
            by_traffic
                .entry(service.traffic.clone())
                .or_default()
                .push(service);
        }
        let mut single = BTreeMap::new();
        let mut several = Vec::new();
        for (traffic, services) in by_traffic {
            let Some(name) = the_one_name(services) else {
                continue;
            };
            match traffic.first() {
                Some(first) if traffic.len() == 1 => drop(single.insert(*first, name)),
                _ => several.push((name, traffic)),
            }
        }
        let mut compound: Vec<Compound> = several
            .into_iter()
            .map(|(name, traffic)| Compound {
                named_parts: traffic.iter().filter(|t| single.contains_key(t)).count(),
                name,
                traffic,
            })
            .collect();
        compound.sort_by(|a, b| {
            let by_size = b.traffic.len().cmp(&a.traffic.len());
            by_size.then_with(|| a.name.cmp(&b.name))
        });
        Self {
            single,
            compound,
            presets: presets.into_iter().collect(),
        }
    }

    /// The names of a catalog. Those of the user are preferred to built-in ones.
    pub fn of(catalog: &Catalog) -> Self {
        let built_in = Catalog::built_in();
        let services = catalog.services().iter().map(|service| KnownService {
            name: service.name.to_string(),
            traffic: service.traffic.iter().copied().collect(),
            is_own: built_in.find(&service.name).is_none(),
        });
        let is_built_in = |preset: &&Preset| built_in.preset(&preset.name).is_ok();
        let (shipped, own): (Vec<_>, Vec<_>) = catalog.presets().iter().partition(is_built_in);
        let presets = own.into_iter().chain(shipped).map(|preset| KnownPreset {
            name: preset.name.clone(),
            description: preset.description.clone(),
            rules: preset.rules(),
        });
        Self::new(services, presets)
    }

    /// The same services, and no presets.
    #[must_use]
    pub fn without_presets(self) -> Self {
        Self {
            presets: Vec::new(),
            ..self
        }
    }

    /// The preset that has exactly these rules, descriptions included.
    pub fn preset_of(&self, rules: &RuleSet) -> Option<&KnownPreset> {
        self.presets.iter().find(|preset| preset.rules == *rules)
    }

    /// The service for exactly this traffic.
    pub fn service_of(&self, traffic: Traffic) -> Option<&str> {
        self.single.get(&traffic).map(String::as_str)
    }

    /// Services with several traffics, those with the most first.
    pub(super) fn compound(&self) -> &[Compound] {
        &self.compound
    }
}

/// The name for services with the same traffic: the user's only one, or else the only built-in one.
fn the_one_name(services: Vec<KnownService>) -> Option<String> {
    let (own, built_in): (Vec<_>, Vec<_>) = services.into_iter().partition(|s| s.is_own);
    let mut candidates = if own.is_empty() { built_in } else { own }.into_iter();
    let first = candidates.next()?;
    candidates.next().is_none().then_some(first.name)
}
