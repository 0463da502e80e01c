//! Forms of the ARNs of IAM roles and policies.

use crate::rules::InputError;

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
