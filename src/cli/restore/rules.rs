//! Writes the rules of a restored group. References to other groups of the backup get their new
//! ids; rules whose group isn't restored yet are written later.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::cli::prune::{authorize_tagged, revoke};
use crate::curation::prune::SavedGroup;
use crate::ec2::{Ec2, Error, Scope};
use crate::rules::{Peer, Rule, RuleSet, Traffic};

/// Pauses between reads of a new group, which EC2 may not show at once.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(6),
];

/// Old and new ids.
pub(super) struct Ids<'a> {
    /// New ids, by the old ones.
    pub(super) new: BTreeMap<String, String>,
    /// The ids of all groups of the backup.
    pub(super) old: &'a BTreeSet<&'a str>,
}

impl Ids<'_> {
    /// The same ids, with those of referenced groups that were never deleted as they are.
    async fn with_those_that_stay(
        &self,
        ec2: &Ec2,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<Self, Error> {
        let mut new = self.new.clone();
        for id in rules.keys().filter_map(Rule::referenced_group) {
            let is_unknown = self.old.contains(id) && !new.contains_key(id);
            if is_unknown && ec2.describe_security_group(id, scope).await?.is_some() {
                new.insert(id.to_owned(), id.to_owned());
            }
        }
        Ok(Self { new, old: self.old })
    }
}

/// Writes the rules of a group with their tags, and removes the initial rules of EC2. Returns the
/// rules that reference a group of the backup which doesn't exist yet.
pub(super) async fn give(
    ec2: &Ec2,
    group: &SavedGroup,
    id: &str,
    ids: &Ids<'_>,
    scope: &Scope,
) -> Result<Vec<Rule>, Error> {
    let rules = group.rule_set().unwrap_or_default();
    let ids = &ids.with_those_that_stay(ec2, &rules, scope).await?;
    let (mut wanted, mut waiting) = (RuleSet::new(), Vec::new());
    for (rule, text) in rules {
        match renamed(&rule, ids) {
            Some(renamed) => drop(wanted.insert(renamed, text)),
            None => waiting.push(rule),
        }
    }
    let tags = group.tags_of_rules().into_iter();
    let tags = tags.filter_map(|(rule, tags)| Some((renamed(&rule, ids)?, tags)));
    let mut extra = shown(ec2, id, scope).await?;
    // Only EC2's initial rule is removed: any other rule was added by a user.
    extra.retain(|rule, text| {
        rule.traffic == Traffic::ALL && text.is_empty() && !wanted.contains_key(rule)
    });
    extra.retain(|rule, _| {
        ["egress all to 0.0.0.0/0", "egress all to ::/0"].contains(&&*rule.to_string())
    });
    revoke(ec2, id, &extra, scope).await?;
    authorize_tagged(ec2, id, &wanted, &tags.collect(), scope).await?;
    Ok(waiting)
}

/// The rules of a group that was just created.
async fn shown(ec2: &Ec2, id: &str, scope: &Scope) -> Result<RuleSet, Error> {
    for pause in PAUSES {
        if let Some(group) = ec2.describe_security_group(id, scope).await? {
            return Ok(group.rules);
        }
        tokio::time::sleep(pause).await;
    }
    Err(Error::unseen(ec2.region(), id))
}

/// A rule with the new id of the referenced group; `None` if that group doesn't exist yet.
fn renamed(rule: &Rule, ids: &Ids<'_>) -> Option<Rule> {
    let Some(old) = rule.referenced_group() else {
        return Some(rule.clone());
    };
    let id = match ids.new.get(old) {
        Some(new) => new.clone(),
        None if ids.old.contains(old) => return None,
        None => old.to_owned(),
    };
    let peer = Peer::Group { account: None, id };
    Some(Rule {
        peer,
        ..rule.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_the_new_group_or_waits_for_it() {
        let new = BTreeMap::from([("sg-0000000a".to_owned(), "sg-0000000f".to_owned())]);
        let old = BTreeSet::from(["sg-0000000a", "sg-0000000b"]);
        let ids = Ids { new, old: &old };
        for (rule, expected) in [
            (
                "ingress all from sg-0000000a",
                Some("ingress all from sg-0000000f"),
            ),
            ("ingress all from sg-0000000b", None),
            (
                "ingress all from sg-0000000c",
                Some("ingress all from sg-0000000c"),
            ),
            ("ingress all from self", Some("ingress all from self")),
            (
                "ingress all from 210987654321/sg-0000000a",
                Some("ingress all from 210987654321/sg-0000000a"),
            ),
        ] {
            let rule: Rule = rule.parse().expect("a rule's key");
            let renamed = renamed(&rule, &ids).map(|rule| rule.to_string());
            assert_eq!(renamed.as_deref(), expected);
        }
    }
}
