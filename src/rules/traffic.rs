//! The traffic of a rule as EC2 stores it: a protocol, with ports or ICMP messages if it has them.
//! Other modules can't build a combination that EC2 would not store.

use std::borrow::Cow;

use super::DecodeError;
use super::protocols::{self, ICMP, ICMPV6, TCP, UDP};

/// Protocol and ports. `Copy`, so that a catalog can be a table of constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic(Kind);

/// Messages of ICMP or ICMPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IcmpMessages {
    /// Every type.
    All,
    /// One type, every code.
    Type(u8),
    /// One type and one code of it.
    Code(u8, u8),
}

/// The range of all 65,536 ports.
const ALL_PORTS: (u16, u16) = (0, u16::MAX);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    All,
    /// `from <= to`, both included.
    Ports {
        transport: Transport,
        from: u16,
        to: u16,
    },
    Icmp {
        version: Version,
        messages: IcmpMessages,
    },
    /// Any protocol but tcp, udp, icmp and icmpv6, by number.
    Other(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Transport {
    Tcp,
    Udp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Version {
    Icmp,
    Icmpv6,
}

impl Traffic {
    /// Every protocol, every port.
    pub const ALL: Self = Self(Kind::All);

    /// TCP ports, both ends included. `None` if the range is reversed.
    pub const fn tcp(from: u16, to: u16) -> Option<Self> {
        Self::ranged(Transport::Tcp, from, to)
    }

    /// UDP ports, both ends included. `None` if the range is reversed.
    pub const fn udp(from: u16, to: u16) -> Option<Self> {
        Self::ranged(Transport::Udp, from, to)
    }

    /// ICMP (for IPv4).
    pub const fn icmp(messages: IcmpMessages) -> Self {
        Self(Kind::Icmp {
            version: Version::Icmp,
            messages,
        })
    }

    /// ICMPv6.
    pub const fn icmpv6(messages: IcmpMessages) -> Self {
        Self(Kind::Icmp {
            version: Version::Icmpv6,
            messages,
        })
    }

    /// A protocol without ports, by IANA's number. `None` for tcp, udp, icmp and icmpv6, which
    /// have their own constructors.
    pub const fn other(number: u8) -> Option<Self> {
        match number {
            ICMP | TCP | UDP | ICMPV6 => None,
            _ => Some(Self(Kind::Other(number))),
        }
    }

    /// The protocol as EC2 writes it: `-1` for all, a name for tcp, udp, icmp and icmpv6, or else
    /// the number.
    pub fn protocol(&self) -> Cow<'static, str> {
        match self.0 {
            Kind::All => "-1".into(),
            Kind::Ports { transport, .. } => match transport {
                Transport::Tcp => "tcp".into(),
                Transport::Udp => "udp".into(),
            },
            Kind::Icmp { version, .. } => match version {
                Version::Icmp => "icmp".into(),
                Version::Icmpv6 => "icmpv6".into(),
            },
            Kind::Other(number) => number.to_string().into(),
        }
    }

    /// The values of `FromPort` and `ToPort`: a port range, or an ICMP type and code with -1 for
    /// all. `None` for a protocol without ports.
    pub fn ports(&self) -> Option<(i32, i32)> {
        match self.0 {
            Kind::All | Kind::Other(_) => None,
            Kind::Ports { from, to, .. } => Some((from.into(), to.into())),
            Kind::Icmp { messages, .. } => Some(match messages {
                IcmpMessages::All => (-1, -1),
                IcmpMessages::Type(kind) => (kind.into(), -1),
                IcmpMessages::Code(kind, code) => (kind.into(), code.into()),
            }),
        }
    }

    /// Reads traffic from an answer of EC2 or an emulation: protocols by name or number, in any
    /// case, and missing ports or -1 for all ports.
    ///
    /// # Errors
    /// The protocol is unknown, or no rule can have the ports.
    pub fn from_ec2(
        protocol: &str,
        from: Option<i32>,
        to: Option<i32>,
    ) -> Result<Self, DecodeError> {
        let read = if protocols::is_all(protocol) {
            Some(Self::ALL)
        } else {
            protocols::number(protocol).and_then(|number| match number {
                TCP => Self::from_ec2_ports(Transport::Tcp, from, to),
                UDP => Self::from_ec2_ports(Transport::Udp, from, to),
                ICMP => IcmpMessages::from_ec2(from, to).map(Self::icmp),
                ICMPV6 => IcmpMessages::from_ec2(from, to).map(Self::icmpv6),
                _ => Self::other(number),
            })
        };
        read.ok_or_else(|| {
            DecodeError(format!(
                "no rule has protocol {protocol:?} with ports {} to {}",
                written(from),
                written(to)
            ))
        })
    }

    /// Whether every packet of `other` is in this traffic too. All traffic covers itself.
    pub fn covers(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Kind::All, _) => true,
            (
                Kind::Ports {
                    transport: ours,
                    from,
                    to,
                },
                Kind::Ports {
                    transport: theirs,
                    from: low,
                    to: high,
                },
            ) => ours == theirs && from <= low && high <= to,
            (
                Kind::Icmp {
                    version: ours,
                    messages,
                },
                Kind::Icmp {
                    version: theirs,
                    messages: some,
                },
            ) => ours == theirs && messages.covers(some),
            (ours, theirs) => ours == theirs,
        }
    }

    /// Whether some packet is in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (
                Kind::Ports {
                    transport: ours,
                    from,
                    to,
                },
                Kind::Ports {
                    transport: theirs,
                    from: low,
                    to: high,
                },
            ) => ours == theirs && from <= high && low <= to,
            // Other kinds are either nested or disjoint.
            _ => self.covers(other) || other.covers(self),
        }
    }

    /// The traffic as an interval of whole numbers: it covers other traffic if and only if its
    /// interval contains the other's, and overlaps it if the intervals meet.
    pub(super) fn interval(&self) -> (u32, u32) {
        const LANE: u32 = 1 << 16;
        let (lane, (from, to)) = match self.0 {
            Kind::All => return (0, 5 * LANE),
            Kind::Ports {
                transport,
                from,
                to,
            } => (transport as u32, (from.into(), to.into())),
            Kind::Icmp { version, messages } => (2 + version as u32, messages.interval()),
            Kind::Other(number) => (4, (number.into(), number.into())),
        };
        (lane * LANE + from, lane * LANE + to)
    }

    const fn ranged(transport: Transport, from: u16, to: u16) -> Option<Self> {
        if from > to {
            return None;
        }
        Some(Self(Kind::Ports {
            transport,
            from,
            to,
        }))
    }

    fn from_ec2_ports(transport: Transport, from: Option<i32>, to: Option<i32>) -> Option<Self> {
        let (from, to) = match (known(from), known(to)) {
            (None, None) => ALL_PORTS,
            (Some(from), to) => {
                let from = from.try_into().ok()?;
                (from, to.map_or(Ok(from), u16::try_from).ok()?)
            }
            (None, Some(_)) => return None,
        };
        Self::ranged(transport, from, to)
    }
}

impl IcmpMessages {
    fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Type(ours), Self::Type(theirs) | Self::Code(theirs, _)) => ours == theirs,
            _ => self == other,
        }
    }

    fn interval(self) -> (u32, u32) {
        let code = |kind: u8, code: u8| u32::from(kind) << 8 | u32::from(code);
        match self {
            Self::All => (code(0, 0), code(u8::MAX, u8::MAX)),
            Self::Type(kind) => (code(kind, 0), code(kind, u8::MAX)),
            Self::Code(kind, one) => (code(kind, one), code(kind, one)),
        }
    }

    fn from_ec2(kind: Option<i32>, code: Option<i32>) -> Option<Self> {
        Some(match (known(kind), known(code)) {
            (None, None) => Self::All,
            (None, Some(_)) => return None,
            (Some(kind), None) => Self::Type(kind.try_into().ok()?),
            (Some(kind), Some(code)) => Self::Code(kind.try_into().ok()?, code.try_into().ok()?),
        })
    }
}

/// A port of EC2's answer; `None` for -1, which means all.
fn known(port: Option<i32>) -> Option<i32> {
    port.filter(|port| *port != -1)
}

fn written(port: Option<i32>) -> String {
    port.map_or_else(|| "(none)".to_owned(), |port| port.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_ec2_takes_what_ec2_and_its_look_alikes_answer() {
        let table = [
            (("-1", None, None), Some(Traffic::ALL)),
            (("-1", Some(-1), Some(-1)), Some(Traffic::ALL)),
            (("-1", Some(80), Some(80)), Some(Traffic::ALL)),
            (("all", None, None), Some(Traffic::ALL)),
            (("tcp", Some(80), Some(81)), Traffic::tcp(80, 81)),
            (("TCP", Some(80), None), Traffic::tcp(80, 80)),
            (("6", None, None), Traffic::tcp(0, 65535)),
            (("17", Some(-1), Some(-1)), Traffic::udp(0, 65535)),
            (("udp", Some(0), Some(0)), Traffic::udp(0, 0)),
            (
                ("1", Some(8), Some(0)),
                Some(Traffic::icmp(IcmpMessages::Code(8, 0))),
            ),
            (
                ("icmp", Some(8), Some(-1)),
                Some(Traffic::icmp(IcmpMessages::Type(8))),
            ),
            (("58", None, None), Some(Traffic::icmpv6(IcmpMessages::All))),
            (
                ("ipv6-icmp", Some(-1), Some(-1)),
                Some(Traffic::icmpv6(IcmpMessages::All)),
            ),
            (("50", Some(-1), Some(-1)), Traffic::other(50)),
            (("esp", None, None), Traffic::other(50)),
            (("tcp", Some(81), Some(80)), None),
            (("tcp", None, Some(80)), None),
            (("tcp", Some(i32::MIN), Some(i32::MAX)), None),
            (("udp", Some(0), Some(65536)), None),
            (("icmp", Some(256), Some(0)), None),
            (("icmp", Some(8), Some(256)), None),
            (("icmp", Some(-1), Some(0)), None),
            (("256", None, None), None),
            (("", None, None), None),
            (("nonsense", None, None), None),
        ];
        for ((protocol, from, to), expected) in table {
            assert_eq!(
                Traffic::from_ec2(protocol, from, to).ok(),
                expected,
                "{protocol:?} {from:?} {to:?}"
            );
        }
    }

    #[test]
    fn from_ec2_says_what_it_could_not_read() {
        let error = Traffic::from_ec2("tcp", None, Some(80)).unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"no rule has protocol "tcp" with ports (none) to 80"#
        );
    }

    #[test]
    fn illegal_combinations_cannot_be_built() {
        assert_eq!(Traffic::tcp(2, 1), None);
        assert_eq!(Traffic::udp(1, 0), None);
        for number in [1, 6, 17, 58] {
            assert_eq!(Traffic::other(number), None);
        }
    }

    #[test]
    fn covers_and_overlaps_follow_the_packets() {
        use IcmpMessages::{All, Code, Type};
        let tcp = |from, to| Traffic::tcp(from, to).expect("in order");
        let udp = |from, to| Traffic::udp(from, to).expect("in order");
        let esp = Traffic::other(50).expect("not one of the four");
        for (a, b, covers, overlaps) in [
            (Traffic::ALL, esp, true, true),
            (esp, Traffic::ALL, false, true),
            (tcp(1, 9), tcp(1, 9), true, true),
            (tcp(1, 9), tcp(2, 8), true, true),
            (tcp(1, 9), tcp(9, 10), false, true),
            (tcp(1, 9), tcp(10, 11), false, false),
            (tcp(1, 9), udp(2, 8), false, false),
            (Traffic::icmp(All), Traffic::icmp(Code(8, 0)), true, true),
            (
                Traffic::icmp(Type(8)),
                Traffic::icmp(Code(8, 0)),
                true,
                true,
            ),
            (
                Traffic::icmp(Code(8, 0)),
                Traffic::icmp(Type(8)),
                false,
                true,
            ),
            (Traffic::icmp(Type(8)), Traffic::icmp(Type(0)), false, false),
            (Traffic::icmp(All), Traffic::icmpv6(All), false, false),
            (tcp(0, 65535), esp, false, false),
        ] {
            assert_eq!(a.covers(&b), covers, "{a:?} covers {b:?}");
            assert_eq!(a.overlaps(&b), overlaps, "{a:?} overlaps {b:?}");
            assert_eq!(b.overlaps(&a), overlaps, "{b:?} overlaps {a:?}");
        }
    }
}
