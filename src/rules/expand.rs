//! Blocks as users write them, made into rules: each block's traffic times its sources. Collects
//! every fault instead of stopping at the first. Knows no catalog and no group: the caller says
//! what a service is, and which peers are the same. Descriptions of rules belong to the blocks; the
//! identity of a rule does not include them.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{Place, no_source};
use super::normalise::{or_a_service, traffic};
use super::{Block, InputError, Peer, Rule, RuleSet, Traffic, TrafficSpec, text};

/// The rules that blocks make, and what is wrong with the blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// Every rule that could be made, with its description.
    pub rules: RuleSet,
    /// What is wrong, with the index of the block in which it is. In the order of the blocks.
    pub faults: Vec<(usize, InputError)>,
    /// The index of each block that a rule came from, and where in the block it was written.
    written: BTreeMap<Rule, Vec<(usize, Place)>>,
    /// The service of each block, where it has one.
    services: Vec<Option<String>>,
}

/// Makes rules of blocks. `service` says what a service lets through, or a fault on `service`;
/// `seen` what a peer is to the group that has the rules (see [`Peer::seen_from`]).
pub fn expand(
    blocks: &[Block],
    service: impl Fn(&str) -> Result<Vec<Traffic>, InputError>,
    seen: impl Fn(Peer) -> Peer,
) -> Expansion {
    let mut expansion = Expansion {
        services: blocks
            .iter()
            .map(|b| b.service().map(str::to_owned))
            .collect(),
        ..Expansion::default()
    };
    for (index, block) in blocks.iter().enumerate() {
        let mut faults = Vec::new();
        let what = match &block.what {
            TrafficSpec::Service(name) => service(name),
            TrafficSpec::Protocol {
                protocol,
                from_port,
                to_port,
            } => traffic(protocol, *from_port, *to_port)
                .map(|traffic| vec![traffic])
                .map_err(|fault| or_a_service(fault, |name| service(name).is_ok(), protocol)),
            TrafficSpec::Pending => Ok(Vec::new()),
        };
        // A set, so that a service which says the same twice is not the block's fault.
        let what: BTreeSet<Traffic> = match what {
            Ok(what) => what.into_iter().collect(),
            Err(fault) => {
                faults.push(fault);
                BTreeSet::new()
            }
        };
        faults.extend(text::rule_description(&block.description).err());
        if !block.pending && block.sources.is_empty() {
            faults.push(no_source(block.direction, &block.sources.empty));
        }
        for (place, peer) in block.sources.peers() {
            match peer.map(&seen) {
                Err(fault) => faults.push(fault),
                Ok(peer) => faults.extend(what.iter().filter_map(|traffic| {
                    let rule = Rule {
                        direction: block.direction,
                        traffic: *traffic,
                        peer: peer.clone(),
                    };
                    expansion.add(rule, place.clone(), index, blocks).err()
                })),
            }
        }
        let faults = faults.into_iter().map(|fault| (index, fault));
        expansion.faults.extend(faults);
    }
    expansion
}

impl Expansion {
    /// The rules that came from blocks, in order, each with the index of its block: of each of its
    /// blocks, where services share a rule.
    pub fn blocks(&self) -> impl Iterator<Item = (&Rule, usize)> {
        let written = self.written.iter();
        written.flat_map(|(rule, places)| places.iter().map(move |(index, _)| (rule, *index)))
    }

    /// Adds a rule of a preset, which comes from these services, or from none. A rule that a block
    /// makes too is a fault of that block, unless its service is another one that shares the rule.
    /// Then the block's description counts.
    pub fn add_preset_rule(
        &mut self,
        preset: &str,
        rule: &Rule,
        description: &str,
        services: &BTreeSet<String>,
    ) {
        let places = self.written.get(rule).into_iter().flatten();
        let is_shared = |index: usize| {
            let of_block = self.services[index].as_ref();
            !services.is_empty() && of_block.is_some_and(|of_block| !services.contains(of_block))
        };
        let mut twice = places.filter(|(index, _)| !is_shared(*index));
        if let Some((index, place)) = twice.next() {
            let fault = place.twice(
                rule,
                format!(
                    "The preset {preset:?} brings this rule already. Take it out of the block."
                ),
            );
            self.faults.push((*index, fault));
        } else {
            let text = self.rules.entry(rule.clone());
            text.or_insert_with(|| description.to_owned());
        }
        self.faults.sort_by_key(|(index, _)| *index);
    }

    fn add(
        &mut self,
        rule: Rule,
        place: Place,
        index: usize,
        blocks: &[Block],
    ) -> Result<(), InputError> {
        let service = self.services[index].as_deref();
        let places = self.written.get(&rule).into_iter().flatten();
        let mut twice = places.filter(|(at, _)| !self.is_of_another(*at, service));
        if let Some((first, at)) = twice.next() {
            let mend = if *first == index {
                format!(
                    "One block gives it as {} and as {}, which are the same. Take one of them out.",
                    at.label(),
                    place.label()
                )
            } else {
                format!(
                    "It is in {} and in {}. EC2 holds a rule only once, whatever its description: \
                     take it out of one of the two.",
                    blocks[*first].label(),
                    blocks[index].label()
                )
            };
            return Err(place.twice(&rule, mend));
        }
        let description = &blocks[index].description;
        let text = self.rules.entry(rule.clone()).or_default();
        if text.is_empty() || (!description.is_empty() && description < text) {
            // EC2 holds one description. Which one must not depend on the order of the blocks,
            // which are a set.
            text.clone_from(description);
        }
        self.written.entry(rule).or_default().push((index, place));
        Ok(())
    }

    /// Whether a block has a service other than this one: a rule that both make is shared by the
    /// catalog, and written once.
    fn is_of_another(&self, index: usize, service: Option<&str>) -> bool {
        let of_block = self.services[index].as_deref();
        of_block.is_some() && service.is_some() && of_block != service
    }
}

#[cfg(test)]
mod tests;
