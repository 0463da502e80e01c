//! Reads parts of ARNs, and checks ARNs of IAM roles and policies.

use crate::rules::InputError;

/// The region that an ARN names, as in `arn:aws:ec2:eu-west-1:123456789012:security-group/sg-…`.
pub fn region(arn: &str) -> Option<&str> {
    part(arn, 3)
}

/// The account that an ARN names: twelve digits.
pub fn account(arn: &str) -> Option<&str> {
    part(arn, 4)
}

/// One of the parts between the colons, if it isn't empty.
fn part(arn: &str, at: usize) -> Option<&str> {
    arn.split(':').nth(at).filter(|part| !part.is_empty())
}

/// Checks that a text is the ARN of a role.
///
/// # Errors
/// A fault on `role_arn`.
pub fn role(arn: &str) -> Result<(), InputError> {
    let example = "arn:aws:iam::123456789012:role/name";
    checked(arn, "role", example, "role_arn")
}

/// Checks that a text is the ARN of a managed policy, an account's or AWS's own.
///
/// # Errors
/// A fault on `policy_arns`.
pub fn policy(arn: &str) -> Result<(), InputError> {
    let example = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    checked(arn, "policy", example, "policy_arns")
}

fn checked(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_and_account_are_read_where_an_arn_has_them() {
        for (arn, expected) in [
            (
                "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1",
                (Some("eu-west-1"), Some("123456789012")),
            ),
            (
                "arn:aws-cn:ec2:cn-north-1:210987654321:security-group/sg-1",
                (Some("cn-north-1"), Some("210987654321")),
            ),
            (
                "arn:aws:ec2:eu-west-1::security-group/sg-1",
                (Some("eu-west-1"), None),
            ),
            ("sg-1", (None, None)),
            ("", (None, None)),
        ] {
            assert_eq!((region(arn), account(arn)), expected, "{arn}");
        }
    }
}
