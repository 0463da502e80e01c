//! The references between groups.

use std::collections::{BTreeMap, BTreeSet};

use crate::curation::report::Group;
use crate::report::plain::plain;
use crate::rules::{Direction, Peer, Rule};

/// Most groups in a cell of a line.
const NAMED: usize = 12;

/// The references among groups, by id.
pub(super) struct References<'a> {
    names: BTreeMap<&'a str, &'a str>,
    /// The groups' ids in the order of the report.
    order: Vec<&'a str>,
    /// The groups that each group's ingress rules reference.
    from: BTreeMap<&'a str, BTreeSet<String>>,
    /// The groups that each group's egress rules reference.
    to: BTreeMap<&'a str, BTreeSet<String>>,
    /// The groups whose rules reference each group.
    by: BTreeMap<String, BTreeSet<String>>,
}

/// The references of a group, as a line of a table.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) by: String,
}

impl<'a> References<'a> {
    /// Reads them from the groups' rules.
    pub(super) fn of(groups: &'a [Group]) -> Self {
        let mut found = Self {
            names: groups
                .iter()
                .map(|group| (&*group.id, &*group.name))
                .collect(),
            order: groups.iter().map(|group| &*group.id).collect(),
            from: BTreeMap::new(),
            to: BTreeMap::new(),
            by: BTreeMap::new(),
        };
        for group in groups {
            for rule in group
                .rules
                .keys()
                .filter_map(|key| key.parse::<Rule>().ok())
            {
                let Peer::Group { id, .. } = rule.peer else {
                    continue;
                };
                let own = match rule.direction {
                    Direction::Ingress => &mut found.from,
                    Direction::Egress => &mut found.to,
                };
                own.entry(&group.id).or_default().insert(id.clone());
                found.by.entry(id).or_default().insert(group.id.clone());
            }
        }
        found
    }

    /// A line for each group with references, and the number of lines that are left out.
    pub(super) fn lines(&self, most: usize) -> (Vec<Line>, usize) {
        let empty = BTreeSet::new();
        let mut lines = Vec::new();
        let mut more = 0;
        for id in &self.order {
            let from = self.from.get(id).unwrap_or(&empty);
            let to = self.to.get(id).unwrap_or(&empty);
            let by = self.by.get(*id).unwrap_or(&empty);
            if from.is_empty() && to.is_empty() && by.is_empty() {
                continue;
            }
            if lines.len() == most {
                more += 1;
                continue;
            }
            lines.push(Line {
                id: plain(id),
                name: plain(self.name(id)),
                from: self.listed(from),
                to: self.listed(to),
                by: self.listed(by),
            });
        }
        (lines, more)
    }

    /// The name of a group, or its id if the name isn't known.
    pub(super) fn name<'s>(&'s self, id: &'s str) -> &'s str {
        self.names.get(id).copied().unwrap_or(id)
    }

    /// The pairs (sender, receiver) among these groups between which rules allow traffic.
    pub(super) fn among<'s>(&'s self, ids: &BTreeSet<&'s str>) -> BTreeSet<(&'s str, &'s str)> {
        let mut edges = BTreeSet::new();
        for id in ids {
            let known = |peers: Option<&'s BTreeSet<String>>| -> Vec<&'s str> {
                let peers = peers.into_iter().flatten().map(String::as_str);
                peers.filter(|peer| ids.contains(peer)).collect()
            };
            edges.extend(known(self.from.get(id)).into_iter().map(|peer| (peer, *id)));
            edges.extend(known(self.to.get(id)).into_iter().map(|peer| (*id, peer)));
        }
        edges
    }

    fn listed(&self, ids: &BTreeSet<String>) -> String {
        let mut named: Vec<&str> = ids.iter().map(|id| self.name(id)).collect();
        named.sort_unstable();
        let named = named.into_iter().take(NAMED).map(plain);
        let mut named: Vec<String> = named.collect();
        if ids.len() > NAMED {
            named.push(format!("{} more", ids.len() - NAMED));
        }
        named.join(", ")
    }
}
