//! Groups that searches found, such as those of data sources, kept for later reads. Each answers
//! one read, and none after a write to its group. Its callers pass the time.

use std::collections::HashMap;

use tokio::time::Instant;

use super::listing::FRESH;

/// Groups that searches found, by id.
#[derive(Debug)]
pub(super) struct Offered<T> {
    /// Each with the time at which its call began.
    entries: HashMap<String, (Instant, Box<T>)>,
    /// Time of the last write to each group.
    writes: HashMap<String, Instant>,
}

impl<T> Default for Offered<T> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            writes: HashMap::new(),
        }
    }
}

impl<T> Offered<T> {
    /// Adds a group from a call that began at `began`.
    pub(super) fn add(&mut self, id: String, shown: T, began: Instant) {
        let is_before_a_write = self.writes.get(&id).is_some_and(|wrote| began <= *wrote);
        if !is_before_a_write {
            self.entries.insert(id, (began, Box::new(shown)));
        }
    }

    /// Removes and returns a group, unless it is too old.
    pub(super) fn take(&mut self, id: &str, now: Instant) -> Option<T> {
        let (began, shown) = self.entries.remove(id)?;
        (now.duration_since(began) <= FRESH).then_some(*shown)
    }

    /// A write to a group has ended: groups from earlier calls aren't used.
    pub(super) fn wrote(&mut self, id: &str, now: Instant) {
        self.entries.remove(id);
        self.writes.insert(id.to_owned(), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_a_search_showed_answers_one_read_for_a_while() {
        let (mut offered, now) = (Offered::default(), Instant::now());
        offered.add("a".to_owned(), 1, now);
        offered.add("b".to_owned(), 2, now);
        assert_eq!(offered.take("a", now + FRESH), Some(1));
        assert_eq!(offered.take("a", now), None);
        assert_eq!(
            offered.take("b", now + FRESH + Duration::from_millis(1)),
            None
        );
    }

    #[test]
    fn nothing_is_used_of_a_group_that_was_written_to_since() {
        let (mut offered, now) = (Offered::default(), Instant::now());
        let later = now + Duration::from_millis(1);
        offered.add("a".to_owned(), 1, now);
        offered.wrote("a", later);
        assert_eq!(offered.take("a", later), None);
        // The page of a search that was under way meanwhile.
        offered.add("a".to_owned(), 1, now);
        assert_eq!(offered.take("a", later), None);
        offered.add("a".to_owned(), 2, later + Duration::from_millis(1));
        assert_eq!(offered.take("a", later), Some(2));
    }
}
