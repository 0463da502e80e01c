//! `curated_security_group_rule`: the rules of one protocol and port range, as the AWS provider's
//! `aws_security_group_rule` writes them.

use super::{group_with, model, no_empty_text, one_block, set_of_one};
use crate::resources::common::desired_rules::RuleContext;
use crate::resources::owned_rules::held::Held;
use crate::resources::owned_rules::rule_type::{self, RuleType};
use crate::resources::owned_rules::schema;
use crate::rules::{Direction, InputError, Peer, Rule, RuleSet, one_of};
use crate::session::checked;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Attribute, Block};
use crate::tf_provider::value::{Type, Value};

/// The lists of sources.
const LISTS: [&str; 3] = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"];
/// All attributes that name sources.
const PEERS: [&str; 5] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "source_security_group_id",
    "self",
];

/// The type.
pub(in crate::resources::owned_rules) struct SingleRule;

impl RuleType for SingleRule {
    fn name(&self) -> &'static str {
        "curated_security_group_rule"
    }

    fn block(&self) -> Block {
        // Computed, since states of the AWS provider have false, empty or null values for arguments that
        // aren't configured. They stay as they are.
        let list = |name, about| {
            Attribute::optional_computed(name, Type::List(Box::new(Type::String)), about)
        };
        let mut attributes = vec![
            schema::group_id(),
            Attribute::required(
                "type",
                Type::String,
                "`\"ingress\"` for inbound traffic, `\"egress\"` for outbound traffic. Another type \
                 replaces the resource.",
            )
            .replaces()
            .must_be("`\"ingress\"` or `\"egress\"`", |value, path| {
                checked(value, path, direction_named)
            }),
            Attribute::required(
                "protocol",
                Type::String,
                "`\"tcp\"`, `\"udp\"`, `\"icmp\"`, `\"icmpv6\"`, another protocol by name or \
                 number, or `\"all\"` (also `\"-1\"`).",
            ),
            Attribute::required(
                "from_port",
                Type::Number,
                "First port, 0 to 65535; for ICMP the type, or -1 for all; 0 with `\"-1\"`.",
            ),
            Attribute::required(
                "to_port",
                Type::Number,
                "Last port; for ICMP the code, or -1 for all; 0 with `\"-1\"`.",
            ),
            list("cidr_blocks", "IPv4 blocks, such as `\"10.0.0.0/8\"`."),
            list(
                "ipv6_cidr_blocks",
                "IPv6 blocks, such as `\"2001:db8::/32\"`.",
            ),
            list("prefix_list_ids", "Prefix lists, by id."),
            Attribute::optional_computed(
                "source_security_group_id",
                Type::String,
                "Another security group, by id; `account/sg-…` for a group in a peered VPC of another \
                 account.",
            ),
            Attribute::optional_computed("self", Type::Bool, "The group itself."),
            Attribute::optional_computed(
                "description",
                Type::String,
                "Description of the rules, at most 255 characters. It changes in place.",
            ),
        ];
        attributes.extend(schema::common());
        let computed = |name, about| Attribute::computed(name, Type::String, about);
        attributes.extend([
            computed(
                "id",
                "`sgrule-…`, generated when the resource is created; the rule's id if it was imported.",
            ),
            computed(
                "security_group_rule_id",
                "The rule's id, `sgr-…`, where it is only one.",
            ),
        ]);
        Block {
            description: "The rules of one protocol and port range, with the arguments of \
                          `aws_security_group_rule`: renaming the type is all it takes to move. All \
                          but group, type and region change in place, and rules of one group that \
                          are made in one run share calls.",
            attributes,
            blocks: vec![schema::timeouts()],
        }
    }

    fn as_blocks(&self, value: &Value) -> Value {
        let Some(direction) = direction(value) else {
            return group_with(Direction::Ingress, Value::Unknown);
        };
        let copy = |name| value.get(name).clone();
        let set = |name| match value.get(name) {
            // An empty list is like none, since other sources may be set.
            Value::List(elements) if elements.is_empty() => Value::Null,
            Value::List(elements) => Value::set(elements.iter().cloned()),
            other => other.clone(),
        };
        one_block(
            direction,
            [
                ("protocol", copy("protocol")),
                ("from_port", copy("from_port")),
                ("to_port", copy("to_port")),
                ("description", copy("description")),
                ("cidr_blocks", set("cidr_blocks")),
                ("ipv6_cidr_blocks", set("ipv6_cidr_blocks")),
                ("prefix_list_ids", set("prefix_list_ids")),
                (
                    "security_groups",
                    set_of_one(model::of(value).source_security_group_id()),
                ),
                ("self", copy("self")),
            ],
        )
    }

    fn rule_attributes(&self) -> &'static [&'static str] {
        &[
            "protocol",
            "from_port",
            "to_port",
            "cidr_blocks",
            "ipv6_cidr_blocks",
            "prefix_list_ids",
            "source_security_group_id",
            "self",
            "description",
        ]
    }

    fn name_of(&self, attribute: &str) -> Option<&'static str> {
        if attribute == "security_groups" {
            return Some("source_security_group_id");
        }
        let mut names = self.rule_attributes().iter();
        names.find(|name| **name == attribute).copied()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        let names_some = |name: &&str| match config.get(name) {
            Value::Null | Value::Bool(false) => false,
            value => value.as_elements() != Some(&[]),
        };
        if !PEERS.iter().any(names_some) {
            found.push(rule_type::no_peer(&PEERS));
        }
        found
    }

    fn has_tags(&self) -> bool {
        false
    }

    fn id_prefix(&self) -> Option<&'static str> {
        Some("sgrule-")
    }

    fn plan_update(&self, planned: Value, prior: &Value, same: bool) -> Value {
        let id = if same {
            model::of(prior).security_group_rule_id().into()
        } else {
            Value::Unknown
        };
        planned.with("security_group_rule_id", id)
    }

    fn show(&self, state: Value, held: &Held, context: RuleContext<'_>) -> Value {
        let mut rules = held.rules.values();
        let only = rules.next().filter(|_| held.rules.len() == 1);
        let only_id = only.map_or(Value::Null, |rule| no_empty_text(&rule.id));
        let state = state.with("security_group_rule_id", only_id);
        let rules = held.rule_set();
        if rule_type::desired(self, &state, context).rules == rules {
            return state;
        }
        match rules.keys().next() {
            Some(first) => written(state, first, &rules, context),
            None => state,
        }
    }
}

/// A state whose attributes declare these rules, which have one protocol and port range. Elements of lists stay
/// as they are written, and in their order, if their rules exist.
fn written(state: Value, first: &Rule, rules: &RuleSet, context: RuleContext<'_>) -> Value {
    let before = model::of(&state);
    let alone = PEERS
        .iter()
        .fold(state.clone(), |alone, name| alone.with(*name, Value::Null));
    let rule_of = |name: &str, element: &Value| {
        let alone = alone.clone().with(name, Value::list([element.clone()]));
        let mut asked = rule_type::desired(&SingleRule, &alone, context)
            .rules
            .into_keys();
        asked.next().filter(|rule| rules.contains_key(rule))
    };
    let mut unsaid: Vec<&Rule> = rules.keys().collect();
    let mut lists = LISTS.map(|name| {
        let elements = state.get(name).as_elements().unwrap_or_default();
        let mut kept = Vec::new();
        for element in elements {
            if let Some(rule) = rule_of(name, element) {
                unsaid.retain(|other| **other != rule);
                kept.push(element.clone());
            }
        }
        kept
    });
    let (mut itself, mut group) = (Value::Null, Value::Null);
    for rule in unsaid {
        let element = || Value::from(rule.peer.to_string());
        // Rules that a failed change has left may have the same sources at other ports.
        let mut list = |number: usize| {
            if !lists[number].contains(&element()) {
                lists[number].push(element());
            }
        };
        match &rule.peer {
            Peer::Ipv4(_) => list(0),
            Peer::Ipv6(_) => list(1),
            Peer::PrefixList(_) => list(2),
            // The state may name the group itself by its id.
            Peer::SelfReference
                if before.source_security_group_id().as_str() == Some(context.id) =>
            {
                group = context.id.into();
            }
            Peer::SelfReference => itself = true.into(),
            Peer::Group { .. } => group = element(),
        }
    }
    let (from, to) = first.traffic.ports().unzip();
    // One of several descriptions may have been changed by hand.
    let description = before.description().known().unwrap_or_default();
    let changed = rules.values().find(|text| *text != description);
    let description = changed.map_or(description, String::as_str);
    let description = no_empty_text(description);
    let protocol = first.traffic.protocol();
    let written = before.protocol().known().unwrap_or_default();
    let protocol = match protocol.as_ref() {
        "-1" if written.eq_ignore_ascii_case("all") => written,
        protocol => protocol,
    };
    let protocol = Value::from(protocol);
    let state = LISTS
        .iter()
        .zip(lists)
        .fold(state, |state, (name, elements)| {
            let list = if elements.is_empty() {
                Value::Null
            } else {
                Value::list(elements)
            };
            state.with(*name, list)
        });
    state
        .with("self", itself)
        .with("source_security_group_id", group)
        .with("type", first.direction.name())
        .with("protocol", protocol)
        .with("from_port", i64::from(from.unwrap_or_default()))
        .with("to_port", i64::from(to.unwrap_or_default()))
        .with("description", description)
}

/// The direction that `type` names; `None` while it isn't known.
fn direction(value: &Value) -> Option<Direction> {
    let name = model::of(value).direction_name().known()?;
    Direction::BOTH.into_iter().find(|d| d.name() == name)
}

fn direction_named(name: &str) -> Result<(), InputError> {
    let names = Direction::BOTH.map(Direction::name);
    if names.contains(&name) {
        return Ok(());
    }
    let summary = format!("\"{name}\" is not a type of rule");
    Err(InputError::new(
        "type",
        summary,
        format!("Write {}.", one_of(&names)),
    ))
}
