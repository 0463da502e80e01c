//! Groups: made, described, tagged, deleted.

use terraform_provider_curated::rules::Direction;

use super::form::Part;
use super::permissions;
use super::state::{ACCOUNT, Group, Refusal, Region, Tags, named};
use super::xml::{self, Xml};

/// Entries of a page that isn't asked to be shorter.
const PAGE: usize = 1000;

/// CreateSecurityGroup.
pub(crate) fn create(region: &mut Region, request: &Part<'_>) -> Result<String, Refusal> {
    let tags = asked_tags(request, "security-group");
    let text = |name| request.text(name).unwrap_or_default();
    let vpc = request.text("VpcId").unwrap_or(&region.vpc_id);
    if vpc != region.vpc_id {
        let message = format!("The vpc ID '{vpc}' does not exist");
        return Err(Refusal("InvalidVpcID.NotFound", message));
    }
    let place = region.name.clone();
    let group = region.create(text("GroupName"), text("GroupDescription"), tags)?;
    Ok(xml::reply("CreateSecurityGroup", |xml| {
        xml.text("return", "true");
        xml.text("groupId", &group.id);
        xml.text("securityGroupArn", &group.arn(&place));
        self::tags(xml, &group.tags);
    }))
}

/// DeleteSecurityGroup.
pub(crate) fn delete(region: &mut Region, request: &Part<'_>) -> Result<String, Refusal> {
    let id = request.text("GroupId").unwrap_or_default();
    region.delete(id)?;
    Ok(xml::reply("DeleteSecurityGroup", |xml| {
        xml.text("return", "true");
        xml.text("groupId", id);
    }))
}

/// DescribeSecurityGroups, in pages by the groups' ids.
pub(crate) fn describe(region: &mut Region, request: &Part<'_>) -> Result<String, Refusal> {
    let filters = filters(request)?;
    let ids = request.texts("GroupId");
    for id in &ids {
        region.group(id)?;
    }
    let names = request.texts("GroupName");
    let fits = |group: &&Group| {
        (ids.is_empty() || ids.contains(&group.id.as_str()))
            && (names.is_empty() || names.contains(&group.name.as_str()))
            && filters.iter().all(|filter| filter.fits(group, region))
    };
    let by_id = filters.iter().find(|filter| filter.name == "group-id");
    let asked = match by_id {
        Some(filter) => Some(&filter.values),
        None => Some(&ids).filter(|ids| !ids.is_empty()),
    };
    let after = request.text("NextToken").unwrap_or_default();
    let mut candidates: Vec<&Group> = match asked {
        Some(ids) => ids.iter().filter_map(|id| region.groups.get(*id)).collect(),
        None => region.groups.values().collect(),
    };
    candidates.sort_by(|a, b| a.id.cmp(&b.id));
    candidates.dedup_by(|a, b| a.id == b.id);
    let most = request.text("MaxResults").and_then(|n| n.parse().ok());
    let most: usize = most.unwrap_or(PAGE);
    let rest = candidates
        .into_iter()
        .filter(|group| group.id.as_str() > after);
    let mut found: Vec<&Group> = rest.filter(fits).take(most + 1).collect();
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|group| group.id.as_str());
    Ok(xml::reply("DescribeSecurityGroups", |xml| {
        xml.list("securityGroupInfo", found.iter(), |xml, group| {
            xml.text("ownerId", ACCOUNT);
            xml.text("groupId", &group.id);
            xml.text("groupName", &group.name);
            xml.text("groupDescription", &group.description);
            xml.text("vpcId", &region.vpc_id);
            xml.text("securityGroupArn", &group.arn(&region.name));
            permissions::write(xml, "ipPermissions", group, Direction::Ingress);
            permissions::write(xml, "ipPermissionsEgress", group, Direction::Egress);
            tags(xml, &group.tags);
        });
        xml.some("nextToken", next);
    }))
}

/// CreateTags and DeleteTags, for groups and rules.
pub(crate) fn tag(
    region: &mut Region,
    request: &Part<'_>,
    action: &str,
) -> Result<String, Refusal> {
    let wanted = request.parts("Tag");
    for id in request.texts("ResourceId") {
        let tags = if id.starts_with("sgr-") {
            let (group, rule) = region.holder(id)?;
            let entry = region.group(&group)?.rules.get_mut(&rule);
            &mut entry.expect("its holder has it").tags
        } else {
            &mut region.group(id)?.tags
        };
        for tag in &wanted {
            let key = tag.text("Key").unwrap_or_default().to_owned();
            let value = tag.text("Value").unwrap_or_default().to_owned();
            match action {
                "CreateTags" => drop(tags.insert(key, value)),
                _ => drop(tags.remove(&key)),
            }
        }
        if action == "DeleteTags" && wanted.is_empty() {
            tags.clear();
        }
    }
    Ok(xml::reply(action, |xml| xml.text("return", "true")))
}

/// The tags that a request gives to what it makes.
pub(crate) fn asked_tags(request: &Part<'_>, kind: &str) -> Tags {
    let specifications = request.parts("TagSpecification").into_iter();
    let own = specifications.filter(|s| s.text("ResourceType") == Some(kind));
    let tags = own.flat_map(|specification| specification.parts("Tag"));
    tags.map(|tag| {
        let text = |name| tag.text(name).unwrap_or_default().to_owned();
        (text("Key"), text("Value"))
    })
    .collect()
}

/// Tags in a reply.
pub(crate) fn tags(xml: &mut Xml, tags: &Tags) {
    xml.list("tagSet", tags, |xml, (key, value)| {
        xml.text("key", key);
        xml.text("value", value);
    });
}

struct Filter<'a> {
    name: &'a str,
    values: Vec<&'a str>,
}

fn filters<'a>(request: &Part<'a>) -> Result<Vec<Filter<'a>>, Refusal> {
    let read = |part: Part<'a>| {
        let (name, values) = (part.text("Name").unwrap_or_default(), part.texts("Value"));
        let known = [
            "description",
            "egress.ip-permission.group-id",
            "group-id",
            "group-name",
            "ip-permission.group-id",
            "owner-id",
            "tag-key",
            "vpc-id",
        ];
        if known.contains(&name) || name.starts_with("tag:") {
            return Ok(Filter { name, values });
        }
        let message = format!("The filter '{name}' is invalid");
        Err(Refusal("InvalidParameterValue", message))
    };
    request.parts("Filter").into_iter().map(read).collect()
}

impl Filter<'_> {
    fn fits(&self, group: &Group, region: &Region) -> bool {
        let is = |text: &str| self.values.contains(&text);
        let names = |direction| {
            let mut rules = group.rules_of(direction);
            rules.any(|(rule, _)| named(rule).is_some_and(is))
        };
        match self.name {
            "description" => is(&group.description),
            "egress.ip-permission.group-id" => names(Direction::Egress),
            "group-id" => is(&group.id),
            "group-name" => is(&group.name),
            "ip-permission.group-id" => names(Direction::Ingress),
            "owner-id" => is(ACCOUNT),
            "tag-key" => group.tags.keys().any(|key| is(key)),
            "vpc-id" => is(&region.vpc_id),
            tag => {
                let key = tag.trim_start_matches("tag:");
                group.tags.get(key).is_some_and(|value| is(value))
            }
        }
    }
}
