//! The references to a group: network interfaces that have it, and rules of other groups that name
//! it. EC2 refuses to delete such a group and doesn't say what refers to it.

use std::collections::HashMap;

use aws_sdk_ec2::types::{Filter, NetworkInterface, NetworkInterfaceStatus};

use super::pages::each_page;
use crate::ec2::api::group::Group;
use crate::ec2::api::holder::Holder;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::{Peer, Rule};

impl Ec2 {
    /// The network interfaces and the rules of other groups that refer to a group, as far as EC2
    /// shows them.
    pub async fn holders(&self, id: &str, scope: &Scope) -> Result<Vec<Holder>, Error> {
        let mut holders = self.interfaces(id, scope).await?;
        holders.extend(self.rules_that_reference(id, scope).await?);
        Ok(holders)
    }

    /// DescribeSecurityGroups: the rules of other groups that reference a group. Requests of the
    /// same moment share a call.
    pub async fn rules_that_reference(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Vec<Holder>, Error> {
        let ask = |ids| self.references_to(ids, scope);
        let given_up = || self.never_asked("DescribeSecurityGroups");
        self.reference_reads.get(id, scope, ask, given_up).await
    }

    async fn references_to(
        &self,
        ids: Vec<String>,
        scope: &Scope,
    ) -> Result<HashMap<String, Vec<Holder>>, Error> {
        let mut found: HashMap<String, Vec<Holder>> = HashMap::new();
        for filter in ["ip-permission.group-id", "egress.ip-permission.group-id"] {
            for group in self.describe_groups_with(filter, &ids, scope).await? {
                for id in &ids {
                    let holders = found.entry(id.clone()).or_default();
                    for holder in rules_that_name(id, &group) {
                        if !holders.contains(&holder) {
                            holders.push(holder);
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// DescribeNetworkInterfaces: the interfaces that have a group. Requests of the same moment
    /// share a call.
    pub async fn interfaces(&self, id: &str, scope: &Scope) -> Result<Vec<Holder>, Error> {
        let ask = |ids| self.interfaces_with(ids, scope);
        let given_up = || self.never_asked("DescribeNetworkInterfaces");
        self.interface_reads.get(id, scope, ask, given_up).await
    }

    async fn interfaces_with(
        &self,
        ids: Vec<String>,
        scope: &Scope,
    ) -> Result<HashMap<String, Vec<Holder>>, Error> {
        let filter = Filter::builder().name("group-id");
        let filter = filter.set_values(Some(ids)).build();
        let request = self
            .sdk
            .describe_network_interfaces()
            .filters(filter)
            .max_results(1000);
        let mut found: HashMap<String, Vec<Holder>> = HashMap::new();
        each_page!(self, "DescribeNetworkInterfaces", scope, request, |reply| {
            for shown in reply.network_interfaces() {
                let ids = shown.groups().iter().filter_map(|group| group.group_id());
                for id in ids {
                    found
                        .entry(id.to_owned())
                        .or_default()
                        .push(interface(shown));
                }
            }
        });
        Ok(found)
    }
}

fn interface(interface: &NetworkInterface) -> Holder {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let attachment = interface.attachment();
    let attached_to = attachment.and_then(|a| a.instance_id().or(a.attachment_id()));
    Holder::Interface {
        id: text(interface.network_interface_id()),
        kind: text(interface.interface_type().map(|t| t.as_str())),
        owner: text(managing_service(interface).or(interface.owner_id())),
        attachment: attached_to.map(str::to_owned),
        description: text(interface.description()),
        transient: is_being_released(interface),
    }
}

/// The service that manages an interface. An interface that no service manages has a requester too:
/// the principal that made it.
pub(in crate::ec2) fn managing_service(interface: &NetworkInterface) -> Option<&str> {
    let requester = interface.requester_id();
    requester.filter(|_| interface.requester_managed() == Some(true))
}

/// Whether an interface is being detached, is no longer used by the service that manages it, or is
/// Lambda's, which keeps interfaces for a while after the function is gone.
fn is_being_released(interface: &NetworkInterface) -> bool {
    let description = interface.description().unwrap_or_default();
    let lambda = interface
        .interface_type()
        .is_some_and(|t| t.as_str() == "lambda")
        || description.starts_with("AWS Lambda VPC ENI");
    match interface.status() {
        Some(NetworkInterfaceStatus::Detaching) => true,
        Some(NetworkInterfaceStatus::Available) => {
            interface.requester_managed() == Some(true) || lambda
        }
        _ => lambda,
    }
}

fn rules_that_name(id: &str, group: &Group) -> impl Iterator<Item = Holder> {
    let names =
        move |rule: &&Rule| matches!(&rule.peer, Peer::Group { id: named, .. } if named == id);
    let holder = |rule: &Rule| Holder::Rule {
        group: group.id.clone(),
        name: group.name.clone(),
        rule: rule.clone(),
    };
    let is_another = group.id != id;
    let rules = group.rules.keys().filter(move |_| is_another);
    rules.filter(names).map(holder)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::NetworkInterfaceType;

    use super::*;

    #[test]
    fn only_what_is_being_released_is_transient() {
        use NetworkInterfaceStatus::{Available, Detaching, InUse};
        let plain = NetworkInterface::builder;
        let lambda = || plain().interface_type(NetworkInterfaceType::from("lambda"));
        let old_lambda = || plain().description("AWS Lambda VPC ENI-f-0");
        for (expected, builder) in [
            (false, plain().status(InUse)),
            (true, plain().status(Detaching)),
            (false, plain().status(Available)),
            (true, plain().status(Available).requester_managed(true)),
            (false, plain().status(InUse).requester_managed(true)),
            (true, lambda().status(InUse)),
            (true, old_lambda().status(Available)),
        ] {
            let shown = builder.build();
            assert_eq!(is_being_released(&shown), expected, "{shown:?}");
        }
    }

    #[test]
    fn the_owner_is_the_service_or_the_account() {
        let shown = |managed: bool, requester: &str| {
            let shown = NetworkInterface::builder()
                .owner_id("123456789012")
                .requester_id(requester)
                .requester_managed(managed);
            let Holder::Interface { owner, .. } = interface(&shown.build()) else {
                panic!("an interface is one");
            };
            owner
        };
        assert_eq!(shown(true, "amazon-elb"), "amazon-elb");
        assert_eq!(shown(false, "AIDAEXAMPLE"), "123456789012");
    }
}
