//! The guide *Findings of the audit*: every check, from the table that the audit itself runs.

use super::page::Page;
use crate::curation::CHECKS;

/// The path of the page below `docs/`.
const PATH: &str = "guides/audit-findings.md";

/// The text above the table.
const TEMPLATE: &str = include_str!("templates/guides/audit-findings.md");

/// The page that lists the checks.
pub(super) fn page() -> Page {
    let mut checks = String::new();
    for check in CHECKS {
        let exposure = if check.by_exposure {
            ", by exposure"
        } else {
            ""
        };
        checks.push_str(&format!(
            "\n### {id}\n\n{title}. Severity: **{severity}**{exposure}.\n\n\
             - When: {when}\n- Evidence: {evidence}.\n- What to do: {advice}\n",
            id = check.id,
            title = check.title,
            severity = check.severity,
            when = check.when,
            evidence = check.evidence,
            advice = check.advice,
        ));
    }
    Page {
        path: PATH.to_owned(),
        text: TEMPLATE.replace("{{ checks }}", &checks),
    }
}
