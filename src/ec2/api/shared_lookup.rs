//! Joins look-ups by group: requests that come while a call is under way share the next call. Must
//! not know which call it is, nor what the answers are.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::ec2::error::Error;
use crate::ec2::gather::gather;
use crate::ec2::scope::Scope;

/// Before a call, further requests are waited for until none has come for this long.
const QUIET: Duration = Duration::from_millis(10);
/// Most groups in one call: a filter of EC2 takes 200 values.
const MOST_VALUES: usize = 200;

/// What was found about one group.
type Answer<T> = Result<Vec<T>, Error>;

/// One kind of look-up for the groups of one region.
#[derive(Debug)]
pub(in crate::ec2) struct SharedLookup<T> {
    /// Ids of groups to look up, each with the sender for its answer.
    waiting: Mutex<Vec<(String, oneshot::Sender<Answer<T>>)>>,
    /// Held by the task that makes the call for all, during the call.
    turn: tokio::sync::Mutex<()>,
}

impl<T> Default for SharedLookup<T> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl<T: Clone> SharedLookup<T> {
    /// What EC2 says about a group, in a call that begins after this request. `ask` makes the call
    /// for several ids at once and returns its results by id.
    ///
    /// # Errors
    /// The error of the call, or `given_up` if the scope ends before the call.
    pub(super) async fn get<F>(
        &self,
        id: &str,
        scope: &Scope,
        ask: impl Fn(Vec<String>) -> F,
        given_up: impl Fn() -> Error,
    ) -> Answer<T>
    where
        F: Future<Output = Result<HashMap<String, Vec<T>>, Error>>,
    {
        loop {
            let (sender, mut answer) = oneshot::channel();
            self.waiting().push((id.to_owned(), sender));
            let _turn = tokio::select! {
                biased;
                answer = &mut answer => match answer {
                    Ok(answer) => return answer,
                    // The task that made the call was cancelled: the id is queued again.
                    Err(_) => continue,
                },
                turn = self.turn.lock() => turn,
                () = scope.end() => return Err(scope.ended(given_up())),
            };
            // The answer may have come in the same moment as the turn.
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
            gather(QUIET, || self.waiting().len()).await;
            let asked = self.next_batch();
            let mut ids: Vec<String> = asked.iter().map(|(id, _)| id.clone()).collect();
            ids.sort();
            ids.dedup();
            let found = ask(ids).await;
            for (id, asker) in asked {
                let answer = match &found {
                    Ok(found) => Ok(found.get(&id).cloned().unwrap_or_default()),
                    Err(error) => Err(error.clone()),
                };
                // A receiver that is gone no longer waits for the answer.
                drop(asker.send(answer));
            }
            // Where more lookups wait than one call takes, this one may not have been in it.
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
        }
    }

    fn next_batch(&self) -> Vec<(String, oneshot::Sender<Answer<T>>)> {
        let mut waiting = self.waiting();
        waiting.retain(|(_, asker)| !asker.is_closed());
        let count = waiting.len().min(MOST_VALUES);
        waiting.drain(..count).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(String, oneshot::Sender<Answer<T>>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::ec2::error::CarriedOut;

    fn refused() -> Error {
        Error::given_up("Act", "eu-west-1", "", CarriedOut::No)
    }

    fn scope() -> Scope {
        Scope::new(CancellationToken::default(), Duration::from_secs(5))
    }

    #[tokio::test]
    async fn questions_of_the_same_moment_share_a_call_and_each_has_its_answer() {
        let lookup = SharedLookup::default();
        let calls = AtomicUsize::new(0);
        let ask = |ids: Vec<String>| {
            calls.fetch_add(1, Ordering::SeqCst);
            async move { Ok(ids.into_iter().map(|id| (id.clone(), vec![id])).collect()) }
        };
        let scope = scope();
        let (a, b, c) = tokio::join!(
            lookup.get("a", &scope, ask, refused),
            lookup.get("b", &scope, ask, refused),
            lookup.get("a", &scope, ask, refused),
        );
        assert_eq!(a.expect("an answer"), ["a"]);
        assert_eq!(b.expect("an answer"), ["b"]);
        assert_eq!(c.expect("an answer"), ["a"]);
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_call_that_is_refused_is_everybodys_answer_and_the_next_is_made_anew() {
        let lookup = SharedLookup::<String>::default();
        let no = |_: Vec<String>| async { Err(refused()) };
        let scope = scope();
        let (a, b) = tokio::join!(
            lookup.get("a", &scope, no, refused),
            lookup.get("b", &scope, no, refused),
        );
        assert!(a.is_err() && b.is_err());
        let yes = |_: Vec<String>| async { Ok(HashMap::new()) };
        let again = lookup.get("a", &scope, yes, refused).await;
        assert_eq!(again.expect("an answer"), [""; 0]);
    }

    #[tokio::test]
    async fn whoever_gives_up_takes_nobody_along() {
        let lookup = SharedLookup::default();
        let never = |_: Vec<String>| std::future::pending();
        let short = Scope::new(CancellationToken::default(), Duration::from_secs(5));
        let yes =
            |ids: Vec<String>| async move { Ok(ids.into_iter().map(|id| (id, vec![1])).collect()) };
        let scope = scope();
        let gives_up = async {
            let get = lookup.get("a", &short, never, refused);
            let soon = Duration::from_millis(100);
            assert!(tokio::time::timeout(soon, get).await.is_err());
        };
        let (b, ()) = tokio::join!(
            async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                lookup.get("b", &scope, yes, refused).await
            },
            gives_up
        );
        assert_eq!(b.expect("an answer"), [1]);
    }
}
