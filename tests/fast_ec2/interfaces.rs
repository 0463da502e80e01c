//! Network interfaces: enough of them to fill an account. They are made with the groups that they have,
//! and never change.

use super::form::Part;
use super::state::{ACCOUNT, Refusal, Region};
use super::xml;

/// Interfaces of one page, where a request doesn't say.
const PAGE: usize = 1000;
/// Every so many has a public address.
const PUBLIC: usize = 10;

/// A network interface of an instance.
pub(crate) struct Interface {
    group_id: String,
}

impl Region {
    /// Adds interfaces, one for each of the groups in turn.
    pub(crate) fn attach(&mut self, count: usize, group_ids: &[String]) {
        let groups = group_ids.iter().cycle().take(count);
        self.interfaces.extend(groups.map(|id| Interface {
            group_id: id.clone(),
        }));
    }
}

/// DescribeNetworkInterfaces, in pages.
pub(crate) fn describe(region: &Region, request: &Part<'_>) -> Result<String, Refusal> {
    let number = |name: &str| request.text(name).and_then(|text| text.parse().ok());
    let start: usize = number("NextToken").unwrap_or(0);
    let most: usize = number("MaxResults").unwrap_or(PAGE);
    let all = region.interfaces.iter().enumerate();
    let page = all.skip(start).take(most);
    let end = start + most;
    Ok(xml::reply("DescribeNetworkInterfaces", |xml| {
        xml.list("networkInterfaceSet", page, |xml, (at, interface)| {
            xml.text("networkInterfaceId", &format!("eni-{at:017x}"));
            xml.text("subnetId", "subnet-0123456789abcdef0");
            xml.text("vpcId", &region.vpc_id);
            xml.text("availabilityZone", &format!("{}a", region.name));
            xml.text("description", "");
            xml.text("ownerId", ACCOUNT);
            xml.text("requesterManaged", "false");
            xml.text("status", "in-use");
            xml.text("macAddress", "02:00:00:00:00:01");
            xml.text("privateIpAddress", "172.31.0.10");
            xml.text("sourceDestCheck", "true");
            xml.list("groupSet", [&interface.group_id], |xml, id| {
                xml.text("groupId", id);
                let name = region.groups.get(id).map(|group| group.name.as_str());
                xml.some("groupName", name);
            });
            xml.element("attachment", |xml| {
                xml.text("attachmentId", &format!("eni-attach-{at:017x}"));
                xml.text("instanceId", &format!("i-{at:017x}"));
                xml.text("instanceOwnerId", ACCOUNT);
                xml.text("deviceIndex", "0");
                xml.text("status", "attached");
            });
            if at % PUBLIC == 0 {
                xml.element("association", |xml| xml.text("publicIp", "198.51.100.7"));
            }
            xml.text("interfaceType", "interface");
        });
        let more = (end < region.interfaces.len()).then(|| end.to_string());
        xml.some("nextToken", more.as_deref());
    }))
}
