//! For tests: a simple reference model of a security group in EC2, and short ways to write rule
//! sets. Shares no code with `diff`, `steps` and `quota`.

use std::collections::BTreeMap;

use super::{Direction, Limits, Peer, Rule, RuleSet, Step};

/// Rules by their keys, without descriptions.
pub(crate) fn rule_set(keys: &[&str]) -> RuleSet {
    let described: Vec<(&str, &str)> = keys.iter().map(|key| (*key, "")).collect();
    self::described(&described)
}

/// Rules by their keys, with descriptions.
pub(crate) fn described(rules: &[(&str, &str)]) -> RuleSet {
    let read = |key: &str| key.parse::<Rule>().expect("a rule's key");
    rules
        .iter()
        .map(|(key, text)| (read(key), (*text).to_owned()))
        .collect()
}

/// A group with its rules by id, and the quota that EC2 enforces on it.
pub(crate) struct Group {
    rules: BTreeMap<u32, (Rule, String)>,
    limits: Limits,
    next_id: u32,
}

/// EC2's code for a refused call.
pub(crate) type Refused = &'static str;

impl Group {
    pub(crate) fn new(rules: &RuleSet, limits: Limits) -> Self {
        let mut group = Self {
            rules: BTreeMap::new(),
            limits,
            next_id: 0,
        };
        for (rule, text) in rules {
            group.insert(rule, text);
        }
        group
    }

    pub(crate) fn rules(&self) -> RuleSet {
        self.rules.values().cloned().collect()
    }

    /// The id that EC2 gave the rule.
    pub(crate) fn id(&self, rule: &Rule) -> Option<u32> {
        let mut rules = self.rules.iter();
        rules.find(|(_, (it, _))| it == rule).map(|(id, _)| *id)
    }

    /// Carries out the whole call, or refuses it and changes nothing.
    pub(crate) fn call(&mut self, step: &Step) -> Result<(), Refused> {
        let before = (self.rules.clone(), self.next_id);
        let done = self.attempt(step);
        if done.is_err() {
            (self.rules, self.next_id) = before;
        }
        done
    }

    fn attempt(&mut self, step: &Step) -> Result<(), Refused> {
        match step {
            Step::Describe { direction, rules } => {
                for (rule, text) in one_sided(*direction, rules)? {
                    let id = self.id(rule).ok_or("InvalidPermission.NotFound")?;
                    self.rules.insert(id, (rule.clone(), text.clone()));
                }
            }
            Step::Authorize { direction, rules } => {
                for (rule, text) in one_sided(*direction, rules)? {
                    if self.id(rule).is_some() {
                        return Err("InvalidPermission.Duplicate");
                    }
                    self.insert(rule, text);
                }
            }
            Step::Revoke { direction, rules } => {
                for rule in one_sided(*direction, rules)?.keys() {
                    let id = self.id(rule).ok_or("InvalidPermission.NotFound")?;
                    self.rules.remove(&id);
                }
            }
            Step::Modify { direction, changes } => {
                if changes.is_empty() {
                    return Err("MissingParameter");
                }
                let before = self.rules.clone();
                for change in changes {
                    let (old, new) = (&change.old, &change.new);
                    let sided = old.direction == *direction && new.direction == *direction;
                    if !sided || kind(&old.peer) != kind(&new.peer) || kind(&new.peer) == "peer" {
                        return Err("InvalidParameterValue");
                    }
                    // Stricter than EC2 may be: not even a rule that this very call changes may
                    // be hit.
                    if before.values().any(|(rule, _)| rule == new) || self.id(new).is_some() {
                        return Err("InvalidPermission.Duplicate");
                    }
                    let id = self.id(old).ok_or("InvalidSecurityGroupRuleId.NotFound")?;
                    self.rules
                        .insert(id, (new.clone(), change.description.clone()));
                }
            }
        }
        let full = Direction::BOTH.into_iter().any(|direction| {
            ["IPv4", "IPv6"]
                .into_iter()
                .any(|family| self.weight(direction, family) > self.limits.rules_per_direction)
        });
        if full {
            return Err("RulesPerSecurityGroupLimitExceeded");
        }
        Ok(())
    }

    fn insert(&mut self, rule: &Rule, text: &str) {
        self.rules
            .insert(self.next_id, (rule.clone(), text.to_owned()));
        self.next_id += 1;
    }

    fn weight(&self, direction: Direction, family: &str) -> usize {
        let rules = self.rules.values().map(|(rule, _)| rule);
        let counted = rules
            .filter(|rule| rule.direction == direction)
            .map(|rule| {
                let weights = &self.limits.prefix_list_weights;
                match &rule.peer {
                    Peer::PrefixList(id) => weights.get(id).copied().unwrap_or(1),
                    peer => {
                        usize::from(!matches!(kind(peer), "IPv4" | "IPv6") || kind(peer) == family)
                    }
                }
            });
        counted.sum()
    }
}

/// EC2's name for the type of a rule, as far as modifying goes.
fn kind(peer: &Peer) -> &'static str {
    match peer {
        Peer::Ipv4(_) => "IPv4",
        Peer::Ipv6(_) => "IPv6",
        Peer::PrefixList(_) => "prefix list",
        Peer::SelfReference | Peer::Group { account: None, .. } => "group",
        Peer::Group { .. } => "peer",
    }
}

/// EC2 refuses a call without rules, and no call has rules of both directions.
fn one_sided(direction: Direction, rules: &RuleSet) -> Result<&RuleSet, Refused> {
    if rules.is_empty() || rules.keys().any(|rule| rule.direction != direction) {
        return Err("MissingParameter");
    }
    Ok(rules)
}
