//! Knowledge about one run. A process may serve several runs, from one configuration of the provider to
//! the next, and what was known of an earlier one doesn't hold any more. Must not know any of the
//! resource types.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value that is emptied when another run begins.
#[derive(Debug, Default)]
pub(in crate::resources) struct PerRun<T>(Mutex<Current<T>>);

/// The value of the run that is served.
#[derive(Debug, Default)]
pub(in crate::resources) struct Current<T> {
    /// Number of the run; 0 before the first one.
    number: usize,
    value: T,
}

impl<T: Default> PerRun<T> {
    /// Empties the value where another run than before has this number. Hosts show states before they
    /// configure a provider, so the first run keeps what was noted before it.
    pub(in crate::resources) fn enter(&self, number: usize) {
        let mut current = self.lock();
        if current.number != number {
            if current.number > 0 {
                current.value = T::default();
            }
            current.number = number;
        }
    }

    /// The value, for this thread alone.
    pub(in crate::resources) fn lock(&self) -> MutexGuard<'_, Current<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Deref for Current<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Current<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_begins_with_what_was_noted_before_the_first_one_alone() {
        let names = PerRun::<Vec<&str>>::default();
        names.lock().push("shown");
        for (number, known) in [(1, 1), (1, 2), (2, 0), (3, 0)] {
            names.enter(number);
            assert_eq!(names.lock().len(), known, "{number}");
            names.lock().push("noted");
        }
    }
}
