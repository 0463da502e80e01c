//! Tests of sources as users write them: which are accepted, and the messages for the others.

use super::*;

fn reported(result: Result<Peer, InputError>, written: &str) -> String {
    match result {
        Ok(peer) => peer.to_string(),
        Err(fault) => {
            assert_eq!(fault.element.as_deref(), Some(written));
            format!("{}: {}. {}", fault.attribute, fault.summary, fault.detail)
        }
    }
}

#[test]
fn only_what_a_mock_may_have_made_up_is_a_fault_of_an_id() {
    type Read = fn(&str) -> Result<Peer, InputError>;
    let table: [(Read, &[&str], bool); 6] = [
        (
            group,
            &["yjehazon", "web", "sg-x", "", "1234/sg-0ab12345"],
            true,
        ),
        (
            group,
            &["m0fnp9sc/yjehazon", "sg-0ab12345/sg-0ab12345"],
            true,
        ),
        (group, &["10.0.0.0/8", "::/0", "self", "pl-63a5400a"], false),
        (prefix_list, &["yjehazon", "office", "pl-x", ""], true),
        (
            prefix_list,
            &["10.0.0.0/8", "::/0", "self", "sg-0ab12345"],
            false,
        ),
        (ipv4, &["yjehazon", "10.0.0.5/8", "sg-0ab12345", ""], false),
    ];
    for (read, texts, of_an_id) in table {
        for text in texts {
            let fault = read(text).expect_err(text);
            assert_eq!(fault.of_an_id, of_an_id, "{text:?}: {fault:?}");
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
        assert_eq!(reported(ipv4(text), text), expected);
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
        assert_eq!(reported(ipv6(text), text), expected);
    }
}

#[test]
fn prefix_list_takes_ids_only() {
    let shape = "An id is \"pl-\" and 8 or 17 hexadecimal digits in lower case. To find the id \
                 behind a name such as \"com.amazonaws.eu-west-1.s3\", use the data source \
                 aws_ec2_managed_prefix_list.";
    let bad = |text: &str, hint: &str| {
        format!("prefix_list_ids: {text:?} is not the id of a prefix list. {hint}")
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
        (
            "arn:aws:ec2:eu-west-1:123456789012:prefix-list/pl-63a5400a",
            bad(
                "arn:aws:ec2:eu-west-1:123456789012:prefix-list/pl-63a5400a",
                "Write its id: \"pl-63a5400a\".",
            ),
        ),
    ] {
        assert_eq!(reported(prefix_list(text), text), expected);
    }
}

#[test]
fn group_takes_ids_with_or_without_account() {
    let shape = "Groups are named by id: \"sg-\" and 8 or 17 hexadecimal digits in lower case, \
                 or \"123456789012/sg-…\" for a group of another account. To refer to a group \
                 of this configuration, write its id attribute, as in \
                 curated_security_group.web.id.";
    let bad = |text: &str, hint: &str| {
        format!("security_groups: {text:?} is not the id of a security group. {hint}")
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
        ("anywhere-ipv6", bad("anywhere-ipv6", "Write \"::/0\" in ipv6_cidr_blocks.")),
        ("arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0ab12345", r#"security_groups: "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0ab12345" is an ARN, not the id of a security group. Groups are named by id. Write "sg-0ab12345", or "123456789012/sg-0ab12345" where 123456789012 isn't the account that the rule is in."#.to_owned()),
        ("1234/sg-0ab12345", r#"security_groups: "1234/sg-0ab12345" does not start with an account. An account has 12 digits, which "1234" has not. For a group of your own account write "sg-0ab12345"."#.to_owned()),
    ] {
        assert_eq!(reported(group(text), text), expected);
    }
}

#[test]
fn group_ids_have_eight_or_seventeen_digits() {
    for (text, expected) in [
        ("sg-0123abcd", true),
        ("sg-0123456789abcdef0", true),
        ("sg-0123456789abcdef", false),
        ("sg-0123ABCD", false),
        ("sgr-0123abcd", false),
        ("sg-", false),
    ] {
        assert_eq!(is_id("sg-", text), expected, "{text}");
    }
}

/// The words of the short form were only called no CIDR.
#[test]
fn words_for_every_address_are_told_as_a_block_writes_them() {
    let hint = |read: Result<Peer, InputError>| read.expect_err("a word").detail;
    assert_eq!(hint(ipv4("anywhere-ipv4")), "Write \"0.0.0.0/0\".");
    assert_eq!(hint(ipv4("any")), "Write \"0.0.0.0/0\".");
    assert_eq!(
        hint(ipv4("anywhere-ipv6")),
        "Write \"::/0\" in ipv6_cidr_blocks."
    );
    assert_eq!(hint(ipv6("Anywhere-IPv6")), "Write \"::/0\".");
    assert_eq!(hint(ipv6("world")), "Write \"::/0\".");
}
