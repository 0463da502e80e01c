//! From Terraform's values to the rules that they ask for, and back. Unknown values stop here:
//! what [`crate::rules`] is handed is known.

use std::collections::BTreeSet;

use crate::catalog;
use crate::ec2::Tags;
use crate::rules::{self, Direction, Fault, Rule, RuleSet, Sources, What};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::{Attr, Value};

/// The rules that a configuration or a state asks for, as far as they are known.
pub(super) struct Desired {
    /// What is known of them.
    pub(super) rules: RuleSet,
    /// Rules whose description isn't known yet.
    undescribed: BTreeSet<Rule>,
    /// Whether these are all.
    pub(super) complete: bool,
    /// What is wrong with them.
    pub(super) faults: Diagnostics,
}

/// One `ingress` or `egress` block.
struct Written {
    block: rules::Block,
    undescribed: bool,
    /// Whether all its rules are known.
    complete: bool,
}

/// The rules of a preset and all blocks.
pub(super) fn desired(config: &Value) -> Desired {
    let mut faults = Diagnostics::new();
    let mut written = Vec::new();
    let mut complete = true;
    for direction in Direction::BOTH {
        match config.get(direction.name()).elements() {
            Attr::Known(blocks) => {
                written.extend(blocks.iter().map(|b| read(direction, b, &mut faults)));
            }
            Attr::Unknown => complete = false,
            Attr::Null => {}
        }
    }
    complete &= written.iter().all(|w| w.complete);
    let blocks: Vec<rules::Block> = written.iter().map(|w| w.block.clone()).collect();
    let mut expansion = rules::expand(&blocks, catalog::service);
    match config.get("preset").string() {
        // An unknown preset is a fault of its attribute, and said there.
        Attr::Known(name) => {
            if let Ok(preset) = catalog::preset(name) {
                expansion.add_preset(name, &preset.rules());
            }
        }
        Attr::Unknown => complete = false,
        Attr::Null => {}
    }
    for (index, fault) in expansion.faults {
        faults.push(diagnostic(blocks[index].direction, fault));
    }
    let undescribed = expansion.blocks.into_iter();
    let undescribed = undescribed.filter(|(_, index)| written[*index].undescribed);
    Desired {
        rules: expansion.rules,
        undescribed: undescribed.map(|(rule, _)| rule).collect(),
        complete,
        faults,
    }
}

impl Desired {
    /// The `rules` attribute: unknown as a whole while a key is.
    pub(super) fn value(&self) -> Value {
        if !self.complete {
            return Value::Unknown;
        }
        let description = |rule, text: &String| match self.undescribed.contains(rule) {
            true => Value::Unknown,
            false => Value::from(text.as_str()),
        };
        let entries = self.rules.iter();
        Value::map(entries.map(|(rule, text)| (rule.to_string(), description(rule, text))))
    }
}

/// The rules that the blocks of one direction ask for by themselves; `None` while not all of
/// them are known.
pub(super) fn block_rules(value: &Value, direction: Direction) -> Option<RuleSet> {
    let blocks = value.get(direction.name()).elements().known()?;
    let read = |block| read(direction, block, &mut Diagnostics::new());
    let written: Vec<Written> = blocks.iter().map(read).collect();
    let known = |w: &Written| w.complete && !w.undescribed;
    if !written.iter().all(known) {
        return None;
    }
    let blocks: Vec<rules::Block> = written.into_iter().map(|w| w.block).collect();
    Some(rules::expand(&blocks, catalog::service).rules)
}

/// The rules of one known block.
pub(super) fn rules_of_block(direction: Direction, block: &Value) -> RuleSet {
    let written = read(direction, block, &mut Diagnostics::new());
    rules::expand(&[written.block], catalog::service).rules
}

/// The `rules` attribute of a set of rules.
pub(super) fn rules_value(rules: &RuleSet) -> Value {
    Value::map(
        rules
            .iter()
            .map(|(rule, text)| (rule.to_string(), text.as_str())),
    )
}

/// The set of rules in a `rules` attribute; what isn't a rule's key is left out.
pub(super) fn rules_from(value: &Value) -> RuleSet {
    let entries = value.as_entries().into_iter().flatten();
    entries
        .filter_map(|(key, description)| {
            let rule = key.parse().ok()?;
            Some((rule, description.as_str().unwrap_or_default().to_owned()))
        })
        .collect()
}

/// A tags attribute as tags.
pub(super) fn tags_from(value: &Value) -> Tags {
    let entries = value.as_entries().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Tags as an attribute.
pub(super) fn tags_value(tags: &Tags) -> Value {
    Value::map(
        tags.iter()
            .map(|(key, value)| (key.as_str(), value.as_str())),
    )
}

fn read(direction: Direction, block: &Value, faults: &mut Diagnostics) -> Written {
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
    let (sources, sources_known) = sources(block);
    let own = block.get("self").bool();
    let description = block.get("description").string();
    Written {
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
fn diagnostic(direction: Direction, fault: Fault) -> Diagnostic {
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
