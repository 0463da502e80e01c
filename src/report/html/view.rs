//! Gathers the contents of the page. Long lists are cut so that a browser opens the page of a large
//! account quickly; the number of items that are left out is always shown.

use std::collections::BTreeMap;

use askama::Template;

use super::assets::{SCRIPT, STYLE, hash};
use super::groups::{VpcView, vpcs};
use super::matrix::{Row, matrix};
use super::pictures::{Picture, pictures};
use super::references::{Line, References};
use crate::curation::report::{Finding, Report};
use crate::curation::{CHECKS, Check, Severity};
use crate::report::plain::plain;

/// Most findings of a check that are shown in full, and most whose groups are listed after them.
const IN_FULL: usize = 25;
const NAMED: usize = 300;
/// Most lines of references.
const LINES: usize = 300;
/// Most commands of a step.
const COMMANDS: usize = 10;

/// The page.
#[derive(Template)]
#[template(path = "audit.html")]
pub(super) struct Page {
    style: &'static str,
    script: &'static str,
    style_hash: String,
    script_hash: String,
    generated_at: String,
    accounts: String,
    regions: String,
    numbers: Vec<Number>,
    not_looked_at: Vec<String>,
    looked_at: String,
    matrix: Vec<Row>,
    matrix_more: usize,
    counts: Vec<SeverityCount>,
    suppressed: String,
    checks: Vec<CheckView>,
    vpcs: Vec<VpcView>,
    pictures: Vec<Picture>,
    adjacency: Vec<Line>,
    adjacency_more: usize,
    next: Vec<Step>,
}

struct Number {
    target: &'static str,
    count: String,
    label: &'static str,
}

struct SeverityCount {
    name: &'static str,
    mark: char,
    count: usize,
}

struct CheckView {
    id: &'static str,
    title: &'static str,
    advice: Vec<Piece>,
    severity: &'static str,
    mark: char,
    is_open: bool,
    count: usize,
    findings: Vec<FindingView>,
    more: Vec<Name>,
    unlisted: usize,
}

struct FindingView {
    group_id: String,
    group_name: String,
    place: String,
    severity: &'static str,
    mark: char,
    message: Vec<Piece>,
    evidence: Vec<Vec<Piece>>,
    remediation: String,
}

/// A part of a sentence.
struct Piece {
    text: String,
    /// Whether it is a rule, a name or a command.
    is_code: bool,
}

struct Name {
    id: String,
    name: String,
}

struct Step {
    title: String,
    commands: String,
}

impl Page {
    /// Gathers the contents of the page.
    pub(super) fn of(report: &Report) -> Self {
        let references = References::of(&report.groups);
        let (adjacency, adjacency_more) = references.lines(LINES);
        let (matrix, matrix_more) = matrix(report);
        Self {
            style: STYLE,
            script: SCRIPT,
            style_hash: hash(STYLE),
            script_hash: hash(SCRIPT),
            generated_at: plain(&report.generated_at),
            accounts: plain(&report.accounts.join(", ")),
            regions: plain(&report.regions.join(", ")),
            numbers: numbers(report),
            not_looked_at: not_looked_at(report),
            looked_at: looked_at(report),
            matrix,
            matrix_more,
            counts: counts(report),
            suppressed: suppressed(report),
            checks: checks(report),
            vpcs: vpcs(report),
            pictures: pictures(report, &references),
            adjacency,
            adjacency_more,
            next: next(report),
        }
    }
}

fn numbers(report: &Report) -> Vec<Number> {
    let summary = &report.summary;
    let of_check = |id: &str| summary.by_check.get(id).copied().unwrap_or_default();
    let number = |target, count, label| Number {
        target,
        count,
        label,
    };
    vec![
        number(
            "open",
            summary.open_to_world.to_string(),
            "open to the world, beyond web ports",
        ),
        number(
            "findings",
            (of_check("unused") + of_check("unused-cycle")).to_string(),
            "unused",
        ),
        number(
            "findings",
            of_check("stale-rule").to_string(),
            "with stale rules",
        ),
        number(
            "groups",
            format!("{} of {}", summary.managed, summary.groups),
            "managed",
        ),
    ]
}

fn not_looked_at(report: &Report) -> Vec<String> {
    let refusals = report.not_looked_at.iter();
    refusals
        .map(|it| {
            let code = if it.code.is_empty() {
                "no answer"
            } else {
                &it.code
            };
            plain(&format!(
                "{} in {}: {code}. {}",
                it.operation, it.region, it.consequence
            ))
        })
        .collect()
}

fn looked_at(report: &Report) -> String {
    let calls = report.looked_at.iter();
    let calls: Vec<String> = calls
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    plain(&calls.join(", "))
}

fn suppressed(report: &Report) -> String {
    let (old, ignored) = (report.summary.in_baseline, report.summary.ignored);
    let reported = [(old, "in the baseline"), (ignored, "ignored")];
    let reported = reported.into_iter().filter(|(count, _)| *count > 0);
    let reported: Vec<String> = reported
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    reported.join(", ")
}

fn mark(severity: Severity) -> char {
    match severity {
        Severity::Critical => '◆',
        Severity::High => '▲',
        Severity::Medium => '■',
        Severity::Low => '●',
        Severity::Info => '○',
        Severity::Note => '·',
    }
}

fn counts(report: &Report) -> Vec<SeverityCount> {
    let by_severity = &report.summary.by_severity;
    let all = Severity::ALL.into_iter().map(|severity| SeverityCount {
        name: severity.name(),
        mark: mark(severity),
        count: by_severity
            .get(severity.name())
            .copied()
            .unwrap_or_default(),
    });
    all.filter(|it| it.count > 0).collect()
}

/// The checks with findings that count, the worst first.
fn checks(report: &Report) -> Vec<CheckView> {
    let mut by_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|it| it.suppressed.is_none()) {
        by_check.entry(&finding.id).or_default().push(finding);
    }
    let found = CHECKS
        .iter()
        .filter_map(|check| Some((check, by_check.remove(check.id)?)));
    let mut views: Vec<(Severity, CheckView)> =
        found.map(|(check, all)| view(check, &all)).collect();
    // The order of the table decides among equals.
    views.sort_by(|(a, _), (b, _)| b.cmp(a));
    views.into_iter().map(|(_, view)| view).collect()
}

fn view(check: &'static Check, all: &[&Finding]) -> (Severity, CheckView) {
    // The report has the worst findings first.
    let worst = all[0].severity;
    let rest = all.get(IN_FULL..).unwrap_or_default();
    let name = |finding: &&Finding| Name {
        id: plain(finding.group_id.as_deref().unwrap_or_default()),
        name: plain(finding.group_name.as_deref().unwrap_or_default()),
    };
    let view = CheckView {
        id: check.id,
        title: check.title,
        advice: pieces(check.advice),
        severity: worst.name(),
        mark: mark(worst),
        is_open: worst >= Severity::High,
        count: all.len(),
        findings: all.iter().take(IN_FULL).map(|it| finding(it)).collect(),
        more: rest.iter().take(NAMED).map(name).collect(),
        unlisted: rest.len().saturating_sub(NAMED),
    };
    (worst, view)
}

/// Splits a sentence at backticks: every other piece is code.
fn pieces(text: &str) -> Vec<Piece> {
    let safe = plain(text);
    // A name may contain a backtick, so the pieces aren't known.
    if safe.matches('`').count() % 2 == 1 {
        return vec![Piece {
            text: safe,
            is_code: false,
        }];
    }
    let parts = safe.split('`').zip([false, true].into_iter().cycle());
    let parts = parts.filter(|(text, _)| !text.is_empty());
    parts
        .map(|(text, is_code)| Piece {
            text: text.to_owned(),
            is_code,
        })
        .collect()
}

fn finding(finding: &Finding) -> FindingView {
    let text = |text: &Option<String>| plain(text.as_deref().unwrap_or_default());
    let vpc_id = plain(finding.vpc_id.as_deref().unwrap_or_default());
    FindingView {
        group_id: text(&finding.group_id),
        group_name: text(&finding.group_name),
        place: format!("{} {vpc_id}", plain(&finding.region)),
        severity: finding.severity.name(),
        mark: mark(finding.severity),
        message: pieces(&finding.message),
        evidence: finding.evidence.iter().map(|line| pieces(line)).collect(),
        remediation: plain(&finding.remediation),
    }
}

fn next(report: &Report) -> Vec<Step> {
    let counting: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|it| it.suppressed.is_none())
        .collect();
    let mut steps = Vec::new();
    let mut step = |title: &str, wanted: &dyn Fn(&Finding) -> bool| {
        let all: Vec<&&Finding> = counting.iter().filter(|it| wanted(it)).collect();
        if all.is_empty() {
            return;
        }
        let commands = all.iter().take(COMMANDS).map(|it| plain(&it.remediation));
        let mut commands: Vec<String> = commands.collect();
        if all.len() > COMMANDS {
            let more = all.len() - COMMANDS;
            commands.push(format!(
                "# and {more} more: curated audit --format json has all"
            ));
        }
        steps.push(Step {
            title: format!("{title} ({})", all.len()),
            commands: commands.join("\n"),
        });
    };
    step("Close what strangers can reach", &|it| {
        it.id.starts_with("open-") && it.severity >= Severity::High
    });
    step("Revoke rules that name what is gone", &|it| {
        it.id == "stale-rule"
    });
    step("Delete what nothing uses", &|it| {
        it.id.starts_with("unused")
    });
    steps.push(Step {
        title: "Keep it so: let a pipeline fail on what is new".to_owned(),
        commands: "curated audit --format json --output baseline.json\n\
                   curated audit --baseline baseline.json --fail-on medium"
            .to_owned(),
    });
    steps
}
