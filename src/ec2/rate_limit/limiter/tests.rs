//! Lines of calls, by the real clock: rates here are of the fastest action, so that it's quick.

use super::*;

const READ: &str = "DescribeVpcs";
/// The size of a read's bucket.
const FULL: u32 = 100;
const EACH: Duration = Duration::from_millis(50);

async fn empty(rate_limiter: &RateLimiter, action: &'static str) {
    for _ in 0..FULL {
        rate_limiter.wait(action).await;
    }
}

fn standard() -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("eu-west-1", RetryMode::Standard))
}

#[tokio::test]
async fn a_burst_waits_for_nothing() {
    let rate_limiter = standard();
    let since = Instant::now();
    empty(&rate_limiter, READ).await;
    assert!(since.elapsed() < EACH * 5, "{:?}", since.elapsed());
}

#[tokio::test]
async fn calls_wait_in_the_order_in_which_they_came() {
    let rate_limiter = standard();
    let line = rate_limiter.line(READ);
    let front = line.front.lock().await;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for number in 0..8 {
        let (rate_limiter, served) = (Arc::clone(&rate_limiter), Arc::clone(&served));
        tasks.push(tokio::spawn(async move {
            rate_limiter.wait(READ).await;
            lock(&served).push(number);
        }));
        // Until it stands in the line.
        while line.waiting.load(Ordering::Relaxed) <= number {
            tokio::task::yield_now().await;
        }
    }
    drop(front);
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_eq!(*lock(&served), (0..8).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_leaves_the_line_takes_no_token() {
    let rate_limiter = standard();
    empty(&rate_limiter, READ).await;
    // From now on it fills.
    rate_limiter.wait(READ).await;
    let since = Instant::now();
    for _ in 0..20 {
        let gone = tokio::time::timeout(Duration::from_millis(1), rate_limiter.wait(READ));
        let _ = gone.await;
    }
    let line = rate_limiter.line(READ);
    assert_eq!(line.waiting.load(Ordering::Relaxed), 0);
    let left = line.bucket().clone();
    // Twenty milliseconds or more are not a second: twenty tokens would be.
    rate_limiter.wait(READ).await;
    assert!(
        since.elapsed() < EACH * 10,
        "{:?}, {left:?}",
        since.elapsed()
    );
}

#[tokio::test]
async fn actions_and_regions_do_not_wait_for_each_other() {
    let (here, there) = (standard(), standard());
    empty(&here, READ).await;
    let since = Instant::now();
    for rate_limiter in [&here, &there] {
        rate_limiter.wait("DescribeNetworkInterfaces").await;
    }
    there.wait(READ).await;
    assert!(since.elapsed() < EACH, "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_token_that_comes_back_wakes_the_first_in_the_line() {
    let rate_limiter = standard();
    rate_limiter.throttled(READ, Instant::now());
    tokio::time::sleep(Duration::from_millis(1)).await;
    // Now lowered to the tenth, where a token takes seconds.
    for _ in 0..20 {
        rate_limiter.throttled(READ, Instant::now());
    }
    let waiting = tokio::spawn({
        let rate_limiter = Arc::clone(&rate_limiter);
        async move { rate_limiter.wait(READ).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    rate_limiter.unused(READ);
    rate_limiter.unused(READ);
    let woken = tokio::time::timeout(Duration::from_millis(400), waiting);
    assert!(woken.await.is_ok(), "nobody was woken");
}

#[tokio::test]
async fn in_adaptive_mode_the_region_slows_down() {
    for (mode, pace) in [(RetryMode::Standard, 1.0), (RetryMode::Adaptive, 0.7)] {
        let rate_limiter = RateLimiter::new("eu-west-1", mode);
        rate_limiter.wait(READ).await;
        rate_limiter.throttled("CreateSecurityGroup", Instant::now());
        for action in [READ, "DeleteSecurityGroup"] {
            let actual = rate_limiter.line(action).bucket().pace();
            assert!((actual - pace).abs() < 1e-9, "{mode:?} {action}: {actual}");
        }
    }
}
