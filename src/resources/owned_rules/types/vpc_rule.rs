//! `curated_vpc_security_group_ingress_rule` and `curated_vpc_security_group_egress_rule`: one rule,
//! as the AWS provider's resources of these names write it.

use super::{no_empty_text, one_block, set_of_one};
use crate::resources::common::desired_rules::RuleContext;
use crate::resources::owned_rules::held::Held;
use crate::resources::owned_rules::rule_type::{self, RuleType};
use crate::resources::owned_rules::schema;
use crate::rules::{Direction, Peer, RuleSet};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block};
use crate::tf_provider::value::{Type, Value};

/// The attributes that name the rule's one source or destination.
const PEERS: [&str; 4] = [
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
];

const INGRESS: &str = "One inbound rule, with the arguments of `aws_vpc_security_group_ingress_rule`: \
                       to move, you only rename the type. Rules that are created in one group in the \
                       same run share calls.";
const EGRESS: &str = "One outbound rule, with the arguments of `aws_vpc_security_group_egress_rule`: to \
                      move, you only rename the type. Rules that are created in one group in the same \
                      run share calls.";

/// The type for a direction.
pub(in crate::resources::owned_rules) struct VpcRule(
    pub(in crate::resources::owned_rules) Direction,
);

impl RuleType for VpcRule {
    fn name(&self) -> &'static str {
        match self.0 {
            Direction::Ingress => "curated_vpc_security_group_ingress_rule",
            Direction::Egress => "curated_vpc_security_group_egress_rule",
        }
    }

    fn block(&self) -> Block {
        let text = |name, about| Attribute::optional(name, Type::String, about);
        let mut attributes = vec![
            schema::group_id(),
            Attribute::required(
                "ip_protocol",
                Type::String,
                "`\"tcp\"`, `\"udp\"`, `\"icmp\"`, `\"icmpv6\"`, another protocol by name or \
                 number, or `\"-1\"` for all.",
            ),
            Attribute::optional(
                "from_port",
                Type::Number,
                "First port, 0 to 65535; for ICMP the type, or -1 for all. None with `\"-1\"`.",
            ),
            Attribute::optional(
                "to_port",
                Type::Number,
                "Last port; for ICMP the code, or -1 for all. Default: `from_port`; for ICMP all \
                 codes.",
            ),
            text(
                "cidr_ipv4",
                "An IPv4 block, such as `\"10.0.0.0/8\"`. A rule has exactly one of the four types of \
                 peer.",
            ),
            text("cidr_ipv6", "An IPv6 block, such as `\"2001:db8::/32\"`."),
            text("prefix_list_id", "A prefix list, by id."),
            text(
                "referenced_security_group_id",
                "A security group, by id; `account/sg-…` for a group in a peered VPC of another \
                 account. It may be the rule's own.",
            ),
            text(
                "description",
                "Description of the rule, at most 255 characters. It changes in place.",
            ),
        ];
        attributes.extend(schema::common());
        attributes.extend(schema::tags());
        let computed = |name, about| Attribute::computed(name, Type::String, about);
        attributes.extend([
            computed("id", "The rule's id, `sgr-…`."),
            computed("security_group_rule_id", "The rule's id, as in `id`."),
            computed("arn", "The rule's Amazon resource name."),
        ]);
        Block {
            description: match self.0 {
                Direction::Ingress => INGRESS,
                Direction::Egress => EGRESS,
            },
            attributes,
            blocks: vec![schema::timeouts()],
        }
    }

    fn as_blocks(&self, value: &Value) -> Value {
        let copy = |name| value.get(name).clone();
        let peer = |name| set_of_one(value.get(name));
        one_block(
            self.0,
            [
                ("protocol", copy("ip_protocol")),
                ("from_port", copy("from_port")),
                ("to_port", copy("to_port")),
                ("description", copy("description")),
                ("cidr_blocks", peer("cidr_ipv4")),
                ("ipv6_cidr_blocks", peer("cidr_ipv6")),
                ("prefix_list_ids", peer("prefix_list_id")),
                ("security_groups", peer("referenced_security_group_id")),
            ],
        )
    }

    fn rule_attributes(&self) -> &'static [&'static str] {
        &[
            "ip_protocol",
            "from_port",
            "to_port",
            "description",
            "cidr_ipv4",
            "cidr_ipv6",
            "prefix_list_id",
            "referenced_security_group_id",
        ]
    }

    fn name_of(&self, attribute: &str) -> Option<&'static str> {
        Some(match attribute {
            "protocol" => "ip_protocol",
            "from_port" => "from_port",
            "to_port" => "to_port",
            "description" => "description",
            "cidr_blocks" => "cidr_ipv4",
            "ipv6_cidr_blocks" => "cidr_ipv6",
            "prefix_list_ids" => "prefix_list_id",
            "security_groups" => "referenced_security_group_id",
            _ => return None,
        })
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        let is_set = |name: &&str| !config.get(name).is_null();
        let set: Vec<&str> = PEERS.into_iter().filter(is_set).collect();
        let is_known = |name: &&str| !config.get(name).is_unknown();
        let known: Vec<&str> = set.iter().copied().filter(is_known).collect();
        if let [first, second, ..] = *known {
            let conflict = Diagnostic::conflict(format!(
                "\"{first}\" and \"{second}\" are both set. A rule has one source or destination: \
                 write a resource for each."
            ));
            found.push(conflict.at(Path::root().attribute(second)));
        }
        if set.is_empty() {
            found.push(rule_type::no_peer(&PEERS));
        }
        found
    }

    fn has_tags(&self) -> bool {
        true
    }

    fn keeps_rule_id(&self) -> bool {
        true
    }

    fn replaced_by(&self, before: &RuleSet, desired: &RuleSet, config: &Value) -> Option<Path> {
        let (old, new) = (before.keys().next()?, desired.keys().next()?);
        if old == new || old.can_become(new) {
            return None;
        }
        let mut set = PEERS.iter().filter(|name| !config.get(name).is_null());
        set.next().map(|name| Path::root().attribute(*name))
    }

    fn plan_update(&self, planned: Value, _prior: &Value, _same: bool) -> Value {
        planned
    }

    fn show(&self, state: Value, held: &Held, context: RuleContext<'_>) -> Value {
        let Some((rule, shown)) = held.rules.iter().next() else {
            return state;
        };
        let state = state
            .with("id", no_empty_text(&shown.id))
            .with("security_group_rule_id", no_empty_text(&shown.id))
            .with("arn", no_empty_text(&shown.arn));
        if rule_type::desired(self, &state, context).rules == held.rule_set() {
            return state;
        }
        let no_peers = PEERS
            .iter()
            .fold(state, |state, name| state.with(*name, Value::Null));
        let (name, text) = match &rule.peer {
            Peer::Ipv4(net) => ("cidr_ipv4", net.to_string()),
            Peer::Ipv6(net) => ("cidr_ipv6", net.to_string()),
            Peer::PrefixList(id) => ("prefix_list_id", id.clone()),
            Peer::SelfReference => ("referenced_security_group_id", context.id.to_owned()),
            group @ Peer::Group { .. } => ("referenced_security_group_id", group.to_string()),
        };
        let (from, to) = rule.traffic.ports().unzip();
        no_peers
            .with("ip_protocol", rule.traffic.protocol().as_ref())
            .with("from_port", from.map(i64::from))
            .with("to_port", to.map(i64::from))
            .with("description", no_empty_text(&shown.description))
            .with(name, text)
    }
}
