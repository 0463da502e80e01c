//! Groups the calls that an audit was refused: the same refusal in many regions is one entry.

use std::collections::BTreeMap;

use crate::curation::report::Report;

/// A call that was refused for the same reason in one region or more.
pub(super) struct RefusedCall<'a> {
    pub(super) operation: &'a str,
    /// EC2's error code, or "no answer".
    pub(super) code: &'a str,
    /// What can't be told without the call, as a sentence.
    pub(super) consequence: &'a str,
    /// A name for each refusal; the same name twice if two accounts were refused.
    pub(super) regions: Vec<&'a str>,
}

/// The refused calls of a report, by operation, code and consequence.
pub(super) fn refused_calls(report: &Report) -> Vec<RefusedCall<'_>> {
    let mut regions: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for refusal in &report.not_looked_at {
        let key = (
            refusal.operation.as_str(),
            refusal.code.as_str(),
            refusal.consequence.as_str(),
        );
        regions.entry(key).or_default().push(&refusal.region);
    }
    let calls = regions
        .into_iter()
        .map(|((operation, code, consequence), regions)| RefusedCall {
            operation,
            code: if code.is_empty() { "no answer" } else { code },
            consequence,
            regions,
        });
    calls.collect()
}
