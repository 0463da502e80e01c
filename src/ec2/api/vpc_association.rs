//! An association of a group with a VPC other than its own, as EC2 shows it.

use aws_sdk_ec2::types::{SecurityGroupVpcAssociation, SecurityGroupVpcAssociationState};

/// State of an association with a further VPC, with EC2's reason if making or ending it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VpcAssociation {
    /// EC2 is making it.
    Associating,
    /// It exists.
    Associated,
    /// EC2 couldn't make it.
    AssociationFailed(Option<String>),
    /// EC2 is ending it.
    Disassociating,
    /// EC2 couldn't end it: it still exists.
    DisassociationFailed(Option<String>),
    /// Another state, by EC2's name for it.
    Other(String),
}

impl VpcAssociation {
    /// Whether the group is associated or about to be. A state that isn't known counts as
    /// associated.
    pub fn is_associated(&self) -> bool {
        match self {
            Self::Associating
            | Self::Associated
            | Self::DisassociationFailed(_)
            | Self::Other(_) => true,
            Self::AssociationFailed(_) | Self::Disassociating => false,
        }
    }

    /// EC2's name of the state.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Associating => "associating",
            Self::Associated => "associated",
            Self::AssociationFailed(_) => "association-failed",
            Self::Disassociating => "disassociating",
            Self::DisassociationFailed(_) => "disassociation-failed",
            Self::Other(name) => name,
        }
    }
}

/// The VPC of an association, and its state; `None` for an association that has ended.
pub(super) fn read(shown: &SecurityGroupVpcAssociation) -> Option<(String, VpcAssociation)> {
    use SecurityGroupVpcAssociationState as Shown;
    let reason = || shown.state_reason().map(str::to_owned);
    let state = match shown.state() {
        Some(Shown::Associating) => VpcAssociation::Associating,
        Some(Shown::Associated) => VpcAssociation::Associated,
        Some(Shown::AssociationFailed) => VpcAssociation::AssociationFailed(reason()),
        Some(Shown::Disassociating) => VpcAssociation::Disassociating,
        Some(Shown::DisassociationFailed) => VpcAssociation::DisassociationFailed(reason()),
        Some(Shown::Disassociated) => return None,
        other => VpcAssociation::Other(other.map_or("", Shown::as_str).to_owned()),
    };
    Some((shown.vpc_id().unwrap_or_default().to_owned(), state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_ended_is_not_shown_and_one_of_which_that_is_not_known_is_there() {
        for (text, expected) in [
            ("associating", Some(true)),
            ("associated", Some(true)),
            ("association-failed", Some(false)),
            ("disassociating", Some(false)),
            ("disassociation-failed", Some(true)),
            ("disassociated", None),
            ("a state of next year", Some(true)),
        ] {
            let shown = SecurityGroupVpcAssociation::builder()
                .vpc_id("vpc-1")
                .state(text.into());
            let found = read(&shown.build()).map(|(_, one)| one);
            let name = found.as_ref().map(VpcAssociation::name);
            assert_eq!(name, expected.map(|_| text));
            assert_eq!(found.map(|one| one.is_associated()), expected, "{text}");
        }
    }
}
