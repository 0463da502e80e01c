//! Properties that hold for every input: of texts and EC2's answers here, of the order of calls in
//! `steps`, and of the cover index in `search`.

mod search;
mod steps;

use proptest::prelude::*;

use crate::rules::{Direction, IcmpMessages, Peer, Rule, Traffic, normalise};

/// Any traffic at all.
fn traffic() -> impl Strategy<Value = Traffic> {
    let messages = prop_oneof![
        Just(IcmpMessages::All),
        any::<u8>().prop_map(IcmpMessages::Type),
        any::<(u8, u8)>().prop_map(|(kind, code)| IcmpMessages::Code(kind, code)),
    ];
    prop_oneof![
        Just(Traffic::ALL),
        any::<(u16, u16)>().prop_filter_map("reversed", |(from, to)| Traffic::tcp(from, to)),
        any::<(u16, u16)>().prop_filter_map("reversed", |(from, to)| Traffic::udp(from, to)),
        messages.clone().prop_map(Traffic::icmp),
        messages.prop_map(Traffic::icmpv6),
        any::<u8>().prop_filter_map("has a constructor of its own", Traffic::other),
    ]
}

/// Any peer at all.
fn peer() -> impl Strategy<Value = Peer> {
    let id = "[0-9a-f]{8}|[0-9a-f]{17}";
    prop_oneof![
        (any::<[u8; 4]>(), 0..=32u8).prop_map(|(ip, length)| cidr(ip.into(), length)),
        (any::<[u16; 8]>(), 0..=128u8).prop_map(|(ip, length)| cidr(ip.into(), length)),
        id.prop_map(|id| Peer::PrefixList(format!("pl-{id}"))),
        (prop::option::of("[0-9]{12}"), id).prop_map(|(account, id)| Peer::Group {
            account,
            id: format!("sg-{id}"),
        }),
        Just(Peer::SelfReference),
    ]
}

fn cidr(ip: std::net::IpAddr, length: u8) -> Peer {
    let net = ipnet::IpNet::new(ip, length).expect("the length is one of the family's");
    net.into()
}

/// Any rule at all.
pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    let direction = prop_oneof![Just(Direction::Ingress), Just(Direction::Egress)];
    (direction, traffic(), peer()).prop_map(|(direction, traffic, peer)| Rule {
        direction,
        traffic,
        peer,
    })
}

proptest! {
    #[test]
    fn from_ec2_reads_what_goes_to_ec2(traffic in traffic()) {
        let (from, to) = traffic.ports().unzip();
        prop_assert_eq!(Traffic::from_ec2(&traffic.protocol(), from, to), Ok(traffic));
    }

    #[test]
    fn from_ec2_takes_anything(protocol in "\\PC{0,9}|[0-9]{1,3}|tcp|icmp", from: Option<i32>, to: Option<i32>) {
        if let Ok(traffic) = Traffic::from_ec2(&protocol, from, to) {
            prop_assert_eq!(traffic.to_string().parse(), Ok(traffic));
        }
    }

    #[test]
    fn a_key_reads_back_so_no_two_rules_share_one(rule in rule()) {
        prop_assert_eq!(rule.to_string().parse(), Ok(rule));
    }

    #[test]
    fn any_text_is_a_key_or_refused(text in "\\PC*|(ingress|egress) [a-z0-9/-]{1,12} (from|to) [a-z0-9:./-]{1,20}") {
        if let Ok(rule) = text.parse::<Rule>() {
            prop_assert_eq!(rule.to_string(), text);
        }
    }

    #[test]
    fn normalised_sources_stay_as_they_are(peer in peer()) {
        let text = peer.to_string();
        let read = match &peer {
            Peer::Ipv4(_) => normalise::ipv4(&text),
            Peer::Ipv6(_) => normalise::ipv6(&text),
            Peer::PrefixList(_) => normalise::prefix_list(&text),
            Peer::Group { .. } => normalise::group(&text),
            Peer::SelfReference => return Ok(()),
        };
        prop_assert_eq!(read, Ok(peer));
    }

    #[test]
    fn any_spelling_of_an_ipv6_address_is_the_same(ip: [u16; 8], length in 0..=128u8) {
        let ip = std::net::Ipv6Addr::from(ip);
        let Peer::Ipv6(net) = cidr(ip.into(), length) else { unreachable!("an IPv6 block") };
        let long = net.network().segments().map(|part| format!("{part:04X}")).join(":");
        let spelled = normalise::ipv6(&format!("{long}/{length:03}"));
        prop_assert_eq!(spelled, Ok(Peer::Ipv6(net)));
    }

    #[test]
    fn normalised_traffic_stays_as_it_is(traffic in traffic()) {
        let (from, to) = traffic.ports().unzip();
        let again = normalise::traffic(&traffic.protocol(), from.map(i64::from), to.map(i64::from));
        prop_assert_eq!(again, Ok(traffic));
    }

    #[test]
    fn any_source_is_read_or_faulted(text in "\\PC*|[0-9a-f:./]{0,24}|(sg|pl)-[0-9a-f]{7,18}") {
        for read in [normalise::ipv4, normalise::ipv6, normalise::prefix_list, normalise::group] {
            if let Err(fault) = read(&text) {
                prop_assert_eq!(fault.element.as_deref(), Some(text.as_str()));
                prop_assert!(!fault.detail.is_empty());
            }
        }
    }

    #[test]
    fn any_traffic_is_read_or_faulted(protocol in "\\PC{0,9}|tcp|-1|icmp|50", from: Option<i64>, to: Option<i64>) {
        if let Err(fault) = normalise::traffic(&protocol, from, to) {
            prop_assert!(["protocol", "from_port", "to_port"].contains(&fault.attribute));
        }
    }
}
