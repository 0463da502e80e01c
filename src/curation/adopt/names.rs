//! Chooses names of resources, files and local values: readable, and the same in every run. A name
//! depends on the named thing, and if two would be equal, on the VPC and then on the id, never on
//! the order.

use std::collections::{BTreeMap, BTreeSet};

use crate::configuration;

/// Most characters of an identifier that is made of a name.
const LONGEST: usize = 60;

/// Most characters of a name that a comment takes.
pub(super) const LONGEST_NAME: usize = 255;

/// A thing that needs a unique name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Its id.
    pub(super) id: String,
    /// Names from the shortest to the most precise one.
    pub(super) names: Vec<String>,
}

/// A name for each thing: the first of its names that no other thing would take and that isn't in
/// `taken`.
pub(super) fn distinct(wanted: &[Wanted], taken: &BTreeSet<String>) -> BTreeMap<String, String> {
    let most = wanted
        .iter()
        .map(|one| one.names.len())
        .max()
        .unwrap_or_default();
    let mut used = taken.clone();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for precision in 0..most {
        let open: Vec<&Wanted> = wanted
            .iter()
            .filter(|one| !found.contains_key(&one.id))
            .collect();
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for name in open.iter().filter_map(|one| one.names.get(precision)) {
            *count.entry(name).or_default() += 1;
        }
        let free: Vec<(String, String)> = open
            .iter()
            .filter_map(|one| Some((one, one.names.get(precision)?)))
            .filter(|(_, name)| count[name.as_str()] == 1 && !used.contains(*name))
            .map(|(one, name)| (one.id.clone(), name.clone()))
            .collect();
        used.extend(free.iter().map(|(_, name)| name.clone()));
        // A name that several things would have is given to none of them.
        used.extend(count.into_keys().map(str::to_owned));
        found.extend(free);
    }
    for one in wanted {
        if found.contains_key(&one.id) {
            continue;
        }
        let base = one.names.last().cloned().unwrap_or_default();
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let name = numbered.into_iter().find(|name| !used.contains(name));
        let name = name.unwrap_or(base);
        used.insert(name.clone());
        found.insert(one.id.clone(), name);
    }
    found
}

/// The names of a group's resource.
pub(super) fn of_group(id: &str, name: &str, name_tag: Option<&str>, vpc: &str) -> Wanted {
    // A generated name is less readable than the tag.
    let chosen = match name_tag {
        Some(tag) if is_made_up(name) && !slug(tag).is_empty() => tag,
        _ => name,
    };
    let base = identifier(chosen, "group");
    Wanted {
        id: id.to_owned(),
        names: vec![
            base.clone(),
            format!("{base}_{}", slug(vpc)),
            format!("{base}_{}", slug(end_of_id(id))),
            format!("{base}_{}", slug(id)),
        ],
    }
}

/// The names of a VPC, as in `vpc_main`: for its file and the local value with its id.
pub(super) fn of_vpc(id: &str, name: Option<&str>, is_default: bool, region: &str) -> Wanted {
    let named = name.map(slug).filter(|name| !name.is_empty());
    let base = match (named, is_default) {
        (Some(name), _) => name,
        (None, true) => "default".to_owned(),
        (None, false) => slug(id),
    };
    let begins = base == "vpc" || base.starts_with("vpc_");
    let base = if begins { base } else { format!("vpc_{base}") };
    Wanted {
        id: id.to_owned(),
        names: vec![
            base.clone(),
            format!("{base}_{}", slug(region)),
            format!("{base}_{}", slug(end_of_id(id))),
        ],
    }
}

/// Whether Terraform generated a name: `terraform-` and 26 digits.
fn is_made_up(name: &str) -> bool {
    let digits = name.strip_prefix("terraform-").unwrap_or_default();
    digits.len() == 26 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn end_of_id(id: &str) -> &str {
    let digits = id.rsplit('-').next().unwrap_or(id);
    digits
        .get(digits.len().saturating_sub(8)..)
        .unwrap_or(digits)
}

fn identifier(text: &str, otherwise: &str) -> String {
    let slug = slug(text);
    if slug.is_empty() {
        otherwise.to_owned()
    } else if slug.starts_with(|c: char| c.is_ascii_digit()) {
        format!("sg_{slug}")
    } else {
        slug
    }
}

/// A text as a part of an identifier: letters, digits and `_`.
pub(super) fn slug(text: &str) -> String {
    configuration::slug(text, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_people_would_choose() {
        for (name, tag, expected) in [
            ("launch-wizard-1", None, "launch_wizard_1"),
            ("Web Servers (prod)", Some("x"), "web_servers_prod"),
            ("3tier", None, "sg_3tier"),
            ("\u{4e16}\u{754c}", None, "group"),
            ("${x}", None, "x"),
            ("terraform-20261129120000000000000001", Some("App"), "app"),
        ] {
            let wanted = of_group("sg-0000000a", name, tag, "main");
            assert_eq!(wanted.names[0], expected);
        }
        assert_eq!(
            of_vpc("vpc-1", Some("vpc-prod"), false, "r").names[0],
            "vpc_prod"
        );
        assert_eq!(of_vpc("vpc-1", None, true, "r").names[0], "vpc_default");
        assert_eq!(of_vpc("vpc-1", None, false, "r").names[0], "vpc_1");
    }

    #[test]
    fn two_groups_of_one_name_are_told_apart_in_any_order() {
        let mut wanted = vec![
            of_group("sg-0000000a", "web", None, "main"),
            of_group("sg-0000000b", "web", None, "test"),
            of_group("sg-0000000c", "web!", None, "test"),
            of_group("sg-0000000d", "db", None, "test"),
        ];
        let taken = BTreeSet::from(["db".to_owned()]);
        let found = distinct(&wanted, &taken);
        let names: Vec<&str> = found.values().map(String::as_str).collect();
        assert_eq!(
            names,
            ["web_main", "web_0000000b", "web_0000000c", "db_test"]
        );
        wanted.reverse();
        assert_eq!(distinct(&wanted, &taken), found);
    }

    #[test]
    fn no_name_is_given_twice() {
        // One is called what another becomes.
        let wanted = [
            of_group("sg-0000000a", "web", None, "main"),
            of_group("sg-0000000b", "web", None, "test"),
            of_group("sg-0000000c", "web_main", None, "x"),
        ];
        let found = distinct(&wanted, &BTreeSet::new());
        let names: BTreeSet<&String> = found.values().collect();
        assert_eq!(names.len(), 3, "{found:?}");
    }
}
