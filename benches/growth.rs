//! How the cost of work grows with its size: for tests that hold the cost of ten times as much
//! against that of as much. Counts the time that the thread had the processor, where the system
//! tells, so that a busy machine makes no difference.

use std::fs;
use std::time::Duration;
use std::time::Instant;

/// Ten would be linear, thirteen n·log n, a hundred quadratic. The rest is for caches that overflow.
const AT_MOST: f64 = 40.0;
const RUNS: usize = 3;

/// Fails where ten times as much as `size` costs much more than ten times. `prepare` isn't
/// measured, the work that it gives is.
///
/// # Panics
/// When it grows faster.
pub(crate) fn is_linear<W: FnMut()>(size: usize, prepare: impl Fn(usize) -> W) {
    let least = |size: usize| {
        let mut work = prepare(size);
        // Whatever disturbs a run makes it longer, never shorter.
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

/// How long this thread has been running, which Linux says in nanoseconds.
fn on_processor() -> Option<Duration> {
    // The count is brought up to date when the thread is put aside.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
