//! Sources that stand in the wrong attribute, or are written in words that another form has: how each
//! is written where it belongs.

use ipnet::IpNet;

use super::form::{V4, V6, is_account, is_id};

/// The mend for a source that is right but stands in the wrong attribute, or in the words of the short
/// form.
pub(super) fn misplaced(text: &str, attribute: &str) -> Option<String> {
    if let Some((cidr, right)) = everywhere(text, attribute) {
        let place = if right == attribute {
            String::new()
        } else {
            format!(" in {right}")
        };
        return Some(format!("Write \"{cidr}\"{place}."));
    }
    let right = match text.split_once('/').map_or(text, |(_, id)| id) {
        _ if text == "self" => return Some("Write self = true instead.".to_owned()),
        _ if text.parse::<IpNet>().is_ok_and(|net| net.addr().is_ipv4()) => V4.attribute,
        _ if text.parse::<IpNet>().is_ok() => V6.attribute,
        id if is_id("sg-", id) => "security_groups",
        id if is_id("pl-", id) => "prefix_list_ids",
        _ => return None,
    };
    (right != attribute).then(|| format!("Move it to {right}."))
}

/// Every address in a word, as a block writes it, and the attribute for that.
fn everywhere(text: &str, attribute: &str) -> Option<(&'static str, &'static str)> {
    let v4 = ("0.0.0.0/0", V4.attribute);
    let v6 = ("::/0", V6.attribute);
    match text.to_ascii_lowercase().as_str() {
        "anywhere-ipv4" => Some(v4),
        "anywhere-ipv6" => Some(v6),
        "all" | "any" | "anywhere" | "everyone" | "internet" | "world" | "*" => {
            Some(if attribute == V6.attribute { v6 } else { v4 })
        }
        _ => None,
    }
}

/// The id in an ARN of a group or a prefix list, and how it is written here.
pub(super) fn of_an_arn(text: &str, prefix: &str) -> Option<String> {
    let (before, id) = text.rsplit_once('/')?;
    let parts: Vec<&str> = before.split(':').collect();
    let ["arn", _, "ec2", _, account, _] = parts[..] else {
        return None;
    };
    if !is_id(prefix, id) {
        return None;
    }
    Some(if prefix == "sg-" && is_account(account) {
        format!(
            "Groups are named by id. Write \"{id}\", or \"{account}/{id}\" where {account} isn't the \
             account that the rule is in."
        )
    } else {
        format!("Write its id: \"{id}\".")
    })
}
