//! What sources look like: the two families of addresses, ids of EC2's, accounts.

/// A family of addresses, with its attribute and an example.
pub(in crate::rules::normalise) struct Family {
    pub(super) attribute: &'static str,
    pub(super) name: &'static str,
    pub(super) longest: u8,
    pub(super) example: &'static str,
}

pub(in crate::rules::normalise) const V4: Family = Family {
    attribute: "cidr_blocks",
    name: "IPv4",
    longest: 32,
    example: "10.0.0.0/8",
};
pub(in crate::rules::normalise) const V6: Family = Family {
    attribute: "ipv6_cidr_blocks",
    name: "IPv6",
    longest: 128,
    example: "2001:db8::/32",
};

/// Whether the text is the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is an id of EC2: a prefix such as "sg-", and 8 or 17 hexadecimal digits in lower
/// case.
pub fn is_id(prefix: &str, text: &str) -> bool {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.strip_prefix(prefix)
        .is_some_and(|digits| matches!(digits.len(), 8 | 17) && digits.bytes().all(is_hex))
}
