//! How many calls the jobs cost, counted by EC2: its throttling is what people wait for. What a
//! call does is other tests' matter.

mod creating;
mod default_groups;
mod jobs;
mod listing;
mod looking;
mod sharing;
mod throttled;

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::task::Poll;

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{Answer, Host, group, timeouts};

const REGION: &str = "eu-west-1";
const DESCRIBE: &str = "DescribeSecurityGroups";

/// How often each action of EC2 was called since the counts were reset. (Who we are is asked
/// elsewhere.)
fn calls(emulator: &Emulator) -> BTreeMap<String, u64> {
    let mut counts = emulator.counts();
    counts.remove("GetCallerIdentity");
    counts
}

/// How often groups were described.
fn describes(emulator: &Emulator) -> u64 {
    calls(emulator).get(DESCRIBE).copied().unwrap_or(0)
}

/// Proves that a job cost no more calls than this, and forgets them.
#[track_caller]
fn assert_cost(emulator: &Emulator, job: &str, most: u64) {
    let calls = calls(emulator);
    let all: u64 = calls.values().sum();
    assert!(all <= most, "{job}: {all} calls, not {most}: {calls:?}");
    emulator.reset_counts();
}

/// The state of a group of which nothing but the id is known: as after an import.
fn imported(id: &str) -> Value {
    group().with("id", id).with("region", REGION)
}

/// A `timeouts` block with a limit for reads.
fn read_within(limit: &str) -> Value {
    timeouts("read", limit)
}

/// Reads all of these at the same time, as hosts do.
async fn read_all(host: &Host, states: &[Value]) -> Vec<Answer> {
    all(states.iter().map(|state| host.read(state)).collect()).await
}

/// Runs all of these at the same time, to the end of each.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut ended: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, end) in running.iter_mut().zip(&mut ended) {
            if end.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *end = Some(output);
            }
        }
        if ended.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    ended.into_iter().flatten().collect()
}
