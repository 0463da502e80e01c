//! Finds cycles in a graph: Tarjan's strongly connected components, without recursion, since
//! accounts may have chains of thousands of groups.

use std::collections::BTreeMap;

/// The sorted sets of two or more nodes that reach each other. A node that only references itself
/// is in none.
pub(super) fn cycles<'a, E>(nodes: &[&'a str], edges: impl Fn(&'a str) -> E) -> Vec<Vec<&'a str>>
where
    E: IntoIterator<Item = &'a str>,
{
    let number: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let next: Vec<Vec<usize>> = nodes
        .iter()
        .map(|id| {
            edges(id)
                .into_iter()
                .filter_map(|to| number.get(to).copied())
                .collect()
        })
        .collect();
    let mut search = Search {
        next: &next,
        order: vec![None; nodes.len()],
        low: vec![0; nodes.len()],
        is_open: vec![false; nodes.len()],
        open: Vec::new(),
        count: 0,
        found: Vec::new(),
    };
    for start in 0..nodes.len() {
        if search.order[start].is_none() {
            search.run(start);
        }
    }
    let mut found: Vec<Vec<&str>> = search
        .found
        .into_iter()
        .filter(|component| component.len() > 1)
        .map(|component| component.into_iter().map(|at| nodes[at]).collect())
        .collect();
    found
        .iter_mut()
        .for_each(|component| component.sort_unstable());
    found.sort();
    found
}

/// The state of Tarjan's search.
struct Search<'g> {
    next: &'g [Vec<usize>],
    /// The order in which each node was first seen.
    order: Vec<Option<usize>>,
    /// The earliest open node that each node reaches.
    low: Vec<usize>,
    is_open: Vec<bool>,
    /// Nodes whose component isn't complete.
    open: Vec<usize>,
    count: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn run(&mut self, start: usize) {
        // Each node with the number of its edges that were followed.
        let mut path = vec![(start, 0)];
        self.begin(start);
        while let Some((node, followed)) = path.last_mut() {
            let node = *node;
            if let Some(&to) = self.next[node].get(*followed) {
                *followed += 1;
                match self.order[to] {
                    None => {
                        self.begin(to);
                        path.push((to, 0));
                    }
                    Some(order) if self.is_open[to] => {
                        self.low[node] = self.low[node].min(order);
                    }
                    Some(_) => {}
                }
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                self.low[*before] = self.low[*before].min(self.low[node]);
            }
            if Some(self.low[node]) == self.order[node] {
                self.close(node);
            }
        }
    }

    fn begin(&mut self, node: usize) {
        self.order[node] = Some(self.count);
        self.low[node] = self.count;
        self.count += 1;
        self.is_open[node] = true;
        self.open.push(node);
    }

    fn close(&mut self, root: usize) {
        let mut component = Vec::new();
        while let Some(node) = self.open.pop() {
            self.is_open[node] = false;
            component.push(node);
            if node == root {
                break;
            }
        }
        self.found.push(component);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(edges: &[(&'static str, &'static str)]) -> Vec<Vec<&'static str>> {
        let mut nodes: Vec<&str> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        cycles(&nodes, |id| {
            let own = edges.iter().filter(move |(from, _)| *from == id);
            own.map(|(_, to)| *to)
        })
    }

    #[test]
    fn cycles_are_found_apart_and_chains_are_none() {
        assert_eq!(found(&[("a", "b"), ("b", "c"), ("c", "d")]), [[""; 0]; 0]);
        assert_eq!(found(&[("a", "a"), ("a", "b")]), [[""; 0]; 0]);
        assert_eq!(found(&[("a", "b"), ("b", "a")]), [["a", "b"]]);
        assert_eq!(
            found(&[
                ("e", "a"),
                ("a", "b"),
                ("b", "c"),
                ("c", "a"),
                ("c", "x"),
                ("x", "y"),
                ("y", "x"),
                ("y", "z"),
            ]),
            [vec!["a", "b", "c"], vec!["x", "y"]]
        );
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack() {
        let names: Vec<String> = (0..100_000).map(|at| format!("{at:06}")).collect();
        let nodes: Vec<&str> = names.iter().map(String::as_str).collect();
        let ring = cycles(&nodes, |id| {
            let at: usize = id.parse().expect("a number");
            [nodes[(at + 1) % nodes.len()]]
        });
        assert_eq!(ring.len(), 1);
        assert_eq!(ring[0].len(), nodes.len());
    }
}
