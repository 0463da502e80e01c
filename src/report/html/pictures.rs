//! Small pictures of groups that reference each other: at most twelve, on a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;

use super::references::References;
use crate::curation::report::Report;
use crate::report::plain::plain;

/// Most groups in a picture.
const NODES: usize = 12;
/// Most pictures on a page.
const PICTURES: usize = 12;
/// Most characters of a name.
const NAME: usize = 18;

/// A picture.
pub(super) struct Picture {
    pub(super) title: String,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// A group.
pub(super) struct Node {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) label_y: String,
    pub(super) anchor: &'static str,
    pub(super) name: String,
}

/// An arrow, as two paths.
pub(super) struct Edge {
    pub(super) line: String,
    pub(super) head: String,
}

/// The pictures of cycles and of islands of unused groups.
pub(super) fn pictures(report: &Report, references: &References) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for (check, what) in [
        ("cycle", "reference each other"),
        ("unused-cycle", "are an unused island"),
    ] {
        let found = report.findings.iter().filter(|it| it.id == check);
        let mut left: BTreeSet<&str> = found.filter_map(|it| it.group_id.as_deref()).collect();
        let next = neighbours(&references.among(&left));
        while let Some(start) = left.pop_first() {
            let mut reached = BTreeSet::from([start]);
            let mut queue = vec![start];
            while let Some(id) = queue.pop() {
                for near in next.get(id).into_iter().flatten() {
                    if left.remove(near) {
                        reached.insert(*near);
                        queue.push(near);
                    }
                }
            }
            if (2..=NODES).contains(&reached.len()) && pictures.len() < PICTURES {
                pictures.push(picture(&reached, references, what));
            }
        }
    }
    pictures
}

/// The neighbours of each group, in either direction.
fn neighbours<'s>(edges: &BTreeSet<(&'s str, &'s str)>) -> BTreeMap<&'s str, Vec<&'s str>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
        next.entry(to).or_default().push(from);
    }
    next
}

fn picture(ids: &BTreeSet<&str>, references: &References, what: &str) -> Picture {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let place = |at: usize| {
        let turn = TAU * at as f64 / ids.len() as f64 - TAU / 4.0;
        (210.0 + 105.0 * turn.cos(), 150.0 + 95.0 * turn.sin())
    };
    let nodes = ids.iter().enumerate().map(|(at, id)| {
        let (x, y) = place(at);
        let name = plain(references.name(id));
        let is_long = name.chars().count() > NAME;
        let name: String = name
            .chars()
            .take(NAME)
            .chain(is_long.then_some('…'))
            .collect();
        Node {
            x: format!("{x:.0}"),
            y: format!("{y:.0}"),
            label_y: format!("{:.0}", if y > 150.0 { y + 22.0 } else { y - 13.0 }),
            anchor: match x {
                x if x < 200.0 => "end",
                x if x > 220.0 => "start",
                _ => "middle",
            },
            name,
        }
    });
    let all = ids.iter().copied().collect();
    let edges = references.among(&all).into_iter().filter_map(|(from, to)| {
        let from = ids.binary_search(&from).ok()?;
        let to = ids.binary_search(&to).ok()?;
        Some(edge(place(from), place(to)))
    });
    let named: Vec<String> = ids
        .iter()
        .take(4)
        .map(|id| plain(references.name(id)))
        .collect();
    let more = ids.len().saturating_sub(named.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Picture {
        title: format!("{}{more} {what}", named.join(", ")),
        nodes: nodes.collect(),
        edges: edges.collect(),
    }
}

/// A curved arrow, so that one in the other direction doesn't cover it.
fn edge((x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> Edge {
    let (dx, dy) = (to_x - x, to_y - y);
    let length = dx.hypot(dy).max(1.0);
    // The control point, beside the middle of the line.
    let bend = 16.0;
    let (middle_x, middle_y) = (
        (x + to_x) / 2.0 + bend * dy / length,
        (y + to_y) / 2.0 - bend * dx / length,
    );
    let (end_dx, end_dy) = (to_x - middle_x, to_y - middle_y);
    let end = end_dx.hypot(end_dy).max(1.0);
    let (unit_x, unit_y) = (end_dx / end, end_dy / end);
    // The arrow ends at the circle of the node.
    let (tip_x, tip_y) = (to_x - 9.0 * unit_x, to_y - 9.0 * unit_y);
    let (back_x, back_y) = (tip_x - 9.0 * unit_x, tip_y - 9.0 * unit_y);
    Edge {
        line: format!("M{x:.1} {y:.1}Q{middle_x:.1} {middle_y:.1} {back_x:.1} {back_y:.1}"),
        head: format!(
            "M{tip_x:.1} {tip_y:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
            back_x - 4.5 * unit_y,
            back_y + 4.5 * unit_x,
            back_x + 4.5 * unit_y,
            back_y - 4.5 * unit_x,
        ),
    }
}
