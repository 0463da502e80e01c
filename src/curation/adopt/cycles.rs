//! Breaks cycles of references: chooses groups whose rules go into resources of their own, so that
//! no resource depends on itself. The choice moves the fewest references, then the fewest groups,
//! then the fewest rules. It is optimal in cycles of few groups, and close to that in larger ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::curation::graph;

/// Most groups of a cycle for which all choices are tried.
const EXACT: usize = 14;

/// A group as a node of the graph of references.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// The other groups that its rules reference.
    pub(super) names: BTreeSet<String>,
    /// The number of its rules.
    pub(super) rules: usize,
    /// Whether its rules can be in a resource of their own.
    pub(super) can_move: bool,
}

/// The changes that leave no cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Opened {
    /// Groups whose rules move to a resource of their own.
    pub(super) moved: BTreeSet<String>,
    /// References (from, to) that are written as ids, since no rules of their cycle can move.
    pub(super) ids: BTreeSet<(String, String)>,
}

/// Breaks the cycles of a graph.
pub(super) fn open(nodes: &BTreeMap<String, Node>) -> Opened {
    let mut opened = Opened::default();
    let mut left: Vec<Vec<&str>> = components(nodes, &nodes.keys().map(String::as_str).collect());
    while let Some(component) = left.pop() {
        let component: BTreeSet<&str> = component.into_iter().collect();
        let moved = if component.len() <= EXACT {
            cheapest(nodes, &component)
        } else {
            most_entangled(nodes, &component).map(|id| BTreeSet::from([id]))
        };
        match moved {
            Some(moved) => {
                let rest: BTreeSet<&str> = component.difference(&moved).copied().collect();
                opened.moved.extend(moved.into_iter().map(str::to_owned));
                left.extend(components(nodes, &rest));
            }
            None => opened.ids.extend(references(nodes, &component)),
        }
    }
    put_back(nodes, &mut opened);
    opened
}

/// The strongly connected components of some nodes that have more than one node.
fn components<'a>(
    nodes: &'a BTreeMap<String, Node>,
    among: &BTreeSet<&'a str>,
) -> Vec<Vec<&'a str>> {
    let ids: Vec<&str> = among.iter().copied().collect();
    graph::cycles(&ids, |id| {
        let names = nodes[id].names.iter().map(String::as_str);
        names.filter(|to| among.contains(to)).collect::<Vec<_>>()
    })
}

/// The references among some nodes.
fn references(
    nodes: &BTreeMap<String, Node>,
    among: &BTreeSet<&str>,
) -> BTreeSet<(String, String)> {
    let pairs = among.iter().flat_map(|from| {
        let names = nodes[*from].names.iter();
        let inside = names.filter(|to| among.contains(to.as_str()));
        inside.map(|to| ((*from).to_owned(), to.clone()))
    });
    pairs.collect()
}

/// The cheapest set of nodes without which a small component has no cycle; `None` if the nodes that
/// can move don't suffice.
fn cheapest<'a>(
    nodes: &BTreeMap<String, Node>,
    component: &BTreeSet<&'a str>,
) -> Option<BTreeSet<&'a str>> {
    let ids: Vec<&str> = component.iter().copied().collect();
    let number: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let names: Vec<u32> = ids
        .iter()
        .map(|id| {
            let inside = nodes[*id].names.iter();
            let inside = inside.filter_map(|to| number.get(to.as_str()));
            inside.fold(0, |mask, to| mask | 1 << to)
        })
        .collect();
    let all = (1u32 << ids.len()) - 1;
    let mut best: Option<((u32, u32, usize), u32)> = None;
    for moved in 1..=all {
        let chosen = |at: &usize| moved & (1 << at) != 0;
        let members = (0..ids.len()).filter(chosen);
        let (mut edges, mut rules, mut may) = (0, 0, true);
        for at in members {
            edges += names[at].count_ones();
            rules += nodes[ids[at]].rules;
            may &= nodes[ids[at]].can_move;
        }
        let cost = (edges, moved.count_ones(), rules);
        let is_better = best.is_none_or(|(other, _)| cost < other);
        if may && is_better && has_no_cycle(&names, all & !moved) {
            best = Some((cost, moved));
        }
    }
    let (_, moved) = best?;
    let chosen = ids.iter().enumerate();
    let chosen = chosen.filter(|(at, _)| moved & (1 << at) != 0);
    Some(chosen.map(|(_, id)| *id).collect())
}

/// Whether the nodes of a mask have no cycle. Nodes without references to the others are removed
/// until none is left.
fn has_no_cycle(names: &[u32], mask: u32) -> bool {
    let mut left = mask;
    loop {
        let ends = (0..names.len())
            .filter(|at| left & (1 << at) != 0 && names[*at] & left == 0)
            .fold(0, |ends, at| ends | 1 << at);
        if ends == 0 {
            return left == 0;
        }
        left &= !ends;
    }
}

/// The node of a large component that most references lead to.
fn most_entangled<'a>(
    nodes: &BTreeMap<String, Node>,
    component: &BTreeSet<&'a str>,
) -> Option<&'a str> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for id in component {
        for to in &nodes[*id].names {
            if let Some(to) = component.get(to.as_str()) {
                *named.entry(to).or_default() += 1;
                *names.entry(id).or_default() += 1;
            }
        }
    }
    let movable = component.iter().copied().filter(|id| nodes[*id].can_move);
    // The cost of moving a node are its references, and the gain are the references to it.
    movable.min_by_key(|id| {
        let ways = named.get(id).copied().unwrap_or_default();
        (usize::MAX - ways, names.get(id).copied(), nodes[*id].rules)
    })
}

/// Undoes the choice of groups that later choices made unnecessary, those with most references
/// first.
fn put_back(nodes: &BTreeMap<String, Node>, opened: &mut Opened) {
    let mut chosen: Vec<String> = opened.moved.iter().cloned().collect();
    if chosen.len() <= 1 || !opened.ids.is_empty() {
        return;
    }
    chosen.sort_by_key(|id| usize::MAX - nodes[id].names.len());
    for id in chosen {
        let mut kept: BTreeSet<&str> = nodes.keys().map(String::as_str).collect();
        kept.retain(|other| *other == id || !opened.moved.contains(*other));
        if reaches_itself(nodes, &kept, &id) {
            continue;
        }
        opened.moved.remove(&id);
    }
}

/// Whether a path leads from a node back to itself over nodes in `kept`.
fn reaches_itself(nodes: &BTreeMap<String, Node>, kept: &BTreeSet<&str>, id: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> = nodes[id].names.iter().map(String::as_str).collect();
    while let Some(at) = next.pop() {
        if at == id {
            return true;
        }
        if kept.contains(at) && seen.insert(at) {
            next.extend(nodes[at].names.iter().map(String::as_str));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(edges: &[(&str, &str)]) -> BTreeMap<String, Node> {
        let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
        for (from, to) in edges {
            for id in [from, to] {
                let node = nodes.entry((*id).to_owned()).or_default();
                node.can_move = true;
                node.rules = node.names.len();
            }
            if from != to {
                let node = nodes.get_mut(*from).expect("it was made");
                node.names.insert((*to).to_owned());
            }
        }
        nodes
    }

    fn moved(nodes: &BTreeMap<String, Node>) -> Vec<String> {
        let opened = open(nodes);
        assert!(opened.ids.is_empty(), "{opened:?}");
        opened.moved.into_iter().collect()
    }

    fn is_open(nodes: &BTreeMap<String, Node>, opened: &Opened) -> bool {
        let mut rest = nodes.clone();
        for (id, node) in &mut rest {
            if opened.moved.contains(id) {
                node.names.clear();
            }
            let from = id.clone();
            let is_id = |to: &String| opened.ids.contains(&(from.clone(), to.clone()));
            node.names.retain(|to| !is_id(to));
        }
        let all = rest.keys().map(String::as_str).collect();
        components(&rest, &all).is_empty()
    }

    #[test]
    fn a_chain_needs_nothing_and_a_cycle_one_group() {
        assert_eq!(
            moved(&graph(&[("a", "b"), ("b", "c"), ("c", "c")])),
            [""; 0]
        );
        assert_eq!(moved(&graph(&[("a", "b"), ("b", "a")])).len(), 1);
        // The group that all ways lead through, though others have fewer rules.
        let hub = graph(&[("a", "hub"), ("b", "hub"), ("hub", "a"), ("hub", "b")]);
        assert_eq!(moved(&hub), ["hub"]);
        let two = graph(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c")]);
        assert_eq!(moved(&two).len(), 2);
    }

    #[test]
    fn the_fewest_references_move() {
        // "a" names three of the cycle, "b" only "a".
        let edges = [
            ("a", "b"),
            ("a", "c"),
            ("a", "d"),
            ("b", "a"),
            ("c", "b"),
            ("d", "b"),
        ];
        assert_eq!(moved(&graph(&edges)), ["b"]);
    }

    #[test]
    fn where_no_rules_can_move_ids_remain() {
        let mut nodes = graph(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")]);
        nodes.get_mut("a").expect("a").can_move = false;
        assert_eq!(moved(&nodes), ["b"]);
        nodes.get_mut("b").expect("b").can_move = false;
        let opened = open(&nodes);
        assert!(!opened.ids.is_empty());
        assert!(is_open(&nodes, &opened));
    }

    #[test]
    fn a_ring_of_thousands_is_opened_at_one_group() {
        let names: Vec<String> = (0..3000).map(|at| format!("{at:04}")).collect();
        let edges: Vec<(&str, &str)> = (0..3000)
            .map(|at| (&*names[at], &*names[(at + 1) % 3000]))
            .collect();
        assert_eq!(moved(&graph(&edges)).len(), 1);
    }

    proptest! {
        #[test]
        fn every_cycle_is_opened_and_no_group_moves_for_nothing(
            edges in prop::collection::vec((0usize..20, 0usize..20), 0..70),
            fixed in prop::collection::btree_set(0usize..20, 0..3),
        ) {
            let names: Vec<String> = (0..20).map(|at| format!("{at:02}")).collect();
            let edges: Vec<(&str, &str)> =
                edges.iter().map(|(from, to)| (&*names[*from], &*names[*to])).collect();
            let mut nodes = graph(&edges);
            for at in fixed {
                if let Some(node) = nodes.get_mut(&names[at]) {
                    node.can_move = false;
                }
            }
            let opened = open(&nodes);
            prop_assert!(is_open(&nodes, &opened), "{:?}", opened);
            prop_assert!(opened.moved.iter().all(|id| nodes[id].can_move));
            if opened.ids.is_empty() {
                for id in &opened.moved {
                    let mut fewer = opened.clone();
                    fewer.moved.remove(id);
                    prop_assert!(!is_open(&nodes, &fewer), "{} moved for nothing", id);
                }
            }
        }
    }
}
