//! The resource types that are renamed.

/// A resource type of the AWS provider, and what it is called here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Renaming {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

/// The resource type of groups.
pub(super) const GROUP: &str = "aws_security_group";

/// All types that are renamed. Their schemas are the AWS provider's, so that the name is all that
/// changes.
pub(super) const RENAMED: [Renaming; 4] = [
    Renaming {
        from: GROUP,
        to: "curated_security_group",
    },
    Renaming {
        from: "aws_security_group_rule",
        to: "curated_security_group_rule",
    },
    Renaming {
        from: "aws_vpc_security_group_ingress_rule",
        to: "curated_vpc_security_group_ingress_rule",
    },
    Renaming {
        from: "aws_vpc_security_group_egress_rule",
        to: "curated_vpc_security_group_egress_rule",
    },
];

/// Types that stay with the AWS provider.
pub(super) const KEPT: [&str; 1] = ["aws_default_security_group"];

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
