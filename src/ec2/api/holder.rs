//! What holds a group, as it is told to users.

use std::fmt;

use crate::rules::Rule;

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

#[cfg(test)]
mod tests {
    use super::*;

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
