//! Names of IP protocols, with IANA's numbers. EC2 has names for four of them (tcp, udp, icmp,
//! icmpv6) and takes the others by number.

/// Names, in lower case, and numbers. Several names may share a number.
pub const PROTOCOLS: &[(&str, u8)] = &[
    ("tcp", TCP),
    ("udp", UDP),
    ("icmp", ICMP),
    ("icmpv6", ICMPV6),
    ("ipv6-icmp", ICMPV6),
    ("ah", 51),
    ("dccp", 33),
    ("egp", 8),
    ("eigrp", 88),
    ("esp", 50),
    ("etherip", 97),
    ("gre", 47),
    ("igmp", 2),
    ("ipip", 4),
    ("ipv4", 4),
    ("ipv6", 41),
    ("l2tp", 115),
    ("ospf", 89),
    ("pim", 103),
    ("rsvp", 46),
    ("sctp", 132),
    ("udplite", 136),
    ("vrrp", 112),
];

/// Numbers that people write for a protocol in the rules of security groups. None of them is the port of
/// a widespread service, as that of EIGRP, 88, is Kerberos' port.
const PLAIN_NUMBERS: [u8; 16] = [
    ICMP, 2, 4, TCP, UDP, 41, 47, 50, 51, ICMPV6, 89, 103, 112, 115, 132, 136,
];

pub(super) const ICMP: u8 = 1;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const ICMPV6: u8 = 58;

/// The number of a protocol that is given by name, in any case, or by number; `None` for an unknown
/// one, and for all protocols (see [`is_all`]).
pub fn number(protocol: &str) -> Option<u8> {
    // `u8::from_str` would take "+6" too.
    if protocol.starts_with(|c: char| c.is_ascii_digit()) {
        return protocol.parse().ok();
    }
    PROTOCOLS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(protocol))
        .map(|(_, number)| *number)
}

/// Whether a number by itself is a protocol where ports might stand too. Any other, such as 22 or 80, is
/// more likely a port of which the protocol was forgotten.
pub fn is_plain(number: u8) -> bool {
    PLAIN_NUMBERS.contains(&number)
}

/// The first name of a protocol, if it has one.
pub fn name(number: u8) -> Option<&'static str> {
    let mut known = PROTOCOLS.iter().filter(|(_, of)| *of == number);
    known.next().map(|(name, _)| *name)
}

/// Whether the text means every protocol: `all`, or EC2's own `-1`.
pub fn is_all(protocol: &str) -> bool {
    protocol == "-1" || protocol.eq_ignore_ascii_case("all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_lower_case_and_no_numbers() {
        for (i, (name, _)) in PROTOCOLS.iter().enumerate() {
            assert_eq!(*name, name.to_lowercase());
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            assert!(PROTOCOLS[..i].iter().all(|(n, _)| n != name), "{name}");
            assert!(!is_all(name));
        }
    }

    #[test]
    fn what_is_a_protocol_by_its_number_alone_has_a_name() {
        for number in PLAIN_NUMBERS {
            assert!(name(number).is_some(), "{number}");
        }
    }

    #[test]
    fn number_takes_names_and_numbers_and_nothing_else() {
        for (text, expected) in [
            ("tcp", Some(6)),
            ("TCP", Some(6)),
            ("6", Some(6)),
            ("006", Some(6)),
            ("Ipv6-ICMP", Some(58)),
            ("sctp", Some(132)),
            ("0", Some(0)),
            ("255", Some(255)),
            ("256", None),
            ("+6", None),
            ("-1", None),
            ("6x", None),
            (" tcp", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text:?}");
        }
    }
}
