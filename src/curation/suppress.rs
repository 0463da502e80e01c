//! Marks findings that don't count: those of an earlier report, and those that the user ignores.
//! They stay in the report, so that it can be the next baseline.

use super::inputs::{Ignore, Inputs};
use super::report::{Finding, Report, SuppressedBy, Suppression, Text};

/// Marks findings. An ignore that has expired only adds evidence to a finding.
pub(super) fn mark(findings: &mut [Finding], inputs: &Inputs) {
    for finding in findings {
        let ignores = inputs.ignores.iter().filter(|it| fits(it, finding));
        let (holding, run_out): (Vec<&Ignore>, Vec<&Ignore>) =
            ignores.partition(|it| it.until.as_deref().is_none_or(|day| inputs.today() <= day));
        if let Some(ignore) = holding.first() {
            finding.suppressed = Some(Box::new(Suppression {
                by: SuppressedBy::Ignore,
                reason: Some(ignore.reason.clone()),
                until: ignore.until.clone(),
            }));
        } else if inputs.baseline.contains(&finding.fingerprint) {
            finding.suppressed = Some(Box::new(Suppression {
                by: SuppressedBy::Baseline,
                reason: None,
                until: None,
            }));
        } else {
            finding.evidence.extend(run_out.iter().map(|ignore| {
                let until = ignore.until.as_deref().unwrap_or_default();
                Text::from(format!("It was ignored until {until}: {}", ignore.reason))
            }));
        }
    }
}

/// The entries of the list of findings to ignore that do nothing, each as a sentence. That one fits no
/// finding is known only where everything could be read.
pub fn idle(inputs: &Inputs, report: &Report, is_whole: bool) -> Vec<String> {
    let idle = inputs.ignores.iter().filter_map(|ignore| {
        let group = ignore.group.as_ref();
        let group = group.map_or(String::new(), |group| format!(" of {group}"));
        let what = format!("\"{}\"{group}", ignore.finding);
        if let Some(until) = ignore.until.as_deref().filter(|day| inputs.today() > *day) {
            return Some(format!(
                "{what} was ignored until {until}, and counts again. Renew or remove the entry."
            ));
        }
        let has_none = !report.findings.iter().any(|finding| fits(ignore, finding));
        (is_whole && has_none)
            .then(|| format!("there is no finding {what} to ignore. Correct or remove the entry."))
    });
    idle.collect()
}

fn fits(ignore: &Ignore, finding: &Finding) -> bool {
    let is_group = |name: &String| {
        [&finding.group_id, &finding.group_name]
            .into_iter()
            .any(|own| own.as_ref() == Some(name))
    };
    ignore.finding == finding.id && ignore.group.as_ref().is_none_or(is_group)
}
