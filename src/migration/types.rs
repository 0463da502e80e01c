//! The resource types that are renamed.

/// A resource type of the AWS provider, and what it is called here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Renaming {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) kind: Kind,
}

/// The kind of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A group, which has its rules for itself if it declares any.
    Group,
    /// A VPC's default group, which always has its rules for itself.
    DefaultGroup,
    /// Rules of a group.
    Rule,
}

/// The resource type of groups.
pub(super) const GROUP: &str = "aws_security_group";

/// All types that are renamed. Their schemas are the AWS provider's, so that the name is all that
/// changes.
pub(super) const RENAMED: [Renaming; 5] = [
    Renaming {
        from: GROUP,
        to: "curated_security_group",
        kind: Kind::Group,
    },
    Renaming {
        from: "aws_default_security_group",
        to: "curated_default_security_group",
        kind: Kind::DefaultGroup,
    },
    Renaming {
        from: "aws_security_group_rule",
        to: "curated_security_group_rule",
        kind: Kind::Rule,
    },
    Renaming {
        from: "aws_vpc_security_group_ingress_rule",
        to: "curated_vpc_security_group_ingress_rule",
        kind: Kind::Rule,
    },
    Renaming {
        from: "aws_vpc_security_group_egress_rule",
        to: "curated_vpc_security_group_egress_rule",
        kind: Kind::Rule,
    },
];

/// The renaming of a type of the AWS provider.
pub(super) fn from_aws(ty: &str) -> Option<&'static Renaming> {
    RENAMED.iter().find(|renaming| renaming.from == ty)
}

/// Whether a text, parsed or not, has the name of a type that is renamed.
pub(super) fn are_named_in(text: &str) -> bool {
    // The names of all others contain one of these.
    text.contains("aws_security_group")
        || text.contains("aws_default_security_group")
        || text.contains("aws_vpc_security_group_")
}
