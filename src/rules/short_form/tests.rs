//! Tests of short forms: reading, error messages, and texts that are written and read back.

mod beginnings;
mod mistakes;

use proptest::prelude::*;

use super::*;
use crate::catalog::Catalog;
use crate::rules::properties::rule;

fn service(name: &str) -> Result<Vec<Traffic>, Vec<String>> {
    Catalog::built_in().service_or_nearest(name)
}

fn ingress(text: &str) -> Result<ShortForm, Vec<ShortFormError>> {
    parse(Direction::Ingress, text, &service)
}

fn reported(text: &str) -> Vec<String> {
    let faults = ingress(text).expect_err(text);
    let faults = faults.iter();
    faults
        .map(|fault| format!("{}: {}. {}", fault.column, fault.summary, fault.detail))
        .collect()
}

fn traffic(form: &ShortForm) -> Vec<String> {
    let traffic = form.traffic.iter().flat_map(|item| &item.traffic);
    traffic.map(ToString::to_string).collect()
}

#[test]
fn a_text_is_its_traffic_times_its_peers() {
    let form = ingress("https, tcp/9100 from 10.0.0.0/8, self # Prometheus, from the office")
        .expect("a short form");
    assert_eq!(form.description, "Prometheus, from the office");
    let keys: Vec<String> = form
        .rules(Direction::Ingress)
        .map(|rule| rule.to_string())
        .collect();
    assert_eq!(
        keys,
        [
            "ingress tcp/443 from 10.0.0.0/8",
            "ingress tcp/9100 from 10.0.0.0/8",
            "ingress tcp/443 from self",
            "ingress tcp/9100 from self",
        ]
    );
}

#[test]
fn traffic_is_a_service_a_protocol_or_a_number_in_any_case() {
    for (text, expected) in [
        ("https", "tcp/443"),
        ("openvpn", "tcp/443 udp/1194"),
        ("TCP/80", "tcp/80"),
        ("6/8000-8100", "tcp/8000-8100"),
        ("udp/0-65535", "udp/0-65535"),
        ("icmp", "icmp"),
        ("icmp/8", "icmp/8"),
        ("icmp/8/0", "icmp/8/0"),
        ("58/128", "icmpv6/128"),
        ("ipv6-icmp", "icmpv6"),
        ("all", "all"),
        ("-1", "all"),
        ("50", "50"),
        ("esp", "50"),
        ("protocol/50", "50"),
        ("protocol/80", "80"),
        ("protocol/0", "0"),
        ("protocol/1", "icmp"),
        ("eigrp", "88"),
    ] {
        let form = ingress(&format!("{text} from self")).unwrap_or_else(|e| panic!("{e:?}"));
        let traffic: Vec<String> = traffic(&form);
        assert_eq!(traffic.join(" "), expected, "{text}");
    }
}

#[test]
fn peers_are_cidr_blocks_ids_and_the_words_of_the_console() {
    for (text, expected) in [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("anywhere-ipv4", "0.0.0.0/0"),
        ("anywhere-ipv6", "::/0"),
        ("sg-0ab12345", "sg-0ab12345"),
        ("123456789012/sg-0ab12345", "123456789012/sg-0ab12345"),
        ("pl-63a5400a", "pl-63a5400a"),
        ("self", "self"),
    ] {
        let form = ingress(&format!("ssh from {text}")).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(form.peers[0].peer.to_string(), expected, "{text}");
    }
}

/// `22` and `80` were silently the IP protocols of these numbers, and opened no port.
#[test]
fn a_number_by_itself_is_a_protocol_only_where_no_port_can_be_meant() {
    for number in 0..=255u8 {
        let read = ingress(&format!("{number} from self"));
        let is_port_of_a_service = Catalog::built_in().services().iter().any(|service| {
            let mut traffic = service.traffic.iter();
            let port = Some((number.into(), number.into()));
            traffic.any(|one| one.ports() == port)
        });
        assert!(read.is_err() || !is_port_of_a_service, "{number}");
        let written =
            Traffic::other(number).map_or_else(|| "all".to_owned(), |t| super::traffic(&t));
        let form = ingress(&format!("{written} from self")).unwrap_or_else(|e| panic!("{e:?}"));
        let expected = Traffic::other(number).map_or("all".to_owned(), |t| t.to_string());
        assert_eq!(traffic(&form), [expected]);
    }
}

#[test]
fn every_mistake_of_a_text_is_told_in_order() {
    let columns: Vec<usize> = ingress("htps, tcp from wrld, 10.0.0.1/8")
        .expect_err("it is wrong")
        .iter()
        .map(|fault| fault.column)
        .collect();
    assert_eq!(columns, [1, 7, 16, 22]);
}

#[test]
fn egress_says_to() {
    let form = parse(Direction::Egress, "all to anywhere-ipv4", &service).expect("a short form");
    let keys: Vec<String> = form
        .rules(Direction::Egress)
        .map(|rule| rule.to_string())
        .collect();
    assert_eq!(keys, ["egress all to 0.0.0.0/0"]);
    assert!(parse(Direction::Egress, "all from anywhere-ipv4", &service).is_err());
}

proptest! {
    /// The spelling of the keys of `rules` is one that the short form takes, but for numbers that may be
    /// ports.
    #[test]
    fn a_written_rule_reads_back(rule in rule(), description in "[a-zA-Z0-9 ]{0,20}") {
        let description = description.trim();
        let (traffic, peer) = (super::traffic(&rule.traffic), rule.peer.to_string());
        let text = ShortForm::write(rule.direction, [&*traffic], [&*peer], description);
        let read = parse(rule.direction, &text, &service);
        let read = read.unwrap_or_else(|e| panic!("{text}: {e:?}"));
        prop_assert_eq!(read.rules(rule.direction).collect::<Vec<_>>(), [rule], "{}", text);
        prop_assert_eq!(read.description, description);
    }

    /// No text panics, and every column is within it.
    #[test]
    fn any_text_is_read_or_told(text in "\\PC{0,60}") {
        if let Err(faults) = ingress(&text) {
            for fault in faults {
                prop_assert!(fault.column >= 1 && fault.column <= text.chars().count() + 1);
            }
        }
    }
}

/// A catalog looks at all its names for a hint: that took most of the time of a large plan.
#[test]
fn a_line_that_is_right_has_no_hint_looked_for() {
    let text = "https, tcp/9100, TCP/1-9, 6/80, icmp/8/0, icmpv6, 50, all from 10.0.0.0/8, self";
    let (form, errors) = read(Direction::Ingress, text, &|name| match service(name) {
        Ok(traffic) => Ok(traffic),
        Err(_) => panic!("{name:?} is no service"),
    });
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(form.traffic.len(), 8);
}
