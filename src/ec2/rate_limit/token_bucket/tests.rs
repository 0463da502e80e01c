//! Tests of token buckets by the clock: single cases, and properties for any order of events.

use proptest::prelude::*;

use super::*;

const RATE: Rate = Rate {
    capacity: 50.0,
    per_second: 5.0,
};
/// Number of tokens in a full bucket.
const FULL: u32 = 50;

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// A bucket, and the time.
struct Clock {
    bucket: TokenBucket,
    now: Instant,
}

impl Clock {
    fn full() -> Self {
        let now = Instant::now();
        let bucket = TokenBucket::full(RATE, now);
        Self { bucket, now }
    }

    fn pass(&mut self, time: f64) {
        self.now += seconds(time);
    }

    fn try_acquire(&mut self) -> bool {
        self.bucket.try_acquire(self.now).is_ok()
    }

    /// Takes all tokens, and returns their number.
    fn acquire_all(&mut self) -> u32 {
        (0..).take_while(|_| self.try_acquire()).count() as u32
    }

    /// Waits for a token and takes it. Returns the wait in seconds.
    fn acquire_next(&mut self) -> f64 {
        let since = self.now;
        while let Err(pause) = self.bucket.try_acquire(self.now) {
            // Timers end late, and never early.
            self.now += pause.max(Duration::from_nanos(1));
        }
        (self.now - since).as_secs_f64()
    }

    /// A call is throttled that was sent just now.
    fn throttled(&mut self) {
        self.bucket.throttled(self.now, self.now);
    }

    fn per_second(&self) -> f64 {
        self.bucket.per_second()
    }
}

fn assert_about(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 0.01, "{actual}, not {expected}");
}

#[test]
fn a_full_bucket_has_its_size_and_then_its_rate() {
    let mut clock = Clock::full();
    assert_eq!(clock.acquire_all(), FULL);
    assert_about(clock.acquire_next(), 0.5 + 0.2);
    for _ in 0..20 {
        assert_about(clock.acquire_next(), 0.2);
    }
    clock.pass(2.0);
    assert_eq!(clock.acquire_all(), 10);
    clock.pass(3600.0);
    assert_eq!(clock.acquire_all(), FULL);
}

#[test]
fn late_timers_lose_no_token() {
    let mut clock = Clock::full();
    clock.acquire_all();
    clock.acquire_next();
    let since = clock.now;
    let mut taken = 0;
    while clock.now - since < seconds(20.0) {
        clock.acquire_next();
        taken += 1;
        clock.pass(0.013);
    }
    assert!((99..=101).contains(&taken), "{taken}");
}

#[test]
fn a_call_that_never_left_gives_its_token_back() {
    let mut clock = Clock::full();
    clock.acquire_all();
    clock.bucket.refund(clock.now);
    assert!(clock.try_acquire());
    assert!(!clock.try_acquire());
    clock.pass(3600.0);
    clock.bucket.refund(clock.now);
    assert_eq!(clock.acquire_all(), FULL);
}

#[test]
fn the_first_throttled_call_empties_the_bucket_and_leaves_the_rate() {
    let mut clock = Clock::full();
    clock.try_acquire();
    clock.throttled();
    assert_about(clock.acquire_next(), 2.0 / RATE.per_second);
    assert_eq!(clock.per_second(), RATE.per_second);
}

#[test]
fn calls_that_were_on_their_way_say_nothing_new() {
    let mut clock = Clock::full();
    let sent = clock.now;
    clock.pass(0.1);
    for _ in 0..10 {
        clock.bucket.throttled(sent, clock.now);
    }
    assert_eq!(clock.per_second(), RATE.per_second);
    assert_about(clock.acquire_next(), 2.0 / RATE.per_second);
}

#[test]
fn throttling_again_lowers_the_rate_to_a_tenth_at_the_least() {
    let mut clock = Clock::full();
    clock.throttled();
    clock.pass(1.0);
    clock.throttled();
    assert_about(clock.per_second(), 3.5);
    for _ in 0..20 {
        clock.pass(1.0);
        clock.throttled();
    }
    assert_about(clock.per_second(), 0.5);
}

#[test]
fn throttling_after_a_while_is_about_the_level_again() {
    let mut clock = Clock::full();
    clock.throttled();
    clock.pass(11.0);
    clock.throttled();
    assert_eq!(clock.per_second(), RATE.per_second);
}

#[test]
fn a_lowered_rate_comes_back_slowly() {
    let mut clock = Clock::full();
    clock.throttled();
    clock.throttled();
    clock.pass(1.0);
    clock.throttled();
    let since = clock.now;
    let mut last = clock.per_second();
    while clock.per_second() < RATE.per_second {
        clock.acquire_next();
        assert!(clock.per_second() > last && clock.per_second() < last + 0.03);
        last = clock.per_second();
    }
    assert!(clock.now - since > seconds(10.0));
    assert_eq!(clock.per_second(), RATE.per_second);
}

/// AWS has raised the account's rates: 500 calls take far less than the published minute and a half.
#[test]
fn a_higher_rate_is_tried_after_many_calls_in_a_row() {
    let mut clock = Clock::full();
    clock.acquire_all();
    let since = clock.now;
    for call in 10..PROBE_AFTER {
        clock.acquire_next();
        assert_eq!(clock.per_second(), RATE.per_second, "{call}");
    }
    for _ in 0..1000 {
        clock.acquire_next();
    }
    let took = (clock.now - since).as_secs_f64();
    assert!(took < 30.0 + 40.0, "{took}");
    assert_about(clock.per_second(), 100.0);
}

#[test]
fn a_higher_rate_that_ec2_refuses_is_not_tried_again() {
    let mut clock = Clock::full();
    for _ in 0..230 {
        clock.acquire_next();
    }
    assert!(clock.per_second() > RATE.per_second);
    clock.throttled();
    assert_eq!(clock.per_second(), RATE.per_second);
    for _ in 0..1000 {
        clock.acquire_next();
        assert_eq!(clock.per_second(), RATE.per_second);
    }
}

/// A bucket that is nearly empty most of the time counts as used up, although no call waits for a
/// moment.
#[test]
fn a_moment_without_calls_does_not_spoil_the_proof() {
    let mut clock = Clock::full();
    clock.acquire_all();
    for _ in 0..PROBE_AFTER {
        clock.pass(0.4);
        clock.acquire_next();
        clock.acquire_next();
    }
    assert!(clock.per_second() > RATE.per_second);
}

#[test]
fn calls_with_time_between_them_raise_nothing() {
    let mut clock = Clock::full();
    for _ in 0..1000 {
        clock.acquire_next();
        clock.pass(0.3);
    }
    assert_eq!(clock.per_second(), RATE.per_second);
}

#[test]
fn a_region_slows_down_together() {
    let mut clock = Clock::full();
    let sent = clock.now;
    clock.pass(0.1);
    clock.bucket.slow_down(sent, clock.now);
    clock.bucket.slow_down(sent, clock.now);
    assert_about(clock.per_second(), 3.5);
    assert_about(clock.bucket.pace(), 0.7);
    assert!(!clock.try_acquire());
    let mut late = TokenBucket::slowed(RATE, clock.bucket.pace(), clock.now);
    assert_about(late.per_second(), 3.5);
    assert!(late.try_acquire(clock.now).is_err());
}

#[derive(Clone, Debug)]
enum Event {
    Pass(f64),
    Take,
    Refund,
    Throttled,
    SlowDown,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0.0..2.0).prop_map(Event::Pass),
        12 => Just(Event::Take),
        1 => Just(Event::Refund),
        1 => Just(Event::Throttled),
        1 => Just(Event::SlowDown),
    ]
}

proptest! {
    /// EC2's own bucket, which begins full, has a token for each call, however long each call takes
    /// to arrive.
    #[test]
    fn never_more_than_ec2_publishes(
        calls in prop::collection::vec((0.0..1.0, prop::collection::vec(0.0..0.5, 1..20)), 1..140),
    ) {
        let mut clock = Clock::full();
        let began = clock.now;
        let mut arrivals = Vec::new();
        for (pause, travels) in calls {
            clock.pass(pause);
            // Stops before a higher rate is tried.
            for travel in travels {
                if clock.bucket.at_the_limit < 100 && clock.try_acquire() {
                    arrivals.push((clock.now - began).as_secs_f64() + travel);
                }
            }
        }
        arrivals.sort_by(f64::total_cmp);
        let (mut tokens, mut at) = (RATE.capacity, 0.0);
        for arrival in arrivals {
            tokens = (tokens + (arrival - at) * RATE.per_second).min(RATE.capacity) - 1.0;
            at = arrival;
            prop_assert!(tokens > -1e-6, "{tokens}");
        }
    }

    #[test]
    fn whatever_happens_a_call_is_let_go_within_bounds(
        events in prop::collection::vec(event(), 0..300),
    ) {
        let mut clock = Clock::full();
        for event in events {
            match event {
                Event::Pass(time) => clock.pass(time),
                Event::Take => drop(clock.try_acquire()),
                Event::Refund => clock.bucket.refund(clock.now),
                Event::Throttled => clock.throttled(),
                Event::SlowDown => clock.bucket.slow_down(clock.now, clock.now),
            }
            let pace = clock.bucket.pace();
            prop_assert!((LOWEST - 1e-9..=HIGHEST + 1e-9).contains(&pace), "{pace}");
            prop_assert!(clock.bucket.tokens <= RATE.capacity);
        }
        let waited = clock.acquire_next();
        let bound = FILLS_AFTER.as_secs_f64() + 2.0 / (RATE.per_second * LOWEST) + 0.01;
        prop_assert!(waited <= bound, "{waited}");
    }

    /// A call that comes when the wait is over gets a token, and one that comes earlier doesn't.
    #[test]
    fn a_wait_is_exact(taken in 0_u32..200, early in 0.01..0.99) {
        let mut clock = Clock::full();
        for _ in 0..taken {
            clock.try_acquire();
        }
        if let Err(pause) = clock.bucket.try_acquire(clock.now) {
            let mut soon = clock.bucket.clone();
            prop_assert!(soon.try_acquire(clock.now + pause.mul_f64(early)).is_err());
            prop_assert!(clock.bucket.try_acquire(clock.now + pause).is_ok());
        }
    }
}
