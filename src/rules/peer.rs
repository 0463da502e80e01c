//! The other end of a rule: an address block, a prefix list or a security group. Holds what EC2
//! stores; how users spell it is `normalise`'s business.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::DecodeError;

/// Where traffic may come from, or go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// An IPv4 block without host bits.
    Ipv4(Ipv4Net),
    /// An IPv6 block without host bits.
    Ipv6(Ipv6Net),
    /// A prefix list, by id.
    PrefixList(String),
    /// Another security group; `account` only where that is another account's.
    Group {
        /// The 12 digits of the account that owns the group, if it is not our own.
        account: Option<String>,
        /// The group's id.
        id: String,
    },
    /// The group that has the rule (`self` in HCL).
    SelfReference,
}

/// EC2's name for the type of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Ipv4,
    Ipv6,
    PrefixList,
    Group,
}

impl Peer {
    /// Reads a block that EC2 answers, of either family. Host bits are masked, as EC2 does and
    /// not all of its look-alikes do.
    ///
    /// # Errors
    /// Text that is no CIDR.
    pub fn from_ec2_cidr(text: &str) -> Result<Self, DecodeError> {
        match text.parse::<IpNet>() {
            Ok(net) => Ok(net.into()),
            Err(_) => Err(DecodeError(format!("{text:?} is not a CIDR"))),
        }
    }

    /// The peer as the group `id` of the account `owner` sees it: a group of the same account
    /// loses its account, and the group itself becomes [`Peer::SelfReference`]. EC2 names the account of
    /// every group, so this is how its answers become comparable with what a user wrote.
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

    /// Whether every address of `other` is known to be one of ours. What a prefix list or a group
    /// holds is not known here, so such peers cover only themselves.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ipv4(ours), Self::Ipv4(theirs)) => ours.contains(theirs),
            (Self::Ipv6(ours), Self::Ipv6(theirs)) => ours.contains(theirs),
            _ => self == other,
        }
    }

    /// Whether some address is known to be in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        // Address blocks are nested or apart.
        self.covers(other) || other.covers(self)
    }

    /// Which kind it is: EC2 changes a rule in place only where the peer stays of the same kind.
    /// With a group of another account it changes none, so such a peer is of no kind.
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
    /// Host bits are masked.
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
