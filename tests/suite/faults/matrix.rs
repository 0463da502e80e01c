//! Each call of a group's life fails once in each way, under a real Terraform. What is transient
//! nobody notices; what is final is said, leaves a true state, and the next apply goes on from there.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::scenario::{FIRST, SECOND, UPDATE, full};
use crate::support::agreement::existing;
use crate::support::stage::Stage;

/// A way in which a call fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Asked too often.
    Throttled,
    /// A server's fault, nothing done.
    Failing,
    /// The connection ends before anything is done.
    ResetBefore,
    /// The connection ends when it is done.
    ResetAfter,
    /// A server's fault when it is done.
    FailingAfter,
    /// The last word.
    Refused,
}

use Way::{Failing, FailingAfter, Refused, ResetAfter, ResetBefore, Throttled};

impl Way {
    /// Hits the call with this number.
    fn fault(self, number: usize) -> Json {
        let error =
            |code: &str, status: u16| json!({ "do": "error", "code": code, "status": status });
        let mut fault = match self {
            Throttled => error("RequestLimitExceeded", 503),
            Failing | FailingAfter => error("InternalError", 500),
            ResetBefore | ResetAfter => json!({ "do": "reset" }),
            Refused => error("UnauthorizedOperation", 403),
        };
        if matches!(self, ResetAfter | FailingAfter) {
            fault["when"] = json!("after");
        }
        fault["action"] = json!("*");
        fault["skip"] = json!(number);
        json!([fault])
    }
}

/// What an undisturbed apply does.
struct Recorded {
    /// The actions, in their order.
    calls: Vec<String>,
    /// What EC2 then holds, whatever the ids.
    holds: Vec<Json>,
}

fn record(stage: &Stage, groups: &str) -> Recorded {
    stage.go_wrong(&json!([]));
    stage.apply(groups);
    let calls = stage.emulator.log().iter().map(action).collect();
    stage.assert_agreed_and_settled("undisturbed");
    Recorded {
        calls,
        holds: holds(stage),
    }
}

fn holds(stage: &Stage) -> Vec<Json> {
    existing(&stage.emulator).into_values().collect()
}

fn action(call: &Json) -> String {
    call["action"].as_str().expect("a text").to_owned()
}

fn is_write(action: &str) -> bool {
    !["Describe", "Get"]
        .iter()
        .any(|begin| action.starts_with(begin))
}

/// Every call with every way that is for it.
fn cases(recorded: &Recorded, reads: &[Way], writes: &[Way]) -> Vec<(usize, Way)> {
    let calls = recorded.calls.iter().enumerate();
    calls
        .flat_map(|(number, action)| {
            let ways = if is_write(action) { writes } else { reads };
            ways.iter().map(move |way| (number, *way))
        })
        .collect()
}

/// Applies `groups` while one call fails in one way.
fn go(stage: &Stage, groups: &str, recorded: &Recorded, number: usize, way: Way) {
    let action = &recorded.calls[number];
    let case = format!("call {number}, {action}: {way:?}");
    stage.go_wrong(&way.fault(number));
    let outcome = stage.try_apply(groups);
    let log = stage.emulator.log();
    assert_eq!(&self::action(&log[number]), action, "{case}");
    assert_ne!(log[number]["outcome"], "answered", "{case}: it wasn't hit");
    stage.assert_agreed(&case);
    if way == Refused {
        let words = outcome.failure();
        assert!(words.contains(&format!("ec2:{action}")), "{case}: {words}");
        // A new group that can't be finished is taken away again.
        let after: Vec<String> = log[number + 1..].iter().map(self::action).collect();
        let is_made = recorded.calls[..number].contains(&"CreateSecurityGroup".to_owned());
        let undone = is_made.then(|| "DeleteSecurityGroup".to_owned());
        assert_eq!(after, undone.as_slice(), "{case}: it went on: {log:?}");
        stage.apply(groups);
        stage.assert_agreed(&case);
    } else {
        assert_eq!(outcome.code, 0, "{case}: {outcome}");
    }
    assert_eq!(holds(stage), recorded.holds, "{case}");
}

/// Goes to `there` and back again until each has met all its cases.
fn to_and_fro(
    stage: &Stage,
    [there, back]: [&str; 2],
    ways: [(&[Way], &[Way]); 2],
) -> [Vec<String>; 2] {
    let recorded = [record(stage, there), record(stage, back)];
    let mut left = [0, 1].map(|i| cases(&recorded[i], ways[i].0, ways[i].1));
    while left.iter().any(|cases| !cases.is_empty()) {
        for (i, groups) in [there, back].into_iter().enumerate() {
            match left[i].pop() {
                Some((number, way)) => go(stage, groups, &recorded[i], number, way),
                None => {
                    stage.go_wrong(&json!([]));
                    stage.apply(groups);
                }
            }
        }
    }
    stage.assert_agreed_and_settled("at the end");
    recorded.map(|recorded| recorded.calls)
}

fn writes(calls: &[String]) -> Vec<&str> {
    let writes = calls.iter().filter(|action| is_write(action));
    writes.map(String::as_str).collect()
}

const WRITES: &[Way] = &[
    Throttled,
    Failing,
    ResetBefore,
    ResetAfter,
    FailingAfter,
    Refused,
];

#[test]
fn a_group_is_made_and_removed_whatever_fails_once() {
    let stage = Stage::new("");
    let ways: [(&[Way], &[Way]); 2] = [(&[Throttled, ResetBefore], WRITES), (&[Failing], WRITES)];
    let [created, deleted] = to_and_fro(&stage, [FIRST, ""], ways);
    assert_eq!(
        writes(&created),
        [
            "CreateSecurityGroup",
            "RevokeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
        ]
    );
    assert_eq!(writes(&deleted), ["DeleteSecurityGroup"]);
    assert_eq!(existing(&stage.emulator), BTreeMap::new());
}

#[test]
fn a_group_is_changed_whatever_fails_once() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    // There and back are the same calls: each way is tried on one of the two.
    let ways: [(&[Way], &[Way]); 2] = [
        (&[Failing], &[Throttled, ResetAfter, Refused]),
        (&[ResetBefore], &[Failing, ResetBefore, FailingAfter]),
    ];
    let [there, back] = to_and_fro(&stage, [SECOND, FIRST], ways);
    assert_eq!(writes(&there), UPDATE);
    assert_eq!(writes(&back), UPDATE);
}

#[test]
fn a_group_at_the_quota_is_changed_whatever_fails_once() {
    let stage = Stage::new("");
    let (even, odd) = (full("172.16"), full("172.17"));
    stage.apply(&even);
    let ways: [(&[Way], &[Way]); 2] = [
        (&[Throttled], &[Throttled, ResetAfter, Refused]),
        (&[ResetBefore], &[Failing, ResetBefore, FailingAfter]),
    ];
    let [there, back] = to_and_fro(&stage, [&odd, &even], ways);
    for calls in [there, back] {
        assert_eq!(writes(&calls), ["ModifySecurityGroupRules"; 2]);
    }
}
