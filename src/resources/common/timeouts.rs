//! Timeouts of operations, with waits and retries included. Must not know any of the resource types.

use std::time::Duration;

use super::model;
use crate::ec2::Scope;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::duration;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block};
use crate::tf_provider::value::{Type, Value};

/// An operation with a limit of its own, by its name in the `timeouts` block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resources) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

use Operation::{Create, Delete, Read, Update};

/// The longest timeout, which every clock can count.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Create => "create",
            Read => "read",
            Update => "update",
            Delete => "delete",
        }
    }

    fn default_limit(self) -> Duration {
        let minutes = match self {
            Create | Update => 10,
            Read => 5,
            // AWS services take minutes to release a network interface.
            Delete => 15,
        };
        Duration::from_secs(minutes * 60)
    }
}

/// The `timeouts` block.
pub(in crate::resources) fn block() -> Block {
    let limit = |operation: Operation, description| {
        Attribute::optional(operation.name(), Type::String, description).must_be(
            "a duration of at most 30 days, such as `\"5m\"`",
            self::limit,
        )
    };
    Block {
        description: "How long operations may take, as durations like `\"5m\"` or `\"1h30m\"`; \
                      including waits and retries. After the timeout, the provider waits up to a minute \
                      for a change that it has sent, to find out whether it was made.",
        attributes: vec![
            limit(Create, "Creation. Default: `\"10m\"`."),
            limit(Read, "A refresh. Default: `\"5m\"`."),
            limit(Update, "A change. Default: `\"10m\"`."),
            limit(
                Delete,
                "Deletion, including the wait for network interfaces that are being released. Default: \
                 `\"15m\"`.",
            ),
        ],
        blocks: Vec::new(),
    }
}

/// The scope of an operation on a resource with this state, from now on.
pub(in crate::resources) fn scope(operation: Operation, state: &Value, call: &Call) -> Scope {
    let timeouts = model::of(state).timeouts();
    let written = timeouts.get(operation.name()).as_str();
    let limit = written.and_then(|text| duration::read(text).ok());
    let limit = limit.unwrap_or_else(|| operation.default_limit());
    let limit = limit.min(LONGEST);
    Scope::new(call.cancel.clone(), limit)
}

fn limit(value: &Value, path: &Path) -> Diagnostics {
    let text = value.as_str().unwrap_or_default();
    let hint = match duration::read(text) {
        Ok(limit) if limit.is_zero() => {
            "A timeout must be greater than zero. Write a duration such as \"5m\"."
        }
        Ok(limit) if limit > LONGEST => "It may be 30 days at the most.",
        Ok(_) => return Diagnostics::new(),
        Err(hint) => hint,
    };
    Diagnostic::error(format!("\"{text}\" is not a valid duration"), hint)
        .at(path.clone())
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_are_not_zero() {
        let refused = |text: &str| limit(&text.into(), &Path::root()).has_errors();
        for good in ["5m", "90s", "1h30m", "500ms", "1h 30m"] {
            assert!(!refused(good), "{good}");
        }
        for bad in [
            "",
            "5",
            "m",
            "-5m",
            "0s",
            "soon",
            "31days",
            "18446744073709551615s",
        ] {
            assert!(refused(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_written_limit_counts_and_others_have_defaults() {
        let timeouts = block().empty().with("delete", "30s");
        let state = Value::object([("timeouts", timeouts)]);
        let ends_in = |operation| {
            let scope = scope(operation, &state, &Call::default());
            scope.deadline - tokio::time::Instant::now()
        };
        assert!(ends_in(Delete) <= Duration::from_secs(30));
        assert!(ends_in(Create) > Duration::from_secs(599));
        let without = Value::object([("timeouts", Value::Null)]);
        let scope = scope(Delete, &without, &Call::default());
        assert!(scope.deadline - tokio::time::Instant::now() > Duration::from_secs(899));
    }
}
