//! Who holds a group: the network interfaces that wear it, and the rules of other groups that
//! name it. EC2 refuses to delete such a group and doesn't say why.

use std::fmt;

use aws_sdk_ec2::types::{Filter, NetworkInterface};

use super::call::{Ec2, Effect, Scope};
use super::error::Error;
use super::group::Group;
use crate::rules::{Peer, Rule};

/// One thing that holds a group, in words for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A network interface that wears the group.
    Interface {
        /// `eni-…`
        id: String,
        /// `interface`, `lambda`, `nat_gateway`, …
        kind: String,
        /// What the service that made it says about it.
        description: String,
        /// The instance that it is attached to.
        instance: Option<String>,
    },
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

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interface {
                id,
                kind,
                description,
                instance,
            } => {
                write!(f, "network interface {id} ({kind}")?;
                if let Some(instance) = instance {
                    write!(f, ", attached to {instance}")?;
                }
                match description.as_str() {
                    "" => write!(f, ")"),
                    text => write!(f, ", \"{text}\")"),
                }
            }
            Self::Rule { group, name, rule } => {
                write!(f, "rule \"{rule}\" of security group {group} ({name})")
            }
        }
    }
}

impl Ec2 {
    /// Everything visible that holds a group.
    pub async fn holders(&self, id: &str, scope: &Scope) -> Result<Vec<Holder>, Error> {
        let mut holders = self.interfaces(id, scope).await?;
        for filter in ["ip-permission.group-id", "egress.ip-permission.group-id"] {
            for group in self.describe_security_groups(filter, id, scope).await? {
                holders.extend(rules_that_name(id, &group));
            }
        }
        let mut seen = Vec::new();
        for holder in holders {
            if !seen.contains(&holder) {
                seen.push(holder);
            }
        }
        Ok(seen)
    }

    async fn interfaces(&self, id: &str, scope: &Scope) -> Result<Vec<Holder>, Error> {
        let filter = Filter::builder().name("group-id").values(id).build();
        let request = self
            .sdk
            .describe_network_interfaces()
            .filters(filter)
            .max_results(1000);
        let mut holders = Vec::new();
        let mut token = None;
        loop {
            let page = request.clone().set_next_token(token.take());
            let attempt = || page.clone().send();
            let reply = self
                .call(
                    "DescribeNetworkInterfaces",
                    Effect::Repeatable,
                    scope,
                    attempt,
                )
                .await?;
            holders.extend(reply.network_interfaces().iter().map(interface));
            match reply.next_token {
                Some(next) if !next.is_empty() => token = Some(next),
                _ => return Ok(holders),
            }
        }
    }
}

fn interface(interface: &NetworkInterface) -> Holder {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Holder::Interface {
        id: text(interface.network_interface_id()),
        kind: text(interface.interface_type().map(|t| t.as_str())),
        description: text(interface.description()),
        instance: interface
            .attachment()
            .and_then(|a| a.instance_id())
            .map(str::to_owned),
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
