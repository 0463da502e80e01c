//! What a provider asks beside security groups, and where each action leads.

use super::form::Form;
use super::state::{ACCOUNT, Refusal, Region};
use super::{groups, interfaces, rules, xml};

/// Carries out one call.
pub(crate) fn act(region: &mut Region, action: &str, form: &Form) -> Result<String, Refusal> {
    let request = &form.whole();
    match action {
        "CreateSecurityGroup" => groups::create(region, request),
        "DeleteSecurityGroup" => groups::delete(region, request),
        "DescribeSecurityGroups" => groups::describe(region, request),
        "CreateTags" | "DeleteTags" => groups::tag(region, request, action),
        "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => {
            rules::authorize(region, request, action)
        }
        "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
            rules::revoke(region, request, action)
        }
        "UpdateSecurityGroupRuleDescriptionsIngress"
        | "UpdateSecurityGroupRuleDescriptionsEgress" => rules::redescribe(region, request, action),
        "ModifySecurityGroupRules" => rules::modify(region, request),
        "DescribeSecurityGroupRules" => rules::describe(region, request),
        "DescribeVpcs" => Ok(vpcs(region)),
        "DescribeNetworkInterfaces" => interfaces::describe(region, request),
        "DescribeRegions" => Ok(regions()),
        "GetCallerIdentity" => Ok(caller()),
        _ => match EMPTY.iter().find(|(name, _)| *name == action) {
            Some((_, list)) => Ok(xml::reply(action, |xml| xml.element(list, |_| {}))),
            None => {
                let message = format!("The action {action} is not valid for this web service.");
                Err(Refusal("InvalidAction", message))
            }
        },
    }
}

/// What there is nothing of, and the list that says so.
const EMPTY: [(&str, &str); 13] = [
    ("DescribeClientVpnEndpoints", "clientVpnEndpoint"),
    ("DescribeFleets", "fleetSet"),
    (
        "DescribeInstanceConnectEndpoints",
        "instanceConnectEndpointSet",
    ),
    ("DescribeLaunchTemplateVersions", "launchTemplateVersionSet"),
    ("DescribeManagedPrefixLists", "prefixListSet"),
    (
        "DescribeSecurityGroupVpcAssociations",
        "securityGroupVpcAssociationSet",
    ),
    ("DescribeSpotFleetRequests", "spotFleetRequestConfigSet"),
    ("DescribeSpotInstanceRequests", "spotInstanceRequestSet"),
    ("DescribeStaleSecurityGroups", "staleSecurityGroupSet"),
    (
        "DescribeTransitGatewayVpcAttachments",
        "transitGatewayVpcAttachments",
    ),
    (
        "DescribeVerifiedAccessEndpoints",
        "verifiedAccessEndpointSet",
    ),
    ("DescribeVpcEndpoints", "vpcEndpointSet"),
    ("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet"),
];

/// Those that are enabled for every account.
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

fn regions() -> String {
    xml::reply("DescribeRegions", |xml| {
        xml.list("regionInfo", REGIONS, |xml, name| {
            xml.text("regionName", name);
            xml.text("regionEndpoint", &format!("ec2.{name}.amazonaws.com"));
            xml.text("optInStatus", "opt-in-not-required");
        });
    })
}

fn vpcs(region: &Region) -> String {
    xml::reply("DescribeVpcs", |xml| {
        xml.list("vpcSet", [&region.vpc_id], |xml, id| {
            xml.text("vpcId", id);
            xml.text("ownerId", ACCOUNT);
            xml.text("state", "available");
            xml.text("cidrBlock", "172.31.0.0/16");
            xml.text("isDefault", "true");
        });
    })
}

fn caller() -> String {
    xml::sts_reply("GetCallerIdentity", |xml| {
        xml.text("Arn", &format!("arn:aws:iam::{ACCOUNT}:user/bench"));
        xml.text("UserId", "AIDAEXAMPLE");
        xml.text("Account", ACCOUNT);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::World;

    /// The reply, or the code of the refusal.
    fn ask(region: &mut Region, call: &str) -> Result<String, &'static str> {
        let form = Form::read(call);
        let action = form.whole().text("Action").unwrap_or_default();
        act(region, action, &form).map_err(|refusal| refusal.0)
    }

    fn create(region: &mut Region, name: &str) -> String {
        let call = format!("Action=CreateSecurityGroup&GroupName={name}&GroupDescription=x");
        let reply = ask(region, &call).expect("made");
        crate::server::made(&reply).expect("an id").to_owned()
    }

    #[test]
    fn a_group_lives_as_in_ec2() {
        let mut world = World::default();
        let region = world.region("eu-west-1");
        let (one, other) = (create(region, "one"), create(region, "other"));
        assert_eq!(
            ask(region, "Action=CreateSecurityGroup&GroupName=ONE"),
            Err("InvalidGroup.Duplicate")
        );
        let permission = format!(
            "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443&IpPermissions.1.ToPort=443\
             &IpPermissions.1.Groups.1.GroupId={other}&IpPermissions.1.Groups.2.GroupId={one}"
        );
        let with = |action: &str| format!("Action={action}&GroupId={one}&{permission}");
        let added = ask(region, &with("AuthorizeSecurityGroupIngress")).expect("added");
        assert_eq!(added.matches("<item><securityGroupRuleId>").count(), 2);
        assert_eq!(
            ask(region, &with("AuthorizeSecurityGroupIngress")),
            Err("InvalidPermission.Duplicate")
        );
        let filter = format!("Filter.1.Name=ip-permission.group-id&Filter.1.Value.1={other}");
        let call = format!("Action=DescribeSecurityGroups&{filter}");
        let named = ask(region, &call).expect("described");
        assert_eq!(named.matches("<groupName>").count(), 1);
        // What EC2 adds to every group.
        assert!(named.contains("<ipProtocol>-1</ipProtocol>"), "{named}");
        let delete = |id: &str| format!("Action=DeleteSecurityGroup&GroupId={id}");
        assert_eq!(ask(region, &delete(&other)), Err("DependencyViolation"));
        assert!(ask(region, &with("RevokeSecurityGroupIngress")).is_ok());
        for id in [&one, &other] {
            assert!(ask(region, &delete(id)).is_ok());
            assert_eq!(ask(region, &delete(id)), Err("InvalidGroup.NotFound"));
        }
    }

    #[test]
    fn pages_hold_every_group_once() {
        let mut world = World::default();
        let region = world.region("eu-west-1");
        let names: Vec<String> = (0..12).map(|at| format!("g{at}")).collect();
        let mut ids: Vec<String> = names.iter().map(|name| create(region, name)).collect();
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let call = format!("Action=DescribeSecurityGroups&MaxResults=5{token}");
            let page = ask(region, &call).expect("a page");
            let groups = page
                .split("<ownerId>")
                .skip(1)
                .filter_map(crate::server::made);
            found.extend(groups.map(str::to_owned));
            let Some((_, rest)) = page.split_once("<nextToken>") else {
                break;
            };
            let next = rest.split('<').next().unwrap_or_default();
            token = format!("&NextToken={next}");
        }
        found.retain(|id| ids.contains(id));
        ids.sort();
        assert_eq!(found, ids);
    }
}
