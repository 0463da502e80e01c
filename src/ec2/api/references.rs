//! Who holds a group: the network interfaces that wear it, and the rules of other groups that
//! name it. EC2 refuses to delete such a group and doesn't say why.

use std::fmt;

use aws_sdk_ec2::types::{Filter, NetworkInterface, NetworkInterfaceStatus};

use super::pages::each_page;
use crate::ec2::api::group::Group;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::{Peer, Rule};

/// One thing that holds a group. Displays as words for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A network interface that wears the group.
    Interface(Interface),
    /// A rule of another group.
    Rule {
        /// The group that has the rule.
        group: String,
        /// Its name.
        name: String,
        /// The rule.
        rule: Rule,
    },
}

/// A network interface, as far as it tells who it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `eni-…`
    pub id: String,
    /// `interface`, `lambda`, `nat_gateway`, …
    pub kind: String,
    /// Who made it: a service, or the account.
    pub owner: String,
    /// What it is attached to, if it is.
    pub attachment: Option<String>,
    /// What its maker says about it.
    pub description: String,
    /// Whether it is being released, so that waiting helps.
    pub transient: bool,
}

impl Holder {
    /// Whether waiting is enough for it to let go.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Interface(interface) if interface.transient)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interface(interface) => interface.fmt(f),
            Self::Rule { group, name, rule } => {
                write!(f, "rule \"{rule}\" of the security group {group} ({name})")
            }
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id, kind, owner, ..
        } = self;
        write!(f, "network interface {id} (type {kind}, owner {owner}")?;
        match &self.attachment {
            Some(attachment) => write!(f, ", attached to {attachment}")?,
            None => write!(f, ", not attached")?,
        }
        if self.transient {
            write!(f, ", being released")?;
        }
        match self.description.as_str() {
            "" => write!(f, ")"),
            text => write!(f, "): {text}"),
        }
    }
}

impl Ec2 {
    /// Everything visible that holds a group.
    pub async fn holders(&self, id: &str, scope: &Scope) -> Result<Vec<Holder>, Error> {
        let interfaces = self.interfaces(id, scope).await?;
        let mut holders: Vec<Holder> = interfaces.into_iter().map(Holder::Interface).collect();
        holders.extend(self.rules_that_reference(id, scope).await?);
        Ok(holders)
    }

    /// DescribeSecurityGroups: the rules of other groups that reference a group.
    pub async fn rules_that_reference(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Vec<Holder>, Error> {
        let mut holders = Vec::new();
        for filter in ["ip-permission.group-id", "egress.ip-permission.group-id"] {
            for group in self.describe_security_groups(filter, id, scope).await? {
                for holder in rules_that_name(id, &group) {
                    if !holders.contains(&holder) {
                        holders.push(holder);
                    }
                }
            }
        }
        Ok(holders)
    }

    /// DescribeNetworkInterfaces: the interfaces that have a group.
    pub async fn interfaces(&self, id: &str, scope: &Scope) -> Result<Vec<Interface>, Error> {
        let filter = Filter::builder().name("group-id").values(id).build();
        let request = self
            .sdk
            .describe_network_interfaces()
            .filters(filter)
            .max_results(1000);
        let mut interfaces = Vec::new();
        each_page!(self, "DescribeNetworkInterfaces", scope, request, |reply| {
            interfaces.extend(reply.network_interfaces().iter().map(interface));
        });
        Ok(interfaces)
    }
}

fn interface(interface: &NetworkInterface) -> Interface {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let attachment = interface.attachment();
    let attached_to = attachment.and_then(|a| a.instance_id().or(a.attachment_id()));
    // Of an interface that no service manages, the requester is whoever made the call.
    let service = interface
        .requester_id()
        .filter(|_| interface.requester_managed() == Some(true));
    Interface {
        id: text(interface.network_interface_id()),
        kind: text(interface.interface_type().map(|t| t.as_str())),
        owner: text(service.or(interface.owner_id())),
        attachment: attached_to.map(str::to_owned),
        description: text(interface.description()),
        transient: is_being_released(interface),
    }
}

/// An interface on its way off, one that a service has let go of, or one of Lambda's, which keeps
/// them for a while after the function is gone.
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
    group.rules.keys().filter(names).map(holder)
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
            interface(&shown.build()).owner
        };
        assert_eq!(shown(true, "amazon-elb"), "amazon-elb");
        assert_eq!(shown(false, "AIDAEXAMPLE"), "123456789012");
    }

    #[test]
    fn an_interface_tells_what_it_is_and_whose() {
        let shown = Interface {
            id: "eni-1".to_owned(),
            kind: "interface".to_owned(),
            owner: "123456789012".to_owned(),
            attachment: Some("i-1".to_owned()),
            description: "web".to_owned(),
            transient: false,
        };
        assert_eq!(
            shown.to_string(),
            "network interface eni-1 (type interface, owner 123456789012, attached to i-1): web"
        );
    }
}
