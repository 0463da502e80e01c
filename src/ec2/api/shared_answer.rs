//! The answer to one optional look-up, which all callers share. It is asked for once, within a few
//! seconds. A failure is remembered for a minute only, since a later attempt may succeed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::ec2::error::Error;
use crate::ec2::scope::Scope;

/// Time for which a look-up without an answer isn't repeated.
const REMEMBERED: Duration = Duration::from_secs(60);
/// A look-up that was cut off before this time doesn't count as one without an answer.
const LONG_ENOUGH: Duration = Duration::from_secs(1);

/// The answer so far. The lock is held while EC2 is asked, so that all callers wait for the same
/// answer.
#[derive(Debug)]
pub(super) struct SharedAnswer<T>(Mutex<Option<Remembered<T>>>);

#[derive(Debug)]
struct Remembered<T> {
    at: Instant,
    /// `None`: EC2 didn't answer.
    answer: Option<Arc<T>>,
}

impl<T> Default for SharedAnswer<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> SharedAnswer<T> {
    /// The remembered answer, unless it is older than `at_most`, or else the answer of `ask`.
    pub(super) async fn get<F>(
        &self,
        at_most: Option<Duration>,
        scope: &Scope,
        ask: impl FnOnce(Scope) -> F,
    ) -> Option<Arc<T>>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let scope = scope.for_lookup();
        let remembered = within(&scope, self.0.lock()).await?;
        if let Some(remembered) = remembered
            .as_ref()
            .filter(|remembered| !remembered.is_old(at_most))
        {
            return remembered.answer.clone();
        }
        let mut question = PendingAnswer {
            remembered,
            at: Instant::now(),
            is_over: false,
        };
        let answer = within(&scope, ask(scope.clone())).await;
        match answer {
            Some(Ok(answer)) => question.over(Some(Arc::new(answer))),
            Some(Err(error)) => {
                let Error { action, region, .. } = &error;
                // EC2's words may name a rule's peer, which may be secret.
                let why = error.code.clone().unwrap_or_else(|| error.to_string());
                tracing::debug!(action, region = &**region, why, "a check is skipped");
                if scope.has_cut(&error) {
                    None
                } else {
                    question.over(None)
                }
            }
            None => None,
        }
    }
}

/// A look-up that is under way. If it is dropped after [`LONG_ENOUGH`], it counts as one without an
/// answer.
struct PendingAnswer<'a, T> {
    remembered: MutexGuard<'a, Option<Remembered<T>>>,
    at: Instant,
    is_over: bool,
}

impl<T> PendingAnswer<'_, T> {
    fn over(&mut self, answer: Option<Arc<T>>) -> Option<Arc<T>> {
        self.is_over = true;
        *self.remembered = Some(Remembered {
            at: self.at,
            answer: answer.clone(),
        });
        answer
    }
}

impl<T> Drop for PendingAnswer<'_, T> {
    fn drop(&mut self) {
        if !self.is_over && self.at.elapsed() >= LONG_ENOUGH {
            self.over(None);
        }
    }
}

impl<T> Remembered<T> {
    fn is_old(&self, at_most: Option<Duration>) -> bool {
        let at_most = match self.answer {
            Some(_) => at_most,
            None => Some(REMEMBERED),
        };
        at_most.is_some_and(|at_most| self.at.elapsed() > at_most)
    }
}

/// The result of a wait, unless the scope ends before.
async fn within<T>(scope: &Scope, wait: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        answer = wait => Some(answer),
        () = scope.end() => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::ec2::error::CarriedOut;

    fn for_millis(millis: u64) -> Scope {
        Scope::new(CancellationToken::default(), Duration::from_millis(millis))
    }

    fn refused() -> Error {
        Error::given_up("Act", "eu-west-1", "", CarriedOut::No)
    }

    async fn ask_for_seven(_: Scope) -> Result<u32, Error> {
        Ok(7)
    }

    async fn never(scope: Scope) -> Result<u32, Error> {
        scope.end().await;
        Err(refused())
    }

    #[tokio::test]
    async fn what_one_caller_had_no_time_for_the_next_one_asks_again() {
        let (shared, short) = (SharedAnswer::default(), for_millis(20));
        assert_eq!(shared.get(None, &short, never).await, None);
        let found = shared.get(None, &for_millis(60_000), ask_for_seven).await;
        assert_eq!(found, Some(Arc::new(7)));
    }

    /// The pause before the next attempt would have been longer than what was left.
    #[tokio::test]
    async fn what_is_given_up_before_the_time_is_over_is_asked_again_too() {
        let scope = for_millis(60_000);
        let given_up = scope.ended(refused());
        assert!(!scope.is_over());
        let shared = SharedAnswer::<u32>::default();
        let found = shared.get(None, &scope, async |_| Err(given_up)).await;
        assert_eq!(found, None);
        let found = shared.get(None, &scope, ask_for_seven).await;
        assert_eq!(found, Some(Arc::new(7)));
    }

    /// A remembered answer of this age.
    fn remembered(answer: Option<u32>, age: Duration) -> SharedAnswer<u32> {
        let at = Instant::now().checked_sub(age);
        SharedAnswer(Mutex::new(Some(Remembered {
            at: at.expect("the clock began before"),
            answer: answer.map(Arc::new),
        })))
    }

    async fn unasked(_: Scope) -> Result<u32, Error> {
        unreachable!("what came of it is still known")
    }

    #[tokio::test]
    async fn what_failed_once_is_asked_again_after_a_while_and_not_at_once() {
        let scope = for_millis(60_000);
        let shared = SharedAnswer::default();
        let refuse = async |_| Err(refused());
        assert_eq!(shared.get(None, &scope, refuse).await, None);
        assert_eq!(shared.get(None, &scope, unasked).await, None);
        let before = remembered(None, REMEMBERED * 2);
        assert_eq!(
            before.get(None, &scope, ask_for_seven).await,
            Some(Arc::new(7))
        );
    }

    #[tokio::test]
    async fn an_answer_is_old_only_for_those_who_say_so() {
        let (scope, before) = (for_millis(60_000), remembered(Some(8), REMEMBERED * 2));
        assert_eq!(before.get(None, &scope, unasked).await, Some(Arc::new(8)));
        let fresh = Some(REMEMBERED);
        assert_eq!(
            before.get(fresh, &scope, ask_for_seven).await,
            Some(Arc::new(7))
        );
    }

    /// Whether the time is up, or the caller drops the request.
    #[tokio::test]
    async fn what_is_never_answered_costs_its_time_once_and_not_each_caller() {
        let (scope, long_enough) = (for_millis(60_000), LONG_ENOUGH + Duration::from_millis(50));
        let shared = SharedAnswer::default();
        let limited = Scope::new(CancellationToken::default(), long_enough);
        assert_eq!(shared.get(None, &limited, never).await, None);
        assert_eq!(shared.get(None, &scope, unasked).await, None);
        let shared = SharedAnswer::default();
        let asking = shared.get(None, &scope, never);
        assert!(tokio::time::timeout(long_enough, asking).await.is_err());
        assert_eq!(shared.get(None, &scope, unasked).await, None);
    }

    #[test]
    fn a_question_takes_a_few_seconds_whatever_time_there_is() {
        let short = for_millis(1_000);
        assert_eq!(short.for_lookup().deadline, short.deadline);
        for millis in [60_000, 3_600_000] {
            let before = Instant::now();
            let question = for_millis(millis).for_lookup();
            let after = Instant::now();
            let seconds = Duration::from_secs(5);
            let expected = before + seconds..=after + seconds;
            assert!(expected.contains(&question.deadline), "{millis}");
        }
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_their_own_time_for_what_another_asks() {
        let shared = SharedAnswer::<u32>::default();
        let (long, short) = (for_millis(60_000), for_millis(20));
        let since = Instant::now();
        let pending = |_| std::future::pending();
        tokio::select! {
            biased;
            _ = shared.get(None, &long, pending) => unreachable!("it is never answered"),
            found = shared.get(None, &short, pending) => assert_eq!(found, None),
        }
        assert!(since.elapsed() < Duration::from_secs(4));
    }
}
