//! Groups rules into bundles, each of which is one block or one line of the short form: one service
//! or traffic and one description, with all peers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::vocabulary::{Compound, Vocabulary};
use crate::rules::{Direction, Peer, Rule, RuleSet, Traffic, rule_set, short_form};

/// Rules with the same traffic and description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Ingress or egress.
    pub direction: Direction,
    /// The traffic that is let through.
    pub what: BundledTraffic,
    /// Where from or where to; at least one.
    pub peers: BTreeSet<Peer>,
    /// The description of each of its rules; empty if they have none.
    pub description: String,
}

/// The traffic that a block or a line lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundledTraffic {
    /// A service, by name, with what it lets through.
    Service(String, BTreeSet<Traffic>),
    /// Protocol and ports.
    Traffic(Traffic),
}

impl Bundle {
    /// The rules of the bundle.
    pub fn rules(&self) -> RuleSet {
        let one;
        let traffic = match &self.what {
            BundledTraffic::Service(_, traffic) => traffic,
            BundledTraffic::Traffic(traffic) => {
                one = BTreeSet::from([*traffic]);
                &one
            }
        };
        let pairs = traffic
            .iter()
            .flat_map(|traffic| self.peers.iter().map(move |peer| (*traffic, peer)));
        rule_set(pairs.map(|(traffic, peer)| {
            let rule = Rule {
                direction: self.direction,
                traffic,
                peer: peer.clone(),
            };
            (rule, self.description.clone())
        }))
    }

    /// Whether the bundle can be a line of the short form, whose descriptions neither begin nor end
    /// with a blank.
    pub fn fits_a_line(&self) -> bool {
        self.description.trim() == self.description
    }
}

impl fmt::Display for Bundle {
    /// The line of the short form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peers: Vec<String> = self.peers.iter().map(short_form::peer).collect();
        let preposition = self.direction.preposition();
        write!(f, "{} {preposition} {}", self.what, peers.join(", "))?;
        if self.description.is_empty() {
            return Ok(());
        }
        write!(f, " # {}", self.description)
    }
}

impl fmt::Display for BundledTraffic {
    /// The name of the service, or traffic as in the short form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(name, _) => f.write_str(name),
            Self::Traffic(traffic) => f.write_str(&short_form::traffic(traffic)),
        }
    }
}

/// The peers of each traffic, for rules of one direction and description.
type Peers = BTreeMap<Traffic, BTreeSet<Peer>>;

/// Bundles with exactly these rules, each rule in one of them. In the order of direction, traffic and
/// description.
pub(super) fn bundles(rules: &RuleSet, vocabulary: &Vocabulary) -> Vec<Bundle> {
    let mut alike: BTreeMap<(Direction, &str), Peers> = BTreeMap::new();
    for (rule, description) in rules {
        let peers = alike.entry((rule.direction, description)).or_default();
        let peers = peers.entry(rule.traffic).or_default();
        peers.insert(rule.peer.clone());
    }
    let mut found = Vec::new();
    for ((direction, description), mut peers) in alike {
        let mut add = |first: Traffic, what, peers| {
            let bundle = Bundle {
                direction,
                what,
                peers,
                description: description.to_owned(),
            };
            found.push((first, bundle));
        };
        for service in vocabulary.compound() {
            if let Some((first, common)) = extract(service, &mut peers) {
                let what = BundledTraffic::Service(service.name.clone(), service.traffic.clone());
                add(first, what, common);
            }
        }
        for (traffic, peers) in peers {
            let what = match vocabulary.service_of(traffic) {
                Some(name) => BundledTraffic::Service(name.to_owned(), BTreeSet::from([traffic])),
                None => BundledTraffic::Traffic(traffic),
            };
            add(traffic, what, peers);
        }
    }
    found.sort_by(|(a, one), (b, other)| {
        let key = |bundle: &Bundle| bundle.direction;
        let by_traffic = key(one).cmp(&key(other)).then_with(|| a.cmp(b));
        by_traffic.then_with(|| one.description.cmp(&other.description))
    });
    found.into_iter().map(|(_, bundle)| bundle).collect()
}

/// Removes the traffic of a compound service, if all of it has the same peers, and returns its
/// first traffic and the peers. A service is used if none of its parts is a service by itself, or
/// if some are and these peers have no other traffic.
fn extract(service: &Compound, peers: &mut Peers) -> Option<(Traffic, BTreeSet<Peer>)> {
    let first = *service.traffic.first()?;
    let common = peers.get(&first)?;
    let is_whole = service.traffic.iter().all(|t| peers.get(t) == Some(common));
    let is_all_of_theirs = || {
        let theirs = peers.values().filter(|others| !others.is_disjoint(common));
        theirs.count() == service.traffic.len()
    };
    let is_meant = match service.named_parts {
        0 => true,
        named => named < service.traffic.len() && is_all_of_theirs(),
    };
    if !(is_whole && is_meant) {
        return None;
    }
    let common = common.clone();
    for traffic in &service.traffic {
        peers.remove(traffic);
    }
    Some((first, common))
}
