//! A security group as EC2 shows it, and the properties that a new one is made with. Makes no call.

use super::tags::Tags;
use crate::aws_names::arns;
use crate::rules::{Direction, Peer, Rule, RuleSet, Traffic};

/// A security group as EC2 holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `sg-…`, assigned by EC2.
    pub id: String,
    /// Amazon resource name.
    pub arn: String,
    /// The account that owns it.
    pub owner_id: String,
    /// The VPC that it is in.
    pub vpc_id: String,
    /// Unique in its VPC, without regard to case.
    pub name: String,
    /// Fixed at creation.
    pub description: String,
    /// All tags but AWS's own and those that are ignored.
    pub tags: Tags,
    /// All rules, both directions, with their descriptions.
    pub rules: RuleSet,
}

/// The properties of a group to create.
#[derive(Clone, Debug)]
pub struct NewGroup<'a> {
    /// Unique in its VPC.
    pub name: &'a str,
    /// Can't be changed later.
    pub description: &'a str,
    /// `None`: the region's default VPC.
    pub vpc_id: Option<&'a str>,
    /// Set by the same call that creates the group.
    pub tags: &'a Tags,
    /// Tags that are set at creation too, and that later reads leave out, since the settings ignore
    /// them.
    pub ignored_tags: &'a Tags,
}

/// A group that EC2 has just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Its properties as far as they are known.
    pub group: Group,
    /// Whether all properties are known, so that the group needn't be read.
    pub is_complete: bool,
}

/// The VPC that a new group is made in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ec2) struct NewGroupVpc {
    pub(in crate::ec2) vpc_id: String,
    /// Whether the VPC has an IPv6 block.
    pub(in crate::ec2) has_ipv6: bool,
}

impl Group {
    /// Whether its rules are exactly those that EC2 gives every new group.
    pub fn has_initial_rules(&self) -> bool {
        [false, true]
            .into_iter()
            .any(|has_ipv6| self.rules == rules_of_a_new_group(has_ipv6))
    }
}

impl NewGroup<'_> {
    /// The created group, as far as EC2's answer (the id, and from most endpoints the ARN) and the
    /// VPC, if it could be looked up, tell its properties.
    pub(super) fn made(
        &self,
        id: String,
        arn: Option<String>,
        place: Option<NewGroupVpc>,
    ) -> Created {
        let arn = arn.unwrap_or_default();
        let owner_id = arns::account(&arn).unwrap_or_default().to_owned();
        let place = place.filter(|_| !owner_id.is_empty());
        let is_complete = place.is_some();
        let (vpc_id, rules) = match place {
            Some(place) => (place.vpc_id, rules_of_a_new_group(place.has_ipv6)),
            None => (self.vpc_id.unwrap_or_default().to_owned(), RuleSet::new()),
        };
        let group = Group {
            id,
            owner_id,
            arn,
            vpc_id,
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            tags: self.tags.clone(),
            rules,
        };
        Created { group, is_complete }
    }
}

/// The rules that EC2 gives every new group: all egress by IPv4, and by IPv6 if the VPC has IPv6.
fn rules_of_a_new_group(has_ipv6: bool) -> RuleSet {
    let ipv6 = has_ipv6.then_some("::/0");
    let cidrs = ["0.0.0.0/0"].into_iter().chain(ipv6);
    let rule = |cidr| Rule {
        direction: Direction::Egress,
        traffic: Traffic::ALL,
        peer: Peer::from_ec2_cidr(cidr).expect("both are CIDRs"),
    };
    cidrs.map(|cidr| (rule(cidr), String::new())).collect()
}

/// The rules that EC2 gives the default group of a VPC: all ingress from the group itself, and all
/// egress.
pub(super) fn rules_of_a_default_group(has_ipv6: bool) -> RuleSet {
    let mut rules = rules_of_a_new_group(has_ipv6);
    let own = Rule {
        direction: Direction::Ingress,
        traffic: Traffic::ALL,
        peer: Peer::SelfReference,
    };
    rules.insert(own, String::new());
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_group_lets_everything_out() {
        let rules = |has_ipv6| {
            let rules = rules_of_a_new_group(has_ipv6).into_keys();
            rules.map(|rule| rule.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(rules(false), ["egress all to 0.0.0.0/0"]);
        assert_eq!(
            rules(true),
            ["egress all to 0.0.0.0/0", "egress all to ::/0"]
        );
    }

    #[test]
    fn a_group_is_as_new_while_it_has_what_ec2_gave_it_and_nothing_else() {
        let with = |keys: &[&str], text: &str| {
            let rule = |key: &&str| (key.parse().expect("a rule's key"), text.to_owned());
            let group = Group {
                id: String::new(),
                arn: String::new(),
                owner_id: String::new(),
                vpc_id: String::new(),
                name: String::new(),
                description: String::new(),
                tags: Tags::new(),
                rules: keys.iter().map(rule).collect(),
            };
            group.has_initial_rules()
        };
        let (all, ipv6) = ("egress all to 0.0.0.0/0", "egress all to ::/0");
        assert!(with(&[all], "") && with(&[all, ipv6], ""));
        // Its maker has taken away what EC2 gave, added to it, or described it.
        assert!(!with(&[], "") && !with(&[ipv6], "") && !with(&[all], "out"));
        assert!(!with(&[all, "ingress tcp/443 from 10.0.0.0/8"], ""));
    }
}
