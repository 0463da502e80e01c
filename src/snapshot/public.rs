//! Public addresses, for audits: all except private, shared, local, multicast and reserved ones.
//!
//! `rules/public.rs` has another list, which decides whether rules let in the world: there, blocks
//! for documentation don't count. Here they count as public, since they aren't private addresses of
//! the account.

use std::net::IpAddr;
use std::sync::LazyLock;

use ipnet::IpNet;

static NOT_PUBLIC: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let blocks = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        // Multicast and reserved.
        "224.0.0.0/3",
        // Unspecified and loopback.
        "::/127",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    ];
    let blocks = blocks.iter();
    blocks
        .map(|text| text.parse().expect("a block of the table"))
        .collect()
});

/// Whether an address is public: in none of the private or reserved blocks.
pub fn is_public(address: IpAddr) -> bool {
    let address = address.to_canonical();
    !NOT_PUBLIC.iter().any(|block| block.contains(&address))
}

/// Whether a block has public addresses: no private or reserved block contains all of it.
pub fn has_public(block: &IpNet) -> bool {
    !NOT_PUBLIC.iter().any(|private| private.contains(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_reserved_addresses_are_not_public() {
        for (address, expected) in [
            ("9.255.255.255", true),
            ("10.0.0.1", false),
            ("11.0.0.0", true),
            ("100.63.255.255", true),
            ("100.64.0.0", false),
            ("100.127.255.255", false),
            ("100.128.0.0", true),
            ("126.255.255.255", true),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("172.15.255.255", true),
            ("172.16.0.0", false),
            ("172.31.255.255", false),
            ("172.32.0.0", true),
            ("192.168.0.1", false),
            ("223.255.255.255", true),
            ("224.0.0.1", false),
            ("240.0.0.1", false),
            ("0.0.0.0", false),
            ("::", false),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("2600:1f18::1", true),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("fe80::1", false),
            ("ff02::1", false),
        ] {
            let parsed: IpAddr = address.parse().expect("an address");
            assert_eq!(is_public(parsed), expected, "{address}");
        }
    }

    #[test]
    fn a_block_is_private_where_a_private_one_holds_it_whole() {
        for (block, expected) in [
            ("10.0.0.0/8", false),
            ("10.0.0.0/7", true),
            ("172.16.0.0/13", false),
            ("224.0.0.0/4", false),
            ("192.0.0.0/3", true),
            ("fd00::/8", false),
            ("fc00::/6", true),
            ("2600::/12", true),
        ] {
            let parsed: IpNet = block.parse().expect("a block");
            assert_eq!(has_public(&parsed), expected, "{block}");
        }
    }
}
