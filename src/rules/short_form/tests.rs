//! Tests of short forms: reading, error messages, and texts that are written and read back.

use proptest::prelude::*;

use super::*;
use crate::catalog::Catalog;
use crate::rules::properties::rule;

fn service(name: &str) -> Result<Vec<Traffic>, Vec<String>> {
    Catalog::built_in().service_or_nearest(name)
}

fn ingress(text: &str) -> Result<ShortForm, Vec<ShortFormError>> {
    parse(Direction::Ingress, text, service)
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

#[test]
fn mistakes_are_told_with_their_column_and_what_to_write() {
    for (text, expected) in [
        (
            "htps from self",
            "1: \"htps\" is neither a service nor a protocol. Did you mean \"https\", \"ftps\" or \"http\"?",
        ),
        (
            "https, postgres from self",
            "8: \"postgres\" is neither a service nor a protocol. Did you mean \"postgresql\"",
        ),
        (
            "443 from self",
            "1: \"443\" is neither a service nor a protocol. For ports write \"tcp/443\" or \"udp/443\".",
        ),
        (
            "8000-8100 from self",
            "1: \"8000-8100\" is neither a service nor a protocol. For ports write \"tcp/8000-8100\"",
        ),
        (
            "tcp from self",
            "1: \"tcp\" needs ports. Write \"tcp/443\" for one port",
        ),
        (
            "tcp/90-80 from self",
            "1: \"tcp/90-80\" begins above its end. A range goes from the lower port to the higher one. Write \"tcp/80-90\".",
        ),
        (
            "tcp/65536 from self",
            "1: \"tcp/65536\" has no ports from 0 to 65535",
        ),
        ("tcp/ from self", "1: \"tcp/\" has no ports from 0 to 65535"),
        (
            "icmp/256 from self",
            "1: \"icmp/256\" has no ICMP type from 0 to 255",
        ),
        (
            "esp/80 from self",
            "1: \"esp/80\" has ports, and protocol \"esp\" has none",
        ),
        (
            "all/80 from self",
            "1: \"all/80\" has ports, and \"all\" has none",
        ),
        (
            "https/8443 from self",
            "1: \"https/8443\" gives ports to a service. A service brings its own ports. Write \"https\", or \"tcp/8443\".",
        ),
        (
            "https to self",
            "7: An ingress rule says \"from\", not \"to\"",
        ),
        ("https", "6: \"https\" doesn't say \"from\""),
        ("", "1: \"\" doesn't say \"from\""),
        ("https from", "11: Here a peer is missing"),
        ("from self", "1: Here what is let through is missing"),
        ("https, from self", "8: Here what is let through is missing"),
        ("https from self,", "17: Here a peer is missing"),
        (
            "https http from self",
            "1: \"https http\" is several things. Write \"https, http\".",
        ),
        (
            "https from self from self",
            "17: \"from\" is the second of its kind",
        ),
        (
            "https from 10.0.0.1/8",
            "12: \"10.0.0.1/8\" has host bits set. The block that this address is in is \"10.0.0.0/8\"",
        ),
        ("https from 10.0.0.1", "12: \"10.0.0.1\" has no length"),
        (
            "https from world",
            "12: \"world\" is not a peer. Did you mean \"anywhere-ipv4\" or \"anywhere-ipv6\"?",
        ),
        (
            "https from Self",
            "12: \"Self\" is not a peer. Write \"self\".",
        ),
        (
            "https from web",
            "12: \"web\" is not a peer. A peer is a CIDR block",
        ),
        (
            "https from self# note",
            "12: \"self# note\" is not a peer. Write \"self # note\".",
        ),
        (
            "https from 10.0.0.0/8#note",
            "12: \"10.0.0.0/8#note\" has no length from 0 to 32. Write \"10.0.0.0/8 # note\".",
        ),
        (
            "tcp 80 from self",
            "1: \"tcp 80\" is several things. Write \"tcp/80\".",
        ),
        (
            "tcp/80 - 90 from self",
            "1: \"tcp/80 - 90\" is several things. Write \"tcp/80-90\".",
        ),
        (
            "80/tcp from self",
            "1: \"80/tcp\" has ports, and protocol \"80\" has none. Write \"tcp/80\".",
        ),
        (
            "https from the moon",
            "12: \"the moon\" is not a peer. A peer is a CIDR block",
        ),
        (
            "https FROM self",
            "7: \"FROM\" is in capital letters. Write \"from\"",
        ),
        ("https from self # naïve", "19: 'ï' (U+00EF) is not allowed"),
    ] {
        let all = reported(text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        assert!(
            all[0].starts_with(expected),
            "{text}:\n{}\n{expected}",
            all[0]
        );
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
    let form = parse(Direction::Egress, "all to anywhere-ipv4", service).expect("a short form");
    let keys: Vec<String> = form
        .rules(Direction::Egress)
        .map(|rule| rule.to_string())
        .collect();
    assert_eq!(keys, ["egress all to 0.0.0.0/0"]);
    assert!(parse(Direction::Egress, "all from anywhere-ipv4", service).is_err());
}

proptest! {
    /// The spelling of the keys of `rules` is one that the short form takes.
    #[test]
    fn a_written_rule_reads_back(rule in rule(), description in "[a-zA-Z0-9 ]{0,20}") {
        let description = description.trim();
        let (traffic, peer) = (rule.traffic.to_string(), rule.peer.to_string());
        let text = ShortForm::write(rule.direction, [&*traffic], [&*peer], description);
        let read = parse(rule.direction, &text, service);
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
    let (form, errors) = read(Direction::Ingress, text, |name| match service(name) {
        Ok(traffic) => Ok(traffic),
        Err(_) => panic!("{name:?} is no service"),
    });
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(form.traffic.len(), 8);
}
