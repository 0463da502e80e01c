//! Checks of what IAM and STS call things: ARNs, names of sessions, policies.

use crate::rules::InputError;
use crate::session::checked;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// A role's ARN. An empty one is none.
pub(super) fn role_arn(value: &Value, path: &Path) -> Diagnostics {
    checked(value, path, |arn| match arn {
        "" => Ok(()),
        arn => iam_arn(
            arn,
            "role",
            "arn:aws:iam::123456789012:role/name",
            "role_arn",
        ),
    })
}

/// A set of ARNs of managed policies.
pub(super) fn policy_arns(value: &Value, path: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    let known = value.as_elements().unwrap_or_default().iter();
    for element in known.filter(|e| !e.is_unknown()) {
        found.extend(checked(element, &path.element(), |arn| {
            let example = "arn:aws:iam::aws:policy/ReadOnlyAccess";
            iam_arn(arn, "policy", example, "policy_arns")
        }));
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

/// What a role's owner asks for. An empty one is none.
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
        Ok(_) => "it is JSON, and no object".to_owned(),
        Err(error) => error.to_string(),
    };
    Diagnostic::error(
        "The policy is not one",
        format!("A policy is a JSON object: {cause}. jsonencode() writes one."),
    )
    .at(path.clone())
    .into()
}

fn iam_arn(
    arn: &str,
    kind: &str,
    example: &str,
    attribute: &'static str,
) -> Result<(), InputError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_partition = |p: &str| p.starts_with("aws") && p.bytes().all(is_partition_byte);
    let is_account = |a: &str| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit());
    let is_name = |resource: &str| {
        let name = resource
            .strip_prefix(kind)
            .and_then(|r| r.strip_prefix('/'));
        name.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_graphic()))
    };
    let fits = match parts.as_slice() {
        ["arn", partition, "iam", "", account, resource] => {
            let is_aws = kind == "policy" && *account == "aws";
            is_partition(partition) && (is_aws || is_account(account)) && is_name(resource)
        }
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(InputError::new(
            attribute,
            format!("{arn:?} is not the ARN of a {kind}"),
            format!("It is written like {example:?}."),
        ))
    }
}

fn is_partition_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
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
        format!("It takes {least} to {most} letters, digits and {marks}."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(check: fn(&Value, &Path) -> Diagnostics, value: impl Into<Value>) -> bool {
        check(&value.into(), &Path::root()).has_errors()
    }

    #[test]
    fn role_arns_have_their_shape() {
        for good in [
            "arn:aws:iam::123456789012:role/Terraform",
            "arn:aws-us-gov:iam::123456789012:role/path/to/name",
            "arn:aws-cn:iam::123456789012:role/a+b=c,d.e@f_g-h",
            "",
        ] {
            assert!(!refused(role_arn, good), "{good}");
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
            assert!(refused(role_arn, bad), "{bad}");
        }
    }

    #[test]
    fn policy_arns_may_be_of_aws_itself() {
        let good = [
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::123456789012:policy/mine",
        ];
        assert!(!refused(policy_arns, Value::set(good)));
        let one_bad = ["arn:aws:iam::aws:policy/x", "arn:aws:iam::aws:role/x"];
        assert!(refused(policy_arns, Value::set(one_bad)));
        assert!(!refused(policy_arns, Value::set([Value::Unknown])));
    }

    #[test]
    fn names_of_sessions_are_as_sts_takes_them() {
        let longest = "x".repeat(64);
        for good in ["", "ab", "me@example.com", "a_b=c,d.e-f+g", &longest] {
            assert!(!refused(session_name, good), "{good}");
        }
        let too_long = "x".repeat(65);
        for bad in ["a", "two words", "a/b", "é1", &too_long] {
            assert!(refused(session_name, bad), "{bad}");
        }
        assert!(!refused(external_id, "a:b/c"));
        assert!(refused(external_id, "x".repeat(1225)));
        assert!(refused(external_id, "x"));
    }

    #[test]
    fn a_policy_is_a_json_object() {
        assert!(!refused(
            policy,
            r#"{"Version": "2012-10-17", "Statement": []}"#
        ));
        assert!(!refused(policy, ""));
        for bad in ["{", "[]", "allow"] {
            assert!(refused(policy, bad), "{bad}");
        }
    }
}
