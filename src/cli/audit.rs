//! `curated audit`: what is wrong with the security groups of accounts and regions.

mod format;

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use self::format::Format;
use super::connection::ConnectionArguments;
use super::exit::Exit;
use super::failure::Failure;
use super::inputs::catalog::CatalogArguments;
use super::inputs::declared::{self, Configuration};
use super::inputs::history::History;
use super::inputs::{baseline, ignore, state, used_by};
use super::numbers;
use super::output;
use super::reading;
use crate::curation::report::Report;
use crate::curation::{self, Audit, Inputs, Severity};
use crate::snapshot::Snapshot;

/// The accounts that are audited, the further inputs, and the form of the report.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How the findings are written. Default: by the end of the name of --output, else a table.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file in place of standard output: whole, or not at all.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// End with 1 when a finding that counts has this severity or a worse one: critical, high,
    /// medium, low, info or note.
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// An earlier report, of --format json: only findings that it doesn't have count.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Findings that don't count: blocks "ignore" with finding, group, reason and until.
    #[arg(long, value_name = "FILE")]
    ignore: Option<PathBuf>,
    /// A state file of Terraform or OpenTofu, or what `terraform show -json` prints: the groups that
    /// it manages are shown with their addresses. May be repeated.
    #[arg(long, value_name = "FILE")]
    state: Vec<PathBuf>,
    /// The directory of a configuration: what a state file names is shown with the file and line that
    /// declare it. May be repeated.
    #[arg(long, value_name = "DIR", requires = "state")]
    config: Vec<PathBuf>,
    /// Any text: every id of a group in it counts as a use of that group. May be repeated.
    #[arg(long, value_name = "FILE")]
    used_by: Vec<PathBuf>,
    /// When each group was first seen, and last seen attached. Made by the first audit, and kept up to
    /// date by each one.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Rules that a group may have in one direction, for each of IPv4 and IPv6: the quota of the
    /// account.
    #[arg(long, value_name = "NUMBER", default_value_t = 60, value_parser = numbers::quota)]
    max_rules_per_group: u16,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    connection: ConnectionArguments,
}

const EXAMPLES: &str = "Examples:
  curated audit
  curated audit --all-regions --format json --output audit.json
  curated audit --region eu-west-1 --fail-on high --baseline last-week.json
  curated audit --catalog catalog.hcl --fail-on high
  curated audit --role-arn arn:aws:iam::123456789012:role/audit
  curated audit --state terraform.tfstate --config . --output audit.sarif
  aws batch describe-compute-environments > batch.json
  curated audit --used-by batch.json

A file of findings to ignore has blocks such as:
  ignore {
    finding = \"open-admin\"
    group   = \"bastion\"
    reason  = \"OPS-12: until the VPN is up\"
    until   = \"2026-12-31\"
  }

Exit codes: 0 done, whatever was found; 1 a finding reaches --fail-on; 2 wrong usage; 3 not everything needed could be read or written.";

/// Reads accounts and regions, and reports findings.
pub(super) async fn run(arguments: &Arguments) -> Exit {
    match audit(arguments).await {
        Ok(exit) => exit,
        Err(failure) => output::failure(&failure),
    }
}

async fn audit(arguments: &Arguments) -> Result<Exit, Failure> {
    // The user's files are read first: a mistake in one is reported before any call.
    let now = now()?;
    let format = format(arguments)?;
    let catalog = arguments.catalog.read()?;
    let mut inputs = Inputs::with_catalog(&now, &catalog);
    inputs.rules_per_direction = usize::from(arguments.max_rules_per_group);
    if let Some(path) = &arguments.baseline {
        inputs.baseline = baseline::read(path)?;
    }
    if let Some(path) = &arguments.ignore {
        inputs.ignores = ignore::read(path)?;
    }
    let managed = managed(arguments)?;
    let mut history = match &arguments.history {
        Some(path) => Some((path, History::read(path)?)),
        None => None,
    };
    for path in &arguments.used_by {
        used_by::check(path)?;
    }

    let known = Snapshot {
        managed,
        last_attached: history
            .as_ref()
            .map(|(_, it)| it.last_attached())
            .unwrap_or_default(),
        ..Snapshot::default()
    };
    let mut audit = Audit::new(&inputs);
    // References between accounts are known only when all accounts are read. With one account, each
    // region is judged and dropped as it arrives: a large snapshot takes hundreds of megabytes.
    let mut kept = (arguments.connection.accounts() > 1).then(Snapshot::default);
    let mut unreadable = None;
    let targets = arguments.connection.targets().await?;
    let failures = reading::read_each(&targets, |mut region| {
        for path in &arguments.used_by {
            let added = used_by::add(path, std::slice::from_mut(&mut region));
            unreadable = unreadable.take().or(added.err());
        }
        if let Some((_, history)) = &mut history {
            history.update(std::slice::from_ref(&region), &now);
        }
        match &mut kept {
            Some(kept) => kept.regions.push(region),
            None => audit.examine(&region, &known),
        }
    })
    .await?;
    if let Some(failure) = unreadable {
        return Err(failure);
    }
    if let Some(kept) = kept {
        audit.note_references(&kept);
        for region in kept.regions {
            audit.examine(&region, &known);
        }
    }
    let report = audit.report();
    let written = write_report(arguments, format, &report)?;
    if let Some((path, history)) = &history {
        history.write(path)?;
    }
    for failure in &failures {
        output::failure(failure);
    }
    for idle in curation::idle(&inputs, &report, failures.is_empty()) {
        output::warning(&format!("--ignore: {}", output::plain(&idle)));
    }
    Ok(if !failures.is_empty() || written != Exit::Done {
        Exit::Unread
    } else if reaches(&report, arguments.fail_on) {
        Exit::Findings
    } else {
        Exit::Done
    })
}

/// The addresses of the groups that Terraform manages, with the lines that declare them.
fn managed(arguments: &Arguments) -> Result<state::Addresses, Failure> {
    let mut managed = state::Addresses::new();
    for path in &arguments.state {
        state::add(path, &mut managed)?;
    }
    let configurations = arguments.config.iter().map(|it| Configuration::of(it));
    let mut configurations = configurations.collect::<Result<Vec<_>, _>>()?;
    declared::note(&mut managed, &mut configurations);
    Ok(managed)
}

/// The format that is asked for, by an option or by a file's name.
fn format(arguments: &Arguments) -> Result<Format, Failure> {
    match (arguments.format, &arguments.output) {
        (Some(format), _) => Ok(format),
        (None, Some(path)) => Format::of_file(path),
        (None, None) => Ok(Format::Table),
    }
}

/// Writes the report to the file or to standard output.
fn write_report(arguments: &Arguments, format: Format, report: &Report) -> Result<Exit, Failure> {
    let Some(path) = &arguments.output else {
        return Ok(output::print_by(|out| format.write(report, true, out)));
    };
    output::write_whole_by(path, |out| format.write(report, false, out))?;
    let findings = match report.summary.findings {
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    output::note(&format!("{findings}, in {}", path.display()));
    Ok(Exit::Done)
}

/// Whether a finding that counts has the severity, or a worse one.
fn reaches(report: &Report, severity: Option<Severity>) -> bool {
    let Some(severity) = severity else {
        return false;
    };
    let mut counting = report.findings.iter().filter(|it| it.suppressed.is_none());
    counting.any(|finding| finding.severity >= severity)
}

/// The time of the audit: now, or what SOURCE_DATE_EPOCH says, for the same bytes every time.
pub(super) fn now() -> Result<String, Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => text.parse::<i64>().ok(),
        _ => i64::try_from(now.unwrap_or_default().as_secs()).ok(),
    };
    let format =
        time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let time = seconds.and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok());
    let text = time.and_then(|time| time.format(&format).ok());
    text.ok_or_else(|| {
        Failure::usage(
            "SOURCE_DATE_EPOCH is no time",
            "Set it to the seconds since 1970, or unset it.",
        )
    })
}
