//! Makes rules of blocks and labels: each has the rules of all its traffic with all its peers.
//! Collects every fault instead of stopping at the first. Must not know the catalog and the group:
//! the caller resolves services, and decides which peers are the same. A rule's description comes
//! from its declaration and isn't part of its identity.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::repeat_n;

use super::block::{RuleOrigin, no_source};
use super::normalise::{hint_at_service, traffic};
use super::short_form::Label;
use super::{Block, Direction, InputError, Peer, Rule, RuleSet, Traffic, TrafficSpec, text};

/// A block or label with which a user declares rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    /// An `ingress` or `egress` block.
    Block(Block),
    /// A label of `ingress_rules` or `egress_rules` whose text is valid.
    Label(Label),
}

/// The rules that blocks and labels make, and their faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// Every rule that could be made, with its description.
    pub rules: RuleSet,
    /// The faults, each with the index of its declaration, in the order of these.
    pub faults: Vec<(usize, InputError)>,
    /// For each rule, the indexes of its declarations, and where in them it is written.
    written: BTreeMap<Rule, Vec<(usize, RuleOrigin)>>,
}

/// Makes rules. `service` returns the traffic of a service, or a fault on `service`; `seen` returns
/// a peer as the group with the rules sees it (see [`Peer::seen_from`]).
pub fn expand(
    declarations: &[Declaration],
    service: impl Fn(&str) -> Result<Vec<Traffic>, InputError>,
    seen: impl Fn(Peer) -> Peer,
) -> Expansion {
    let mut expansion = Expansion::default();
    for (index, declaration) in declarations.iter().enumerate() {
        let mut faults = Vec::new();
        for (place, traffic, peer) in written(declaration, &service, &mut faults) {
            let rule = Rule {
                direction: declaration.direction(),
                traffic,
                peer: seen(peer),
            };
            faults.extend(expansion.add(rule, place, index, declarations).err());
        }
        let faults = faults.into_iter().map(|fault| (index, fault));
        expansion.faults.extend(faults);
    }
    expansion
}

/// All traffic of a declaration with all its peers, and where each is written.
fn written(
    declaration: &Declaration,
    service: impl Fn(&str) -> Result<Vec<Traffic>, InputError>,
    faults: &mut Vec<InputError>,
) -> Vec<(RuleOrigin, Traffic, Peer)> {
    match declaration {
        Declaration::Block(block) => of_block(block, service, faults),
        Declaration::Label(label) => of_label(label),
    }
}

fn of_block(
    block: &Block,
    service: impl Fn(&str) -> Result<Vec<Traffic>, InputError>,
    faults: &mut Vec<InputError>,
) -> Vec<(RuleOrigin, Traffic, Peer)> {
    // The traffic, with its item of `services` and its service.
    let mut what: Vec<(Option<&str>, Option<&str>, Vec<Traffic>)> = Vec::new();
    match &block.what {
        TrafficSpec::Service(name) => match service(name) {
            Ok(traffic) => what.push((None, Some(name), distinct(traffic))),
            Err(fault) => faults.push(fault),
        },
        TrafficSpec::Several(items) => {
            for item in items {
                let traffic = distinct(item.traffic.clone());
                what.push((Some(&item.text), item.service(), traffic));
            }
        }
        TrafficSpec::Protocol {
            protocol,
            from_port,
            to_port,
        } => match traffic(protocol, *from_port, *to_port) {
            Ok(traffic) => what.push((None, None, vec![traffic])),
            Err(fault) => {
                faults.push(hint_at_service(
                    fault,
                    |name| service(name).is_ok(),
                    protocol,
                ));
            }
        },
        TrafficSpec::Pending => {}
    }
    faults.extend(text::rule_description(&block.description).err());
    if !block.pending && block.sources.is_empty() {
        faults.push(no_source(block.direction, &block.sources.empty));
    }
    let mut all = Vec::new();
    for (place, peer) in block.sources.peers() {
        let peer = match peer {
            Ok(peer) => peer,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let places = repeat_n(place, what.len());
        for ((item, service, traffic), place) in what.iter().zip(places) {
            let place = RuleOrigin {
                item: item.map(str::to_owned),
                service: service.map(str::to_owned),
                ..place
            };
            add_each(&mut all, place, traffic, &peer);
        }
    }
    all
}

fn of_label(label: &Label) -> Vec<(RuleOrigin, Traffic, Peer)> {
    let mut all = Vec::new();
    for peer in &label.form.peers {
        for item in &label.form.traffic {
            let place = RuleOrigin {
                attribute: Label::attribute(label.direction),
                element: Some(peer.text.clone()),
                item: Some(item.text.clone()),
                service: item.service().map(str::to_owned),
                column: peer.column,
            };
            add_each(&mut all, place, &distinct(item.traffic.clone()), &peer.peer);
        }
    }
    all
}

/// Adds each traffic with a peer, all written at one place.
fn add_each(
    all: &mut Vec<(RuleOrigin, Traffic, Peer)>,
    place: RuleOrigin,
    traffic: &[Traffic],
    peer: &Peer,
) {
    let places = repeat_n(place, traffic.len());
    let written = traffic.iter().zip(places);
    all.extend(written.map(|(traffic, place)| (place, *traffic, peer.clone())));
}

/// Traffic once each: that a service repeats some is not the fault of who names it.
fn distinct(mut traffic: Vec<Traffic>) -> Vec<Traffic> {
    traffic.sort_unstable();
    traffic.dedup();
    traffic
}

impl Declaration {
    /// The direction of its rules.
    pub fn direction(&self) -> Direction {
        match self {
            Self::Block(block) => block.direction,
            Self::Label(label) => label.direction,
        }
    }

    /// The services that it names.
    pub fn services(&self) -> Vec<&str> {
        match self {
            Self::Block(block) => block.services(),
            Self::Label(label) => label
                .form
                .traffic
                .iter()
                .filter_map(|i| i.service())
                .collect(),
        }
    }

    fn description(&self) -> &str {
        match self {
            Self::Block(block) => &block.description,
            Self::Label(label) => &label.form.description,
        }
    }

    /// Words that identify it to its author.
    pub fn display_name(&self) -> String {
        match self {
            Self::Block(block) => block.display_name(),
            Self::Label(label) => label.display_name(),
        }
    }

    /// The fault of giving a rule a second time at a place of this declaration.
    fn duplicate_rule(&self, place: &RuleOrigin, rule: &Rule, detail: String) -> InputError {
        let fault = place.duplicate_rule(rule, detail);
        match self {
            Self::Block(_) => fault,
            Self::Label(label) => label.fault_at(place.column, fault),
        }
    }
}

impl From<Block> for Declaration {
    fn from(block: Block) -> Self {
        Self::Block(block)
    }
}

impl From<Label> for Declaration {
    fn from(label: Label) -> Self {
        Self::Label(label)
    }
}

impl Expansion {
    /// The declared rules in order, each with the index of its declaration. A rule that services
    /// share comes once for each of its declarations.
    pub fn declared(&self) -> impl Iterator<Item = (&Rule, usize)> {
        let written = self.written.iter();
        written.flat_map(|(rule, places)| places.iter().map(move |(index, _)| (rule, *index)))
    }

    /// Adds a rule of a preset, which belongs to these services, or to none. If the rule is
    /// declared too, that is a fault of the declaration, unless the declaration names another
    /// service that shares the rule; then the declaration's description counts. A rule that another
    /// preset added stays as it is.
    pub fn add_preset_rule(
        &mut self,
        preset: &str,
        rule: &Rule,
        description: &str,
        services: &BTreeSet<String>,
        declarations: &[Declaration],
    ) {
        let places = self.written.get(rule).into_iter().flatten();
        let is_shared = |place: &RuleOrigin| {
            let of_place = place.service.as_ref();
            !services.is_empty() && of_place.is_some_and(|of_place| !services.contains(of_place))
        };
        let mut twice = places.filter(|(_, place)| !is_shared(place));
        if let Some((index, place)) = twice.next() {
            let declaration = &declarations[*index];
            let from = match declaration {
                Declaration::Block(_) => "the block".to_owned(),
                Declaration::Label(label) => label.display_name(),
            };
            let detail =
                format!("The preset {preset:?} brings this rule already. Take it out of {from}.");
            self.faults
                .push((*index, declaration.duplicate_rule(place, rule, detail)));
        } else {
            let text = self.rules.entry(rule.clone());
            text.or_insert_with(|| description.to_owned());
        }
        self.faults.sort_by_key(|(index, _)| *index);
    }

    fn add(
        &mut self,
        rule: Rule,
        place: RuleOrigin,
        index: usize,
        declarations: &[Declaration],
    ) -> Result<(), InputError> {
        let declaration = &declarations[index];
        let places = self.written.entry(rule.clone());
        let is_twice = |(_, at): &&(usize, RuleOrigin)| !at.is_of_another(place.service.as_deref());
        if let Entry::Occupied(places) = &places
            && let Some((first, at)) = places.get().iter().find(is_twice)
        {
            let detail = if *first == index {
                let what = match declaration {
                    Declaration::Block(_) => "One block",
                    Declaration::Label(_) => "One label",
                };
                format!(
                    "{what} gives it as {} and as {}, which are the same. Take one of them out.",
                    at.display_name(),
                    place.display_name()
                )
            } else {
                format!(
                    "It is in {} and in {}. EC2 holds a rule only once, whatever its description: \
                     take it out of one of the two.",
                    declarations[*first].display_name(),
                    declaration.display_name()
                )
            };
            return Err(declaration.duplicate_rule(&place, &rule, detail));
        }
        let description = declaration.description();
        let text = self.rules.entry(rule).or_default();
        if text.is_empty() || (!description.is_empty() && description < text.as_str()) {
            // EC2 stores one description. Which one it is must not depend on the order of the
            // blocks, which are a set.
            description.clone_into(text);
        }
        // Nearly every rule has a single place, and `push` would make room for four.
        places
            .or_insert_with(|| Vec::with_capacity(1))
            .push((index, place));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
