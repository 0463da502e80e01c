//! Classifies ports as administration, data, web or other, for the columns of the world-open matrix
//! and for `open-admin`, `open-data` and `open-port`.

use crate::rules::Traffic;

/// A kind of port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Shells and desktops.
    Admin,
    /// Databases, caches, search engines, message brokers, shared files.
    Data,
    /// 80 and 443, which are meant to be open.
    Web,
    /// Any other.
    Other,
}

/// TCP ports of administration: SSH, Telnet, RDP and WinRM.
pub const ADMIN_PORTS: [u16; 5] = [22, 23, 3389, 5985, 5986];

/// Ports that are meant to be open.
const WEB: [u16; 2] = [80, 443];

/// Ports of data, for TCP and UDP, in addition to those of the catalog.
pub const DATA_PORTS: [u16; 19] = [
    1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
    11211, 27017, 27018,
];

/// Ranges of ports with their class, for all ports of each protocol.
#[derive(Debug)]
pub(super) struct PortClasses {
    tcp: Vec<(u16, u16, Class)>,
    udp: Vec<(u16, u16, Class)>,
}

impl PortClasses {
    /// The classes, with the traffic of further data services.
    pub(super) fn new(data: &[Traffic]) -> Self {
        let class = |protocol: &str, port: u16| {
            if protocol == "tcp" && ADMIN_PORTS.contains(&port) {
                Class::Admin
            } else if WEB.contains(&port) {
                Class::Web
            } else if DATA_PORTS.contains(&port) || data.iter().any(|t| has(t, protocol, port)) {
                Class::Data
            } else {
                Class::Other
            }
        };
        // The class can change only at these ports.
        let cut = |protocol: &str| {
            let ends = data.iter().filter_map(|traffic| ends(traffic, protocol));
            let mut cuts: Vec<u32> = ends
                .flat_map(|(first, last)| [u32::from(first), u32::from(last) + 1])
                .chain(
                    ADMIN_PORTS
                        .iter()
                        .chain(&WEB)
                        .chain(&DATA_PORTS)
                        .flat_map(|port| [u32::from(*port), u32::from(*port) + 1]),
                )
                .chain([0, 1 << 16])
                .collect();
            cuts.sort_unstable();
            cuts.dedup();
            let mut found: Vec<(u16, u16, Class)> = Vec::new();
            for pair in cuts.windows(2) {
                // Every cut but the last is a port, and the last is the one after all ports.
                let (first, last) = (pair[0] as u16, (pair[1] - 1) as u16);
                let class = class(protocol, first);
                match found.last_mut() {
                    Some(before) if before.2 == class => before.1 = last,
                    _ => found.push((first, last, class)),
                }
            }
            found
        };
        Self {
            tcp: cut("tcp"),
            udp: cut("udp"),
        }
    }

    /// The parts of a range of ports, each with its class.
    pub(super) fn pieces(
        &self,
        is_tcp: bool,
        (first, last): (u16, u16),
    ) -> impl Iterator<Item = (u16, u16, Class)> {
        let all = if is_tcp { &self.tcp } else { &self.udp };
        let begin = all.partition_point(|(_, end, _)| *end < first);
        all[begin..]
            .iter()
            .take_while(move |(start, _, _)| *start <= last)
            .map(move |(start, end, class)| ((*start).max(first), (*end).min(last), *class))
    }
}

/// The ports of traffic, if it has any of this protocol.
fn ends(traffic: &Traffic, protocol: &str) -> Option<(u16, u16)> {
    let (first, last) = traffic.ports().filter(|_| traffic.protocol() == protocol)?;
    Some((first.try_into().ok()?, last.try_into().ok()?))
}

fn has(traffic: &Traffic, protocol: &str, port: u16) -> bool {
    ends(traffic, protocol).is_some_and(|(first, last)| (first..=last).contains(&port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(is_tcp: bool, port: u16) -> Class {
        let data = ["tcp/6432", "udp/4567"].map(|key| key.parse().expect("traffic"));
        let classes = PortClasses::new(&data);
        let mut pieces = classes.pieces(is_tcp, (port, port));
        let (first, last, class) = pieces.next().expect("a piece");
        assert_eq!((first, last, pieces.next()), (port, port, None));
        class
    }

    /// A typo in a range once flagged every port from 1433 to 3389.
    #[test]
    fn neighbours_of_a_port_were_taken_for_it() {
        let data = DATA_PORTS.into_iter().chain([6432]);
        for (port, expected) in ADMIN_PORTS
            .into_iter()
            .map(|port| (port, Class::Admin))
            .chain(WEB.into_iter().map(|port| (port, Class::Web)))
            .chain(data.map(|port| (port, Class::Data)))
        {
            assert_eq!(class(true, port), expected, "{port}");
            for near in [port - 1, port + 1] {
                let listed = [&ADMIN_PORTS[..], &WEB, &DATA_PORTS]
                    .concat()
                    .contains(&near);
                if !listed {
                    assert_eq!(class(true, near), Class::Other, "{near}");
                }
            }
        }
        assert_eq!(class(false, 22), Class::Other);
        assert_eq!(class(false, 4567), Class::Data);
        assert_eq!(class(true, 4567), Class::Other);
        assert_eq!(class(true, 0), Class::Other);
        assert_eq!(class(true, u16::MAX), Class::Other);
    }

    #[test]
    fn the_pieces_of_all_ports_are_all_ports() {
        let classes = PortClasses::new(&[]);
        for is_tcp in [true, false] {
            let mut next = 0_u32;
            for (first, last, _) in classes.pieces(is_tcp, (0, u16::MAX)) {
                assert_eq!(u32::from(first), next);
                next = u32::from(last) + 1;
            }
            assert_eq!(next, 1 << 16);
        }
    }
}
