//! Resolves the guardrails of users: categories and services become traffic.

use super::definition::{Defined, DefinitionError, Faults, GuardrailDefinition, first_of_name};
use super::services::categories;
use crate::catalog::{CATEGORIES, Catalog};
use crate::rules::guardrails::{Action, GuardedPeer, GuardedTraffic, Guardrail};
use crate::rules::{Direction, ShortFormError, Traffic, nearest, normalise, one_of, short_form};

/// The word for every public address of either family.
const WORLD: &str = "world";

/// Traffic that categories leave out: the ports of web sites, except in the category `web`, and all
/// ports, which no single service is about.
const NOT_OF_CATEGORIES: [Option<Traffic>; 6] = [
    Traffic::tcp(80, 80),
    Traffic::tcp(443, 443),
    Traffic::udp(443, 443),
    Some(Traffic::ALL),
    Traffic::tcp(0, u16::MAX),
    Traffic::udp(0, u16::MAX),
];

/// Adds the guardrails without errors to a catalog.
pub(super) fn add(
    all: &[Defined<GuardrailDefinition>],
    catalog: &mut Catalog,
    errors: &mut Vec<DefinitionError>,
) {
    let mut found = Vec::new();
    for (at, defined) in all.iter().enumerate() {
        let mut faults = Faults::of("guardrail", defined, errors);
        let what = &defined.what;
        let name = &what.name;
        if name.trim().is_empty() {
            faults.add(
                "name",
                "A guardrail has no name",
                "Set \"name\": errors and exemptions call the guardrail by it.",
            );
        } else if let Some(first) = first_of_name(all, at, |one| &one.name) {
            faults.add(
                "name",
                format!("The guardrail {name:?} is defined twice"),
                format!(
                    "It is defined in {} already. Remove one of the two, or rename it.",
                    first.origin.words("guardrail")
                ),
            );
        }
        if what.reason.trim().is_empty() {
            faults.add(
                "reason",
                format!("The guardrail {name:?} gives no reason"),
                "Set \"reason\": say why, and what to do instead. It is shown to whoever violates \
                 the guardrail.",
            );
        }
        let direction = word(
            &what.direction,
            "direction",
            &["ingress", "egress"],
            &mut faults,
        );
        let action = word(&what.action, "action", &["error", "warning"], &mut faults);
        let guardrail = Guardrail {
            name: name.clone(),
            direction: [Direction::Ingress, Direction::Egress][direction],
            traffic: traffic(what.traffic.as_deref(), catalog, &mut faults),
            peers: peers(what.peers.as_deref(), &mut faults),
            action: [Action::Error, Action::Warning][action],
            reason: what.reason.trim().to_owned(),
            exemptible: what.exemptible,
        };
        if !faults.is_left_out {
            found.push(guardrail);
        }
    }
    catalog.guardrails.extend(found);
}

/// The index of a word in `words`; 0, the default, if it is empty or wrong.
fn word(
    written: &str,
    argument: &'static str,
    words: &[&'static str; 2],
    faults: &mut Faults,
) -> usize {
    let found = words.iter().position(|word| *word == written);
    if found.is_none() && !written.is_empty() {
        faults.add(
            argument,
            format!("{written:?} is not a guardrail's {argument}"),
            format!("Write {}.", one_of(words)),
        );
    }
    found.unwrap_or(0)
}

/// The traffic that is guarded; empty for all traffic.
fn traffic(
    written: Option<&[String]>,
    catalog: &Catalog,
    faults: &mut Faults,
) -> Vec<GuardedTraffic> {
    let Some(written) = written else {
        return Vec::new();
    };
    if written.is_empty() {
        faults.add(
            "traffic",
            "The traffic of a guardrail is empty",
            "Name categories, services or ports, or remove \"traffic\" to guard everything.",
        );
    }
    let mut found: Vec<GuardedTraffic> = Vec::new();
    for text in written {
        let is_category = CATEGORIES.contains(&text.as_str());
        if is_category {
            found.extend(of_category(text, catalog));
        }
        let read = short_form::traffic_item(text, &|name| catalog.service_or_nearest(name));
        let service = catalog.find(text).map(|service| service.name.to_string());
        match read {
            Ok(item) => found.extend(item.traffic.into_iter().map(|traffic| GuardedTraffic {
                traffic,
                service: service.clone(),
            })),
            Err(_) if is_category => {}
            Err(_) if catalog.may_get_service(text) && !text.contains('/') => {
                faults.is_left_out = true;
            }
            Err(ShortFormError {
                summary, detail, ..
            }) => {
                let near = nearest(text, CATEGORIES.iter().copied());
                let detail = if near.is_empty() {
                    let all = CATEGORIES.join(", ");
                    format!("{detail} Categories may be named too: {all}.")
                } else {
                    // A category was probably meant, not one of the similar services.
                    categories(text)
                };
                faults.add("traffic", summary, detail);
            }
        }
    }
    // Several services may have the same port: the first one counts.
    let mut unique: Vec<GuardedTraffic> = Vec::new();
    for one in found {
        if unique.iter().all(|other| other.traffic != one.traffic) {
            unique.push(one);
        }
    }
    unique
}

fn of_category<'a>(
    category: &'a str,
    catalog: &'a Catalog,
) -> impl Iterator<Item = GuardedTraffic> + 'a {
    let services = catalog
        .services
        .iter()
        .filter(move |service| service.category == category);
    services.flat_map(move |service| {
        let traffic = service.traffic.iter().filter(move |traffic| {
            let is_common = NOT_OF_CATEGORIES.contains(&Some(**traffic));
            // The first three belong to `web`.
            !is_common || (category == "web" && NOT_OF_CATEGORIES[..3].contains(&Some(**traffic)))
        });
        traffic.map(|traffic| GuardedTraffic {
            traffic: *traffic,
            service: Some(service.name.to_string()),
        })
    })
}

fn peers(written: Option<&[String]>, faults: &mut Faults) -> Vec<GuardedPeer> {
    let Some(written) = written else {
        return vec![GuardedPeer::World];
    };
    if written.is_empty() {
        faults.add(
            "peers",
            "The peers of a guardrail are empty",
            "Name \"world\" or CIDR blocks, or remove \"peers\": the default is the world.",
        );
    }
    let mut found = Vec::new();
    for text in written {
        if text == WORLD {
            found.push(GuardedPeer::World);
            continue;
        }
        match normalise::cidr_block(text) {
            Ok(block) => found.push(GuardedPeer::Block(block)),
            Err(fault) => {
                let hint = "Write \"world\", or a CIDR block such as \"10.0.0.0/8\".";
                let detail = if text.contains('/') {
                    &fault.detail
                } else {
                    hint
                };
                faults.add("peers", fault.summary, detail);
            }
        }
    }
    found
}
