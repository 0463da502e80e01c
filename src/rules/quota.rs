//! Counts rules as EC2 does for its quota: for each direction and each family. A CIDR counts in its
//! own family, a group in both, and a prefix list in both by its weight.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Add;

use super::{Direction, Peer, Rule, RuleSet};

/// EC2's limits, as far as the caller knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most rules of a group in one direction and one family. EC2's default is 60.
    pub rules_per_direction: usize,
    /// The number of rules that each prefix list counts as, by id: for a customer-managed list its
    /// maximum number of entries, for one of AWS's the published weight. Other lists count as one
    /// rule.
    pub prefix_list_weights: BTreeMap<String, usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rules_per_direction: 60,
            prefix_list_weights: BTreeMap::new(),
        }
    }
}

impl Limits {
    /// The number that a rule counts as, in each family in which it counts.
    pub(super) fn quota_weight(&self, rule: &Rule) -> usize {
        match &rule.peer {
            Peer::PrefixList(id) => self.prefix_list_weights.get(id).copied().unwrap_or(1),
            _ => 1,
        }
    }
}

/// A count of the rules of one direction. Displays as a breakdown, with one line for each family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Rules with an IPv4 block.
    pub ipv4_cidrs: usize,
    /// Rules with an IPv6 block.
    pub ipv6_cidrs: usize,
    /// Rules with a security group, the group itself included.
    pub groups: usize,
    /// For each prefix list, the number that its rules together count as.
    pub prefix_lists: BTreeMap<String, usize>,
    /// Rules that are certain to come and aren't known yet, which the caller adds.
    pub pending: UnknownCount,
}

/// The least number of rules that aren't known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnknownCount {
    /// With an IPv4 block.
    pub ipv4: usize,
    /// With an IPv6 block.
    pub ipv6: usize,
    /// With a security group or a prefix list, which count in both families.
    pub both: usize,
}

impl Add for UnknownCount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            ipv4: self.ipv4 + other.ipv4,
            ipv6: self.ipv6 + other.ipv6,
            both: self.both + other.both,
        }
    }
}

impl RuleCount {
    /// Number of rules that count towards the quota for IPv4.
    pub fn ipv4(&self) -> usize {
        let own = self.ipv4_cidrs + self.pending.ipv4;
        self.in_both().saturating_add(own)
    }

    /// Number of rules that count towards the quota for IPv6.
    pub fn ipv6(&self) -> usize {
        let own = self.ipv6_cidrs + self.pending.ipv6;
        self.in_both().saturating_add(own)
    }

    /// Whether both families stay within `limits`.
    pub fn fits(&self, limits: &Limits) -> bool {
        self.ipv4().max(self.ipv6()) <= limits.rules_per_direction
    }

    fn in_both(&self) -> usize {
        // Weights come from EC2's answers, so sums must not overflow.
        let lists = self.prefix_lists.values();
        let known = lists.fold(self.groups, |sum, weight| sum.saturating_add(*weight));
        known.saturating_add(self.pending.both)
    }

    fn family(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        total: usize,
        cidrs: usize,
        pending: usize,
    ) -> fmt::Result {
        let least = if pending > 0 { "at least " } else { "" };
        write!(f, "{name}: {least}{total}")?;
        let mut parts = Vec::new();
        if cidrs > 0 {
            parts.push(format!("{cidrs} with {name} blocks"));
        }
        if self.groups > 0 {
            parts.push(format!("{} with security groups", self.groups));
        }
        for (id, weight) in &self.prefix_lists {
            parts.push(format!("{weight} for prefix list {id}"));
        }
        if pending > 0 {
            parts.push(format!("{pending} not known yet"));
        }
        if parts.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", parts.join(" + "))
    }
}

impl fmt::Display for RuleCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnknownCount { ipv4, ipv6, both } = self.pending;
        self.family(f, "IPv4", self.ipv4(), self.ipv4_cidrs, ipv4 + both)?;
        f.write_str("\n")?;
        self.family(f, "IPv6", self.ipv6(), self.ipv6_cidrs, ipv6 + both)
    }
}

/// Counts the rules of one direction.
pub fn count(rules: &RuleSet, direction: Direction, limits: &Limits) -> RuleCount {
    let mut count = RuleCount::default();
    for rule in rules.keys().filter(|rule| rule.direction == direction) {
        match &rule.peer {
            Peer::Ipv4(_) => count.ipv4_cidrs += 1,
            Peer::Ipv6(_) => count.ipv6_cidrs += 1,
            Peer::Group { .. } | Peer::SelfReference => count.groups += 1,
            Peer::PrefixList(id) => {
                let sum = count.prefix_lists.entry(id.clone()).or_default();
                *sum = sum.saturating_add(limits.quota_weight(rule));
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::model::rule_set;

    #[test]
    fn count_follows_direction_family_and_weight() {
        let rules = rule_set(&[
            "ingress tcp/80 from 10.0.0.0/8",
            "ingress tcp/81 from 10.0.0.0/8",
            "ingress tcp/80 from ::/0",
            "ingress tcp/80 from self",
            "ingress tcp/80 from 123456789012/sg-0000000a",
            "ingress tcp/80 from pl-0000000a",
            "ingress tcp/81 from pl-0000000a",
            "ingress tcp/80 from pl-0000000b",
            "egress all to 0.0.0.0/0",
        ]);
        let limits = Limits {
            prefix_list_weights: [("pl-0000000a".to_owned(), 55)].into(),
            ..Limits::default()
        };
        let ingress = count(&rules, Direction::Ingress, &limits);
        assert_eq!((ingress.ipv4(), ingress.ipv6()), (115, 114));
        assert!(!ingress.fits(&limits));
        assert_eq!(
            ingress.to_string(),
            "IPv4: 115 (2 with IPv4 blocks + 2 with security groups \
             + 110 for prefix list pl-0000000a + 1 for prefix list pl-0000000b)\n\
             IPv6: 114 (1 with IPv6 blocks + 2 with security groups \
             + 110 for prefix list pl-0000000a + 1 for prefix list pl-0000000b)"
        );
        let egress = count(&rules, Direction::Egress, &limits);
        assert!(egress.fits(&limits));
        assert_eq!(egress.to_string(), "IPv4: 1 (1 with IPv4 blocks)\nIPv6: 0");
    }

    #[test]
    fn what_is_not_known_yet_counts_too() {
        let rules = rule_set(&["ingress tcp/80 from 10.0.0.0/8"]);
        let limits = Limits {
            rules_per_direction: 4,
            ..Limits::default()
        };
        let mut ingress = count(&rules, Direction::Ingress, &limits);
        let one = UnknownCount {
            ipv4: 1,
            ipv6: 0,
            both: 1,
        };
        ingress.pending = one;
        assert!(ingress.fits(&limits));
        ingress.pending = one + one;
        assert!(!ingress.fits(&limits));
        assert_eq!(
            ingress.to_string(),
            "IPv4: at least 5 (1 with IPv4 blocks + 4 not known yet)\n\
             IPv6: at least 2 (2 not known yet)"
        );
    }

    #[test]
    fn families_have_the_whole_quota_each() {
        let keys: Vec<String> = (0..60)
            .flat_map(|port| {
                ["10.0.0.0/8", "::/0"].map(|net| format!("ingress tcp/{port} from {net}"))
            })
            .collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let full = count(&rule_set(&keys), Direction::Ingress, &Limits::default());
        assert_eq!((full.ipv4(), full.ipv6()), (60, 60));
        assert!(full.fits(&Limits::default()));
    }

    #[test]
    fn silly_weights_do_not_wrap_around() {
        let rules = rule_set(&[
            "egress tcp/1 to pl-0000000a",
            "egress tcp/2 to pl-0000000a",
            "egress tcp/2 to self",
        ]);
        let limits = Limits {
            prefix_list_weights: [("pl-0000000a".to_owned(), usize::MAX)].into(),
            ..Limits::default()
        };
        assert!(!count(&rules, Direction::Egress, &limits).fits(&limits));
    }
}
