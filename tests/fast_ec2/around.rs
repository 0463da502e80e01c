//! What a provider asks beside security groups, and where each action leads.

use super::form::Form;
use super::state::{ACCOUNT, Refusal, Region};
use super::{groups, rules, xml};

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
        "DescribeNetworkInterfaces" => Ok(none(action, "networkInterfaceSet")),
        "DescribeManagedPrefixLists" => Ok(none(action, "prefixListSet")),
        "DescribeSecurityGroupVpcAssociations" => {
            Ok(none(action, "securityGroupVpcAssociationSet"))
        }
        "GetCallerIdentity" => Ok(caller()),
        _ => {
            let message = format!("The action {action} is not valid for this web service.");
            Err(Refusal("InvalidAction", message))
        }
    }
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

fn none(action: &str, list: &str) -> String {
    xml::reply(action, |xml| xml.element(list, |_| {}))
}

fn caller() -> String {
    xml::sts_reply("GetCallerIdentity", |xml| {
        xml.text("Arn", &format!("arn:aws:iam::{ACCOUNT}:user/bench"));
        xml.text("UserId", "AIDAEXAMPLE");
        xml.text("Account", ACCOUNT);
    })
}
