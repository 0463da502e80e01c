//! Checks how the cost of work grows with its size: compares the cost of ten times as much.
//! Measures the processor time of the thread if the system reports it, so that a busy machine makes
//! no difference.

use std::fs;
use std::time::Duration;
use std::time::Instant;

/// Ten is linear, thirteen n·log n, a hundred quadratic. The margin is for caches that overflow.
const AT_MOST: f64 = 40.0;
const RUNS: usize = 3;

/// Fails if ten times `size` costs much more than ten times as much. Measures the work that
/// `prepare` returns, and not `prepare` itself.
///
/// # Panics
/// The cost grows faster than linearly.
pub(crate) fn is_linear<W: FnMut()>(size: usize, prepare: impl Fn(usize) -> W) {
    let least = |size: usize| {
        let mut work = prepare(size);
        // Disturbances only make a run longer, so the shortest one counts.
        let costs = (0..RUNS).map(|_| cost(&mut work));
        costs.min().unwrap_or_default()
    };
    let (some, many) = (least(size), least(10 * size));
    let ratio = many.as_secs_f64() / some.as_secs_f64();
    assert!(
        ratio < AT_MOST,
        "{size}: {some:?}, ten times as many: {many:?}"
    );
}

fn cost(work: &mut impl FnMut()) -> Duration {
    let (processor, clock) = (on_processor(), Instant::now());
    work();
    match processor.zip(on_processor()) {
        Some((before, after)) => after - before,
        None => clock.elapsed(),
    }
}

/// The processor time of this thread, which Linux reports in nanoseconds.
fn on_processor() -> Option<Duration> {
    // The counter is updated when the thread yields.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
