//! Looks up names in the catalog, with the nearest names for one that isn't there.

use super::{Catalog, Extent, Preset, Service};
use crate::rules::{InputError, Traffic, is_misspelt, nearest, one_of, short_form};

impl Catalog {
    /// The service with this name.
    pub fn find(&self, name: &str) -> Option<&Service> {
        let at = self
            .services
            .binary_search_by(|service| (*service.name).cmp(name));
        at.ok().map(|at| &self.services[at])
    }

    /// The traffic of a service.
    ///
    /// # Errors
    /// A fault on `service` that names the nearest services.
    pub fn service(&self, name: &str) -> Result<Vec<Traffic>, InputError> {
        self.service_or_nearest(name).map_err(|near| {
            let near: Vec<&str> = near.iter().map(String::as_str).collect();
            let summary = format!("{name:?} is not a service of the catalog");
            if let Some(hint) = self.trimmed_service(name).or_else(|| as_traffic(name)) {
                return InputError::new("service", summary, hint);
            }
            let hint = if near.is_empty() {
                "The guide \"The catalog\" lists them all.".to_owned()
            } else {
                format!("Did you mean {}?", one_of(&near))
            };
            InputError::new(
                "service",
                summary,
                format!("{hint} For anything else set protocol, from_port and to_port."),
            )
        })
    }

    /// The hint for the name of a service with white space around it.
    pub fn trimmed_service(&self, name: &str) -> Option<String> {
        trimmed(name).filter(|_| self.find(name.trim()).is_some())
    }

    /// The traffic of a service, or the names of services that may have been meant.
    ///
    /// # Errors
    /// There is no service of that name.
    pub fn service_or_nearest(&self, name: &str) -> Result<Vec<Traffic>, Vec<String>> {
        self.find(name)
            .map(|service| service.traffic.clone())
            .ok_or_else(|| {
                let near = self.nearest(name).into_iter();
                near.map(|service| service.name.to_string()).collect()
            })
    }

    /// Whether an unknown name may be that of a service which isn't defined yet. A text that can't
    /// be the name of a service isn't.
    pub fn may_get_service(&self, name: &str) -> bool {
        let names = self.services.iter().map(|service| &*service.name);
        Service::can_be_called(name) && self.find(name).is_none() && self.may_get(name, names)
    }

    /// Whether an unknown name may be that of a preset which isn't defined yet.
    pub fn may_get_preset(&self, name: &str) -> bool {
        let mut names = self.preset_names();
        names.all(|known| known != name) && self.may_get(name, self.preset_names())
    }

    /// The preset with this name.
    ///
    /// # Errors
    /// A fault on `preset` that names the nearest presets and lists all.
    pub fn preset(&self, name: &str) -> Result<&Preset, InputError> {
        let mut presets = self.presets.iter();
        presets
            .find(|preset| preset.name == name)
            .ok_or_else(|| self.no_preset(name))
    }

    fn no_preset(&self, name: &str) -> InputError {
        let near = nearest(name, self.preset_names());
        let is_known = self.preset_names().any(|known| known == name.trim());
        let summary = format!("{name:?} is not a preset");
        if let Some(hint) = trimmed(name).filter(|_| is_known) {
            return InputError::new("preset", summary, hint);
        }
        let hint = if self.find(name).is_some() {
            format!(
                "It is a service: name it in \"service\" of a block, or in a line of the short form, \
                 such as \"{name} from 10.0.0.0/8\". "
            )
        } else if near.is_empty() {
            String::new()
        } else {
            format!("Did you mean {}? ", one_of(&near))
        };
        let names: Vec<&str> = self.preset_names().collect();
        InputError::new(
            "preset",
            summary,
            format!("{hint}The presets are {}.", names.join(", ")),
        )
    }

    fn preset_names(&self) -> impl Iterator<Item = &str> {
        self.presets.iter().map(|preset| preset.name.as_str())
    }

    fn may_get<'a>(&self, name: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
        match self.extent {
            Extent::Whole => false,
            Extent::Unseen => !names.any(|known| is_misspelt(name, known)),
            Extent::Unknown => true,
        }
    }
}

/// The hint for what is no name, and is right where traffic is written.
fn as_traffic(name: &str) -> Option<String> {
    let item = short_form::traffic_item(name, &|_| Err(Vec::new())).ok()?;
    let [traffic] = item.traffic[..] else {
        return None;
    };
    let ports = match traffic.ports() {
        None | Some((-1, _)) => String::new(),
        Some((first, -1)) => format!(" and from_port = {first}"),
        Some((first, last)) if first == last && !traffic.protocol().starts_with("icmp") => {
            format!(" and from_port = {first}")
        }
        Some((first, last)) => format!(", from_port = {first} and to_port = {last}"),
    };
    let protocol = traffic.protocol();
    Some(format!(
        "A service is named. Write protocol = {protocol:?}{ports}, or services = [{name:?}], which takes \
         traffic too."
    ))
}

/// The hint for white space around a name, if there is any.
fn trimmed(name: &str) -> Option<String> {
    let inner = name.trim();
    (inner != name).then(|| {
        format!(
            "There is white space around {inner:?}. Write {inner:?}, or remove the white space with \
             trimspace() if the value comes from a file or a command."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_service_names_the_nearest_by_name_description_or_port() {
        for (name, hint) in [
            ("htps", r#"Did you mean "https", "ftps" or "http"?"#),
            ("SSH", r#"Did you mean "ssh"?"#),
            (
                "postgres",
                r#"Did you mean "postgresql" or "postgres-exporter"?"#,
            ),
            ("5432", r#"Did you mean "postgresql"?"#),
            ("valkey", r#"Did you mean "redis"?"#),
            ("zzzzzzzz", "The guide \"The catalog\" lists them all."),
            ("", "The guide \"The catalog\" lists them all."),
        ] {
            let expected = InputError::new(
                "service",
                format!("{name:?} is not a service of the catalog"),
                format!("{hint} For anything else set protocol, from_port and to_port."),
            );
            assert_eq!(Catalog::built_in().service(name), Err(expected));
        }
    }

    /// Only services with a name like it were suggested.
    #[test]
    fn traffic_in_the_place_of_a_service_is_told_where_it_goes() {
        for (name, written) in [
            ("tcp/9100", "protocol = \"tcp\" and from_port = 9100"),
            (
                "udp/8000-8100",
                "protocol = \"udp\", from_port = 8000 and to_port = 8100",
            ),
            ("icmp/8", "protocol = \"icmp\" and from_port = 8"),
            (
                "icmp/8/0",
                "protocol = \"icmp\", from_port = 8 and to_port = 0",
            ),
            ("esp", "protocol = \"50\""),
        ] {
            let fault = Catalog::built_in().service(name).expect_err(name);
            let expected = format!(
                "A service is named. Write {written}, or services = [{name:?}], which takes \
                 traffic too."
            );
            assert_eq!(fault.detail, expected);
        }
    }

    /// "Did you mean "https"?" was all that was said of "https ".
    #[test]
    fn white_space_around_a_name_is_said() {
        let catalog = Catalog::built_in();
        for name in ["https ", "https\n", "\thttps"] {
            for fault in [catalog.service(name).err(), catalog.preset(name).err()] {
                let fault = fault.expect(name);
                let reported = "There is white space around \"https\". Write \"https\", or";
                assert!(fault.detail.starts_with(reported), "{fault:?}");
                assert!(fault.detail.contains("trimspace()"), "{fault:?}");
            }
        }
        let other = catalog.service("htps ").expect_err("no service");
        assert!(other.detail.starts_with("Did you mean"), "{other:?}");
    }

    #[test]
    fn an_unknown_preset_names_the_nearest() {
        let all = "The presets are exodus, http, https, ssh, openvpn, shiny, flask.";
        for (name, hint) in [
            ("exdous", r#"Did you mean "exodus"? "#),
            ("Https", r#"Did you mean "https"? "#),
            ("launch-wizard-7", ""),
            (
                "postgresql",
                "It is a service: name it in \"service\" of a block, or in a line of the short form, \
                 such as \"postgresql from 10.0.0.0/8\". ",
            ),
        ] {
            let expected = InputError::new(
                "preset",
                format!("{name:?} is not a preset"),
                format!("{hint}{all}"),
            );
            assert_eq!(Catalog::built_in().preset(name), Err(expected));
        }
    }

    #[test]
    fn a_name_may_come_while_what_defines_names_is_not_known() {
        for (extent, name, service, preset) in [
            (Extent::Whole, "billing", false, false),
            (Extent::Unseen, "billing", true, true),
            (Extent::Unseen, "htps", false, false),
            (Extent::Unseen, "billing-https", true, true),
            (Extent::Unseen, "https", false, false),
            (Extent::Unseen, "tcp:443", false, true),
            (Extent::Unknown, "TLS", false, true),
            (Extent::Unknown, "htps", true, true),
            (Extent::Unknown, "https", false, false),
        ] {
            let catalog = Catalog::default().of_extent(extent);
            assert_eq!(catalog.may_get_service(name), service, "{extent:?} {name}");
            assert_eq!(catalog.may_get_preset(name), preset, "{extent:?} {name}");
        }
    }
}
