//! An `ingress` or `egress` block as a user writes it, and the names of its parts in messages.
//! Holds known values only; a flag marks values that Terraform doesn't know yet.

use super::normalise::{group, ipv4, ipv6, one_value, prefix_list};
use super::short_form::TrafficItem;
use super::{Direction, InputError, Peer, Rule};

/// One `ingress` or `egress` block, with known values only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Ingress or egress.
    pub direction: Direction,
    /// The traffic that it lets through.
    pub what: TrafficSpec,
    /// The description of its rules; empty if there is none.
    pub description: String,
    /// The sources, or destinations.
    pub sources: Sources,
    /// Whether some source isn't known yet, so that a block without sources is no fault.
    pub pending: bool,
}

/// The traffic that a block lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrafficSpec {
    /// A service, by name.
    Service(String),
    /// The items of `services`.
    Several(Vec<TrafficItem>),
    /// A protocol with its ports, or ICMP type and code, as written.
    Protocol {
        /// A name or a number, or `all`.
        protocol: String,
        /// The first port, or the ICMP type.
        from_port: Option<i64>,
        /// The last port, or the ICMP code.
        to_port: Option<i64>,
    },
    /// Not known yet: the block makes no rules, but its sources are checked.
    Pending,
}

/// The sources (for egress: destinations) of a block, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// IPv4 CIDRs.
    pub cidr_blocks: Vec<String>,
    /// IPv6 CIDRs.
    pub ipv6_cidr_blocks: Vec<String>,
    /// Ids of prefix lists.
    pub prefix_list_ids: Vec<String>,
    /// Ids of groups; a group of another account has the account before its id.
    pub security_groups: Vec<String>,
    /// The group itself: `self` in HCL.
    pub own: bool,
    /// The attributes that are set and empty.
    pub empty: Vec<&'static str>,
}

/// Where a rule is written: in a block, the attribute and element of its source (no element for
/// `self`); in a label, its peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuleOrigin {
    pub attribute: &'static str,
    pub element: Option<String>,
    /// The item of traffic as written, if there may be several.
    pub item: Option<String>,
    /// The service that the traffic belongs to.
    pub service: Option<String>,
    /// The character of a label's text, counted from 1.
    pub column: usize,
}

impl Sources {
    /// Whether no source is named.
    pub(super) fn is_empty(&self) -> bool {
        !self.own
            && self.cidr_blocks.is_empty()
            && self.ipv6_cidr_blocks.is_empty()
            && self.prefix_list_ids.is_empty()
            && self.security_groups.is_empty()
    }

    /// Every source with its place, as a peer or with its fault.
    pub(super) fn peers(&self) -> impl Iterator<Item = (RuleOrigin, Result<Peer, InputError>)> {
        type Read = fn(&str) -> Result<Peer, InputError>;
        let sets: [(&'static str, &[String], Read); 4] = [
            ("cidr_blocks", &self.cidr_blocks, ipv4),
            ("ipv6_cidr_blocks", &self.ipv6_cidr_blocks, ipv6),
            ("prefix_list_ids", &self.prefix_list_ids, prefix_list),
            ("security_groups", &self.security_groups, group),
        ];
        let written = sets.into_iter().flat_map(|(attribute, elements, read)| {
            elements.iter().map(move |element| {
                let place = RuleOrigin::of(attribute, Some(element.clone()));
                let read = one_value(attribute, element).and_then(|()| read(element));
                (place, read)
            })
        });
        let own = RuleOrigin::of("self", None);
        written.chain(self.own.then_some((own, Ok(Peer::SelfReference))))
    }
}

impl Block {
    /// The services that the block names.
    pub fn services(&self) -> Vec<&str> {
        match &self.what {
            TrafficSpec::Service(name) => vec![name],
            TrafficSpec::Several(items) => items.iter().filter_map(TrafficItem::service).collect(),
            TrafficSpec::Protocol { .. } | TrafficSpec::Pending => Vec::new(),
        }
    }

    /// Words that identify the block to its author. Blocks are a set, so they have no numbers.
    pub(super) fn display_name(&self) -> String {
        let mut says = match &self.what {
            TrafficSpec::Service(name) => vec![format!("service = {name:?}")],
            TrafficSpec::Several(items) => {
                let names: Vec<String> = items.iter().map(|i| format!("{:?}", i.text)).collect();
                vec![format!("services = [{}]", names.join(", "))]
            }
            TrafficSpec::Protocol {
                protocol,
                from_port,
                to_port,
            } => {
                let port = |name: &str, port: &Option<i64>| port.map(|p| format!("{name} = {p}"));
                [
                    Some(format!("protocol = {protocol:?}")),
                    port("from_port", from_port),
                    port("to_port", to_port),
                ]
                .into_iter()
                .flatten()
                .collect()
            }
            TrafficSpec::Pending => Vec::new(),
        };
        if !self.description.is_empty() {
            says.push(format!("description = {:?}", self.description));
        }
        format!("the {} block with {}", self.direction, says.join(", "))
    }
}

impl RuleOrigin {
    fn of(attribute: &'static str, element: Option<String>) -> Self {
        Self {
            attribute,
            element,
            item: None,
            service: None,
            column: 1,
        }
    }

    /// Words for the source, with the item of traffic if there may be several.
    pub(super) fn display_name(&self) -> String {
        let element = self.element.as_ref();
        let source = element.map_or_else(|| self.attribute.to_owned(), |text| format!("{text:?}"));
        match &self.item {
            Some(item) => format!("{item:?} for {source}"),
            None => source,
        }
    }

    /// Whether it belongs to a service other than this one. A rule that two services share may be
    /// made by both.
    pub(super) fn is_of_another(&self, service: Option<&str>) -> bool {
        let of_place = self.service.as_deref();
        of_place.is_some() && service.is_some() && of_place != service
    }

    /// The fault of a rule that is given a second time here. It is one of an id, since mocks may
    /// give several groups the same id.
    pub(super) fn duplicate_rule(&self, rule: &Rule, detail: String) -> InputError {
        InputError {
            attribute: self.attribute,
            element: self.element.as_deref().map(Box::from),
            summary: format!("\"{rule}\" is given twice"),
            detail,
            of_an_id: matches!(rule.peer, Peer::Group { .. } | Peer::PrefixList(_)),
        }
    }
}

/// The fault of a block without any source; `empty` are its attributes that are set and empty.
pub(super) fn no_source(direction: Direction, empty: &[&'static str]) -> InputError {
    if let [first, ..] = *empty {
        return nothing_in(direction, first, empty);
    }
    let (source, go) = match direction {
        Direction::Ingress => ("source", "come from"),
        Direction::Egress => ("destination", "go to"),
    };
    InputError::new(
        "",
        format!("An {direction} block names no {source}"),
        format!(
            "Say where traffic may {go}: set cidr_blocks, ipv6_cidr_blocks, prefix_list_ids, \
             security_groups or self. Nothing is open to the world unless the configuration says \
             so, with cidr_blocks = [\"0.0.0.0/0\"]."
        ),
    )
}

/// The fault of a block whose sources are all empty.
fn nothing_in(direction: Direction, first: &'static str, all: &[&'static str]) -> InputError {
    let verb = if all.len() == 1 { "is" } else { "are" };
    let set = all.join(" and ");
    InputError::new(
        first,
        format!("\"{first}\" of an {direction} block is empty"),
        format!(
            "{set} {verb} set and empty, and the block names nothing else. Add an element, or leave \
             the block out where the list may be empty. In HCL, a dynamic block makes none for an \
             empty for_each:\n\n  dynamic \"{direction}\" {{\n    for_each = length(LIST) > 0 ? [LIST] : \
             []\n    content {{\n      {first} = {direction}.value\n      …\n    }}\n  }}"
        ),
    )
}
