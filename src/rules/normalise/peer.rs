//! Reads the sources and destinations of a block: CIDRs and ids.

mod form;
mod misplaced;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, ip_mask_to_prefix};

use self::form::{Family, is_account};
use self::misplaced::{misplaced, of_an_arn};
use crate::rules::{InputError, Peer};

pub use self::form::is_id;
pub(super) use self::form::{V4, V6};

/// Reads an element of `cidr_blocks`.
///
/// # Errors
/// A fault in that element: not a CIDR, without a length, with host bits, or of the other family.
pub fn ipv4(text: &str) -> Result<Peer, InputError> {
    cidr(text, &V4).map(Peer::from)
}

/// Reads an element of `ipv6_cidr_blocks`, in any spelling of IPv6 text.
///
/// # Errors
/// As for [`ipv4`].
pub fn ipv6(text: &str) -> Result<Peer, InputError> {
    cidr(text, &V6).map(Peer::from)
}

/// Reads an element of `prefix_list_ids`.
///
/// # Errors
/// A fault in that element: not the id of a prefix list. It is about the form of an id, unless the
/// element belongs in another attribute.
pub fn prefix_list(text: &str) -> Result<Peer, InputError> {
    if is_id("pl-", text) {
        return Ok(Peer::PrefixList(text.to_owned()));
    }
    let misplaced = misplaced(text, "prefix_list_ids").or_else(|| of_an_arn(text, "pl-"));
    let of_an_id = misplaced.is_none();
    let hint = misplaced.unwrap_or_else(|| {
        "An id is \"pl-\" and 8 or 17 hexadecimal digits in lower case. To find the id behind a \
         name such as \"com.amazonaws.eu-west-1.s3\", use the data source \
         aws_ec2_managed_prefix_list."
            .to_owned()
    });
    let summary = format!("{text:?} is not the id of a prefix list");
    let fault = InputError::new("prefix_list_ids", summary, hint).in_element(text);
    Err(InputError { of_an_id, ..fault })
}

/// Reads an element of `security_groups`: an id, or `account/id` for a group of another account.
///
/// # Errors
/// A fault in that element: not the id of a group, or an account without 12 digits. It is about the
/// form of an id, unless the element belongs in another attribute.
pub fn group(text: &str) -> Result<Peer, InputError> {
    let fault = |summary: String, hint: String| {
        InputError::new("security_groups", summary, hint).in_element(text)
    };
    let (account, id) = match text.split_once('/') {
        Some((account, id)) => (Some(account), id),
        None => (None, text),
    };
    if let Some(hint) = of_an_arn(text, "sg-") {
        let summary = format!("{text:?} is an ARN, not the id of a security group");
        return Err(fault(summary, hint));
    }
    if !is_id("sg-", id) {
        let misplaced = misplaced(text, "security_groups");
        let of_an_id = misplaced.is_none();
        let hint = misplaced.unwrap_or_else(|| {
            "Groups are named by id: \"sg-\" and 8 or 17 hexadecimal digits in lower case, or \
             \"123456789012/sg-…\" for a group of another account. To refer to a group of this \
             configuration, write its id attribute, as in curated_security_group.web.id."
                .to_owned()
        });
        let fault = fault(format!("{text:?} is not the id of a security group"), hint);
        return Err(InputError { of_an_id, ..fault });
    }
    if let Some(account) = account.filter(|account| !is_account(account)) {
        let fault = fault(
            format!("{text:?} does not start with an account"),
            format!(
                "An account has 12 digits, which {account:?} has not. For a group of your own \
                 account write {id:?}."
            ),
        );
        return Err(fault.of_an_id());
    }
    Ok(Peer::Group {
        account: account.map(str::to_owned),
        id: id.to_owned(),
    })
}

pub(super) fn cidr(text: &str, family: &Family) -> Result<IpNet, InputError> {
    let fault = |summary: String, hint: String| {
        Err(InputError::new(family.attribute, summary, hint).in_element(text))
    };
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let Ok(ip) = address.parse::<IpAddr>() else {
        let hint = misplaced(text, family.attribute)
            .or_else(|| without_leading_zeros(address, length))
            .unwrap_or_else(|| {
                format!(
                    "A CIDR is an address, a slash and a length from 0 to {}, as in {:?}.",
                    family.longest, family.example
                )
            });
        return fault(format!("{text:?} is not an {} CIDR", family.name), hint);
    };
    if ip.is_ipv4() != (family.longest == V4.longest) {
        let other = if ip.is_ipv4() { &V4 } else { &V6 };
        return fault(
            format!("{text:?} is {}, not {}", other.name, family.name),
            format!("Move it to {}.", other.attribute),
        );
    }
    let Some(length) = length else {
        let everywhere = ip.is_unspecified();
        let length = if everywhere { 0 } else { family.longest };
        let what = if everywhere { "every" } else { "this one" };
        return fault(
            format!("{text:?} has no length"),
            format!("For {what} address write \"{ip}/{length}\"."),
        );
    };
    let Some(net) = parse_length(length)
        .filter(|length| *length <= family.longest)
        .and_then(|length| IpNet::new(ip, length).ok())
    else {
        let mask = length
            .parse()
            .ok()
            .and_then(|mask| ip_mask_to_prefix(mask).ok())
            .and_then(|length| IpNet::new(ip, length).ok());
        return fault(
            format!("{text:?} has no length from 0 to {}", family.longest),
            match mask {
                Some(net) => format!(
                    "A netmask is written as the number of its bits. Write \"{}\".",
                    net.trunc()
                ),
                None => format!(
                    "After the slash comes the number of leading bits that count: \"{ip}/{}\" is \
                     this one address.",
                    family.longest
                ),
            },
        );
    };
    let network = net.trunc();
    if network != net {
        return fault(
            format!("{text:?} has host bits set"),
            format!(
                "The block that this address is in is \"{network}\". Write that, or \
                 \"{ip}/{}\" for this one address.",
                family.longest
            ),
        );
    }
    Ok(network)
}

/// Digits only: `u8::from_str` would take "+8" too.
fn parse_length(text: &str) -> Option<u8> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The hint for an address such as `010.0.0.0/8`, which is refused since some programs read such
/// numbers as octal.
fn without_leading_zeros(address: &str, length: Option<&str>) -> Option<String> {
    let octets: Option<Vec<u8>> = address.split('.').map(parse_length).collect();
    let octets: [u8; 4] = octets?.try_into().ok()?;
    let address = Ipv4Addr::from(octets);
    let length = length
        .map(|length| format!("/{length}"))
        .unwrap_or_default();
    Some(format!(
        "A number of an IPv4 address takes no leading zero. Write \"{address}{length}\"."
    ))
}
