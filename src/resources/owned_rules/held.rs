//! The rules that a resource has in EC2, and which of a group's rules they are. Pure.

use super::model;
use std::collections::{BTreeMap, BTreeSet};

use crate::ec2::{GroupRule, Tags};
use crate::resources::common::tags;
use crate::rules::{Rule, RuleSet, rule_set};
use crate::tf_provider::value::Value;

/// The rules of one resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// The rules, by their traffic and peers.
    pub(super) rules: BTreeMap<Rule, HeldRule>,
    /// Rules that EC2 may have created, by a call whose answer was lost.
    pub(super) doubtful: BTreeSet<Rule>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HeldRule {
    /// Empty where there is none.
    pub(super) description: String,
    /// `sgr-…`; empty while EC2 hasn't shown it.
    pub(super) id: String,
    /// Its ARN; empty while EC2 hasn't shown it.
    pub(super) arn: String,
    /// Its tags and its owner, once EC2 has shown them.
    pub(super) tagged: Option<Tagged>,
}

/// The tags of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tagged {
    /// Tags other than the owner's.
    pub(super) tags: Tags,
    /// The value of the owner's tag.
    pub(super) owner: Option<String>,
}

impl From<&GroupRule> for HeldRule {
    fn from(shown: &GroupRule) -> Self {
        Self {
            description: shown.description.clone(),
            id: shown.id.clone(),
            arn: shown.arn.clone(),
            tagged: Some(Tagged {
                tags: shown.tags.clone(),
                owner: shown.owner.clone(),
            }),
        }
    }
}

impl Held {
    /// The rules of a state: `rules`, with ids and tags from the state.
    pub(super) fn of_state(state: &Value, rules: RuleSet) -> Self {
        // Some types have no `security_group_rule_id` or `arn`.
        let text = |name| {
            state
                .get_or_null(name)
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let only = rules.len() == 1;
        let tagged = model::of(state).tags_all().as_entries().map(|_| Tagged {
            tags: tags::tags_from(model::of(state).tags_all()),
            owner: model::of(state).owner().known().map(str::to_owned),
        });
        let rules = rules.into_iter().map(|(rule, description)| {
            let held = HeldRule {
                description,
                id: if only {
                    text("security_group_rule_id")
                } else {
                    String::new()
                },
                arn: if only { text("arn") } else { String::new() },
                tagged: tagged.clone(),
            };
            (rule, held)
        });
        Self {
            rules: rules.collect(),
            doubtful: BTreeSet::new(),
        }
    }

    /// Those of a group's rules that are the resource's.
    pub(super) fn among(shown: &[GroupRule], wanted: &Wanted<'_>) -> Self {
        let mut rules = BTreeMap::new();
        for rule in shown.iter().filter(|rule| wanted.matches(rule)) {
            rules.insert(rule.rule.clone(), HeldRule::from(rule));
        }
        Self {
            rules,
            doubtful: BTreeSet::new(),
        }
    }

    /// The rules with their descriptions.
    pub(super) fn rule_set(&self) -> RuleSet {
        let rules = self.rules.iter();
        rule_set(rules.map(|(rule, held)| (rule.clone(), held.description.clone())))
    }

    /// Whether EC2 has shown rules with different tags.
    pub(super) fn have_different_tags(&self) -> bool {
        let mut tagged = self.rules.values().filter_map(|rule| rule.tagged.as_ref());
        let first = tagged.next();
        first.is_some_and(|first| tagged.any(|other| other.tags != first.tags))
    }
}

/// Which of a group's rules are a resource's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// The rules of the state.
    pub(super) rules: &'a RuleSet,
    /// The id of its one rule, which may have been changed in place by hand; empty for types without one.
    pub(super) rule_id: &'a str,
    /// The value of the owner's tag on its rules. A rule without the tag counts too, since the tag may have been
    /// removed, or the rule restored, by hand.
    pub(super) owner: Option<&'a str>,
    /// Whether every rule with this tag counts, also one that isn't in the state, such as of a run that was
    /// killed before it could store it.
    pub(super) owns_all_tagged: bool,
    /// The resource's id, which `curated migrate --tag-rules` puts into the tag of rules whose state has no
    /// owner.
    pub(super) id: &'a str,
}

impl Wanted<'_> {
    fn matches(&self, shown: &GroupRule) -> bool {
        let own = [self.owner, Some(self.id).filter(|id| !id.is_empty())];
        let has_another_owner = shown.owner.is_some() && !own.contains(&shown.owner.as_deref());
        let is_meant = if self.rule_id.is_empty() {
            let says_so = shown.owner.is_some() && shown.owner.as_deref() == self.owner;
            self.rules.contains_key(&shown.rule) || (self.owns_all_tagged && says_so)
        } else {
            shown.id == self.rule_id
        };
        is_meant && !has_another_owner
    }

    /// The same, by rules and not by the id of one.
    pub(super) fn by_rule(self) -> Self {
        Self {
            rule_id: "",
            ..self
        }
    }
}

/// The value of the owner's tag on the rules of a state: the owner, else the resource's id.
pub(super) fn owner_or_id(state: &Value) -> Option<String> {
    let state = model::of(state);
    let owner = state.owner().known().or(state.id().known());
    owner.map(str::to_owned)
}

/// The id of the group of a state; empty if it isn't known.
pub(super) fn group_of(state: &Value) -> String {
    let id = model::of(state).security_group_id().known();
    id.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(key: &str, owner: Option<&str>) -> GroupRule {
        GroupRule {
            id: "sgr-0000000a".to_owned(),
            arn: String::new(),
            group_id: "sg-0000000a".to_owned(),
            account: "123456789012".to_owned(),
            rule: key.parse().expect("a rule's key"),
            description: String::new(),
            tags: Tags::new(),
            owner: owner.map(str::to_owned),
        }
    }

    #[test]
    fn a_rule_that_another_resource_owns_is_not_ones_own() {
        let (one, two) = ("ingress tcp/1 from self", "ingress tcp/2 from self");
        let rules = RuleSet::from([(one.parse().expect("a rule's key"), String::new())]);
        for (rule_id, owner, key, tag, expected) in [
            ("", Some("a"), one, Some("a"), true),
            ("", Some("a"), one, None, true),
            ("", Some("a"), one, Some("b"), false),
            ("", None, one, Some("b"), false),
            ("", None, one, None, true),
            ("", Some("a"), two, Some("a"), false),
            ("sgr-0000000a", Some("a"), two, Some("a"), true),
            ("sgr-0000000b", Some("a"), one, Some("a"), false),
            ("", None, one, Some("sgrule-1"), true),
            ("", Some("a"), one, Some("sgrule-1"), true),
        ] {
            let wanted = Wanted {
                rules: &rules,
                rule_id,
                owner,
                owns_all_tagged: false,
                id: "sgrule-1",
            };
            let held = Held::among(&[shown(key, tag)], &wanted);
            assert_eq!(
                !held.rules.is_empty(),
                expected,
                "{rule_id} {owner:?} {key} {tag:?}"
            );
        }
    }
}
