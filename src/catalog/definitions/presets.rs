//! Resolves the presets of users: a name, a description, and rules in the short form.

use std::collections::BTreeMap;

use super::definition::{Defined, DefinitionError, Faults, PresetDefinition, first_of_name};
use crate::catalog::{Catalog, Preset, PresetRule};
use crate::rules::{Direction, Rule, short_form, text};

/// Adds the presets without errors to a catalog.
pub(super) fn add(
    all: &[Defined<PresetDefinition>],
    catalog: &mut Catalog,
    errors: &mut Vec<DefinitionError>,
) {
    let mut found = Vec::new();
    for (at, defined) in all.iter().enumerate() {
        let mut faults = Faults::of("preset", defined, errors);
        let PresetDefinition {
            name, description, ..
        } = &defined.what;
        if let Err(fault) = text::group_name(name) {
            faults.add("name", fault.summary, fault.detail);
        }
        if catalog.presets.iter().any(|preset| preset.name == *name) {
            faults.add(
                "name",
                format!("{name:?} is a preset of the catalog"),
                "The built-in presets mean the same everywhere. Choose another name.",
            );
        } else if let Some(first) = first_of_name(all, at, |one| &one.name) {
            faults.add(
                "name",
                format!("The preset {name:?} is defined twice"),
                format!(
                    "It is defined in {} already. Remove one of the two, or rename it.",
                    first.origin.words("preset")
                ),
            );
        }
        if let Err(fault) = text::group_description(description) {
            faults.add("description", fault.summary, fault.detail);
        }
        let rules = rules(&defined.what, catalog, &mut faults);
        if !faults.is_left_out {
            found.push(Preset {
                name: name.clone(),
                description: description.clone(),
                rules,
            });
        }
    }
    catalog.presets.extend(found);
}

/// The rules of a preset, in order.
fn rules(preset: &PresetDefinition, catalog: &Catalog, faults: &mut Faults) -> Vec<PresetRule> {
    let mut found: BTreeMap<Rule, (PresetRule, &str)> = BTreeMap::new();
    let texts = [
        (Direction::Ingress, "ingress_rules", &preset.ingress_rules),
        (Direction::Egress, "egress_rules", &preset.egress_rules),
    ];
    if texts.iter().all(|(_, _, texts)| texts.is_empty()) {
        faults.add(
            "ingress_rules",
            format!("The preset {:?} has no rules", preset.name),
            "Set \"ingress_rules\" or \"egress_rules\", such as { web = \"https from \
             anywhere-ipv4\" }.",
        );
    }
    for (direction, argument, texts) in texts {
        for (label, text) in texts {
            for rule in read(direction, argument, label, text, catalog, faults) {
                let Some((before, first)) = found.get_mut(&rule.rule) else {
                    found.insert(rule.rule.clone(), (rule, label));
                    continue;
                };
                let is_shared = !rule.services.is_empty()
                    && !before.services.is_empty()
                    && rule.services.is_disjoint(&before.services);
                if is_shared {
                    before.services.extend(rule.services);
                } else {
                    faults.add_at(
                        argument,
                        Some(label),
                        format!("\"{}\" is given twice", rule.rule),
                        format!(
                            "EC2 holds a rule only once. It is under {first:?} and under \
                             {label:?}: take it out of one of the two."
                        ),
                    );
                }
            }
        }
    }
    found.into_values().map(|(rule, _)| rule).collect()
}

/// The rules of one text.
fn read(
    direction: Direction,
    argument: &'static str,
    label: &str,
    text: &str,
    catalog: &Catalog,
    faults: &mut Faults,
) -> Vec<PresetRule> {
    let service = |name: &str| catalog.service_or_nearest(name);
    let (form, errors) = short_form::read(direction, text, &service);
    for error in errors {
        let name = error.unknown_service.as_deref();
        if name.is_some_and(|name| catalog.may_get_service(name)) {
            // A service of this name may still be defined.
            faults.is_left_out = true;
            continue;
        }
        faults.add_at(
            argument,
            Some(label),
            error.summary,
            format!(
                "{} This is about {label:?} in \"{argument}\", at character {}.",
                error.detail, error.column
            ),
        );
    }
    let mut found: Vec<PresetRule> = Vec::new();
    for item in &form.traffic {
        for traffic in &item.traffic {
            found.extend(form.peers.iter().map(|peer| PresetRule {
                rule: Rule {
                    direction,
                    traffic: *traffic,
                    peer: peer.peer.clone(),
                },
                description: form.description.clone(),
                services: item.service().map(str::to_owned).into_iter().collect(),
            }));
        }
    }
    found
}
