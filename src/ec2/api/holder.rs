//! Things that use a group, so that EC2 refuses to delete it, and how users read about them.

use std::fmt;

use crate::rules::Rule;

/// One thing that uses a group. Displays as words for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A network interface that has the group.
    Interface {
        /// `eni-…`
        id: String,
        /// `interface`, `lambda`, `nat_gateway`, …
        kind: String,
        /// The service that manages it, or the account that made it.
        owner: String,
        /// The id of the instance or attachment that it is attached to.
        attachment: Option<String>,
        /// The description that its maker gave it.
        description: String,
        /// Whether it is being released, so that waiting is enough.
        transient: bool,
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
    /// An association with a further VPC.
    VpcAssociation {
        /// The VPC.
        vpc_id: String,
        /// EC2's word for it, as in `associated`.
        state: String,
    },
}

impl Holder {
    /// Whether it will go away by itself, so that waiting is enough.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Interface {
                transient: true,
                ..
            }
        )
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interface {
                id,
                kind,
                owner,
                attachment,
                description,
                transient,
            } => {
                write!(f, "network interface {id} (type {kind}, owner {owner}")?;
                match attachment {
                    Some(attachment) => write!(f, ", attached to {attachment}")?,
                    None => write!(f, ", not attached")?,
                }
                if *transient {
                    write!(f, ", being released")?;
                }
                match description.as_str() {
                    "" => write!(f, ")"),
                    text => write!(f, "): {text}"),
                }
            }
            Self::Rule { group, name, rule } => {
                write!(f, "rule \"{rule}\" of the security group {group} ({name})")
            }
            Self::VpcAssociation { vpc_id, state } => {
                write!(f, "association with the VPC {vpc_id} ({state})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_tells_what_it_is_and_whose() {
        let shown = Holder::Interface {
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
