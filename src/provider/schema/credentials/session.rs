//! The arguments that both blocks that assume a role have in common.

use std::time::Duration;

use super::identifiers;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::duration;
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

const SHORTEST: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// `role_arn`, `session_name`, `duration`, `policy` and `policy_arns`, in this order.
pub(super) fn attributes(role: &'static str, name: &'static str) -> Vec<Attribute> {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let texts = Type::Set(Box::new(Type::String));
    vec![
        text("role_arn", role).must_be("the ARN of a role", identifiers::role_arn),
        text("session_name", name).must_be(
            "2 to 64 letters, digits and `_+=,.@-`",
            identifiers::session_name,
        ),
        text(
            "duration",
            "How long a session lasts, 15 minutes to 12 hours, such as `\"1h30m\"`. It is renewed when \
             it expires. Default: an hour.",
        )
        .must_be("15 minutes to 12 hours", session_length),
        text("policy", "Policy (JSON) that limits the session's permissions.")
            .must_be("a JSON object", identifiers::policy),
        Attribute::optional(
            "policy_arns",
            texts,
            "ARNs of managed policies that limit the session's permissions.",
        )
        .must_be("ARNs of policies", identifiers::policy_arns),
    ]
}

/// How long the session of a block lasts.
pub(super) fn length(block: &Value) -> Option<Duration> {
    let written = block.get("duration").as_str()?;
    duration::read(written).ok()
}

fn session_length(value: &Value, path: &Path) -> Diagnostics {
    let written = value.as_str().unwrap_or_default();
    let hint = match duration::read(written) {
        _ if written.is_empty() => return Diagnostics::new(),
        Ok(length) if (SHORTEST..=LONGEST).contains(&length) => return Diagnostics::new(),
        Ok(_) => "STS takes 15 minutes to 12 hours.",
        Err(hint) => hint,
    };
    Diagnostic::error(format!("A session can't last \"{written}\""), hint)
        .at(path.clone())
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_15_minutes_to_12_hours() {
        for (written, refused) in [
            ("15m", false),
            ("900s", false),
            ("1h30m", false),
            ("12h", false),
            ("", false),
            ("14m59s", true),
            ("12h1s", true),
            ("3600", true),
            ("an hour", true),
        ] {
            let found = session_length(&written.into(), &Path::root());
            assert_eq!(found.has_errors(), refused, "{written}");
        }
        let block = Value::object([("duration", "1h30m")]);
        assert_eq!(length(&block), Some(Duration::from_secs(5400)));
    }
}
