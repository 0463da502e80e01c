//! Tests of the queues of calls. They poll the future to see whether a call waits, and ask the
//! bucket at a time of their own how many tokens it has, so that the machine's speed doesn't
//! matter.

use super::*;

const READ: &str = "DescribeVpcs";
/// The size of a read's bucket.
const FULL: u32 = 100;
/// Tokens that are added in a second.
const A_SECOND: u32 = 20;

async fn empty(rate_limiter: &RateLimiter, action: &'static str) {
    for _ in 0..FULL {
        rate_limiter.wait(action).await;
    }
}

fn standard() -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new("eu-west-1", RetryMode::Standard))
}

/// Whether a call goes out without a wait.
async fn goes_at_once(rate_limiter: &RateLimiter, action: &'static str) -> bool {
    // Without this, Tokio would suspend a task that polls a hundred times in a row.
    tokio::task::yield_now().await;
    let wait = rate_limiter.wait(action);
    tokio::time::timeout(Duration::ZERO, wait).await.is_ok()
}

/// Number of tokens that a bucket has after a second in which no call takes one.
fn a_second_later(bucket: &TokenBucket) -> u32 {
    let mut bucket = bucket.clone();
    let later = std::time::Instant::now() + Duration::from_secs(1);
    let taken = (0..FULL).take_while(|_| bucket.try_acquire(later).is_ok());
    taken.count().try_into().expect("it is small")
}

#[tokio::test]
async fn a_burst_waits_for_nothing() {
    let rate_limiter = standard();
    for _ in 0..FULL {
        assert!(goes_at_once(&rate_limiter, READ).await);
    }
}

#[tokio::test]
async fn calls_wait_in_the_order_in_which_they_came() {
    let rate_limiter = standard();
    let queue = rate_limiter.queue(READ);
    let head = queue.head.lock().await;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for number in 0..8 {
        let (rate_limiter, served) = (Arc::clone(&rate_limiter), Arc::clone(&served));
        tasks.push(tokio::spawn(async move {
            rate_limiter.wait(READ).await;
            lock(&served).push(number);
        }));
        // Until the call is in the queue.
        while queue.waiting.load(Ordering::Relaxed) <= number {
            tokio::task::yield_now().await;
        }
    }
    drop(head);
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_eq!(*lock(&served), (0..8).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_leaves_the_line_takes_no_token() {
    let rate_limiter = standard();
    empty(&rate_limiter, READ).await;
    for _ in 0..A_SECOND {
        let _ = goes_at_once(&rate_limiter, READ).await;
    }
    let queue = rate_limiter.queue(READ);
    assert_eq!(queue.waiting.load(Ordering::Relaxed), 0);
    // Had each of them taken one, hardly any would be left.
    let left = a_second_later(&queue.bucket());
    assert!(left >= A_SECOND / 2, "{left}");
}

#[tokio::test]
async fn actions_and_regions_do_not_wait_for_each_other() {
    let (here, there) = (standard(), standard());
    empty(&here, READ).await;
    for rate_limiter in [&here, &there] {
        assert!(goes_at_once(rate_limiter, "DescribeNetworkInterfaces").await);
    }
    assert!(goes_at_once(&there, READ).await);
}

#[tokio::test]
async fn a_token_that_comes_back_wakes_the_first_in_the_line() {
    let rate_limiter = standard();
    // Lowered to the tenth, where a token takes a second.
    for _ in 0..20 {
        rate_limiter.throttled(READ, Instant::now());
    }
    let waiting = tokio::spawn({
        let rate_limiter = Arc::clone(&rate_limiter);
        async move { rate_limiter.wait(READ).await }
    });
    let queue = rate_limiter.queue(READ);
    while queue.waiting.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    rate_limiter.unused(READ);
    rate_limiter.unused(READ);
    // No time passes meanwhile.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(waiting.is_finished(), "nobody was woken");
}

#[tokio::test]
async fn in_adaptive_mode_the_region_slows_down() {
    for (mode, pace) in [(RetryMode::Standard, 1.0), (RetryMode::Adaptive, 0.7)] {
        let rate_limiter = RateLimiter::new("eu-west-1", mode);
        rate_limiter.wait(READ).await;
        rate_limiter.throttled("CreateSecurityGroup", Instant::now());
        for action in [READ, "DeleteSecurityGroup"] {
            let actual = rate_limiter.queue(action).bucket().pace();
            assert!((actual - pace).abs() < 1e-9, "{mode:?} {action}: {actual}");
        }
    }
}
