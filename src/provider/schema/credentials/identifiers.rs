//! Checks of what IAM and STS call things: ARNs, names of sessions, policies.

use crate::aws_names::arns;
use crate::rules::InputError;
use crate::session::checked;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// A role's ARN. An empty one is none.
pub(super) fn role_arn(value: &Value, path: &Path) -> Diagnostics {
    checked(value, path, |arn| match arn {
        "" => Ok(()),
        arn => arns::role(arn),
    })
}

/// A set of ARNs of managed policies.
pub(super) fn policy_arns(value: &Value, path: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    let known = value.as_elements().unwrap_or_default().iter();
    for element in known.filter(|e| !e.is_unknown()) {
        found.extend(checked(element, &path.element(), arns::policy));
    }
    found
}

/// The name of a session, or of who is behind it. An empty one is none.
pub(super) fn session_name(value: &Value, path: &Path) -> Diagnostics {
    checked(value, path, |name| match name {
        "" => Ok(()),
        name => text(name, 2..=64, "_+=,.@-"),
    })
}

/// The external id that a role's owner asks for. An empty one is none.
pub(super) fn external_id(value: &Value, path: &Path) -> Diagnostics {
    checked(value, path, |id| match id {
        "" => Ok(()),
        id => text(id, 2..=1224, "_+=,.@:/-"),
    })
}

/// A policy's document. An empty one is none.
pub(super) fn policy(value: &Value, path: &Path) -> Diagnostics {
    let document = value.as_str().unwrap_or_default();
    let cause = match serde_json::from_str::<serde_json::Value>(document) {
        _ if document.trim().is_empty() => return Diagnostics::new(),
        Ok(serde_json::Value::Object(_)) => return Diagnostics::new(),
        Ok(_) => "It is JSON of another type".to_owned(),
        Err(error) => format!("It can't be read as JSON: {error}"),
    };
    Diagnostic::error(
        "The policy is not a JSON object",
        format!("{cause}. Write a JSON object, for example with jsonencode()."),
    )
    .at(path.clone())
    .into()
}

fn text(
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    marks: &str,
) -> Result<(), InputError> {
    let strange = text
        .chars()
        .find(|&c| !c.is_ascii_alphanumeric() && !marks.contains(c));
    let (least, most) = length.clone().into_inner();
    let cause = match strange {
        Some(c) => format!("{c:?} can't be in it"),
        None if !length.contains(&text.len()) => format!("it has {} characters", text.len()),
        None => return Ok(()),
    };
    Err(InputError::new(
        "",
        format!("{text:?} is refused by STS: {cause}"),
        format!("Write {least} to {most} letters, digits and {marks}."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "it";

    /// The diagnostic of a fault, and its path.
    fn reported(
        check: fn(&Value, &Path) -> Diagnostics,
        value: impl Into<Value>,
    ) -> Vec<(String, String)> {
        let found = check(&value.into(), &Path::root().attribute(AT));
        let reported = found
            .iter()
            .map(|d| (d.path.to_string(), d.summary.clone()));
        reported.collect()
    }

    fn one(path: &str, summary: impl Into<String>) -> Vec<(String, String)> {
        vec![(path.to_owned(), summary.into())]
    }

    #[test]
    fn role_arns_have_their_shape() {
        for good in [
            "arn:aws:iam::123456789012:role/Terraform",
            "arn:aws-us-gov:iam::123456789012:role/path/to/name",
            "arn:aws-cn:iam::123456789012:role/a+b=c,d.e@f_g-h",
            "",
        ] {
            assert!(reported(role_arn, good).is_empty(), "{good}");
        }
        for bad in [
            "Terraform",
            "arn:aws:iam::123456789012:user/me",
            "arn:aws:iam::12345678901:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:sts::123456789012:assumed-role/x/y",
            "arn:aws:iam:eu-west-1:123456789012:role/x",
            "arn:aws:iam::aws:role/x",
            "arn:aws:iam::123456789012:role/two words",
        ] {
            let expected = one(AT, format!("{bad:?} is not the ARN of a role"));
            assert_eq!(reported(role_arn, bad), expected);
        }
    }

    #[test]
    fn policy_arns_may_be_of_aws_itself() {
        let good = [
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::123456789012:policy/mine",
        ];
        assert!(reported(policy_arns, Value::set(good)).is_empty());
        let one_bad = ["arn:aws:iam::aws:policy/x", "arn:aws:iam::aws:role/x"];
        let summary = "\"arn:aws:iam::aws:role/x\" is not the ARN of a policy";
        let found = reported(policy_arns, Value::set(one_bad));
        assert_eq!(found, one(&format!("{AT}[…]"), summary));
        assert!(reported(policy_arns, Value::set([Value::Unknown])).is_empty());
    }

    #[test]
    fn names_of_sessions_are_as_sts_takes_them() {
        let longest = "x".repeat(64);
        for good in ["", "ab", "me@example.com", "a_b=c,d.e-f+g", &longest] {
            assert!(reported(session_name, good).is_empty(), "{good}");
        }
        let too_long = "x".repeat(65);
        for (bad, cause) in [
            ("a", "it has 1 characters"),
            ("two words", "' ' can't be in it"),
            ("a/b", "'/' can't be in it"),
            ("é1", "'é' can't be in it"),
            (&too_long, "it has 65 characters"),
        ] {
            let expected = one(AT, format!("{bad:?} is refused by STS: {cause}"));
            assert_eq!(reported(session_name, bad), expected);
        }
        assert!(reported(external_id, "a:b/c").is_empty());
        let too_long = "x".repeat(1225);
        for (bad, cause) in [
            ("x", "it has 1 characters"),
            (too_long.as_str(), "it has 1225 characters"),
        ] {
            let expected = one(AT, format!("{bad:?} is refused by STS: {cause}"));
            assert_eq!(reported(external_id, bad), expected);
        }
    }

    #[test]
    fn a_policy_is_a_json_object() {
        let good = r#"{"Version": "2012-10-17", "Statement": []}"#;
        assert!(reported(policy, good).is_empty());
        assert!(reported(policy, "").is_empty());
        for bad in ["{", "[]", "allow"] {
            assert_eq!(
                reported(policy, bad),
                one(AT, "The policy is not a JSON object"),
                "{bad}"
            );
        }
    }
}
