//! Presets: whole groups by name. The built-in ones are the lines of `PRESETS`; each is open to all
//! IPv4 addresses and to nothing else.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;

use super::Service;
use crate::rules::{Direction, Peer, Rule, RuleSet, rule_set};

/// A group with a name, a description and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The preset's name, which is the group's too.
    pub name: String,
    /// The group's description.
    pub description: String,
    /// Its rules, each once, in order; never empty.
    pub rules: Vec<PresetRule>,
}

/// A rule of a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetRule {
    /// The rule.
    pub rule: Rule,
    /// Its description; empty if there is none.
    pub description: String,
    /// The services that its traffic belongs to; empty if protocol and ports are written.
    pub services: BTreeSet<String>,
}

impl Preset {
    /// The rules that the preset's group has, with their descriptions.
    pub fn rules(&self) -> RuleSet {
        let rules = self.rules.iter();
        rule_set(rules.map(|one| (one.rule.clone(), one.description.clone())))
    }

    /// The services that its rules name.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        let services = self.rules.iter().flat_map(|one| &one.services);
        services.map(String::as_str)
    }
}

/// Name, description, direction and service of every built-in preset, in the order of the
/// documentation.
const PRESETS: [(&str, &str, Direction, &str); 7] = [
    ("exodus", "All outbound ports", Direction::Egress, "all"),
    ("http", "HTTP", Direction::Ingress, "http"),
    ("https", "HTTPS", Direction::Ingress, "https"),
    ("ssh", "SSH", Direction::Ingress, "ssh"),
    ("openvpn", "OpenVPN", Direction::Ingress, "openvpn"),
    ("shiny", "Shiny", Direction::Ingress, "shiny"),
    ("flask", "Flask", Direction::Ingress, "flask"),
];

/// The built-in presets, whose traffic is that of these services.
pub(super) fn built_in(services: &[Service]) -> Vec<Preset> {
    let preset = |(name, description, direction, service): (&str, &str, Direction, &str)| {
        let mut named = services.iter().filter(|one| one.name == service);
        let traffic = named.next().map(|one| one.traffic.as_slice());
        let traffic = traffic
            .expect("a preset's service is in the catalog")
            .iter();
        let mut rules: Vec<PresetRule> = traffic
            .map(|traffic| PresetRule {
                rule: Rule {
                    direction,
                    traffic: *traffic,
                    peer: Peer::Ipv4(Ipv4Net::default()), // 0.0.0.0/0
                },
                description: String::new(),
                services: [service.to_owned()].into(),
            })
            .collect();
        rules.sort_by(|a, b| a.rule.cmp(&b.rule));
        Preset {
            name: name.to_owned(),
            description: description.to_owned(),
            rules,
        }
    };
    PRESETS.map(preset).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::rules::text;

    #[test]
    fn the_seven_presets_are_as_designed() {
        let table: [(&str, &str, &[&str]); 7] = [
            ("exodus", "All outbound ports", &["egress all to 0.0.0.0/0"]),
            ("http", "HTTP", &["ingress tcp/80 from 0.0.0.0/0"]),
            ("https", "HTTPS", &["ingress tcp/443 from 0.0.0.0/0"]),
            ("ssh", "SSH", &["ingress tcp/22 from 0.0.0.0/0"]),
            (
                "openvpn",
                "OpenVPN",
                &[
                    "ingress tcp/443 from 0.0.0.0/0",
                    "ingress udp/1194 from 0.0.0.0/0",
                ],
            ),
            ("shiny", "Shiny", &["ingress tcp/3838 from 0.0.0.0/0"]),
            ("flask", "Flask", &["ingress tcp/5000 from 0.0.0.0/0"]),
        ];
        let catalog = Catalog::built_in();
        let names = catalog.presets().iter().map(|preset| preset.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), table.map(|(name, ..)| name));
        for (name, description, rules) in table {
            let preset = catalog.preset(name).expect("in the catalog");
            assert_eq!(preset.description, description);
            let keys: Vec<String> = preset.rules().keys().map(Rule::to_string).collect();
            assert_eq!(keys, rules);
        }
    }

    #[test]
    fn every_preset_is_well_formed() {
        let presets = Catalog::built_in().presets();
        for (i, preset) in presets.iter().enumerate() {
            let name = &preset.name;
            assert!(
                presets[..i].iter().all(|other| other.name != *name),
                "{name}"
            );
            assert_eq!(text::group_name(name), Ok(()));
            assert_eq!(text::group_description(&preset.description), Ok(()));
            let rules = preset.rules();
            assert!(!rules.is_empty(), "{name}");
            assert!(crate::rules::covered(&rules).is_empty(), "{name}");
            assert_eq!(Catalog::built_in().preset(name), Ok(preset));
        }
    }
}
