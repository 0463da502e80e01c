//! Presets: whole groups by name. To add one is to add a line to [`PRESETS`]. Every preset is open
//! to all of IPv4 and to nothing else, which is what the name of a curated group promises.

use ipnet::Ipv4Net;

use super::services;
use crate::rules::{Direction, InputError, Peer, Rule, RuleSet, nearest, one_of};

/// A group with a name, a description and rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The preset's name, which is the group's too.
    pub name: &'static str,
    /// The group's description.
    pub description: &'static str,
    /// The service whose traffic its rules let through.
    pub service: &'static str,
    direction: Direction,
}

/// Every preset, in the order in which they are told.
pub const PRESETS: &[Preset] = &[
    entry("exodus", "All outbound ports", Direction::Egress, "all"),
    entry("http", "HTTP", Direction::Ingress, "http"),
    entry("https", "HTTPS", Direction::Ingress, "https"),
    entry("ssh", "SSH", Direction::Ingress, "ssh"),
    entry("openvpn", "OpenVPN", Direction::Ingress, "openvpn"),
    entry("shiny", "Shiny", Direction::Ingress, "shiny"),
    entry("flask", "Flask", Direction::Ingress, "flask"),
];

impl Preset {
    /// The rules that the preset's group has, without descriptions.
    pub fn rules(&self) -> RuleSet {
        let service = services::find(self.service).expect("a preset's service is in the catalog");
        let rule = |traffic| Rule {
            direction: self.direction,
            traffic,
            peer: Peer::Ipv4(Ipv4Net::default()), // 0.0.0.0/0
        };
        let traffic = service.traffic.iter();
        traffic
            .map(|traffic| (rule(*traffic), String::new()))
            .collect()
    }
}

/// The preset of that name.
///
/// # Errors
/// A fault on `preset` that names the nearest presets and lists all.
pub fn preset(name: &str) -> Result<&'static Preset, InputError> {
    PRESETS
        .iter()
        .find(|preset| preset.name == name)
        .ok_or_else(|| {
            let near = nearest(name, names());
            let hint = if near.is_empty() {
                String::new()
            } else {
                format!("Did you mean {}? ", one_of(&near))
            };
            let names: Vec<&str> = names().collect();
            InputError::new(
                "preset",
                format!("{name:?} is not a preset"),
                format!("{hint}The presets are {}.", names.join(", ")),
            )
        })
}

/// The names of all presets.
pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}

const fn entry(
    name: &'static str,
    description: &'static str,
    direction: Direction,
    service: &'static str,
) -> Preset {
    Preset {
        name,
        description,
        service,
        direction,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert_eq!(names().collect::<Vec<_>>(), table.map(|(name, ..)| name));
        for (name, description, rules) in table {
            let preset = preset(name).expect("in the catalog");
            assert_eq!(preset.description, description);
            let keys: Vec<String> = preset.rules().keys().map(Rule::to_string).collect();
            assert_eq!(keys, rules);
        }
    }

    #[test]
    fn every_preset_is_well_formed() {
        for (i, preset) in PRESETS.iter().enumerate() {
            let name = preset.name;
            assert!(
                PRESETS[..i].iter().all(|other| other.name != name),
                "{name}"
            );
            assert_eq!(text::group_name(name), Ok(()));
            assert_eq!(text::group_description(preset.description), Ok(()));
            let rules = preset.rules();
            assert!(!rules.is_empty(), "{name}");
            assert!(crate::rules::covered(&rules).is_empty(), "{name}");
            assert_eq!(super::preset(name), Ok(preset));
        }
    }

    #[test]
    fn an_unknown_preset_names_the_nearest() {
        let all = "The presets are exodus, http, https, ssh, openvpn, shiny, flask.";
        for (name, hint) in [
            ("exdous", r#"Did you mean "exodus"? "#),
            ("Https", r#"Did you mean "https"? "#),
            ("launch-wizard-7", ""),
        ] {
            let expected = InputError::new(
                "preset",
                format!("{name:?} is not a preset"),
                format!("{hint}{all}"),
            );
            assert_eq!(preset(name), Err(expected));
        }
    }
}
