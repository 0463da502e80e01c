//! The world-open matrix: the groups that are open to the world, and their open traffic by kind.

use crate::curation::Severity;
use crate::curation::report::{Exposure, Group, Report, WorldOpen};
use crate::report::plain::plain;

/// Most rows of the matrix.
const ROWS: usize = 300;

/// Most ranges of ports in a cell: a wide rule may open a hundred, with ports of other kinds
/// between them.
const RANGES: usize = 4;

/// A group.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) reach: &'static str,
    pub(super) cells: [Cell; 6],
}

/// The open traffic of one kind.
pub(super) struct Cell {
    pub(super) class: &'static str,
    pub(super) text: String,
    /// Number of ranges that the text leaves out.
    pub(super) more: usize,
}

/// The groups that are open to the world, the most exposed and widest open first, and the number of
/// those that are left out.
pub(super) fn matrix(report: &Report) -> (Vec<Row>, usize) {
    let open = report.groups.iter();
    let mut open: Vec<(&Group, &WorldOpen)> = open
        .filter_map(|group| Some((group, group.world_open.as_deref()?)))
        .collect();
    let weight = |open: &WorldOpen| {
        let columns = [
            &open.all,
            &open.admin,
            &open.data,
            &open.other,
            &open.protocols,
        ];
        columns.map(|column| column.is_empty())
    };
    open.sort_by(|(a, a_open), (b, b_open)| {
        (a.exposure, weight(a_open)).cmp(&(b.exposure, weight(b_open)))
    });
    let more = open.len().saturating_sub(ROWS);
    let rows = open.into_iter().take(ROWS).map(|(group, open)| {
        let full = |severity: Severity| severity.seen_at(group.exposure).name();
        let cell = |traffic: &[String], severity| Cell {
            class: full(severity),
            text: traffic[..traffic.len().min(RANGES)].join(", "),
            more: traffic.len().saturating_sub(RANGES),
        };
        Row {
            id: plain(&group.id),
            name: plain(&group.name),
            place: plain(&format!("{} {}", group.region, group.vpc_id)),
            reach: match group.exposure {
                Exposure::Public => "● public",
                Exposure::Private => "◐ private",
                Exposure::None => "○ nobody",
            },
            cells: [
                cell(&open.all, Severity::Critical),
                cell(&open.admin, Severity::Critical),
                cell(&open.data, Severity::Critical),
                cell(&open.other, Severity::Medium),
                cell(&open.web, Severity::Info),
                cell(&open.protocols, Severity::Low),
            ],
        }
    });
    (rows.collect(), more)
}
