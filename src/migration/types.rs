//! The resource types that are renamed.

/// A resource type of the AWS provider, and its name in this one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Renaming {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) kind: Kind,
}

/// The kind of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A group, which is exclusive if it declares rules.
    Group,
    /// A VPC's default group, which is always exclusive.
    DefaultGroup,
    /// Rules of a group.
    Rule,
}

/// The resource type of groups.
pub(super) const GROUP: &str = "aws_security_group";

/// All renamed types. Their schemas accept the arguments of the AWS provider, so that only the name
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

/// Whether a text contains the name of a renamed type.
pub(super) fn are_named_in(text: &str) -> bool {
    // The names of the other types contain one of these.
    text.contains("aws_security_group")
        || text.contains("aws_default_security_group")
        || text.contains("aws_vpc_security_group_")
}
