//! The public addresses, from which EC2 can be reached over the internet. Private, shared, local,
//! documentation, multicast and reserved addresses aren't public, so a rule that only leaves out
//! some of those still counts as open to the world.

use std::sync::LazyLock;

use ipnet::IpNet;

use super::cidr_set;

/// Blocks of IPv4 that IANA's registry of special-purpose addresses says aren't globally reachable.
const NOT_PUBLIC: [&str; 15] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// Blocks for documentation among the global unicast addresses of IPv6.
const NOT_PUBLIC_IPV6: [&str; 2] = ["2001:db8::/32", "3fff::/20"];

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    pub(in crate::rules) const BOTH: [Self; 2] = [Self::Ipv4, Self::Ipv6];

    /// Whether a block is of this family.
    pub(in crate::rules) fn has(self, block: &IpNet) -> bool {
        matches!(block, IpNet::V4(_)) == (self == Self::Ipv4)
    }

    /// Words for all its addresses.
    pub(in crate::rules) fn everybody(self) -> &'static str {
        match self {
            Self::Ipv4 => "every public IPv4 address",
            Self::Ipv6 => "every public IPv6 address",
        }
    }

    /// All public addresses, in the fewest blocks.
    pub(in crate::rules) fn public(self) -> &'static [IpNet] {
        static IPV4: LazyLock<Vec<IpNet>> = LazyLock::new(|| without("0.0.0.0/0", &NOT_PUBLIC));
        static IPV6: LazyLock<Vec<IpNet>> = LazyLock::new(|| without("2000::/3", &NOT_PUBLIC_IPV6));
        match self {
            Self::Ipv4 => &IPV4,
            Self::Ipv6 => &IPV6,
        }
    }
}

/// The size of a block as a share of its family, which has the size 2^100. Small blocks of IPv6 are
/// rounded up, so that a sum is never too small.
pub(in crate::rules) fn size(block: &IpNet) -> u128 {
    (1 << 100) >> block.prefix_len().min(100)
}

/// The size of a family's public addresses, in the unit of [`size`].
pub(in crate::rules) fn world_size(family: Family) -> u128 {
    static SIZES: LazyLock<[u128; 2]> =
        LazyLock::new(|| Family::BOTH.map(|family| family.public().iter().map(size).sum()));
    match family {
        Family::Ipv4 => SIZES[0],
        Family::Ipv6 => SIZES[1],
    }
}

/// Whether the blocks together contain every public address of a family.
pub(in crate::rules) fn is_world(family: Family, blocks: &[IpNet]) -> bool {
    let public = family.public();
    let sum: u128 = blocks.iter().map(size).sum();
    sum >= world_size(family) && cidr_set::subtract(public, blocks).is_empty()
}

/// Whether a block contains a public address.
pub(in crate::rules) fn has_public(block: &IpNet) -> bool {
    let mut public = Family::BOTH.into_iter().flat_map(Family::public);
    public.any(|public| public.contains(block) || block.contains(public))
}

fn without(all: &str, blocks: &[&str]) -> Vec<IpNet> {
    let block = |text: &str| text.parse::<IpNet>().expect("a block of the table");
    let blocks: Vec<IpNet> = blocks.iter().map(|text| block(text)).collect();
    cidr_set::subtract(&[block(all)], &blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_public_addresses_together_are_the_world() {
        let is = |family, blocks: &[&str]| {
            let blocks: Vec<IpNet> = blocks
                .iter()
                .map(|text| text.parse().expect("a block"))
                .collect();
            is_world(family, &blocks)
        };
        let without_reserved = ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"];
        assert!(is(Family::Ipv4, &["0.0.0.0/0"]));
        assert!(is(Family::Ipv4, &["0.0.0.0/1", "128.0.0.0/1"]));
        assert!(is(Family::Ipv4, &without_reserved));
        assert!(!is(Family::Ipv4, &without_reserved[..2]));
        assert!(!is(Family::Ipv4, &["0.0.0.0/1", "::/0"]));
        assert!(is(Family::Ipv6, &["::/0"]));
        assert!(is(Family::Ipv6, &["2000::/3"]));
        assert!(is(Family::Ipv6, &["2000::/4", "3000::/4"]));
        assert!(!is(Family::Ipv6, &["2000::/4"]));
        assert!(!is(Family::Ipv6, &["0.0.0.0/0"]));
    }
}
