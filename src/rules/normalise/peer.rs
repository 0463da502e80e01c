//! The sources (and destinations) of a block as users write them: CIDRs and ids.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, ip_mask_to_prefix};

use crate::rules::{Fault, Peer};

/// An element of `cidr_blocks`.
///
/// # Errors
/// A fault in that element: not a CIDR, without a length, with host bits, or of the other family.
pub fn ipv4(text: &str) -> Result<Peer, Fault> {
    cidr(text, &V4).map(Peer::from)
}

/// An element of `ipv6_cidr_blocks`, in any spelling of IPv6 text.
///
/// # Errors
/// As for [`ipv4`].
pub fn ipv6(text: &str) -> Result<Peer, Fault> {
    cidr(text, &V6).map(Peer::from)
}

/// An element of `prefix_list_ids`.
///
/// # Errors
/// A fault in that element: not the id of a prefix list.
pub fn prefix_list(text: &str) -> Result<Peer, Fault> {
    if is_id("pl-", text) {
        return Ok(Peer::PrefixList(text.to_owned()));
    }
    let mend = misplaced(text, "prefix_list_ids").unwrap_or_else(|| {
        "An id is \"pl-\" and 8 or 17 hexadecimal digits in lower case. To find the id behind a \
         name such as \"com.amazonaws.eu-west-1.s3\", use the data source \
         aws_ec2_managed_prefix_list."
            .to_owned()
    });
    Err(Fault::new(
        "prefix_list_ids",
        format!("{text:?} is not the id of a prefix list"),
        mend,
    )
    .in_element(text))
}

/// An element of `security_groups`: an id, or `account/id` for a group of another account.
///
/// # Errors
/// A fault in that element: not the id of a group, or an account that has not 12 digits.
pub fn group(text: &str) -> Result<Peer, Fault> {
    let fault = |summary: String, mend: String| {
        Err(Fault::new("security_groups", summary, mend).in_element(text))
    };
    let (account, id) = match text.split_once('/') {
        Some((account, id)) => (Some(account), id),
        None => (None, text),
    };
    if !is_id("sg-", id) {
        let mend = misplaced(text, "security_groups").unwrap_or_else(|| {
            "Groups are named by id: \"sg-\" and 8 or 17 hexadecimal digits in lower case, or \
             \"123456789012/sg-…\" for a group of another account. To refer to a group of this \
             configuration, write its id attribute, as in curated_security_group.web.id."
                .to_owned()
        });
        return fault(format!("{text:?} is not the id of a security group"), mend);
    }
    if let Some(account) = account.filter(|account| !is_account(account)) {
        return fault(
            format!("{text:?} does not start with an account"),
            format!(
                "An account has 12 digits, which {account:?} has not. For a group of your own \
                 account write {id:?}."
            ),
        );
    }
    Ok(Peer::Group {
        account: account.map(str::to_owned),
        id: id.to_owned(),
    })
}

/// One of the two families, in the words of its attribute.
pub(super) struct Family {
    attribute: &'static str,
    name: &'static str,
    longest: u8,
    example: &'static str,
}

pub(super) const V4: Family = Family {
    attribute: "cidr_blocks",
    name: "IPv4",
    longest: 32,
    example: "10.0.0.0/8",
};
pub(super) const V6: Family = Family {
    attribute: "ipv6_cidr_blocks",
    name: "IPv6",
    longest: 128,
    example: "2001:db8::/32",
};

pub(super) fn cidr(text: &str, family: &Family) -> Result<IpNet, Fault> {
    let fault = |summary: String, mend: String| {
        Err(Fault::new(family.attribute, summary, mend).in_element(text))
    };
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let Ok(ip) = address.parse::<IpAddr>() else {
        let mend = misplaced(text, family.attribute)
            .or_else(|| without_leading_zeros(address, length))
            .unwrap_or_else(|| {
                format!(
                    "A CIDR is an address, a slash and a length from 0 to {}, as in {:?}.",
                    family.longest, family.example
                )
            });
        return fault(format!("{text:?} is not an {} CIDR", family.name), mend);
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

/// What is wrong with `010.0.0.0/8`: some programs read such numbers as octal, so nobody should.
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

/// The mend for a source that is right but stands in the wrong attribute.
fn misplaced(text: &str, attribute: &str) -> Option<String> {
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

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the text is an id of EC2's: the prefix, and 8 or 17 hexadecimal digits.
fn is_id(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(result: Result<Peer, Fault>, written: &str) -> String {
        match result {
            Ok(peer) => peer.to_string(),
            Err(fault) => {
                assert_eq!(fault.element.as_deref(), Some(written));
                format!("{}: {}. {}", fault.attribute, fault.summary, fault.detail)
            }
        }
    }

    #[test]
    fn ipv4_takes_cidrs_and_mends_the_rest() {
        for (text, expected) in [
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("10.0.0.5/32", "10.0.0.5/32"),
            ("10.0.0.0/08", "10.0.0.0/8"),
            (
                "10.0.0.5/24",
                r#"cidr_blocks: "10.0.0.5/24" has host bits set. The block that this address is in is "10.0.0.0/24". Write that, or "10.0.0.5/32" for this one address."#,
            ),
            (
                "10.0.0.5",
                r#"cidr_blocks: "10.0.0.5" has no length. For this one address write "10.0.0.5/32"."#,
            ),
            (
                "0.0.0.0",
                r#"cidr_blocks: "0.0.0.0" has no length. For every address write "0.0.0.0/0"."#,
            ),
            (
                "10.0.0.0/33",
                r#"cidr_blocks: "10.0.0.0/33" has no length from 0 to 32. After the slash comes the number of leading bits that count: "10.0.0.0/32" is this one address."#,
            ),
            (
                "10.0.0.0/",
                r#"cidr_blocks: "10.0.0.0/" has no length from 0 to 32. After the slash comes the number of leading bits that count: "10.0.0.0/32" is this one address."#,
            ),
            (
                "10.0.0.0/+8",
                r#"cidr_blocks: "10.0.0.0/+8" has no length from 0 to 32. After the slash comes the number of leading bits that count: "10.0.0.0/32" is this one address."#,
            ),
            (
                "10.0.0.7/255.255.255.0",
                r#"cidr_blocks: "10.0.0.7/255.255.255.0" has no length from 0 to 32. A netmask is written as the number of its bits. Write "10.0.0.0/24"."#,
            ),
            (
                "010.0.0.0/8",
                r#"cidr_blocks: "010.0.0.0/8" is not an IPv4 CIDR. A number of an IPv4 address takes no leading zero. Write "10.0.0.0/8"."#,
            ),
            (
                "2001:db8::/32",
                r#"cidr_blocks: "2001:db8::/32" is IPv6, not IPv4. Move it to ipv6_cidr_blocks."#,
            ),
            (
                "::1",
                r#"cidr_blocks: "::1" is IPv6, not IPv4. Move it to ipv6_cidr_blocks."#,
            ),
            (
                "10.0.0/8",
                r#"cidr_blocks: "10.0.0/8" is not an IPv4 CIDR. A CIDR is an address, a slash and a length from 0 to 32, as in "10.0.0.0/8"."#,
            ),
            (
                "",
                r#"cidr_blocks: "" is not an IPv4 CIDR. A CIDR is an address, a slash and a length from 0 to 32, as in "10.0.0.0/8"."#,
            ),
            (
                "sg-0ab12345",
                r#"cidr_blocks: "sg-0ab12345" is not an IPv4 CIDR. Move it to security_groups."#,
            ),
            (
                "self",
                r#"cidr_blocks: "self" is not an IPv4 CIDR. Write self = true instead."#,
            ),
        ] {
            assert_eq!(told(ipv4(text), text), expected);
        }
    }

    #[test]
    fn ipv6_takes_any_spelling_and_mends_the_rest() {
        for (text, expected) in [
            ("::/0", "::/0"),
            ("0:0:0:0:0:0:0:0/0", "::/0"),
            ("2001:0DB8:0000::/32", "2001:db8::/32"),
            ("2001:db8:0:0:1:0:0:0/80", "2001:db8:0:0:1::/80"),
            ("2001:db8::1/128", "2001:db8::1/128"),
            (
                "2001:db8::1/32",
                r#"ipv6_cidr_blocks: "2001:db8::1/32" has host bits set. The block that this address is in is "2001:db8::/32". Write that, or "2001:db8::1/128" for this one address."#,
            ),
            (
                "::",
                r#"ipv6_cidr_blocks: "::" has no length. For every address write "::/0"."#,
            ),
            (
                "2001:DB8::1",
                r#"ipv6_cidr_blocks: "2001:DB8::1" has no length. For this one address write "2001:db8::1/128"."#,
            ),
            (
                "::/129",
                r#"ipv6_cidr_blocks: "::/129" has no length from 0 to 128. After the slash comes the number of leading bits that count: "::/128" is this one address."#,
            ),
            (
                "10.0.0.0/8",
                r#"ipv6_cidr_blocks: "10.0.0.0/8" is IPv4, not IPv6. Move it to cidr_blocks."#,
            ),
            (
                "fe80::%eth0/64",
                r#"ipv6_cidr_blocks: "fe80::%eth0/64" is not an IPv6 CIDR. A CIDR is an address, a slash and a length from 0 to 128, as in "2001:db8::/32"."#,
            ),
            (
                "pl-63a5400a",
                r#"ipv6_cidr_blocks: "pl-63a5400a" is not an IPv6 CIDR. Move it to prefix_list_ids."#,
            ),
        ] {
            assert_eq!(told(ipv6(text), text), expected);
        }
    }

    #[test]
    fn prefix_list_takes_ids_only() {
        let shape = "An id is \"pl-\" and 8 or 17 hexadecimal digits in lower case. To find the id \
                     behind a name such as \"com.amazonaws.eu-west-1.s3\", use the data source \
                     aws_ec2_managed_prefix_list.";
        let bad = |text: &str, mend: &str| {
            format!("prefix_list_ids: {text:?} is not the id of a prefix list. {mend}")
        };
        for (text, expected) in [
            ("pl-63a5400a", "pl-63a5400a".to_owned()),
            ("pl-0123456789abcdef0", "pl-0123456789abcdef0".to_owned()),
            ("pl-63A5400A", bad("pl-63A5400A", shape)),
            ("pl-63a5400", bad("pl-63a5400", shape)),
            (
                "com.amazonaws.eu-west-1.s3",
                bad("com.amazonaws.eu-west-1.s3", shape),
            ),
            ("10.0.0.0/8", bad("10.0.0.0/8", "Move it to cidr_blocks.")),
            ("::/0", bad("::/0", "Move it to ipv6_cidr_blocks.")),
            (
                "sg-0ab12345",
                bad("sg-0ab12345", "Move it to security_groups."),
            ),
        ] {
            assert_eq!(told(prefix_list(text), text), expected);
        }
    }

    #[test]
    fn group_takes_ids_with_or_without_account() {
        let shape = "Groups are named by id: \"sg-\" and 8 or 17 hexadecimal digits in lower case, \
                     or \"123456789012/sg-…\" for a group of another account. To refer to a group \
                     of this configuration, write its id attribute, as in \
                     curated_security_group.web.id.";
        let bad = |text: &str, mend: &str| {
            format!("security_groups: {text:?} is not the id of a security group. {mend}")
        };
        for (text, expected) in [
            ("sg-0ab12345", "sg-0ab12345".to_owned()),
            ("sg-0123456789abcdef0", "sg-0123456789abcdef0".to_owned()),
            ("123456789012/sg-0ab12345", "123456789012/sg-0ab12345".to_owned()),
            ("web", bad("web", shape)),
            ("SG-0AB12345", bad("SG-0AB12345", shape)),
            ("", bad("", shape)),
            ("123456789012/", bad("123456789012/", shape)),
            ("self", bad("self", "Write self = true instead.")),
            ("0.0.0.0/0", bad("0.0.0.0/0", "Move it to cidr_blocks.")),
            ("1234/sg-0ab12345", r#"security_groups: "1234/sg-0ab12345" does not start with an account. An account has 12 digits, which "1234" has not. For a group of your own account write "sg-0ab12345"."#.to_owned()),
        ] {
            assert_eq!(told(group(text), text), expected);
        }
    }
}
