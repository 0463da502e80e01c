//! The forms of ids of EC2 and STS. An id that was truncated would be taken for another one, and
//! its resource for deleted.

use crate::rules::normalise::is_id;

/// Whether a text has the form.
pub(super) type Form = fn(&str) -> bool;

/// The form of an element's text; `None` if the element holds no id.
pub(super) fn form(element: &str) -> Option<Form> {
    Some(match element {
        "groupId" => |text| is_id("sg-", text),
        "vpcId" => |text| is_id("vpc-", text),
        "prefixListId" => |text| is_id("pl-", text),
        "securityGroupRuleId" => |text| is_id("sgr-", text),
        "networkInterfaceId" => |text| is_id("eni-", text),
        "securityGroupArn" => is_arn_of_group,
        // An endpoint that isn't AWS's may have no accounts.
        "Account" => |text| text.is_empty() || is_account(text),
        _ => return None,
    })
}

/// Whether a text can be the code of an error.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".:_-".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(fits)
}

fn is_arn_of_group(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, "ec2", _, account, resource] = parts.as_slice() else {
        return false;
    };
    let id = resource.strip_prefix("security-group/").unwrap_or_default();
    partition.starts_with("aws") && (account.is_empty() || is_account(account)) && is_id("sg-", id)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
