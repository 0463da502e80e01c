//! Rules: added, taken away, described, changed. A call is carried out wholly or not at all only
//! as far as a caller that makes no mistakes can tell.

use std::collections::BTreeSet;

use terraform_provider_curated::rules::{Direction, Rule};

use super::form::Part;
use super::groups::asked_tags;
use super::permissions;
use super::state::{Refusal, Region};
use super::xml::{self, Xml};

/// AuthorizeSecurityGroupIngress and …Egress.
pub(crate) fn authorize(
    region: &mut Region,
    request: &Part<'_>,
    action: &str,
) -> Result<String, Refusal> {
    let group_id = request.text("GroupId").unwrap_or_default();
    let rules = permissions::read(request, direction(action), group_id)?;
    let tags = asked_tags(request, "security-group-rule");
    let mut made = Vec::new();
    for (rule, description) in rules {
        region.authorize(group_id, rule.clone(), &description, tags.clone())?;
        made.push(rule);
    }
    let group = region.group(group_id)?;
    Ok(xml::reply(action, |xml| {
        xml.text("return", "true");
        xml.list("securityGroupRuleSet", &made, |xml, rule| {
            permissions::write_one(xml, group, rule, &group.rules[rule]);
        });
    }))
}

/// RevokeSecurityGroupIngress and …Egress.
pub(crate) fn revoke(
    region: &mut Region,
    request: &Part<'_>,
    action: &str,
) -> Result<String, Refusal> {
    let group_id = request.text("GroupId").unwrap_or_default();
    let written = permissions::read(request, direction(action), group_id)?;
    let mut rules: Vec<Rule> = written.into_iter().map(|(rule, _)| rule).collect();
    for id in request.texts("SecurityGroupRuleId") {
        rules.push(region.holder(id)?.1);
    }
    for rule in rules {
        region.revoke(group_id, &rule)?;
    }
    Ok(xml::reply(action, |xml| xml.text("return", "true")))
}

/// UpdateSecurityGroupRuleDescriptionsIngress and …Egress.
pub(crate) fn redescribe(
    region: &mut Region,
    request: &Part<'_>,
    action: &str,
) -> Result<String, Refusal> {
    let group_id = request.text("GroupId").unwrap_or_default();
    let mut rules = permissions::read(request, direction(action), group_id)?;
    for part in request.parts("SecurityGroupRuleDescription") {
        let id = part.text("SecurityGroupRuleId").unwrap_or_default();
        let description = part.text("Description").unwrap_or_default();
        rules.push((region.holder(id)?.1, description.to_owned()));
    }
    let group = region.group(group_id)?;
    for (rule, description) in rules {
        if let Some(entry) = group.rules.get_mut(&rule) {
            entry.description = description;
        }
    }
    Ok(xml::reply(action, |xml| xml.text("return", "true")))
}

/// ModifySecurityGroupRules. A rule keeps its tags; its id here follows what it says.
pub(crate) fn modify(region: &mut Region, request: &Part<'_>) -> Result<String, Refusal> {
    let group_id = request.text("GroupId").unwrap_or_default();
    let mut changed = Vec::new();
    for part in request.parts("SecurityGroupRule") {
        let id = part.text("SecurityGroupRuleId").unwrap_or_default();
        let (_, old) = region.holder(id)?;
        let wanted = part.part("SecurityGroupRule");
        let new = permissions::read_one(&wanted, old.direction, group_id)?;
        let description = wanted.text("Description").unwrap_or_default().to_owned();
        let entry = region.revoke(group_id, &old)?;
        changed.push((new, description, entry.tags));
    }
    for (rule, description, tags) in changed {
        region.authorize(group_id, rule, &description, tags)?;
    }
    Ok(xml::reply("ModifySecurityGroupRules", |xml| {
        xml.text("return", "true");
    }))
}

/// DescribeSecurityGroupRules, by ids or by groups, in one page.
pub(crate) fn describe(region: &mut Region, request: &Part<'_>) -> Result<String, Refusal> {
    let mut found: BTreeSet<(String, Rule)> = BTreeSet::new();
    for id in request.texts("SecurityGroupRuleId") {
        found.insert(region.holder(id)?);
    }
    for filter in request.parts("Filter") {
        let values = filter.texts("Value");
        for value in values {
            if filter.text("Name") == Some("security-group-rule-id") {
                found.extend(region.holder(value));
            } else if let Ok(group) = region.group(value) {
                let rules = group.rules.keys().cloned();
                found.extend(rules.map(|rule| (value.to_owned(), rule)));
            }
        }
    }
    Ok(xml::reply("DescribeSecurityGroupRules", |xml: &mut Xml| {
        xml.list("securityGroupRuleSet", &found, |xml, (id, rule)| {
            let group = &region.groups[id];
            permissions::write_one(xml, group, rule, &group.rules[rule]);
        });
    }))
}

fn direction(action: &str) -> Direction {
    if action.ends_with("Egress") {
        Direction::Egress
    } else {
        Direction::Ingress
    }
}
