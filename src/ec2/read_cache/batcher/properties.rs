//! Tests the batcher against a model of EC2, in any order of reads, writes, calls and pauses: no
//! answer is older than allowed, and every read gets one.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use tokio::sync::oneshot::Receiver;

use super::super::listing::FRESH;
use super::*;

const IDS: usize = 40;
/// Groups a page.
const PAGE: usize = 15;

/// A version of a group, which grows with every change.
type Version = u32;

#[derive(Clone, Debug)]
enum Event {
    Ask {
        id: usize,
        age: Freshness,
    },
    Give {
        up: usize,
    },
    /// A write of this process, which EC2 carries out at once.
    Write {
        id: usize,
        gone: bool,
    },
    /// A write by another tool.
    Change {
        id: usize,
    },
    /// A call begins, whether or not another is under way; EC2 answers with its present state.
    Call,
    /// One of the calls under way ends.
    ReadResult {
        which: usize,
        end: End,
    },
    Pass {
        seconds: u64,
    },
}

/// How a call ends.
#[derive(Clone, Debug)]
enum End {
    Answered,
    Failed,
    /// The task that made the call was cancelled.
    Left,
}

fn event() -> impl Strategy<Value = Event> {
    let age = prop_oneof![4 => Just(Freshness::Listed), 1 => Just(Freshness::Now)];
    let end = prop_oneof![8 => Just(End::Answered), 1 => Just(End::Failed), 1 => Just(End::Left)];
    prop_oneof![
        12 => (0..IDS, age).prop_map(|(id, age)| Event::Ask { id, age }),
        1 => (0..IDS).prop_map(|up| Event::Give { up }),
        2 => (0..IDS, any::<bool>()).prop_map(|(id, gone)| Event::Write { id, gone }),
        3 => (0..IDS).prop_map(|id| Event::Change { id }),
        6 => Just(Event::Call),
        6 => (0..3_usize, end).prop_map(|(which, end)| Event::ReadResult { which, end }),
        2 => (0..50_u64).prop_map(|seconds| Event::Pass { seconds }),
    ]
}

/// A queued read, and the oldest version that may answer it.
struct Read {
    id: usize,
    request: RequestId,
    at_least: Version,
    answer: Receiver<ReadResult<Version>>,
}

struct Model {
    batcher: ReadBatcher<Version>,
    now: Instant,
    /// The groups that EC2 has or had: version, and whether the group exists.
    groups: BTreeMap<usize, (Version, bool)>,
    /// The versions in which a group didn't exist.
    gone: Vec<(usize, Version)>,
    /// Time of each change by another tool.
    changes: Vec<(usize, Version, Instant)>,
    /// The version after this process's last write.
    written: BTreeMap<usize, Version>,
    reads: Vec<Read>,
    under_way: Vec<(PendingCall, Page<Version>, Option<String>)>,
}

fn name(id: usize) -> String {
    format!("sg-{id:02}")
}

impl Model {
    fn new() -> Self {
        Self {
            batcher: ReadBatcher::default(),
            now: Instant::now(),
            groups: (0..IDS).map(|id| (id, (1, true))).collect(),
            gone: Vec::new(),
            changes: Vec::new(),
            written: BTreeMap::new(),
            reads: Vec::new(),
            under_way: Vec::new(),
        }
    }

    /// The oldest version that may answer a read that is queued now.
    fn at_least(&self, id: usize, age: Freshness) -> Version {
        match age {
            Freshness::Now => self.groups[&id].0,
            Freshness::Listed => {
                let old = |(other, _, at): &&(usize, Version, Instant)| {
                    *other == id && self.now.duration_since(*at) > FRESH
                };
                let changed = self.changes.iter().filter(old).map(|(_, v, _)| *v).max();
                let written = self.written.get(&id).copied();
                changed.max(written).unwrap_or(0)
            }
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Ask { id, age } => self.ask(id, age),
            Event::Give { up } if !self.reads.is_empty() => {
                let read = self.reads.remove(up % self.reads.len());
                self.batcher.leave(read.request);
            }
            Event::Give { .. } => {}
            Event::Write { id, gone } => {
                let version = self.change(id, !gone);
                self.written.insert(id, version);
                self.batcher.wrote(&name(id), self.now);
            }
            Event::Change { id } => {
                let version = self.change(id, true);
                self.changes.push((id, version, self.now));
            }
            Event::Call => self.call(),
            Event::ReadResult { which, end } => self.answer(which, &end),
            Event::Pass { seconds } => self.now += Duration::from_secs(seconds),
        }
    }

    fn ask(&mut self, id: usize, age: Freshness) {
        let at_least = self.at_least(id, age);
        match self.batcher.ask(&name(id), age, self.now) {
            Enqueued::Answered(answer) => {
                assert_eq!(age, Freshness::Listed, "it is to be asked for");
                self.check(id, at_least, &answer);
            }
            Enqueued::Waits(request, answer) => self.reads.push(Read {
                id,
                request,
                at_least,
                answer,
            }),
        }
    }

    fn change(&mut self, id: usize, exists: bool) -> Version {
        let (version, was) = self.groups.get_mut(&id).expect("all ids are there");
        *version += 1;
        *was = exists;
        if !exists {
            self.gone.push((id, *version));
        }
        *version
    }

    fn call(&mut self) {
        if let Some(pending) = self.batcher.next(self.now) {
            let (shown, next) = self.shows(&pending.call);
            self.under_way.push((pending, shown, next));
        }
    }

    fn shows(&self, call: &Call) -> (Page<Version>, Option<String>) {
        let exist = self.groups.iter().filter(|(_, (_, exists))| *exists);
        let all: Page<Version> = exist.map(|(id, (v, _))| (name(*id), Ok(*v))).collect();
        match call {
            Call::Batch(ids) => {
                let asked = all.into_iter().filter(|(id, _)| ids.contains(id));
                (asked.collect(), None)
            }
            Call::Page(token) => {
                // The token is the last id of the page.
                let after = |(id, _): &(String, _)| token.as_ref().is_none_or(|last| id > last);
                let rest: Page<Version> = all.into_iter().filter(after).collect();
                let next = (rest.len() > PAGE).then(|| rest[PAGE - 1].0.clone());
                (rest.into_iter().take(PAGE).collect(), next)
            }
        }
    }

    fn answer(&mut self, which: usize, end: &End) {
        if self.under_way.is_empty() {
            return;
        }
        let which = which % self.under_way.len();
        let (pending, shown, next) = self.under_way.remove(which);
        match (end, &pending.call) {
            (End::Left, _) => {}
            (End::Failed, _) => {
                let carried_out = crate::ec2::CarriedOut::No;
                let error = Error::given_up("DescribeSecurityGroups", "here", "", carried_out);
                self.batcher.failed(&pending, &error);
            }
            (End::Answered, Call::Batch(_)) => self.batcher.found(&pending, shown),
            (End::Answered, Call::Page(_)) => self.batcher.listed(&pending, shown, next, self.now),
        }
        self.batcher.ended(&pending);
        for mut read in std::mem::take(&mut self.reads) {
            match read.answer.try_recv() {
                Ok(answer) => self.check(read.id, read.at_least, &answer),
                Err(_) => self.reads.push(read),
            }
        }
    }

    fn check(&self, id: usize, at_least: Version, answer: &ReadResult<Version>) {
        match answer {
            Ok(Some(version)) => assert!(
                *version >= at_least,
                "{id}: {version} is older than {at_least}"
            ),
            Ok(None) => {
                let fits =
                    |(other, version): &(usize, Version)| *other == id && *version >= at_least;
                assert!(
                    self.gone.iter().any(fits),
                    "{id} was there since {at_least}"
                );
            }
            Err(_) => {}
        }
    }

    /// Makes calls until no read is queued.
    fn finish(&mut self) {
        let mut calls = 0;
        while !self.under_way.is_empty() {
            self.answer(0, &End::Answered);
        }
        while !self.reads.is_empty() {
            calls += 1;
            assert!(calls <= 3 * IDS, "some read is never answered");
            self.call();
            self.answer(0, &End::Answered);
        }
        assert_eq!(self.batcher.waiting(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_answer_is_older_than_it_may_be(events in prop::collection::vec(event(), 0..120)) {
        let mut model = Model::new();
        for event in events {
            model.apply(event);
        }
        model.finish();
    }
}
