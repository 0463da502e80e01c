//! The peer of a rule: an address block, a prefix list or a security group, as EC2 stores it.
//! `normalise` reads the spellings of users.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::DecodeError;

/// The source or destination of traffic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// An IPv4 block without host bits.
    Ipv4(Ipv4Net),
    /// An IPv6 block without host bits.
    Ipv6(Ipv6Net),
    /// A prefix list, by id.
    PrefixList(String),
    /// Another security group.
    Group {
        /// The account that owns it, 12 digits; `None` for the account of the group with the rule.
        account: Option<String>,
        /// The group's id.
        id: String,
    },
    /// The group that has the rule (`self` in HCL).
    SelfReference,
}

/// The kind of a peer, as EC2 tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Ipv4,
    Ipv6,
    PrefixList,
    Group,
}

impl Peer {
    /// Reads a block of either family from EC2's answer. Host bits are cleared, as EC2 does and not
    /// every emulation.
    ///
    /// # Errors
    /// The text is not a CIDR.
    pub fn from_ec2_cidr(text: &str) -> Result<Self, DecodeError> {
        match text.parse::<IpNet>() {
            Ok(net) => Ok(net.into()),
            Err(_) => Err(DecodeError(format!("{text:?} is not a CIDR"))),
        }
    }

    /// The peer as the group `id` of the account `owner` sees it: a group of the same account loses
    /// its account, and the group itself becomes [`Peer::SelfReference`]. EC2's answers name the
    /// account of every group; this makes them comparable with the configuration.
    pub fn seen_from(self, owner: &str, id: &str) -> Self {
        match self {
            Self::Group {
                account,
                id: referenced,
            } => {
                let account = account.filter(|account| account != owner);
                if account.is_none() && referenced == id {
                    Self::SelfReference
                } else {
                    Self::Group {
                        account,
                        id: referenced,
                    }
                }
            }
            other => other,
        }
    }

    /// Whether every address of `other` is in this peer, as far as is known. The contents of prefix
    /// lists and groups aren't known here, so such peers cover only themselves.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ipv4(ours), Self::Ipv4(theirs)) => ours.contains(theirs),
            (Self::Ipv6(ours), Self::Ipv6(theirs)) => ours.contains(theirs),
            _ => self == other,
        }
    }

    /// Whether some address is known to be in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        // Two address blocks are either nested or disjoint.
        self.covers(other) || other.covers(self)
    }

    /// Its kind: EC2 changes a rule in place only if the peer keeps its kind. `None` for a group of
    /// another account, whose rules EC2 doesn't change in place.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Ipv4(_) => Some(Kind::Ipv4),
            Self::Ipv6(_) => Some(Kind::Ipv6),
            Self::PrefixList(_) => Some(Kind::PrefixList),
            Self::SelfReference | Self::Group { account: None, .. } => Some(Kind::Group),
            Self::Group { .. } => None,
        }
    }
}

impl From<IpNet> for Peer {
    /// Clears host bits.
    fn from(net: IpNet) -> Self {
        match net {
            IpNet::V4(net) => Self::Ipv4(net.trunc()),
            IpNet::V6(net) => Self::Ipv6(net.trunc()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(key: &str) -> Peer {
        key.parse().expect("a peer's key")
    }

    #[test]
    fn from_ec2_cidr_masks_and_canonicalises() {
        for (text, expected) in [
            ("100.68.0.18/18", "100.68.0.0/18"),
            ("2001:DB8::1/32", "2001:db8::/32"),
            ("0::0/0", "::/0"),
        ] {
            assert_eq!(Peer::from_ec2_cidr(text), Ok(peer(expected)));
        }
        assert_eq!(
            Peer::from_ec2_cidr("10.0.0.0/33").unwrap_err().to_string(),
            r#""10.0.0.0/33" is not a CIDR"#
        );
    }

    #[test]
    fn seen_from_finds_the_group_itself_and_its_account() {
        for (written, expected) in [
            ("111111111111/sg-0000000a", "self"),
            ("sg-0000000a", "self"),
            ("111111111111/sg-0000000b", "sg-0000000b"),
            ("222222222222/sg-0000000a", "222222222222/sg-0000000a"),
            ("10.0.0.0/8", "10.0.0.0/8"),
        ] {
            assert_eq!(
                peer(written).seen_from("111111111111", "sg-0000000a"),
                peer(expected)
            );
        }
    }

    #[test]
    fn covers_knows_address_blocks_only() {
        for (a, b, covers, overlaps) in [
            ("10.0.0.0/8", "10.1.0.0/16", true, true),
            ("10.1.0.0/16", "10.0.0.0/8", false, true),
            ("10.0.0.0/8", "11.0.0.0/8", false, false),
            ("0.0.0.0/0", "::/0", false, false),
            ("::/0", "2001:db8::/32", true, true),
            ("0.0.0.0/0", "sg-0000000a", false, false),
            ("sg-0000000a", "sg-0000000a", true, true),
            ("self", "sg-0000000a", false, false),
        ] {
            assert_eq!(peer(a).covers(&peer(b)), covers, "{a} covers {b}");
            assert_eq!(peer(a).overlaps(&peer(b)), overlaps, "{a} overlaps {b}");
        }
    }

    #[test]
    fn changes_in_place_only_within_a_kind_and_an_account() {
        for (old, new, expected) in [
            ("10.0.0.0/8", "0.0.0.0/0", true),
            ("10.0.0.0/8", "::/0", false),
            ("::/0", "2001:db8::/32", true),
            ("pl-0000000a", "pl-0000000b", true),
            ("pl-0000000a", "sg-0000000a", false),
            ("sg-0000000a", "sg-0000000b", true),
            ("sg-0000000a", "self", true),
            ("sg-0000000a", "111111111111/sg-0000000b", false),
            (
                "111111111111/sg-0000000a",
                "111111111111/sg-0000000b",
                false,
            ),
        ] {
            let (from, to) = (peer(old).kind(), peer(new).kind());
            assert_eq!(from.is_some() && from == to, expected, "{old} {new}");
        }
    }
}
