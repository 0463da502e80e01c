//! Traffic is never interrupted: after every single write EC2 allows what both the old and the new
//! rules allow, and a change takes no more calls than it has directions and verbs.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value as Json, json};

use super::scenario::{FIRST, SECOND, UPDATE, full};
use crate::support::stage::{REGION, Stage};

/// A first packet: its direction, protocol and port, and who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Packet(&'static str, &'static str, i64, IpAddr);

/// Packets that the rules of these tests tell apart.
pub(super) fn packets() -> Vec<Packet> {
    let peers = [
        "10.0.0.2",
        "10.1.2.3",
        "172.16.5.5",
        "203.0.113.9",
        "2001:db8::1",
    ];
    let mut packets = Vec::new();
    for direction in ["ingress", "egress"] {
        for (protocol, port) in [
            ("tcp", 22),
            ("tcp", 80),
            ("tcp", 443),
            ("tcp", 8050),
            ("udp", 53),
        ] {
            for peer in peers {
                let peer = peer.parse().expect("an address");
                packets.push(Packet(direction, protocol, port, peer));
            }
        }
    }
    packets
}

/// Whether a group on the emulator lets a packet pass.
pub(super) fn passes(group: &Json, Packet(direction, protocol, port, peer): &Packet) -> bool {
    let rules = group[direction].as_array().expect("a list").iter();
    let fits = |rule: &Json| {
        let ports = || (rule["from_port"].as_i64(), rule["to_port"].as_i64());
        let traffic = rule["protocol"] == "-1"
            || rule["protocol"] == *protocol
                && matches!(ports(), (Some(from), Some(to)) if (from..=to).contains(port));
        let net = rule["peer"]
            .as_str()
            .and_then(|cidr| cidr.parse::<IpNet>().ok());
        traffic && net.is_some_and(|net| net.contains(peer))
    };
    rules.into_iter().any(fits)
}

/// Applies `groups` and looks at the rules after each write. Gives the number of writes.
fn watch(stage: &Stage, groups: &str) -> usize {
    let now = || stage.emulator.group(REGION, "web");
    let old = now();
    stage.emulator.reset_counts();
    stage.apply(groups);
    let new = now();
    let mut both = packets();
    both.retain(|packet| passes(&old, packet) && passes(&new, packet));
    assert!(!both.is_empty(), "nothing that could be interrupted");
    let writes = stage.emulator.moments();
    for write in &writes {
        let (action, group) = (&write["action"], &write["group"]);
        let cut = both.iter().find(|packet| !passes(group, packet));
        assert!(cut.is_none(), "{action} cut off {cut:?}");
        for direction in ["ingress", "egress"] {
            let rules = group[direction].as_array().map_or(0, Vec::len);
            assert!(rules <= 60, "{action} passed the quota: {rules}");
        }
    }
    let counts = stage.emulator.counts();
    let is_write = |action: &&String| !action.starts_with("Describe") && !action.starts_with("Get");
    for action in counts.keys().filter(is_write) {
        // One action for both directions: one call for each.
        let most = if action.starts_with("Modify") { 2 } else { 1 };
        assert!(counts[action] <= most, "{action}: {counts:?}");
    }
    writes.len()
}

/// Rules that become wider or narrower: other rules, for packets that are partly the same.
const NARROW: &str = r#"
resource "curated_security_group" "web" {
  name = "web"
  ingress {
    service     = "https"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 8000
    to_port     = 8100
    cidr_blocks = ["10.0.0.0/8"]
  }
  egress {
    service          = "all"
    cidr_blocks      = ["10.0.0.0/8"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
"#;
const WIDE: &str = r#"
resource "curated_security_group" "web" {
  name = "web"
  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 8050
    cidr_blocks = ["10.1.0.0/16"]
  }
  egress {
    service          = "https"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["2001:db8::/32"]
  }
}
"#;

#[test]
fn what_becomes_wider_or_narrower_stays_allowed() {
    let stage = Stage::new("");
    stage.apply(NARROW);
    stage.emulator.config(&json!({ "watch": true }));
    for groups in [WIDE, NARROW] {
        // Authorize and revoke, in both directions.
        assert_eq!(watch(&stage, groups), 4);
    }
    stage.assert_agreed_and_settled("there and back");
}

#[test]
fn what_old_and_new_rules_allow_stays_allowed() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    stage.emulator.config(&json!({ "watch": true }));
    for groups in [SECOND, FIRST] {
        // Describe, authorize, revoke, in both directions.
        assert_eq!(watch(&stage, groups), 6);
    }
    stage.assert_agreed_and_settled("there and back");
}

#[test]
fn at_the_quota_what_both_allow_stays_allowed_too() {
    let stage = Stage::new("");
    let narrow = full("172.16");
    let wide = narrow
        .replace("172.16.0.0/16", "172.0.0.0/8")
        .replace("172.16.1.0/24", "198.51.100.0/24");
    stage.apply(&narrow);
    stage.emulator.config(&json!({ "watch": true }));
    for groups in [&wide, &narrow] {
        assert_eq!(watch(&stage, groups), 2);
        let counts = stage.emulator.counts();
        assert_eq!(counts["ModifySecurityGroupRules"], 2, "{counts:?}");
    }
    stage.assert_agreed_and_settled("there and back");
}

/// A call of the change fails half-way for good: what is wanted still passes, and what is no longer
/// wanted goes with the next apply.
#[test]
fn a_change_that_fails_half_way_has_cut_nothing_off() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    let now = || stage.emulator.group(REGION, "web");
    for (action, to) in UPDATE.into_iter().flat_map(|a| [(a, SECOND), (a, WIDE)]) {
        stage.apply(if to == WIDE { NARROW } else { FIRST });
        let old = now();
        let fault = json!({ "action": action, "do": "error", "code": "UnauthorizedOperation" });
        stage.go_wrong(&json!([fault]));
        if stage.try_apply(to).code == 0 {
            assert_eq!(stage.emulator.counts().get(action), None);
            stage.go_wrong(&json!([]));
            continue;
        }
        let half = now();
        stage.apply(to);
        let new = now();
        let cut = packets()
            .into_iter()
            .find(|p| passes(&old, p) && passes(&new, p) && !passes(&half, p));
        assert!(cut.is_none(), "{action} cut off {cut:?}");
    }
}
