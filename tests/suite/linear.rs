//! The cost of the pure core grows with the number of rules, and no faster: ten times the rules
//! may take some more than ten times as long, and never a hundred times.

use std::time::{Duration, Instant};

use terraform_provider_curated::rules::{covered, steps};

#[path = "../../benches/rules/world.rs"]
mod world;

/// Ten would be linear, thirteen n·log n, a hundred quadratic. The rest is for busy machines.
const AT_MOST: f64 = 40.0;

/// The shortest of several runs: others can only make a run longer.
fn shortest(mut work: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let started = Instant::now();
        work();
        started.elapsed()
    });
    times.min().expect("several runs")
}

/// Holds the time for 10,000 rules against that for 1,000. `time` is given the number of rules.
fn grows_no_faster(what: &str, time: impl Fn(usize) -> Duration) {
    let (some, many) = (time(1_000), time(10_000));
    let ratio = many.as_secs_f64() / some.as_secs_f64();
    assert!(ratio < AT_MOST, "{what}: {some:?}, then {many:?}");
}

#[test]
fn the_whole_way_from_blocks_to_calls_is_linear() {
    grows_no_faster("the whole way", |rules| {
        let (before, after) = (world::blocks(rules, 0), world::blocks(rules, 1));
        shortest(|| {
            let (steps, covered) = world::whole_way(&before, &after);
            assert_eq!((steps.len(), covered.len()), (2, 0));
        })
    });
}

#[test]
fn changing_in_place_at_the_quota_is_linear() {
    grows_no_faster("steps at the quota", |rules| {
        let (before, after) = (world::blocks(rules, 0), world::blocks(rules, 1));
        let (current, desired) = (world::rules_of(&before), world::rules_of(&after));
        let limits = world::full(rules);
        shortest(|| assert_eq!(steps(&current, &desired, &limits).len(), 1))
    });
}

#[test]
fn finding_what_is_said_twice_is_linear() {
    grows_no_faster("covered", |rules| {
        let mut desired = world::rules_of(&world::blocks(rules, 0));
        let wide = "ingress tcp/443 from 10.0.0.0/8".parse().expect("a key");
        desired.insert(wide, String::new());
        let idle = rules / 10 * 3; // a third of nine tenths
        shortest(|| assert!(covered(&desired).len().abs_diff(idle) < 20))
    });
}
