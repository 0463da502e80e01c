//! Reads security groups, their stale rules, and the prefix lists that rules name.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{ManagedPrefixList, SecurityGroup, StaleIpPermission, Tag};

use super::calls::{GROUPS, PREFIX_LIST_ENTRIES, PREFIX_LISTS, STALE};
use super::reader::{Queue, Reader, text};
use crate::ec2::api::ip_permission;
use crate::ec2::api::lookup::weight;
use crate::ec2::api::pages::each_page;
use crate::ec2::error::Error;
use crate::rules::{Direction, Peer, Rule, RuleSet, Traffic, rules_where};
use crate::snapshot::{Group, NotLookedAt, PrefixList, Tags};

/// Final states of a VPC peering, in which it carries no traffic.
const GONE: [&str; 4] = ["deleted", "expired", "failed", "rejected"];

/// The groups of a region by id, and their stale rules, which reference a group over a peering that
/// no longer exists.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) stale: BTreeMap<String, RuleSet>,
}

impl Reader<'_> {
    /// DescribeSecurityGroups.
    pub(super) async fn groups(&self) -> Result<Groups, Error> {
        let request = self.ec2.sdk.describe_security_groups().max_results(1000);
        let mut found = Groups::default();
        let mut room = self.room().await;
        each_page!(self.ec2, GROUPS.action, self.scope, request, |reply| {
            self.answered(GROUPS);
            for shown in reply.security_groups() {
                self.add(&mut found, shown);
            }
            drop(room.take());
            room = self.room().await;
        });
        Ok(found)
    }

    fn add(&self, found: &mut Groups, shown: &SecurityGroup) {
        let id = text(shown.group_id());
        let rules = ip_permission::decode(shown).unwrap_or_else(|cause| {
            self.note(NotLookedAt {
                operation: GROUPS.action.to_owned(),
                code: String::new(),
                consequence: format!("The rules of {id} can't be understood: {cause}."),
                hides_uses: true,
            });
            RuleSet::new()
        });
        let stale = over_gone_peerings(shown, &rules);
        if !stale.is_empty() {
            found.stale.insert(id.clone(), stale);
        }
        let group = Group {
            id: id.clone(),
            name: text(shown.group_name()),
            description: text(shown.description()),
            vpc_id: text(shown.vpc_id()),
            owner_id: text(shown.owner_id()),
            arn: text(shown.security_group_arn()),
            tags: tags(shown.tags()),
            rules,
        };
        found.groups.insert(id, group);
    }

    /// DescribeStaleSecurityGroups: takes a call for each VPC, so only VPCs are asked for whose
    /// groups reference a group outside the VPC.
    pub(super) async fn stale(&self, found: &mut Groups) {
        let vpcs = Queue::new(vpcs_with_foreign_references(&found.groups));
        let lane = async || {
            let mut found = Vec::new();
            while let Some(vpc) = vpcs.next() {
                found.extend(
                    self.optional(STALE, self.stale_in(vpc).await)
                        .unwrap_or_default(),
                );
            }
            found
        };
        let (one, two) = tokio::join!(lane(), lane());
        for (id, rule) in one.into_iter().chain(two) {
            let Some(group) = found.groups.get(&id) else {
                continue;
            };
            let rule = rule.seen_from(&group.owner_id, &id);
            if let Some(description) = group.rules.get(&rule) {
                let description = description.clone();
                found.stale.entry(id).or_default().insert(rule, description);
            }
        }
    }

    async fn stale_in(&self, vpc_id: &str) -> Result<Vec<(String, Rule)>, Error> {
        let request = self.ec2.sdk.describe_stale_security_groups();
        let request = request.vpc_id(vpc_id).max_results(255);
        let mut found = Vec::new();
        each_page!(self.ec2, STALE.action, self.scope, request, |reply| {
            self.answered(STALE);
            for group in reply.stale_security_group_set() {
                let id = text(group.group_id());
                for (direction, permissions) in [
                    (Direction::Ingress, group.stale_ip_permissions()),
                    (Direction::Egress, group.stale_ip_permissions_egress()),
                ] {
                    let rules = permissions.iter().flat_map(|p| stale_rules(direction, p));
                    found.extend(rules.map(|rule| (id.clone(), rule)));
                }
            }
        });
        Ok(found)
    }

    /// DescribeManagedPrefixLists and GetManagedPrefixListEntries, for the lists that rules name.
    pub(super) async fn prefix_lists(
        &self,
        groups: &BTreeMap<String, Group>,
    ) -> BTreeMap<String, PrefixList> {
        let named = prefix_lists_named(groups);
        if named.is_empty() {
            return BTreeMap::new();
        }
        let shown = self.optional(PREFIX_LISTS, self.shown_prefix_lists(&named).await);
        let mut lists = shown.unwrap_or_default();
        // The entries of a list can often be read even if the list itself isn't shown, as with
        // another account's.
        let ids = Queue::new(named);
        let lane = async || {
            let mut found = Vec::new();
            while let Some(id) = ids.next() {
                let page = || self.answered(PREFIX_LIST_ENTRIES);
                let entries = self.ec2.prefix_list_entries(id, self.scope, page).await;
                if let Some(entries) = self.optional(PREFIX_LIST_ENTRIES, entries) {
                    found.push((id.clone(), entries));
                }
            }
            found
        };
        let (one, two, three) = tokio::join!(lane(), lane(), lane());
        for (id, entries) in one.into_iter().chain(two).chain(three) {
            let unknown = PrefixList {
                weight: entries.len().max(1),
                ..PrefixList::default()
            };
            lists.entry(id).or_insert(unknown).entries = Some(entries);
        }
        lists
    }

    async fn shown_prefix_lists(
        &self,
        named: &[String],
    ) -> Result<BTreeMap<String, PrefixList>, Error> {
        let request = self
            .ec2
            .sdk
            .describe_managed_prefix_lists()
            .max_results(100);
        let mut found = BTreeMap::new();
        each_page!(
            self.ec2,
            PREFIX_LISTS.action,
            self.scope,
            request,
            |reply| {
                self.answered(PREFIX_LISTS);
                let lists = reply.prefix_lists().iter().filter_map(prefix_list);
                found.extend(lists.filter(|(id, _)| named.contains(id)));
            }
        );
        Ok(found)
    }
}

/// All tags, including those of AWS's services, which tell who made a group.
pub(super) fn tags(shown: &[Tag]) -> Tags {
    let pair = |tag: &Tag| (text(tag.key()), text(tag.value()));
    shown.iter().map(pair).collect()
}

fn prefix_list(shown: &ManagedPrefixList) -> Option<(String, PrefixList)> {
    let (id, weight) = weight(shown)?;
    let list = PrefixList {
        name: text(shown.prefix_list_name()),
        is_aws: shown.owner_id() == Some("AWS"),
        weight,
        entries: None,
    };
    Some((id, list))
}

/// The rules that reference a group over a peering which EC2 says no longer exists.
fn over_gone_peerings(shown: &SecurityGroup, rules: &RuleSet) -> RuleSet {
    let permissions = shown
        .ip_permissions()
        .iter()
        .chain(shown.ip_permissions_egress());
    let pairs = permissions.flat_map(|permission| permission.user_id_group_pairs());
    let is_gone = |status: &str| GONE.contains(&status.to_ascii_lowercase().as_str());
    let gone: BTreeSet<&str> = pairs
        .filter(|pair| pair.peering_status().is_some_and(is_gone))
        .filter_map(|pair| pair.group_id())
        .collect();
    rules_where(
        rules,
        |rule, _| matches!(&rule.peer, Peer::Group { id, .. } if gone.contains(id.as_str())),
    )
}

fn stale_rules(direction: Direction, shown: &StaleIpPermission) -> Vec<Rule> {
    let protocol = shown.ip_protocol().unwrap_or_default();
    let Ok(traffic) = Traffic::from_ec2(protocol, shown.from_port(), shown.to_port()) else {
        return Vec::new();
    };
    let pairs = shown.user_id_group_pairs().iter();
    let rule = |pair: &aws_sdk_ec2::types::UserIdGroupPair| Rule {
        direction,
        traffic,
        peer: Peer::Group {
            account: pair.user_id().map(str::to_owned),
            id: text(pair.group_id()),
        },
    };
    pairs.map(rule).collect()
}

/// The VPCs whose groups reference a group outside the VPC, sorted.
fn vpcs_with_foreign_references(groups: &BTreeMap<String, Group>) -> Vec<String> {
    let is_foreign = |group: &Group, rule: &Rule| match &rule.peer {
        Peer::Group { id, .. } => groups.get(id).is_none_or(|to| to.vpc_id != group.vpc_id),
        _ => false,
    };
    let asking = groups
        .values()
        .filter(|group| group.rules.keys().any(|rule| is_foreign(group, rule)));
    let vpcs: BTreeSet<String> = asking.map(|group| group.vpc_id.clone()).collect();
    vpcs.into_iter().filter(|id| !id.is_empty()).collect()
}

fn prefix_lists_named(groups: &BTreeMap<String, Group>) -> Vec<String> {
    let rules = groups.values().flat_map(|group| group.rules.keys());
    let named = rules.filter_map(|rule| match &rule.peer {
        Peer::PrefixList(id) => Some(id.clone()),
        _ => None,
    });
    named.collect::<BTreeSet<String>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IpPermission, UserIdGroupPair};

    use super::*;

    fn group(id: &str, vpc: &str, rules: &[&str]) -> (String, Group) {
        let rule = |key: &&str| (key.parse().expect("a rule's key"), String::new());
        let group = Group {
            id: id.to_owned(),
            vpc_id: vpc.to_owned(),
            rules: rules.iter().map(rule).collect(),
            ..Group::default()
        };
        (id.to_owned(), group)
    }

    #[test]
    fn only_vpcs_whose_rules_lead_elsewhere_are_asked_for_stale_ones() {
        let groups = BTreeMap::from([
            group("sg-0000000a", "vpc-1", &["ingress tcp/80 from sg-0000000b"]),
            group("sg-0000000b", "vpc-1", &["ingress all from self"]),
            group("sg-0000000c", "vpc-2", &["egress tcp/80 to sg-0000000a"]),
            group("sg-0000000d", "vpc-3", &["ingress tcp/80 from sg-0000000f"]),
        ]);
        assert_eq!(vpcs_with_foreign_references(&groups), ["vpc-2", "vpc-3"]);
    }

    #[test]
    fn a_rule_over_a_peering_that_is_gone_is_stale() {
        let pair = |id: &str, status: Option<&str>| {
            UserIdGroupPair::builder()
                .group_id(id)
                .user_id("123456789012")
                .set_peering_status(status.map(str::to_owned))
                .build()
        };
        let permission = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(80)
            .to_port(80)
            .user_id_group_pairs(pair("sg-0000000a", Some("deleted")))
            .user_id_group_pairs(pair("sg-0000000b", Some("active")))
            .user_id_group_pairs(pair("sg-0000000c", None));
        let shown = SecurityGroup::builder()
            .owner_id("123456789012")
            .group_id("sg-0000000d")
            .ip_permissions(permission.build())
            .build();
        let rules = ip_permission::decode(&shown).expect("rules");
        let stale = over_gone_peerings(&shown, &rules);
        let stale: Vec<String> = stale.keys().map(ToString::to_string).collect();
        assert_eq!(stale, ["ingress tcp/80 from sg-0000000a"]);
    }
}
