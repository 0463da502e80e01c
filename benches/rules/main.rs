//! Measures the pure core with rule sets of four sizes. The throughput is in rules: if it is the
//! same for all sizes, the cost is linear.
//!
//! Must not know Terraform or EC2, like the core itself.

mod world;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use terraform_provider_curated::rules::{covered, diff, normalise, steps};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];

fn core(criterion: &mut Criterion) {
    each_size(criterion, "normalise", |rules| {
        let blocks = world::blocks(rules, 0);
        let cidrs: Vec<String> = blocks
            .into_iter()
            .flat_map(|b| b.sources.cidr_blocks)
            .collect();
        move || {
            for cidr in &cidrs {
                black_box(normalise::ipv4(cidr)).expect("a network");
                black_box(normalise::traffic("tcp", Some(443), None)).expect("a port");
            }
        }
    });
    each_size(criterion, "expand", |rules| {
        let blocks = world::blocks(rules, 0);
        move || drop(black_box(world::rules_of(&blocks)))
    });
    each_size(criterion, "diff", |rules| {
        let (current, desired) = two(rules);
        move || drop(black_box(diff(&current, &desired)))
    });
    each_size(criterion, "steps", |rules| {
        let ((current, desired), limits) = (two(rules), world::roomy());
        move || drop(black_box(steps(&current, &desired, &limits)))
    });
    each_size(criterion, "steps at the quota", |rules| {
        let ((current, desired), limits) = (two(rules), world::full(rules));
        move || drop(black_box(steps(&current, &desired, &limits)))
    });
    each_size(criterion, "covered", |rules| {
        let (_, desired) = two(rules);
        move || drop(black_box(covered(&desired)))
    });
    each_size(criterion, "the whole way", |rules| {
        let (before, after) = (world::blocks(rules, 0), world::blocks(rules, 1));
        move || drop(black_box(world::whole_way(&before, &after)))
    });
}

fn two(
    rules: usize,
) -> (
    terraform_provider_curated::rules::RuleSet,
    terraform_provider_curated::rules::RuleSet,
) {
    let of = |age| world::rules_of(&world::blocks(rules, age));
    (of(0), of(1))
}

/// One benchmark for each size. Measures the work that `prepare` returns, and not `prepare` itself.
fn each_size<W: FnMut()>(criterion: &mut Criterion, name: &str, prepare: impl Fn(usize) -> W) {
    let mut group: BenchmarkGroup<'_, WallTime> = criterion.benchmark_group(name);
    for rules in SIZES {
        group.throughput(Throughput::Elements(rules as u64));
        let mut work = prepare(rules);
        group.bench_function(BenchmarkId::from_parameter(rules), |b| b.iter(&mut work));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(10);
    targets = core
}
criterion_main!(benches);
