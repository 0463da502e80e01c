//! EC2's token buckets, with the rates that one is told (see `tests/ec2/throttle.py`).

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use super::form::Form;

/// Tokens at most, and tokens a second, by the beginning of an action's name.
pub(crate) type Rates = BTreeMap<String, (f64, f64)>;

#[derive(Default)]
pub(crate) struct Throttle {
    rates: Option<Rates>,
    /// By region and kind of call: what was left, and when.
    buckets: HashMap<(String, String), (f64, Instant)>,
}

impl Throttle {
    pub(crate) fn set(&mut self, rates: Option<Rates>) {
        *self = Self {
            rates,
            buckets: HashMap::new(),
        };
    }

    /// Whether there is a token for a call; without rates there always is.
    pub(crate) fn lets_pass(&mut self, region: &str, action: &str, form: &Form) -> bool {
        let kind = kind_of(action, form);
        let rates = self.rates.iter().flatten();
        let fitting = rates.filter(|(beginning, _)| kind.starts_with(beginning.as_str()));
        let rate = fitting.max_by_key(|(beginning, _)| beginning.len());
        let Some((_, &(most, each_second))) = rate else {
            return true;
        };
        let now = Instant::now();
        let bucket = (region.to_owned(), kind);
        let (left, at) = self.buckets.get(&bucket).copied().unwrap_or((most, now));
        let tokens = most.min(left + now.duration_since(at).as_secs_f64() * each_second);
        let passes = tokens >= 1.0;
        let left = if passes { tokens - 1.0 } else { tokens };
        self.buckets.insert(bucket, (left, now));
        passes
    }
}

/// The action; a listing of all groups, neither filtered nor paged, is a kind of its own.
fn kind_of(action: &str, form: &Form) -> String {
    let narrowing = ["Filter.", "GroupId.", "GroupName.", "MaxResults"];
    let narrowed = form
        .names()
        .any(|name| narrowing.iter().any(|begin| name.starts_with(begin)));
    if action == "DescribeSecurityGroups" && !narrowed {
        format!("{action} unfiltered")
    } else {
        action.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_counts_and_each_bucket_for_itself() {
        let mut throttle = Throttle::default();
        let form = Form::read("MaxResults=5");
        assert!(throttle.lets_pass("r", "CreateTags", &form));
        let rates = [("", (1.0, 0.0)), ("Create", (2.0, 0.0))];
        let rates = rates.map(|(begin, rate)| (begin.to_owned(), rate));
        throttle.set(Some(rates.into()));
        let mut passes = |action| throttle.lets_pass("r", action, &form);
        assert_eq!([passes("CreateTags"), passes("CreateTags")], [true, true]);
        assert!(!passes("CreateTags"));
        assert!(passes("DeleteTags") && !passes("DeleteTags"));
        assert!(throttle.lets_pass("other", "DeleteTags", &form));
    }
}
