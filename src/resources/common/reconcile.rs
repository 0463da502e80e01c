//! Brings the blocks and labels of a state in line with the rules that EC2 holds.
//!
//! A block or label whose rules all exist stays as the user wrote it. One that has lost rules is left
//! without the sources of these. Further rules in EC2 become blocks, one for each protocol, port range and
//! description, or labels where the state has labels. So a plan shows exactly the drift.

use std::collections::BTreeMap;

use super::desired_rules::{self, RuleContext};
use super::model::{self, SOURCES};
use super::short_form;
use crate::catalog::Catalog;
use crate::rules::{Direction, Label, Peer, Rule, RuleSet, Traffic};
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::{Attr, Value};

/// The same state, with blocks and labels that declare the `actual` rules. `rule_block` is the schema of a
/// block.
pub(in crate::resources) fn blocks(
    state: Value,
    rule_block: &Block,
    actual: &RuleSet,
    catalog: &Catalog,
) -> Value {
    let mut unsaid = actual.clone();
    for name in desired_rules::presets(&state).names {
        let Ok(preset) = catalog.preset(name) else {
            continue;
        };
        for (rule, description) in preset.rules() {
            if unsaid.get(&rule) == Some(&description) {
                unsaid.remove(&rule);
            }
        }
    }
    let context = RuleContext::of(&state, catalog);
    let texts = desired_rules::declared_rules(&state, context);
    let mut kept: BTreeMap<Direction, Vec<Value>> = BTreeMap::new();
    let mut labels: BTreeMap<Direction, BTreeMap<String, Value>> = BTreeMap::new();
    for direction in Direction::BOTH {
        let written = state
            .get(direction.name())
            .as_elements()
            .unwrap_or_default();
        let still = written
            .iter()
            .filter_map(|block| surviving_blocks(direction, block, &texts, actual, context));
        for block in still {
            for rule in desired_rules::rules_of_block(direction, &block, context).keys() {
                unsaid.remove(rule);
            }
            kept.entry(direction).or_default().push(block);
        }
        let written = state.get(Label::attribute(direction)).as_entries();
        let null = |text: &Value| text.is_null();
        let nulls = written.into_iter().flatten().filter(|(_, text)| null(text));
        let nulls = nulls.map(|(name, _)| (name.clone(), Value::Null));
        labels.entry(direction).or_default().extend(nulls);
        for label in short_form::read(direction, &state, catalog, &mut Vec::new()).labels {
            let Some(label) = short_form::surviving_labels(&label, &texts, actual, context) else {
                continue;
            };
            let of_direction = labels.entry(direction).or_default();
            of_direction.insert(label.name.clone(), label.text.as_str().into());
            for rule in context.expand(&[label.into()]).rules.keys() {
                unsaid.remove(rule);
            }
        }
    }
    for direction in Direction::BOTH {
        if short_form::prefers_labels(&state, direction) {
            let of_direction = labels.entry(direction).or_default();
            // A new label doesn't get the name of one that lost its rules, which an apply restores.
            let written = state.get(Label::attribute(direction)).as_entries();
            let is_taken = |name: &str| {
                of_direction.contains_key(name) || written.is_some_and(|w| w.contains_key(name))
            };
            let new = short_form::new_labels(&unsaid, direction, catalog, is_taken);
            of_direction.extend(new.into_iter().map(|(name, text)| (name, text.into())));
            unsaid
                .retain(|rule, text| rule.direction != direction || !short_form::is_writable(text));
        }
    }
    for (direction, block) in new_blocks(&unsaid, rule_block) {
        kept.entry(direction).or_default().push(block);
    }
    Direction::BOTH
        .into_iter()
        .fold(state.clone(), |state, direction| {
            let blocks = kept.remove(&direction).unwrap_or_default();
            let labels = labels.remove(&direction).unwrap_or_default();
            let name = Label::attribute(direction);
            let state = state.with(direction.name(), Value::set(blocks));
            if labels.is_empty() && state.get(name).is_null() {
                state
            } else {
                state.with(name, Value::Map(labels))
            }
        })
}

/// A block without the sources whose rules EC2 no longer holds; `None` if none is left. `texts` are the rules
/// of all blocks, with their descriptions.
fn surviving_blocks(
    direction: Direction,
    block: &Value,
    texts: &RuleSet,
    actual: &RuleSet,
    context: RuleContext<'_>,
) -> Option<Value> {
    let holds = |block: &Value| {
        let rules = desired_rules::rules_of_block(direction, block, context);
        !rules.is_empty()
            && rules
                .keys()
                .all(|rule| actual.contains_key(rule) && actual.get(rule) == texts.get(rule))
    };
    if holds(block) {
        return Some(block.clone());
    }
    let bare = SOURCES
        .iter()
        .fold(block.clone(), |b, name| b.with(*name, Value::Null));
    let bare = bare.with("self", Value::Null);
    let mut left = bare.clone();
    for name in SOURCES {
        let elements = block.get(name).as_elements().unwrap_or_default();
        let one = |element: &Value| bare.clone().with(name, Value::set([element.clone()]));
        let held: Vec<Value> = elements
            .iter()
            .filter(|e| holds(&one(e)))
            .cloned()
            .collect();
        if !held.is_empty() {
            left = left.with(name, Value::set(held));
        }
    }
    let names_itself = model::rule_block(block).self_reference() == Attr::Known(true);
    if names_itself && holds(&bare.clone().with("self", true)) {
        left = left.with("self", true);
    }
    if left != bare {
        return Some(left);
    }
    // Some of several services may have all of their rules.
    let services = model::rule_block(block).services().known();
    let items = services.unwrap_or_default();
    let with = |items: Vec<Value>| block.clone().with("services", Value::set(items));
    let held: Vec<Value> = items
        .iter()
        .filter(|item| holds(&with(vec![(*item).clone()])))
        .cloned()
        .collect();
    (!held.is_empty()).then(|| with(held))
}

/// Blocks for rules that no block declares.
fn new_blocks(rules: &RuleSet, rule_block: &Block) -> Vec<(Direction, Value)> {
    let mut bundles: BTreeMap<(Direction, Traffic, &str), Vec<&Peer>> = BTreeMap::new();
    for (
        Rule {
            direction,
            traffic,
            peer,
        },
        description,
    ) in rules
    {
        let bundle = (*direction, *traffic, description.as_str());
        bundles.entry(bundle).or_default().push(peer);
    }
    let blocks = bundles.into_iter();
    blocks
        .map(|((direction, traffic, description), peers)| {
            (direction, block(rule_block, traffic, description, &peers))
        })
        .collect()
}

fn block(rule_block: &Block, traffic: Traffic, description: &str, peers: &[&Peer]) -> Value {
    let mut sources: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut itself = Value::Null;
    for peer in peers {
        let name = match peer {
            Peer::Ipv4(_) => "cidr_blocks",
            Peer::Ipv6(_) => "ipv6_cidr_blocks",
            Peer::PrefixList(_) => "prefix_list_ids",
            Peer::Group { .. } => "security_groups",
            Peer::SelfReference => {
                itself = true.into();
                continue;
            }
        };
        sources.entry(name).or_default().push(peer.to_string());
    }
    let mut block = rule_block
        .empty()
        .with("protocol", traffic.protocol().as_ref())
        .with("self", itself);
    if !description.is_empty() {
        block = block.with("description", description);
    }
    if let Some((from, to)) = traffic.ports() {
        block = block.with("from_port", i64::from(from));
        block = block.with("to_port", i64::from(to));
    }
    sources
        .into_iter()
        .fold(block, |b, (name, texts)| b.with(name, Value::set(texts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::common::rule_blocks;

    fn rule_block() -> Block {
        rule_blocks::schema("")
    }

    fn ingress(service: &str, cidrs: &[&str]) -> Value {
        rule_block()
            .empty()
            .with("service", service)
            .with("cidr_blocks", Value::set(cidrs.iter().copied()))
    }

    fn state(preset: Option<&str>, blocks: Vec<Value>) -> Value {
        let none: [Value; 0] = [];
        model::unset_group()
            .with("preset", preset.map_or(Value::Null, Value::from))
            .with("ingress", Value::set(blocks))
            .with("egress", Value::set(none))
    }

    fn rules(keys: &[(&str, &str)]) -> RuleSet {
        let rule = |key: &str| key.parse().expect("a rule's key");
        keys.iter()
            .map(|(k, d)| (rule(k), (*d).to_owned()))
            .collect()
    }

    fn after(before: Value, actual: &[(&str, &str)]) -> Value {
        blocks(before, &rule_block(), &rules(actual), Catalog::built_in())
    }

    #[test]
    fn matching_blocks_stay_as_written() {
        let before = state(Some("ssh"), vec![ingress("https", &["10.0.0.0/8"])]);
        let actual = [
            ("ingress tcp/22 from 0.0.0.0/0", ""),
            ("ingress tcp/443 from 10.0.0.0/8", ""),
        ];
        assert_eq!(after(before.clone(), &actual), before);
    }

    #[test]
    fn a_source_that_is_gone_is_taken_out_of_its_block() {
        let before = state(None, vec![ingress("https", &["10.0.0.0/8", "11.0.0.0/8"])]);
        let actual = [("ingress tcp/443 from 11.0.0.0/8", "")];
        let expected = state(None, vec![ingress("https", &["11.0.0.0/8"])]);
        assert_eq!(after(before, &actual), expected);
        let before = state(None, vec![ingress("https", &["10.0.0.0/8"])]);
        assert_eq!(after(before, &[]), state(None, Vec::new()));
    }

    #[test]
    fn a_rule_of_another_maker_becomes_a_block_of_its_own() {
        let actual = [
            ("ingress tcp/8000-8100 from 10.0.0.0/8", "x"),
            ("ingress tcp/8000-8100 from self", "x"),
        ];
        let foreign_rule = rule_block()
            .empty()
            .with("description", "x")
            .with("protocol", "tcp")
            .with("from_port", 8000)
            .with("to_port", 8100)
            .with("cidr_blocks", Value::set(["10.0.0.0/8"]))
            .with("self", true);
        assert_eq!(
            after(state(None, Vec::new()), &actual),
            state(None, vec![foreign_rule])
        );
    }

    #[test]
    fn half_a_service_becomes_a_block_of_its_own() {
        let before = state(None, vec![ingress("openvpn", &["10.0.0.0/8"])]);
        let after = after(before, &[("ingress udp/1194 from 10.0.0.0/8", "")]);
        let blocks = after.get("ingress").as_elements().expect("a set");
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].get("protocol"), &"udp".into());
    }

    #[test]
    fn blocks_that_share_a_rule_stay_though_it_has_the_description_of_one() {
        let described =
            |service: &str, text: &str| ingress(service, &["10.0.0.0/8"]).with("description", text);
        let blocks = vec![described("https", "web"), described("openvpn", "vpn")];
        let before = state(None, blocks);
        let both = [
            ("ingress tcp/443 from 10.0.0.0/8", "vpn"),
            ("ingress udp/1194 from 10.0.0.0/8", "vpn"),
        ];
        assert_eq!(after(before.clone(), &both), before);
        // Of the rule that is gone, neither says more.
        let left = after(before, &both[1..]);
        let blocks = left.get("ingress").as_elements().expect("a set");
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].get("protocol"), &"udp".into());
    }

    #[test]
    fn a_rule_with_another_description_is_another_block() {
        let before = state(None, vec![ingress("https", &["10.0.0.0/8"])]);
        let after = after(before, &[("ingress tcp/443 from 10.0.0.0/8", "new")]);
        let blocks = after.get("ingress").as_elements().expect("a set");
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].get("description"), &"new".into());
    }
}
