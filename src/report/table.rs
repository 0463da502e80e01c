//! Writes the report for a terminal: findings by severity, refused calls, and the counts last.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::refusals::refused_calls;
use crate::curation::report::{Finding, Report, Text};
use crate::curation::{CHECKS, Severity};
use crate::rules::quoted;

/// Most findings of one check that are listed; the others are counted.
const MOST: usize = 20;
/// Width in characters to which the names of checks are padded.
const NAMES: u16 = 23;
/// The check that only repeats the refused calls.
const NOT_LOOKED_AT: &str = "not-looked-at";
/// Most characters that are shown of one text.
const LONGEST: usize = 600;

/// The appearance of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Width in columns.
    pub width: u16,
    /// Whether severities are coloured.
    pub colour: bool,
}

/// Writes the table.
pub fn table(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for severity in Severity::ALL {
        // Calls that were refused have a paragraph of their own.
        let of_severity = |it: &&Finding| {
            it.severity == severity && it.suppressed.is_none() && it.id != NOT_LOOKED_AT
        };
        let findings: Vec<&Finding> = report.findings.iter().filter(of_severity).collect();
        if !findings.is_empty() {
            let heading = format!("{severity} ({})", findings.len());
            let _ = writeln!(text, "{}", coloured(&heading, severity, style));
            text.push_str(&lines(&findings, style));
            text.push('\n');
        }
    }
    not_looked_at(&mut text, report, style);
    text.push_str(&summary(report));
    text
}

/// The findings of one severity, in two columns.
fn lines(findings: &[&Finding], style: Style) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(style.width);
    let mut reported: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let count = reported.entry(&finding.id).or_default();
        *count += 1;
        if *count <= MOST {
            table.add_row([finding.id.clone(), words(finding, style)]);
        }
    }
    for (id, count) in reported.iter().filter(|(_, count)| **count > MOST) {
        let more = count - MOST;
        table.add_row([
            (*id).to_owned(),
            format!("{more} more; --format json has all"),
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(NAMES)));
    }
    table.trim_fmt() + "\n"
}

fn words(finding: &Finding, style: Style) -> String {
    let place = match (&finding.group_name, &finding.group_id) {
        (Some(name), Some(id)) => format!("{} ({id}), {}", fit(name), finding.region),
        _ => finding.region.to_string(),
    };
    // Each column has a space on both sides.
    let width = usize::from(style.width.saturating_sub(NAMES + 2));
    let mut text = format!("{place}\n{}", fit(&finding.message));
    if let Some(why) = on_one_line(&finding.evidence, width.saturating_sub("why: ".len())) {
        text += &format!("\nwhy: {why}");
    }
    // A command that is cut into lines can't be copied: JSON and the page have all of it.
    let fits = |it: &&str| it.chars().count() + "do: ".len() <= width;
    let check = CHECKS.iter().find(|check| check.id == finding.id);
    let advice = check.map_or("", |check| check.advice);
    let remedy = Some(&*finding.remediation).filter(fits).unwrap_or(advice);
    if !remedy.is_empty() {
        text += &format!("\ndo: {}", fit(remedy));
    }
    text
}

/// As many of these sentences as fit on one line, and as much as fits of the first.
fn on_one_line(sentences: &[Text], width: usize) -> Option<String> {
    let (first, others) = sentences.split_first()?;
    let mut line = cut(&fit(first), width);
    for sentence in others {
        let longer = format!("{line} {}", fit(sentence));
        if longer.chars().count() > width {
            break;
        }
        line = longer;
    }
    Some(line)
}

/// The whole words of a text that fit: a part of an id can be looked up nowhere.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut part: String = text.chars().take(width.saturating_sub(1)).collect();
    if let Some((words, _)) = part.rsplit_once(' ') {
        part.truncate(words.len());
    }
    format!("{}…", part.trim_end_matches([' ', ',']))
}

fn not_looked_at(text: &mut String, report: &Report, style: Style) {
    let calls = refused_calls(report);
    if calls.is_empty() {
        return;
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(style.width);
    for call in calls {
        let regions = match call.regions.len() {
            1 => String::new(),
            many => format!(", in {many} regions"),
        };
        table.add_row([format!(
            "{} ({}{regions}): {}",
            call.operation,
            fit(call.code),
            fit(call.consequence)
        )]);
    }
    let _ = write!(text, "not looked at\n{}\n\n", table.trim_fmt());
}

fn summary(report: &Report) -> String {
    let summary = &report.summary;
    let counted = |severity: &Severity| {
        let count = summary.by_severity.get(severity.name()).copied()?;
        (count > 0).then(|| format!("{count} {severity}"))
    };
    let by_severity: Vec<String> = Severity::ALL.iter().filter_map(counted).collect();
    let by_severity = match by_severity.as_slice() {
        [] => String::new(),
        counts => format!(": {}", counts.join(", ")),
    };
    let plural = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let mut text = format!(
        "{} in {}, {}{by_severity}\n",
        plural(summary.groups, "security group"),
        plural(report.regions.len(), "region"),
        plural(summary.findings, "finding"),
    );
    let used = |name: &str| summary.by_use.get(name).copied().unwrap_or_default();
    let _ = writeln!(
        text,
        "{} open more than web ports to the world, {} unused, {} of unknown use, {} managed",
        summary.open_to_world,
        used("unused"),
        used("unknown"),
        summary.managed
    );
    if summary.in_baseline + summary.ignored > 0 {
        let _ = writeln!(
            text,
            "not counted: {} of the baseline, {} ignored",
            summary.in_baseline, summary.ignored
        );
    }
    text
}

fn fit(text: &str) -> String {
    quoted(text, LONGEST)
}

fn coloured(text: &str, severity: Severity, style: Style) -> String {
    let code = match severity {
        Severity::Critical => "1;31",
        Severity::High => "31",
        Severity::Medium => "33",
        Severity::Low => "36",
        Severity::Info | Severity::Note => "2",
    };
    if style.colour {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curation::{self, Inputs};
    use crate::snapshot::{Group, Region, Snapshot};

    const PLAIN: Style = Style {
        width: 80,
        colour: false,
    };

    /// An account with this many groups that open SSH to the world, with hostile names.
    fn report(groups: usize) -> Report {
        let group = |at: usize| {
            let id = format!("sg-{at:08x}");
            let key = "ingress tcp/22 from 0.0.0.0/0".parse().expect("a key");
            let group = Group {
                id: id.clone(),
                name: format!("launch \u{1b}[2J{}\u{202e} wizard {at}", "web ".repeat(30)),
                vpc_id: "vpc-1".to_owned(),
                rules: [(key, String::new())].into(),
                ..Group::default()
            };
            (id, group)
        };
        let region = Region {
            name: "eu-west-1".to_owned(),
            groups: (0..groups).map(group).collect(),
            ..Region::default()
        };
        let snapshot = Snapshot {
            regions: vec![region],
            ..Snapshot::default()
        };
        curation::audit(&snapshot, &Inputs::new("2026-11-29T00:00:00Z"))
    }

    #[test]
    fn nothing_is_wider_than_asked_nor_drives_a_terminal() {
        for width in [80, 120] {
            let text = table(&report(3), Style { width, ..PLAIN });
            for line in text.lines() {
                assert!(line.chars().count() <= usize::from(width), "{line:?}");
                assert_eq!(line.trim_end(), line);
                assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
            }
            assert!(text.contains("open-admin"), "{text}");
        }
    }

    #[test]
    fn a_finding_has_its_evidence_and_what_to_do_on_one_line_each() {
        let text = table(&report(1), PLAIN);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let finding = lines.iter().position(|line| line.starts_with("open-admin"));
        let finding = &lines[finding.expect("a finding")..];
        let has = |begin: &str| {
            let lines = finding.iter().filter(|line| line.starts_with(begin));
            lines
                .take(1)
                .map(|line| (*line).to_owned())
                .collect::<String>()
        };
        assert!(
            has("why: ").starts_with("why: Medium, not critical: it isn't attached."),
            "{text}"
        );
        assert!(
            has("do: ").starts_with("do: Use Session Manager, EC2 Instance Connect"),
            "{text}"
        );
        let wide = table(
            &report(1),
            Style {
                width: 200,
                ..PLAIN
            },
        );
        assert!(
            wide.contains("do: aws ec2 delete-security-group --region"),
            "{wide}"
        );
    }

    #[test]
    fn only_severities_are_coloured_and_only_where_asked() {
        let text = table(
            &report(1),
            Style {
                colour: true,
                ..PLAIN
            },
        );
        assert!(text.contains("\u{1b}[33mmedium ("), "{text:?}");
        assert!(!table(&report(1), PLAIN).contains('\u{1b}'));
    }

    #[test]
    fn many_findings_of_a_check_are_counted_and_the_counts_come_last() {
        let text = table(&report(50), PLAIN);
        assert!(text.contains("30 more; --format json has all"), "{text}");
        let last: Vec<&str> = text.lines().rev().take(2).collect();
        assert!(
            last[1].starts_with("50 security groups in 1 region"),
            "{last:?}"
        );
        assert!(
            last[0].starts_with("50 open more than web ports"),
            "{last:?}"
        );
    }
}
