//! Tests of which reads share a call, and of calls that fail.

use tokio::sync::oneshot::Receiver;

use super::*;
use crate::ec2::error::CarriedOut;

type Read = Receiver<ReadResult<u32>>;

/// A batcher, and its time.
struct Scene {
    batcher: ReadBatcher<u32>,
    now: Instant,
}

fn scene() -> Scene {
    Scene {
        batcher: ReadBatcher::default(),
        now: Instant::now(),
    }
}

impl Scene {
    fn ask(&mut self, id: &str, age: Freshness) -> Read {
        match self.batcher.ask(id, age, self.now) {
            Enqueued::Waits(_, read) => read,
            Enqueued::Answered(answer) => panic!("{id} is answered already: {answer:?}"),
        }
    }

    fn ask_many(&mut self, ids: std::ops::Range<u32>) -> Vec<Read> {
        ids.map(|n| self.ask(&id(n), Freshness::Listed)).collect()
    }

    fn next(&mut self) -> PendingCall {
        self.batcher.next(self.now).expect("somebody waits")
    }

    fn fail(&mut self, pending: &PendingCall, error: &Error) {
        self.batcher.failed(pending, error);
        self.batcher.ended(pending);
    }

    fn list(&mut self, pending: &PendingCall, groups: &[(&str, u32)], next: Option<&str>) {
        let next = next.map(str::to_owned);
        self.batcher.listed(pending, shown(groups), next, self.now);
        self.batcher.ended(pending);
    }

    /// Has the next call be a batch, in which these groups are found.
    #[track_caller]
    fn batch(&mut self, groups: &[(&str, u32)]) -> Vec<String> {
        let pending = self.next();
        self.batcher.found(&pending, shown(groups));
        self.batcher.ended(&pending);
        match pending.call {
            Call::Batch(ids) => ids,
            Call::Page(_) => panic!("it is a page"),
        }
    }

    /// Has the next call be a page.
    #[track_caller]
    fn page(&mut self, groups: &[(&str, u32)], next: Option<&str>) {
        let pending = self.next();
        assert!(matches!(pending.call, Call::Page(_)), "{pending:?}");
        self.list(&pending, groups, next);
    }

    /// Answers ten reads, so that ten more are a reason to list.
    fn had_a_wave(mut self) -> Self {
        drop(self.ask_many(1000..1010));
        self.batch(&[]);
        self
    }
}

fn id(number: u32) -> String {
    format!("sg-{number}")
}

fn shown(groups: &[(&str, u32)]) -> Page<u32> {
    let shown = |(id, group): &(&str, u32)| ((*id).to_owned(), Ok(*group));
    groups.iter().map(shown).collect()
}

fn error(code: &str, message: &str) -> Error {
    Error {
        code: Some(code.to_owned()),
        ..Error::given_up("DescribeSecurityGroups", "here", message, CarriedOut::No)
    }
}

#[track_caller]
fn answer(read: &mut Read) -> ReadResult<u32> {
    read.try_recv().expect("it is answered")
}

#[test]
fn what_waits_shares_the_next_call() {
    let mut scene = scene();
    let mut reads = ["a", "b", "a"].map(|id| scene.ask(id, Freshness::Listed));
    assert_eq!(scene.batch(&[("a", 1)]), ["a", "b"]);
    assert_eq!(
        reads.each_mut().map(answer),
        [Ok(Some(1)), Ok(None), Ok(Some(1))]
    );
    assert_eq!(scene.batcher.next(scene.now), None);
}

#[test]
fn a_call_under_way_does_not_answer_what_is_asked_meanwhile() {
    let mut scene = scene();
    let mut early = scene.ask("a", Freshness::Now);
    let pending = scene.next();
    let mut late = scene.ask("a", Freshness::Now);
    scene.batcher.found(&pending, shown(&[("a", 1)]));
    assert_eq!(answer(&mut early), Ok(Some(1)));
    assert!(late.try_recv().is_err());
    scene.batch(&[("a", 2)]);
    assert_eq!(answer(&mut late), Ok(Some(2)));
}

/// A call that takes too long, or is cancelled, doesn't hold the others up.
#[test]
fn a_call_that_is_not_answered_holds_nobody_up() {
    let mut scene = scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    let page = scene.next();
    assert_eq!(page.call, Call::Page(None));
    assert_eq!(scene.batch(&[("sg-9", 9)]).len(), 10);
    assert_eq!(answer(&mut reads[9]), Ok(Some(9)));
    // The page arrives late.
    scene.list(&page, &[("sg-11", 11)], None);
    let later = scene.batcher.ask("sg-11", Freshness::Listed, scene.now);
    assert!(matches!(later, Enqueued::Answered(Ok(Some(11)))));
}

#[test]
fn a_page_that_never_came_is_asked_for_again() {
    let mut scene = scene().had_a_wave();
    let _reads = scene.ask_many(0..10);
    let page = scene.next();
    scene.batcher.ended(&page);
    scene.batch(&[]);
    let _more = scene.ask_many(10..20);
    assert_eq!(scene.next().call, Call::Page(None));
}

#[test]
fn a_call_takes_as_many_ids_as_ec2_does() {
    let mut scene = scene();
    let _reads: Vec<Read> = (0..450)
        .map(|n| scene.ask(&id(n), Freshness::Now))
        .collect();
    let sizes: Vec<usize> = (0..3).map(|_| scene.batch(&[]).len()).collect();
    assert_eq!(sizes, [200, 200, 50]);
}

#[test]
fn a_listing_answers_those_who_wait_and_those_who_come() {
    let mut scene = scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    let page: Vec<(String, u32)> = (0..30).map(|n| (id(n), n)).collect();
    let page: Vec<(&str, u32)> = page.iter().map(|(id, n)| (id.as_str(), *n)).collect();
    scene.page(&page, None);
    for (number, read) in reads.iter_mut().enumerate() {
        assert_eq!(answer(read), Ok(Some(number as u32)));
    }
    let later = scene.batcher.ask("sg-20", Freshness::Listed, scene.now);
    assert!(matches!(later, Enqueued::Answered(Ok(Some(20)))));
    let missing = scene.batcher.ask("sg-99", Freshness::Listed, scene.now);
    assert!(matches!(missing, Enqueued::Answered(Ok(None))));
    // Used once, written to, or requested fresh.
    scene.batcher.wrote("sg-21", scene.now);
    for (id, age) in [
        ("sg-20", Freshness::Listed),
        ("sg-21", Freshness::Listed),
        ("sg-22", Freshness::Now),
    ] {
        scene.ask(id, age);
    }
}

#[test]
fn an_old_listing_is_dropped() {
    let mut scene = scene().had_a_wave();
    let _reads = scene.ask_many(0..10);
    scene.page(&[("sg-20", 1)], None);
    scene.now += super::super::listing::FRESH * 2;
    scene.ask("sg-20", Freshness::Listed);
    assert!(scene.batcher.listing.is_none());
}

#[test]
fn a_listing_that_took_too_long_answers_only_what_was_asked_before_it() {
    let mut scene = scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    let pending = scene.next();
    assert_eq!(pending.call, Call::Page(None));
    let mut late = scene.ask("sg-1", Freshness::Listed);
    scene.now += super::super::listing::FRESH * 2;
    scene.list(&pending, &[("sg-0", 0), ("sg-1", 1)], None);
    assert_eq!(answer(&mut reads[0]), Ok(Some(0)));
    assert!(late.try_recv().is_err());
    assert!(scene.batcher.listing.is_none());
}

#[test]
fn a_write_while_a_page_is_under_way_is_not_forgotten() {
    let mut scene = scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    let pending = scene.next();
    assert_eq!(pending.call, Call::Page(None));
    scene.batcher.wrote("sg-3", scene.now);
    scene.list(&pending, &[("sg-3", 1)], None);
    assert!(reads[3].try_recv().is_err());
    scene.batch(&[("sg-3", 2)]);
    assert_eq!(answer(&mut reads[3]), Ok(Some(2)));
}

#[test]
fn pages_go_on_where_they_stopped_when_more_is_asked() {
    let mut scene = scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    scene.page(&[("sg-0", 0)], Some("second"));
    // A page has cost as many calls as batches did before, so a batch is next.
    assert_eq!(scene.batch(&[]).len(), 9);
    assert_eq!(answer(&mut reads[0]), Ok(Some(0)));
    let _more = scene.ask_many(10..12);
    assert_eq!(scene.next().call, Call::Page(Some("second".to_owned())));
}

#[test]
fn a_failure_reaches_everybody_who_shared_the_call() {
    let mut scene = scene();
    let denied = error("UnauthorizedOperation", "no");
    let mut reads = [
        scene.ask("a", Freshness::Now),
        scene.ask("b", Freshness::Listed),
    ];
    let pending = scene.next();
    let mut late = scene.ask("c", Freshness::Now);
    scene.fail(&pending, &denied);
    assert_eq!(
        reads.each_mut().map(answer),
        [Err(denied.clone()), Err(denied.clone())]
    );
    assert!(late.try_recv().is_err());
}

#[test]
fn a_listing_that_fails_tells_everybody_or_leaves_it_to_a_batch() {
    let denied = error("UnauthorizedOperation", "no");
    let mut scene = scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    let first = scene.next();
    scene.fail(&first, &denied);
    assert_eq!(answer(&mut reads[9]), Err(denied));

    let mut scene = self::scene().had_a_wave();
    let mut reads = scene.ask_many(0..10);
    scene.page(&[], Some("second"));
    scene.batch(&[]);
    assert_eq!(answer(&mut reads[9]), Ok(None));
    let mut reads = scene.ask_many(10..20);
    let second = scene.next();
    assert_eq!(second.call, Call::Page(Some("second".to_owned())));
    scene.fail(&second, &error("InvalidNextToken", "gone"));
    scene.batch(&[("sg-19", 19)]);
    assert_eq!(answer(&mut reads[9]), Ok(Some(19)));
}

#[test]
fn a_value_that_is_refused_fails_no_neighbour() {
    // EC2 names the value, or doesn't.
    for message in ["Invalid id: \"bad\"", "Invalid id"] {
        let refused = error("InvalidGroupId.Malformed", message);
        let mut scene = scene();
        let mut reads = ["a", "b", "bad", "c"].map(|id| scene.ask(id, Freshness::Now));
        let mut calls = 0;
        while let Some(pending) = scene.batcher.next(scene.now) {
            calls += 1;
            match &pending.call {
                Call::Batch(ids) if ids.iter().any(|id| id == "bad") => {
                    scene.fail(&pending, &refused);
                }
                Call::Batch(_) => scene
                    .batcher
                    .found(&pending, shown(&[("a", 1), ("b", 2), ("c", 3)])),
                Call::Page(_) => panic!("nothing is listed for four"),
            }
        }
        assert!(calls <= 6, "{calls}");
        assert_eq!(
            reads.each_mut().map(answer),
            [Ok(Some(1)), Ok(Some(2)), Err(refused), Ok(Some(3))]
        );
        assert_eq!(scene.batcher.most, MOST_VALUES);
    }
}

#[test]
fn a_refusal_that_says_that_there_is_no_such_group_is_an_answer() {
    let mut scene = scene();
    let mut read = scene.ask("a", Freshness::Now);
    let pending = scene.next();
    scene.fail(&pending, &error("InvalidGroup.NotFound", ""));
    assert_eq!(answer(&mut read), Ok(None));
}

#[test]
fn who_gave_up_is_not_asked_for() {
    let mut scene = scene();
    let Enqueued::Waits(request, _read) = scene.batcher.ask("a", Freshness::Now, scene.now) else {
        panic!("nothing is listed");
    };
    let _other = scene.ask("b", Freshness::Now);
    scene.batcher.leave(request);
    assert_eq!(scene.batch(&[]), ["b"]);
}
