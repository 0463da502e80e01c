//! One `ingress` or `egress` block: its schema, and how it is read from a configuration or a state: what is
//! known, what is still unknown, and what is wrong. Must not make rules.

use std::collections::BTreeSet;

use super::block_errors;
use super::model::{self, SOURCES};
use crate::catalog::Catalog;
use crate::rules::short_form::traffic_item;
use crate::rules::{self, Direction, InputError, Sources, Traffic, TrafficSpec, UnknownCount};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::schema::{Attribute, Block};
use crate::tf_provider::value::{Attr, Type, Value};

/// The schema of a block, which is the same for both directions except for the description.
pub(in crate::resources) fn schema(description: &'static str) -> Block {
    let ids = |name, description| Attribute::optional(name, Type::set(Type::String), description);
    Block {
        description,
        attributes: vec![
            Attribute::optional(
                "service",
                Type::String,
                "A service of the catalog, by name: `\"https\"`, `\"ssh\"`, … or `\"all\"`. Instead of \
                 `protocol` and ports. A rule that it shares with another service, or with the preset, \
                 is one rule, with the first of their descriptions in alphabetical order.",
            ),
            ids(
                "services",
                "Several services of the catalog, and traffic as in the short form, instead of \
                 `service`, such as `[\"https\", \"tcp/9100\"]`.",
            ),
            Attribute::optional(
                "description",
                Type::String,
                "Description of the block's rules, at most 255 characters. It isn't part of a \
                 rule's identity, and changes in place.",
            ),
            Attribute::optional(
                "protocol",
                Type::String,
                "`\"tcp\"`, `\"udp\"`, `\"icmp\"`, `\"icmpv6\"`, another protocol by name or \
                 number, or `\"all\"` (also `\"-1\"`).",
            ),
            Attribute::optional(
                "from_port",
                Type::Number,
                "First port, 0 to 65535; for ICMP the type, or -1 for all.",
            ),
            Attribute::optional(
                "to_port",
                Type::Number,
                "Last port; for ICMP the code, or -1 for all. Default: `from_port`; for ICMP all \
                 codes.",
            ),
            ids("cidr_blocks", "IPv4 blocks, such as `\"10.0.0.0/8\"`."),
            ids(
                "ipv6_cidr_blocks",
                "IPv6 blocks, such as `\"2001:db8::/32\"`.",
            ),
            ids("prefix_list_ids", "Prefix lists, by id."),
            ids(
                "security_groups",
                "Other security groups, by id; `account/sg-…` for a group in a peered VPC of another \
                 account.",
            ),
            Attribute::optional("self", Type::Bool, "The group itself."),
        ],
        blocks: Vec::new(),
    }
}

/// One `ingress` or `egress` block, as it was read.
pub(in crate::resources) struct Written {
    /// The known part of it.
    pub(in crate::resources) block: rules::Block,
    /// Whether its description isn't known yet.
    pub(in crate::resources) unknown_description: bool,
    /// Whether its service isn't known yet, or whether it has one.
    pub(in crate::resources) unknown_service: bool,
    /// Whether all its rules are known.
    pub(in crate::resources) complete: bool,
    /// Lower bound of the number of its rules that are still unknown.
    pub(in crate::resources) pending: UnknownCount,
}

impl Written {
    /// Whether its rules and their description are known.
    pub(in crate::resources) fn is_known(&self) -> bool {
        self.complete && !self.unknown_description
    }
}

/// Reads a block. Unknown parts are marked, and are no errors, and neither is a service that the catalog may
/// still get from the provider block.
pub(in crate::resources) fn read(
    direction: Direction,
    block: &Value,
    catalog: &Catalog,
    faults: &mut Diagnostics,
) -> Written {
    let mut item_faults = Vec::new();
    let mut fault = |attribute, summary: String, detail: &str| {
        let wrong = InputError::new(attribute, summary, detail);
        faults.push(block_errors::diagnostic(direction, block, wrong));
    };
    let name = direction.name();
    let attributes = model::rule_block(block);
    let (what, what_known) = match (
        attributes.service(),
        attributes.services(),
        attributes.protocol(),
    ) {
        (Attr::Known(service), Attr::Null, Attr::Null) if catalog.may_get_service(service) => {
            (TrafficSpec::Pending, false)
        }
        (Attr::Known(service), Attr::Null, Attr::Null) => {
            (TrafficSpec::Service(service.to_owned()), true)
        }
        (Attr::Null, Attr::Known([]), Attr::Null) => {
            let summary = format!("\"services\" of an {name} block is empty");
            fault(
                "services",
                summary,
                "Add a service, or leave the block out where the list may be empty. In HCL, a \
                 dynamic block makes none for an empty for_each.",
            );
            (TrafficSpec::Pending, false)
        }
        (Attr::Null, Attr::Known(items), Attr::Null) => several(items, catalog, &mut item_faults),
        (Attr::Null, Attr::Null, Attr::Known(protocol)) => ports(block, protocol, &mut fault),
        (Attr::Null, Attr::Null, Attr::Null) => {
            let summary = format!("An {name} block needs a service or a protocol");
            fault(
                "",
                summary,
                "Set \"service\", \"services\", or \"protocol\" with its ports.",
            );
            (TrafficSpec::Pending, false)
        }
        // An unknown argument may turn out null; arguments that exclude each other are reported below.
        _ => (TrafficSpec::Pending, false),
    };
    for name in SOURCES.into_iter().chain(["services"]) {
        let elements = block.get(name).as_elements().unwrap_or_default();
        if elements.iter().any(Value::is_null) {
            let summary = format!("An element of \"{name}\" is null");
            fault(
                name,
                summary,
                "Leave it out: compact([…]) does that for a list in which some may be null.",
            );
        }
    }
    faults.extend(
        item_faults
            .into_iter()
            .map(|fault| block_errors::diagnostic(direction, block, fault)),
    );
    faults.extend(conflicts(direction, block));
    let (sources, sources_known) = sources(block);
    let own = attributes.self_reference();
    let description = attributes.description();
    Written {
        pending: pending(block, &what, &sources, catalog),
        unknown_description: description.is_unknown(),
        unknown_service: match (attributes.service(), &what) {
            (Attr::Known(service), _) => catalog.may_get_service(service),
            (Attr::Unknown, _) => true,
            (Attr::Null, TrafficSpec::Several(_)) => !what_known,
            (Attr::Null, _) => attributes.services().is_unknown(),
        },
        complete: what_known && sources_known && !own.is_unknown(),
        block: rules::Block {
            direction,
            what,
            description: description.known().unwrap_or_default().to_owned(),
            pending: !sources_known || own.is_unknown(),
            sources: Sources {
                own: own.known().unwrap_or(false),
                ..sources
            },
        },
    }
}

/// Diagnostics of arguments that are set beside `service` or `services`, which define them.
fn conflicts(direction: Direction, block: &Value) -> Vec<Diagnostic> {
    let text = |name: &str| block.get(name).as_str().map(|text| format!("{text:?}"));
    let port = |name: &str| block.get(name).as_number().map(ToString::to_string);
    let services = model::rule_block(block).services().known().map(|items| {
        let quoted = items.iter().filter_map(Value::as_str);
        let quoted: Vec<String> = quoted.map(|item| format!("{item:?}")).collect();
        format!("[{}]", quoted.join(", "))
    });
    let service = text("service");
    let (name, value, beside) = match (&service, &services) {
        (Some(value), _) => ("service", value, services.clone()),
        (None, Some(value)) => ("services", value, None),
        (None, None) => return Vec::new(),
    };
    let beside = [
        ("services", beside),
        ("protocol", text("protocol")),
        ("from_port", port("from_port")),
        ("to_port", port("to_port")),
    ];
    let mut found = Vec::new();
    for (other, written) in beside {
        let Some(written) = written else { continue };
        let why = if other == "services" {
            "Put all of them into \"services\""
        } else {
            "A service brings its own protocol and ports"
        };
        let conflict = Diagnostic::conflict(format!(
            "{name} = {value} and {other} = {written} are both set. {why}: remove one of the two."
        ));
        found.push(block_errors::placed(direction, block, other, conflict));
    }
    found
}

/// The traffic of `services`, and whether all of it is known.
fn several(
    items: &[Value],
    catalog: &Catalog,
    faults: &mut Vec<InputError>,
) -> (TrafficSpec, bool) {
    let mut known = !items.iter().any(|item| item.is_unknown() || item.is_null());
    let mut read = Vec::new();
    for text in items.iter().filter_map(Value::as_str) {
        match traffic_item(text, &|name| catalog.service_or_nearest(name)) {
            Ok(item) => read.push(item),
            Err(fault) => {
                known = false;
                let name = fault.unknown_service.as_deref();
                if !name.is_some_and(|name| catalog.may_get_service(name)) {
                    let fault = InputError::new("services", fault.summary, fault.detail);
                    faults.push(fault.in_element(text));
                }
            }
        }
    }
    (TrafficSpec::Several(read), known)
}

fn ports(
    block: &Value,
    protocol: &str,
    fault: &mut impl FnMut(&'static str, String, &str),
) -> (TrafficSpec, bool) {
    let mut known = true;
    let mut port = |name: &'static str| match block.get(name).number() {
        Attr::Null => None,
        Attr::Unknown => {
            known = false;
            None
        }
        Attr::Known(number) => match number.as_i64() {
            Some(port) => Some(port),
            None => {
                known = false;
                fault(
                    name,
                    format!("{number} is not a port"),
                    "A port is a whole number.",
                );
                None
            }
        },
    };
    let (from_port, to_port) = (port("from_port"), port("to_port"));
    if !known {
        return (TrafficSpec::Pending, false);
    }
    let protocol = protocol.to_owned();
    (
        TrafficSpec::Protocol {
            protocol,
            from_port,
            to_port,
        },
        true,
    )
}

/// Lower bound of the number of rules that a block adds to its known ones: a rule for each of its traffic for
/// every unknown source, or for every source while the service is unknown. A set that is unknown as a whole
/// may turn out to be empty.
fn pending(
    block: &Value,
    what: &TrafficSpec,
    sources: &Sources,
    catalog: &Catalog,
) -> UnknownCount {
    let (each, known) = match what {
        TrafficSpec::Service(name) => (
            catalog
                .find(name)
                .map_or(1, |service| service.traffic.len()),
            0,
        ),
        // Unknown items may turn out to equal others.
        TrafficSpec::Several(items) if !items.is_empty() => {
            let traffic: BTreeSet<Traffic> = items.iter().flat_map(|i| i.traffic.clone()).collect();
            (traffic.len(), 0)
        }
        TrafficSpec::Protocol { .. } => (1, 0),
        TrafficSpec::Several(_) | TrafficSpec::Pending => (1, 1),
    };
    let count = |name: &str, sources: &[String]| {
        let elements = block.get(name).as_elements().unwrap_or_default();
        let unknown = elements.iter().filter(|e| e.is_unknown()).count();
        each * (unknown + known * sources.len())
    };
    let own = model::rule_block(block).self_reference() == Attr::Known(true);
    UnknownCount {
        ipv4: count("cidr_blocks", &sources.cidr_blocks),
        ipv6: count("ipv6_cidr_blocks", &sources.ipv6_cidr_blocks),
        both: count("prefix_list_ids", &sources.prefix_list_ids)
            + count("security_groups", &sources.security_groups)
            + known * usize::from(own),
    }
}

/// The known sources, and whether all are known.
fn sources(block: &Value) -> (Sources, bool) {
    let mut all_known = true;
    let mut texts = |name: &str| match block.get(name).elements() {
        Attr::Null => Vec::new(),
        Attr::Unknown => {
            all_known = false;
            Vec::new()
        }
        Attr::Known(elements) => {
            // A null element is reported elsewhere, and counts as unknown here.
            all_known &= !elements.iter().any(|e| e.is_unknown() || e.is_null());
            elements
                .iter()
                .filter_map(|e| e.as_str().map(str::to_owned))
                .collect()
        }
    };
    let sources = Sources {
        cidr_blocks: texts("cidr_blocks"),
        ipv6_cidr_blocks: texts("ipv6_cidr_blocks"),
        prefix_list_ids: texts("prefix_list_ids"),
        security_groups: texts("security_groups"),
        own: false,
        empty: SOURCES
            .into_iter()
            .filter(|name| block.get(name).as_elements() == Some(&[]))
            .collect(),
    };
    (sources, all_known)
}
