//! `redact_rules`: digests in place of peers and descriptions in `rules`. A digest depends on its text
//! alone, so that rules stay comparable from plan to plan; by trying all addresses, the one behind a digest
//! can be found.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::model;
use crate::rules::{Peer, Rule, RuleSet};
use crate::tf_provider::value::Value;

/// The attribute that turns redaction on.
pub(super) const NAME: &str = "redact_rules";

/// Whether a state has digests in `rules`.
pub(in crate::resources) fn is_on(state: &Value) -> bool {
    state.get(NAME).as_bool() == Some(true)
}

/// The value of `rules` for a state: with digests if its `redact_rules` is true, unknown while that is
/// unknown, and otherwise unchanged.
pub(in crate::resources) fn attribute(state: &Value, rules: Value) -> Value {
    if state.get(NAME).is_unknown() {
        return Value::Unknown;
    }
    match rules.as_entries() {
        Some(entries) if is_on(state) => Value::map(entries.iter().filter_map(|(rule, text)| {
            let rule: Rule = rule.parse().ok()?;
            let text = match text.as_str() {
                Some(text) if !text.is_empty() => digest(text).into(),
                _ => text.clone(),
            };
            Some((key(&rule), text))
        })),
        _ => rules,
    }
}

/// A rule's key with a digest in place of its peer, unless that is the group itself.
pub(in crate::resources) fn key(rule: &Rule) -> String {
    let Rule {
        direction,
        traffic,
        peer,
    } = rule;
    let peer = match peer {
        Peer::SelfReference => peer.to_string(),
        peer => digest(&peer.to_string()),
    };
    format!("{direction} {traffic} {} {peer}", direction.preposition())
}

/// The key of a rule in `rules` of a state.
pub(in crate::resources) fn shown_key(state: &Value, rule: &Rule) -> String {
    if is_on(state) {
        key(rule)
    } else {
        rule.to_string()
    }
}

/// Whether `rules` of a state has the digest of a rule. It may be the only place that shows the rule: the
/// attributes of a single rule can't hold a second one, which a failed revocation may leave.
pub(in crate::resources) fn has_digest_of(state: &Value, rule: &Rule) -> bool {
    is_on(state) && !model::of(state).rules().get(&key(rule)).is_null()
}

/// Whether a state has digests of more rules than these.
pub(in crate::resources) fn has_more_than(state: &Value, rules: &RuleSet) -> bool {
    let shown = model::of(state).rules().as_entries();
    is_on(state) && shown.is_some_and(|shown| shown.len() > rules.len())
}

pub(super) fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let mut shown = "sha256:".to_owned();
    for byte in &hash[..8] {
        // Writing into a string can't fail.
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Catalog;
    use crate::resources::common::{group_state, model, rule_blocks};

    pub(in crate::resources::common) fn group(
        redact: Value,
        cidrs: &[&str],
        description: &str,
    ) -> Value {
        let rule = rule_blocks::schema("").empty().with("service", "ssh");
        let rule = rule
            .with("cidr_blocks", Value::set(cidrs.iter().copied()))
            .with("description", description);
        model::unset_group()
            .with("name", "web")
            .with(NAME, redact)
            .with("ingress", Value::set([rule]))
    }

    #[test]
    fn keys_stay_apart_and_tell_peers_that_are_the_same() {
        let keys = [
            "ingress tcp/22 from 10.0.0.0/8",
            "ingress tcp/22 from 10.0.0.0/9",
            "ingress tcp/23 from 10.0.0.0/8",
            "egress tcp/22 to 10.0.0.0/8",
            "ingress tcp/22 from self",
        ];
        let plain = Value::map(keys.map(|key| (key, "why")));
        let redacted = attribute(&group(true.into(), &[], ""), plain.clone());
        let entries = redacted.as_entries().expect("known");
        assert_eq!(entries.len(), keys.len());
        assert!(entries.contains_key("ingress tcp/22 from self"));
        let ssh = format!("ingress tcp/22 from {}", digest("10.0.0.0/8"));
        assert_eq!(entries.get(&ssh), Some(&digest("why").into()));
        let reported = format!("{entries:?}");
        assert!(
            !reported.contains("10.0.0.0") && !reported.contains("why"),
            "{reported}"
        );
        // So it must stay: states hold it.
        assert_eq!(digest("10.0.0.0/8"), "sha256:93997fe8a8121085");

        for (redact, expected) in [
            (Value::Null, plain.clone()),
            (false.into(), plain.clone()),
            (Value::Unknown, Value::Unknown),
        ] {
            assert_eq!(attribute(&group(redact, &[], ""), plain.clone()), expected);
        }
    }

    #[test]
    fn a_state_with_digests_says_by_its_blocks_which_rules_ec2_holds() {
        let plain = [
            ("ingress tcp/22 from 10.0.0.0/8", "why"),
            ("ingress udp/1194 from 0.0.0.0/0", ""),
        ];
        let state = group(true.into(), &["10.0.0.0/8"], "why").with("preset", "openvpn");
        let state = state
            .clone()
            .with("rules", attribute(&state, Value::map(plain)));
        // Somebody has removed the preset's other rule.
        let rules = group_state::rules_of(&state, Catalog::built_in()).into_iter();
        let rules: Vec<(String, String)> = rules.map(|(r, t)| (r.to_string(), t)).collect();
        assert_eq!(
            rules,
            plain.map(|(rule, text)| (rule.to_owned(), text.to_owned()))
        );
    }

    proptest! {
        #[test]
        fn digests_are_short_stay_apart_and_make_no_key_of_a_rule(
            texts in prop::collection::btree_set(".{1,40}", 2..20),
            octets in any::<[u8; 4]>(),
            port: u16,
        ) {
            let digests = texts.iter().map(|text| digest(text));
            let digests: std::collections::BTreeSet<String> = digests.collect();
            prop_assert_eq!(digests.len(), texts.len());
            for digest in &digests {
                let hex = digest.strip_prefix("sha256:").expect("its form");
                prop_assert!(hex.len() == 16 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
            }
            let address = std::net::Ipv4Addr::from(octets);
            let plain = format!("ingress tcp/{port} from {address}/32");
            let rule: Rule = plain.parse().expect("a rule");
            let shown = key(&rule);
            prop_assert!(shown.parse::<Rule>().is_err());
            prop_assert!(!shown.contains(&address.to_string()));
            let start = format!("ingress tcp/{port} from sha256:");
            prop_assert!(shown.starts_with(&start));
        }
    }
}
