//! An association of a group with a VPC other than its own, as EC2 shows it.

use aws_sdk_ec2::types::{SecurityGroupVpcAssociation, SecurityGroupVpcAssociationState};

/// How far an association with a further VPC is, and why it came to nothing where EC2 says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VpcAssociation {
    /// EC2 makes it.
    Associating,
    /// It is there.
    Associated,
    /// EC2 couldn't make it.
    AssociationFailed(Option<String>),
    /// EC2 ends it.
    Disassociating,
    /// EC2 couldn't end it: it is there still.
    DisassociationFailed(Option<String>),
}

impl VpcAssociation {
    /// Whether the group is associated, or about to be.
    pub fn is_there(&self) -> bool {
        match self {
            Self::Associating | Self::Associated | Self::DisassociationFailed(_) => true,
            Self::AssociationFailed(_) | Self::Disassociating => false,
        }
    }
}

/// The VPC of an association and how far it is; `None` for one that is gone.
pub(super) fn read(shown: &SecurityGroupVpcAssociation) -> Option<(String, VpcAssociation)> {
    use SecurityGroupVpcAssociationState as Shown;
    let reason = || shown.state_reason().map(str::to_owned);
    let state = match shown.state()? {
        Shown::Associating => VpcAssociation::Associating,
        Shown::Associated => VpcAssociation::Associated,
        Shown::AssociationFailed => VpcAssociation::AssociationFailed(reason()),
        Shown::Disassociating => VpcAssociation::Disassociating,
        Shown::DisassociationFailed => VpcAssociation::DisassociationFailed(reason()),
        _ => return None,
    };
    Some((shown.vpc_id()?.to_owned(), state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_ended_is_not_shown_and_one_that_could_not_be_ended_is_there() {
        for (text, expected) in [
            ("associating", Some(true)),
            ("associated", Some(true)),
            ("association-failed", Some(false)),
            ("disassociating", Some(false)),
            ("disassociation-failed", Some(true)),
            ("disassociated", None),
        ] {
            let shown = SecurityGroupVpcAssociation::builder()
                .vpc_id("vpc-1")
                .state(text.into());
            let found = read(&shown.build());
            assert_eq!(found.map(|(_, one)| one.is_there()), expected, "{text}");
        }
    }
}
