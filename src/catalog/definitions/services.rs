//! Resolves the services of users. A service may name others, in any order, but not form a cycle
//! with them.

use std::collections::BTreeMap;

use super::definition::{Defined, DefinitionError, Faults, ServiceDefinition, first_of_name};
use crate::catalog::{CATEGORIES, Catalog, Service};
use crate::rules::{ShortFormError, Traffic, nearest, one_of, protocols, short_form};

/// Adds the services without errors to a catalog.
pub(super) fn add(
    all: &[Defined<ServiceDefinition>],
    catalog: &mut Catalog,
    errors: &mut Vec<DefinitionError>,
) {
    let mut resolved: BTreeMap<&str, Vec<Traffic>> = BTreeMap::new();
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, defined) in all.iter().enumerate() {
        let name = defined.what.name.as_str();
        let mut faults = Faults::of("service", defined, errors);
        check_name(name, catalog, &mut faults);
        if let Some(first) = first_of_name(all, at, |one| &one.name) {
            faults.add(
                "name",
                format!("The service {name:?} is defined twice"),
                format!(
                    "It is defined in {} already. Remove one of the two, or rename it.",
                    first.origin.words("service")
                ),
            );
        }
        let category = defined.what.category.as_str();
        if !category.is_empty() && !CATEGORIES.contains(&category) {
            faults.add("category", no_category(category), categories(category));
        }
        if defined.what.traffic.is_empty() {
            faults.add(
                "traffic",
                format!("The service {name:?} lets nothing through"),
                "Set \"traffic\", such as [\"tcp/8443\", \"udp/5000-5010\"].",
            );
        }
        if faults.is_left_out {
            // Known with empty traffic, so that definitions that name it are still checked.
            resolved.insert(name, Vec::new());
        } else {
            named.insert(name, at);
        }
    }
    let mut waiting: Vec<usize> = named.values().copied().collect();
    waiting.sort_unstable();
    // Each round resolves the services that name only resolved ones. Those that remain are in a
    // cycle or lead to one.
    loop {
        let (ready, blocked): (Vec<usize>, Vec<usize>) = waiting.iter().partition(|at| {
            let mut traffic = all[**at].what.traffic.iter();
            traffic.all(|text| {
                !named.contains_key(text.as_str()) || resolved.contains_key(text.as_str())
            })
        });
        if ready.is_empty() {
            break;
        }
        for at in ready {
            let found = resolve(&all[at], &resolved, catalog, errors);
            resolved.insert(&all[at].what.name, found.unwrap_or_default());
        }
        waiting = blocked;
    }
    for at in waiting {
        if let Some(cycle) = cycle(at, all, &named) {
            let mut faults = Faults::of("service", &all[at], errors);
            faults.add(
                "traffic",
                format!("The service {:?} is defined by itself", all[at].what.name),
                format!("{cycle}. Name ports in one of them instead."),
            );
        }
    }
    let own: Vec<Service> = all
        .iter()
        .filter_map(|defined| {
            let traffic = resolved.remove(defined.what.name.as_str())?;
            (!traffic.is_empty()).then(|| service(&defined.what, traffic))
        })
        .collect();
    if !own.is_empty() {
        let mut services = catalog.services.to_vec();
        services.extend(own);
        services.sort_by(|a, b| a.name.cmp(&b.name));
        catalog.services = services.into();
    }
}

fn service(definition: &ServiceDefinition, traffic: Vec<Traffic>) -> Service {
    Service {
        name: definition.name.clone().into(),
        category: definition.category.clone().into(),
        description: definition.description.clone().into(),
        traffic,
        source: None,
    }
}

/// The traffic of a service, without parts that others cover; `None` if a part is wrong or not
/// known yet.
fn resolve(
    defined: &Defined<ServiceDefinition>,
    resolved: &BTreeMap<&str, Vec<Traffic>>,
    catalog: &Catalog,
    errors: &mut Vec<DefinitionError>,
) -> Option<Vec<Traffic>> {
    let mut faults = Faults::of("service", defined, errors);
    let mut found: Vec<Traffic> = Vec::new();
    let mut is_known = true;
    for text in &defined.what.traffic {
        if let Some(traffic) = resolved.get(text.as_str()) {
            // The named service has an error, which is reported there.
            is_known &= !traffic.is_empty();
            found.extend(traffic);
        } else if let Err(ShortFormError {
            summary, detail, ..
        }) = short_form::traffic_item(text, &|name| catalog.service_or_nearest(name))
            .map(|item| found.extend(item.traffic))
        {
            is_known = false;
            if !catalog.may_get_service(text) || text.contains('/') {
                faults.add("traffic", summary, detail);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    let all = found.clone();
    found.retain(|one| !all.iter().any(|other| other != one && other.covers(one)));
    is_known.then_some(found)
}

/// Words for the cycle from a service back to itself; `None` if it only leads to one.
fn cycle(
    start: usize,
    all: &[Defined<ServiceDefinition>],
    named: &BTreeMap<&str, usize>,
) -> Option<String> {
    let mut ways: Vec<Vec<usize>> = vec![vec![start]];
    let mut seen = vec![start];
    while let Some(way) = ways.pop() {
        let last = way[way.len() - 1];
        for next in all[last]
            .what
            .traffic
            .iter()
            .filter_map(|t| named.get(t.as_str()))
        {
            if *next == start {
                let names = way.iter().map(|at| format!("{:?}", all[*at].what.name));
                let names: Vec<String> = names.collect();
                let back = &all[start].what.name;
                return Some(format!("{} names {back:?}", names.join(" names ")));
            }
            if !seen.contains(next) {
                seen.push(*next);
                ways.push(way.iter().copied().chain([*next]).collect());
            }
        }
    }
    None
}

fn check_name(name: &str, catalog: &Catalog, faults: &mut Faults) {
    if !Service::can_be_called(name) {
        faults.add(
            "name",
            format!("{name:?} is not a name for a service"),
            "A name begins with a lower-case letter and has lower-case letters, digits and \
             hyphens, 63 at the most.",
        );
    } else if let Some(service) = catalog.find(name) {
        let traffic: Vec<String> = service.traffic.iter().map(Traffic::to_string).collect();
        faults.add(
            "name",
            format!("{name:?} is a service of the catalog"),
            format!(
                "The built-in service lets {} through, and means the same everywhere. Choose \
                 another name.",
                traffic.join(", ")
            ),
        );
    } else if CATEGORIES.contains(&name) {
        faults.add(
            "name",
            format!("{name:?} is a category of the catalog"),
            "Guardrails name services and categories in one list. Choose another name.",
        );
    } else if protocols::number(name).is_some()
        || ["self", "from", "to", "protocol"].contains(&name)
    {
        faults.add(
            "name",
            format!("{name:?} has a meaning of its own in rules"),
            "Protocols and the words \"from\", \"to\", \"self\" and \"protocol\" can't be \
             services. Choose another name.",
        );
    }
}

pub(super) fn no_category(category: &str) -> String {
    format!("{category:?} is not a category of the catalog")
}

pub(super) fn categories(category: &str) -> String {
    let near = nearest(category, CATEGORIES.iter().copied());
    let guess = if near.is_empty() {
        String::new()
    } else {
        format!("Did you mean {}? ", one_of(&near))
    };
    format!("{guess}The categories are {}.", CATEGORIES.join(", "))
}
