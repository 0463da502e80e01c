//! Union and difference of sets of addresses, in the fewest CIDR blocks. A set may have blocks of
//! both families, which never meet.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

/// The fewest blocks with exactly the addresses of these, in order, IPv4 first.
pub fn merge(blocks: &[IpNet]) -> Vec<IpNet> {
    IpNet::aggregate(&blocks.to_vec())
}

/// The fewest blocks with exactly the addresses of `from` that aren't in `without`, in order, IPv4
/// first.
pub fn subtract(from: &[IpNet], without: &[IpNet]) -> Vec<IpNet> {
    let (from, without) = (merge(from), merge(without));
    let mut found = Vec::new();
    for (first, last) in difference(&ipv4(&from), &ipv4(&without)) {
        // The numbers come from IPv4 addresses and don't grow, so they fit.
        let address = |number: u128| Ipv4Addr::from_bits(number as u32);
        let blocks = Ipv4Subnets::new(address(first), address(last), 0);
        found.extend(blocks.map(IpNet::from));
    }
    for (first, last) in difference(&ipv6(&from), &ipv6(&without)) {
        let blocks = Ipv6Subnets::new(Ipv6Addr::from_bits(first), Ipv6Addr::from_bits(last), 0);
        found.extend(blocks.map(IpNet::from));
    }
    found
}

/// First and last address, as numbers.
type Range = (u128, u128);

fn ipv4(blocks: &[IpNet]) -> Vec<Range> {
    let range = |block: &IpNet| match block {
        IpNet::V4(net) => Some((
            u128::from(net.network().to_bits()),
            u128::from(net.broadcast().to_bits()),
        )),
        IpNet::V6(_) => None,
    };
    blocks.iter().filter_map(range).collect()
}

fn ipv6(blocks: &[IpNet]) -> Vec<Range> {
    let range = |block: &IpNet| match block {
        IpNet::V4(_) => None,
        IpNet::V6(net) => Some((net.network().to_bits(), net.broadcast().to_bits())),
    };
    blocks.iter().filter_map(range).collect()
}

/// Ranges without others, joined where two ranges touch. Both lists are in order,
/// and no two ranges of a list overlap.
fn difference(from: &[Range], without: &[Range]) -> Vec<Range> {
    let mut found: Vec<Range> = Vec::new();
    let mut without = without.iter().copied().peekable();
    for &(mut first, last) in from {
        while without.next_if(|&(_, end)| end < first).is_some() {}
        let mut is_left = true;
        while let Some(&(start, end)) = without.peek()
            && start <= last
        {
            if start > first {
                push(&mut found, (first, start - 1));
            }
            if end >= last {
                is_left = false;
                break;
            }
            first = end + 1;
            without.next();
        }
        if is_left {
            push(&mut found, (first, last));
        }
    }
    found
}

/// Adds a range, joined with the one before if the two touch.
fn push(ranges: &mut Vec<Range>, range: Range) {
    match ranges.last_mut() {
        // The one before ends below this one, so adding 1 can't overflow.
        Some(before) if before.1 + 1 == range.0 => before.1 = range.1,
        _ => ranges.push(range),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Bits of an address that vary in a property: the reference has a bit for each value.
    const BITS: u8 = 7;
    const SIZE: usize = 1 << BITS;

    /// The part of the address space that a property uses: addresses that differ in `BITS` bits
    /// from bit `offset` on and agree in all others.
    #[derive(Clone, Copy, Debug)]
    struct Window {
        is_ipv4: bool,
        offset: u8,
        base: u128,
    }

    impl Window {
        fn length(self) -> u8 {
            if self.is_ipv4 { 32 } else { 128 }
        }

        /// Number of bits below the varying ones.
        fn shift(self) -> u8 {
            self.length() - self.offset - BITS
        }

        /// The block of values that agree with this one in the first `length` varying bits.
        fn block(self, value: usize, length: u8) -> IpNet {
            let varying = ((SIZE as u128 - 1) << self.shift()) | ((1_u128 << self.shift()) - 1);
            let number = (self.base & !varying) | ((value as u128) << self.shift());
            let length = self.offset + length;
            let net = if self.is_ipv4 {
                IpNet::new(Ipv4Addr::from_bits(number as u32).into(), length)
            } else {
                IpNet::new(Ipv6Addr::from_bits(number).into(), length)
            };
            net.expect("the length is in range").trunc()
        }

        /// For each value, whether it is in one of the blocks.
        fn bits(self, blocks: &[IpNet]) -> Vec<bool> {
            let one = |value| self.block(value, BITS);
            let is_in = |value| blocks.iter().any(|block| block.contains(&one(value)));
            (0..SIZE).map(is_in).collect()
        }
    }

    /// The least number of aligned blocks that hold exactly these values.
    fn fewest(bits: &[bool]) -> usize {
        if bits.iter().all(|bit| *bit) {
            return 1;
        }
        if bits.iter().all(|bit| !bit) {
            return 0;
        }
        let (left, right) = bits.split_at(bits.len() / 2);
        fewest(left) + fewest(right)
    }

    fn window() -> impl Strategy<Value = Window> {
        let base = prop_oneof![Just(0), Just(u128::MAX), any::<u128>()];
        (any::<bool>(), any::<u8>(), base).prop_map(|(is_ipv4, offset, base)| {
            let (length, base) = if is_ipv4 {
                (32, base & u128::from(u32::MAX))
            } else {
                (128, base)
            };
            // The lowest and the highest offset are as likely as all others together.
            let most = length - BITS;
            let offset = match offset {
                0..64 => 0,
                64..128 => most,
                other => other % (most + 1),
            };
            Window {
                is_ipv4,
                offset,
                base,
            }
        })
    }

    fn blocks() -> impl Strategy<Value = Vec<(usize, u8)>> {
        vec((0..SIZE, 0..=BITS), 0..12)
    }

    fn in_window(window: Window, blocks: &[(usize, u8)]) -> Vec<IpNet> {
        let blocks = blocks.iter();
        blocks
            .map(|&(value, length)| window.block(value, length))
            .collect()
    }

    proptest! {
        #[test]
        fn a_union_has_the_same_addresses_in_the_fewest_blocks(
            window in window(),
            blocks in blocks(),
        ) {
            let blocks = in_window(window, &blocks);
            let merged = merge(&blocks);
            let bits = window.bits(&blocks);
            prop_assert_eq!(window.bits(&merged), bits.clone());
            prop_assert_eq!(merged.len(), fewest(&bits));
            prop_assert!(merged.is_sorted());
        }

        #[test]
        fn a_difference_has_the_addresses_that_are_left_in_the_fewest_blocks(
            window in window(),
            from in blocks(),
            without in blocks(),
        ) {
            let (from, without) = (in_window(window, &from), in_window(window, &without));
            let left = subtract(&from, &without);
            let (all, gone) = (window.bits(&from), window.bits(&without));
            let bits: Vec<bool> = all.iter().zip(&gone).map(|(a, g)| *a && !*g).collect();
            prop_assert_eq!(window.bits(&left), bits.clone());
            prop_assert_eq!(left.len(), fewest(&bits));
            prop_assert!(left.is_sorted());
        }
    }

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        let nets = texts.iter().map(|text| text.parse());
        nets.map(|net| net.expect("a block")).collect()
    }

    #[test]
    fn families_never_meet() {
        let all = nets(&["::/0", "0.0.0.0/0"]);
        assert_eq!(merge(&all), nets(&["0.0.0.0/0", "::/0"]));
        assert_eq!(subtract(&all, &nets(&["::/0"])), nets(&["0.0.0.0/0"]));
        assert_eq!(subtract(&all, &nets(&["0.0.0.0/0"])), nets(&["::/0"]));
        // The addresses of both begin with the same number.
        assert_eq!(
            subtract(&nets(&["0.0.0.0/1"]), &nets(&["::/8"])),
            nets(&["0.0.0.0/1"])
        );
    }

    #[test]
    fn difference_table() {
        let cases: [(&[&str], &[&str], &[&str]); 6] = [
            (&[], &["10.0.0.0/8"], &[]),
            (&["10.0.0.0/8"], &[], &["10.0.0.0/8"]),
            (&["10.0.0.0/9", "10.128.0.0/9"], &[], &["10.0.0.0/8"]),
            (&["10.0.0.0/8"], &["0.0.0.0/0"], &[]),
            (
                &["10.0.0.0/30"],
                &["10.0.0.1/32"],
                &["10.0.0.0/32", "10.0.0.2/31"],
            ),
            (
                &["255.255.255.254/31", "0.0.0.0/31"],
                &["255.255.255.255/32", "0.0.0.0/32"],
                &["0.0.0.1/32", "255.255.255.254/32"],
            ),
        ];
        for (from, without, expected) in cases {
            assert_eq!(subtract(&nets(from), &nets(without)), nets(expected));
        }
    }
}
