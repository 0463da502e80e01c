//! What there is: regions, groups, rules. Ids are made from what they name, so that the same calls
//! make the same ids, in whatever order they come.

use std::collections::{BTreeMap, HashMap};

use terraform_provider_curated::rules::{Direction, Peer, Rule};

use super::interfaces::Interface;

/// The account that owns everything.
pub(crate) const ACCOUNT: &str = "123456789012";

pub(crate) type Tags = BTreeMap<String, String>;

/// A refusal: EC2's code, and words.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) &'static str, pub(crate) String);

/// All regions, each made when it is first named.
#[derive(Default)]
pub(crate) struct World(BTreeMap<String, Region>);

/// One region, with one VPC.
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) vpc_id: String,
    pub(crate) groups: BTreeMap<String, Group>,
    /// The group of each rule, by the rule's id.
    pub(crate) holders: HashMap<String, (String, Rule)>,
    pub(crate) interfaces: Vec<Interface>,
    /// By lower-case name.
    names: HashMap<String, String>,
    /// How many rules of other groups name a group.
    references: HashMap<String, usize>,
}

pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Tags,
    pub(crate) rules: BTreeMap<Rule, Entry>,
}

/// What EC2 keeps with a rule.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) tags: Tags,
}

impl World {
    pub(crate) fn region(&mut self, name: &str) -> &mut Region {
        let made = || Region::new(name);
        self.0.entry(name.to_owned()).or_insert_with(made)
    }
}

impl Region {
    fn new(name: &str) -> Self {
        let mut region = Self {
            name: name.to_owned(),
            vpc_id: id("vpc", &[name]),
            groups: BTreeMap::new(),
            holders: HashMap::new(),
            interfaces: Vec::new(),
            names: HashMap::new(),
            references: HashMap::new(),
        };
        let made = region.create("default", "default VPC security group", Tags::new());
        made.expect("the first group of its name");
        region
    }

    /// Makes a group as EC2 does, with a rule that lets everything out.
    pub(crate) fn create(
        &mut self,
        name: &str,
        description: &str,
        tags: Tags,
    ) -> Result<&mut Group, Refusal> {
        let vpc = &self.vpc_id;
        if self.names.contains_key(&name.to_lowercase()) {
            let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
            return Err(Refusal("InvalidGroup.Duplicate", message));
        }
        let id = id("sg", &[&self.name, name]);
        let group = Group {
            id: id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            tags,
            rules: BTreeMap::new(),
        };
        self.names.insert(name.to_lowercase(), id.clone());
        self.groups.insert(id.clone(), group);
        let everything_out = "egress all to 0.0.0.0/0".parse().expect("a rule");
        self.authorize(&id, everything_out, "", Tags::new())?;
        self.group(&id)
    }

    pub(crate) fn group(&mut self, id: &str) -> Result<&mut Group, Refusal> {
        let missing = || {
            let message = format!("The security group '{id}' does not exist");
            Refusal("InvalidGroup.NotFound", message)
        };
        self.groups.get_mut(id).ok_or_else(missing)
    }

    pub(crate) fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        self.group(id)?;
        if self.references.get(id).is_some_and(|count| *count > 0) {
            let message = format!("resource {id} has a dependent object");
            return Err(Refusal("DependencyViolation", message));
        }
        let rules: Vec<Rule> = self.group(id)?.rules.keys().cloned().collect();
        for rule in rules {
            self.revoke(id, &rule)?;
        }
        if let Some(group) = self.groups.remove(id) {
            self.names.remove(&group.name.to_lowercase());
        }
        Ok(())
    }

    /// Adds one rule; its id.
    pub(crate) fn authorize(
        &mut self,
        group_id: &str,
        rule: Rule,
        description: &str,
        tags: Tags,
    ) -> Result<String, Refusal> {
        let group = self.group(group_id)?;
        if group.rules.contains_key(&rule) {
            let message = format!("the specified rule \"{rule}\" already exists");
            return Err(Refusal("InvalidPermission.Duplicate", message));
        }
        let rule_id = id("sgr", &[group_id, &rule.to_string()]);
        let entry = Entry {
            id: rule_id.clone(),
            description: description.to_owned(),
            tags,
        };
        group.rules.insert(rule.clone(), entry);
        if let Some(named) = named(&rule) {
            *self.references.entry(named.to_owned()).or_default() += 1;
        }
        self.holders
            .insert(rule_id.clone(), (group_id.to_owned(), rule));
        Ok(rule_id)
    }

    /// Takes one rule away; what was kept with it.
    pub(crate) fn revoke(&mut self, group_id: &str, rule: &Rule) -> Result<Entry, Refusal> {
        let missing = || {
            let message = "The specified rule does not exist in this security group.";
            Refusal("InvalidPermission.NotFound", message.to_owned())
        };
        let entry = self.group(group_id)?.rules.remove(rule);
        let entry = entry.ok_or_else(missing)?;
        if let Some(count) = named(rule).and_then(|id| self.references.get_mut(id)) {
            *count -= 1;
        }
        self.holders.remove(&entry.id);
        Ok(entry)
    }

    /// The group and rule of a rule's id.
    pub(crate) fn holder(&self, rule_id: &str) -> Result<(String, Rule), Refusal> {
        let missing = || {
            let message = format!("The security group rule ID '{rule_id}' does not exist");
            Refusal("InvalidSecurityGroupRuleId.NotFound", message)
        };
        self.holders.get(rule_id).cloned().ok_or_else(missing)
    }
}

impl Group {
    pub(crate) fn arn(&self, region: &str) -> String {
        let id = &self.id;
        format!("arn:aws:ec2:{region}:{ACCOUNT}:security-group/{id}")
    }

    pub(crate) fn rules_of(&self, direction: Direction) -> impl Iterator<Item = (&Rule, &Entry)> {
        let rules = self.rules.iter();
        rules.filter(move |(rule, _)| rule.direction == direction)
    }
}

/// The other group of this account that a rule names.
pub(crate) fn named(rule: &Rule) -> Option<&str> {
    match &rule.peer {
        Peer::Group { account: None, id } => Some(id),
        _ => None,
    }
}

/// 17 hexadecimal digits that depend on the parts and on nothing else.
fn id(kind: &str, parts: &[&str]) -> String {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let bytes = parts.join("/");
    let hash = bytes.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, fnv);
    format!("{kind}-0{hash:016x}")
}
