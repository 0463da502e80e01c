//! What was called, and what became of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::form::Form;

/// What became of a call.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Outcome {
    Answered,
    Throttled,
}

/// One call.
pub(crate) struct Called {
    pub(crate) region: String,
    pub(crate) action: String,
    /// The form, as it came.
    pub(crate) body: String,
    pub(crate) outcome: Outcome,
    /// The code of a refusal.
    pub(crate) code: Option<String>,
    /// The group that it was for, or that it made.
    pub(crate) group: Option<String>,
}

/// All calls since the last reset, in order.
#[derive(Default)]
pub(crate) struct Ledger(Vec<Called>);

impl Ledger {
    pub(crate) fn note(&mut self, call: Called) {
        self.0.push(call);
    }

    pub(crate) fn reset(&mut self) {
        self.0 = Vec::new();
    }

    /// By action: `calls` that arrived, those `carried_out`, and those `throttled`.
    pub(crate) fn counts(&self, region: Option<&str>) -> Value {
        let mut kinds: BTreeMap<&str, BTreeMap<&str, u64>> = ["calls", "carried_out", "throttled"]
            .map(|kind| (kind, BTreeMap::new()))
            .into();
        for call in self.of(region) {
            let became = match call.outcome {
                Outcome::Answered => "carried_out",
                Outcome::Throttled => "throttled",
            };
            for kind in ["calls", became] {
                let counts = kinds.entry(kind).or_default();
                *counts.entry(&call.action).or_default() += 1;
            }
        }
        json!(kinds)
    }

    /// Every call with its parameters, and as it came for `replay`.
    pub(crate) fn log(&self, region: Option<&str>) -> Value {
        let shown = self.of(region).map(|call| {
            let form = Form::read(&call.body);
            let mut parameters = form.fields().clone();
            parameters.retain(|name, _| name != "Action" && name != "Version");
            json!({
                "region": call.region,
                "action": call.action,
                "parameters": parameters,
                "outcome": match call.outcome {
                    Outcome::Answered => "answered",
                    Outcome::Throttled => "throttled",
                },
                "code": call.code,
                "body": call.body,
                "group": call.group,
            })
        });
        shown.collect()
    }

    fn of(&self, region: Option<&str>) -> impl Iterator<Item = &Called> {
        let calls = self.0.iter();
        calls.filter(move |call| region.is_none_or(|name| name == call.region))
    }
}
