//! One `ingress` or `egress` block as it stands in a configuration or a state: what of it is
//! known, what is to come, and what is wrong with its parts. Makes no rules.

use crate::catalog;
use crate::rules::{self, Direction, Fault, Pending, Sources, What};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::{Attr, Value};

/// The sets of a block that name sources.
const SOURCES: [&str; 4] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "security_groups",
];

/// One `ingress` or `egress` block.
pub(super) struct Written {
    /// What is known of it.
    pub(super) block: rules::Block,
    /// Whether its description isn't known yet.
    pub(super) undescribed: bool,
    /// Whether all its rules are known.
    pub(super) complete: bool,
    /// What comes on top of the known ones for certain.
    pub(super) pending: Pending,
}

/// Reads a block. What isn't known of it is marked, and no fault.
pub(super) fn read(direction: Direction, block: &Value, faults: &mut Diagnostics) -> Written {
    let mut fault = |attribute, summary: String, detail: &str| {
        faults.push(diagnostic(
            direction,
            Fault::new(attribute, summary, detail),
        ));
    };
    let name = direction.name();
    let (what, what_known) = match (
        block.get("service").string(),
        block.get("protocol").string(),
    ) {
        (Attr::Known(service), Attr::Null) => (What::Service(service.to_owned()), true),
        (Attr::Null, Attr::Known(protocol)) => ports(block, protocol, &mut fault),
        (Attr::Null, Attr::Null) => {
            let summary = format!("An {name} block says nothing that it lets through");
            fault(
                "",
                summary,
                "Set \"service\", or \"protocol\" with its ports.",
            );
            (What::Pending, false)
        }
        // What isn't known may turn out null.
        (Attr::Unknown, _) | (_, Attr::Unknown) => (What::Pending, false),
        (Attr::Known(_), Attr::Known(_)) => {
            let summary = format!("An {name} block has both a service and a protocol");
            fault(
                "service",
                summary,
                "A service brings its own protocol: remove one of the two.",
            );
            (What::Pending, false)
        }
    };
    let service = block.get("service").as_str().is_some();
    for port in ["from_port", "to_port"] {
        if service && block.get(port).as_number().is_some() {
            let summary = format!("An {name} block has both a service and \"{port}\"");
            fault(
                port,
                summary,
                "A service brings its own ports: remove one of the two.",
            );
        }
    }
    for name in SOURCES {
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
    let (sources, sources_known) = sources(block);
    let own = block.get("self").bool();
    let description = block.get("description").string();
    Written {
        pending: pending(block, &what, &sources),
        undescribed: description.is_unknown(),
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

fn ports(
    block: &Value,
    protocol: &str,
    fault: &mut impl FnMut(&'static str, String, &str),
) -> (What, bool) {
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
        return (What::Pending, false);
    }
    let protocol = protocol.to_owned();
    (
        What::Protocol {
            protocol,
            from_port,
            to_port,
        },
        true,
    )
}

/// What a block adds for certain to the rules that are known of it: one rule for each of its
/// services for every source that isn't known, or for any source while the service isn't. A whole
/// set that isn't known may turn out to be empty.
fn pending(block: &Value, what: &What, sources: &Sources) -> Pending {
    let (each, known) = match what {
        What::Service(name) => (catalog::service(name).map_or(1, |traffic| traffic.len()), 0),
        What::Protocol { .. } => (1, 0),
        What::Pending => (1, 1),
    };
    let count = |name: &str, sources: &[String]| {
        let elements = block.get(name).as_elements().unwrap_or_default();
        let unknown = elements.iter().filter(|e| e.is_unknown()).count();
        each * (unknown + known * sources.len())
    };
    let own = block.get("self").as_bool() == Some(true);
    Pending {
        ipv4: count("cidr_blocks", &sources.cidr_blocks),
        ipv6: count("ipv6_cidr_blocks", &sources.ipv6_cidr_blocks),
        both: count("prefix_list_ids", &sources.prefix_list_ids)
            + count("security_groups", &sources.security_groups)
            + known * usize::from(own),
    }
}

/// The sources that are known, and whether these are all.
fn sources(block: &Value) -> (Sources, bool) {
    let mut all_known = true;
    let mut texts = |name: &str| match block.get(name).elements() {
        Attr::Null => Vec::new(),
        Attr::Unknown => {
            all_known = false;
            Vec::new()
        }
        Attr::Known(elements) => {
            all_known &= !elements.iter().any(Value::is_unknown);
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
    };
    (sources, all_known)
}

/// Blocks are sets, whose elements have no address: the path leads to the blocks of a direction,
/// and the words name the value at fault.
pub(super) fn diagnostic(direction: Direction, fault: Fault) -> Diagnostic {
    let path = Path::root().attribute(direction.name()).element();
    let path = match fault.attribute {
        "" => path,
        attribute => path.attribute(attribute),
    };
    let place = match fault.attribute {
        "" => format!("This is about an {} block.", direction.name()),
        attribute => format!(
            "This is about \"{attribute}\" in an {} block.",
            direction.name()
        ),
    };
    Diagnostic::error(fault.summary, format!("{}\n\n{place}", fault.detail)).at(path)
}
