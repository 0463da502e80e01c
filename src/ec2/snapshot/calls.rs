//! The calls of a snapshot, each with the consequence if it is refused. Only DescribeSecurityGroups
//! is required.

/// A call that a snapshot makes, and the consequence if it is refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// The action, as EC2 and IAM name it.
    pub(super) action: &'static str,
    /// What can't be told without it, as a sentence for users.
    pub(super) consequence: &'static str,
    /// Whether it may show uses of groups that no other call shows.
    pub(super) hides_uses: bool,
}

const fn shows_uses(action: &'static str, consequence: &'static str) -> Call {
    Call {
        action,
        consequence,
        hides_uses: true,
    }
}

const fn shows_more(action: &'static str, consequence: &'static str) -> Call {
    Call {
        action,
        consequence,
        hides_uses: false,
    }
}

pub(super) const GROUPS: Call = shows_uses(
    "DescribeSecurityGroups",
    "Nothing can be told of this region.",
);
pub(super) const INTERFACES: Call = shows_uses(
    "DescribeNetworkInterfaces",
    "Which groups are attached, and what is reachable from the internet, can't be told.",
);
pub(super) const VPCS: Call = shows_more(
    "DescribeVpcs",
    "The names of VPCs can't be told, nor which is the default one.",
);
pub(super) const ASSOCIATIONS: Call = shows_uses(
    "DescribeSecurityGroupVpcAssociations",
    "Groups that are associated with further VPCs can't be told from unused ones.",
);
pub(super) const TEMPLATE_VERSIONS: Call = shows_uses(
    "DescribeLaunchTemplateVersions",
    "Groups that launch templates name can't be told from unused ones.",
);
pub(super) const FLEETS: Call = shows_more(
    "DescribeFleets",
    "Fleets that launch from an old version of a launch template can't be told.",
);
pub(super) const SPOT_FLEETS: Call = shows_uses(
    "DescribeSpotFleetRequests",
    "Groups that spot fleets name can't be told from unused ones.",
);
pub(super) const SPOT_REQUESTS: Call = shows_uses(
    "DescribeSpotInstanceRequests",
    "Groups that spot requests name can't be told from unused ones.",
);
pub(super) const VPC_ENDPOINTS: Call = shows_uses(
    "DescribeVpcEndpoints",
    "Groups that VPC endpoints name can't be told from unused ones.",
);
pub(super) const CLIENT_VPNS: Call = shows_uses(
    "DescribeClientVpnEndpoints",
    "Groups that client VPN endpoints name can't be told from unused ones.",
);
pub(super) const INSTANCE_CONNECT: Call = shows_uses(
    "DescribeInstanceConnectEndpoints",
    "Groups that instance connect endpoints name can't be told from unused ones.",
);
pub(super) const VERIFIED_ACCESS: Call = shows_uses(
    "DescribeVerifiedAccessEndpoints",
    "Groups that verified access endpoints name can't be told from unused ones.",
);
pub(super) const PEERINGS: Call = shows_uses(
    "DescribeVpcPeeringConnections",
    "Whether rules beyond a VPC peering reference a group can't be told.",
);
pub(super) const TRANSIT: Call = shows_uses(
    "DescribeTransitGatewayVpcAttachments",
    "Whether rules beyond a transit gateway reference a group can't be told.",
);
pub(super) const REFERENCES: Call = shows_uses(
    "DescribeSecurityGroupReferences",
    "Whether rules beyond a peering or a transit gateway reference a group can't be told.",
);
pub(super) const STALE: Call = shows_more(
    "DescribeStaleSecurityGroups",
    "Rules that reference a group beyond a peering that is gone can't be told.",
);
pub(super) const PREFIX_LISTS: Call = shows_more(
    "DescribeManagedPrefixLists",
    "How many rules a prefix list counts as can't be told.",
);
pub(super) const PREFIX_LIST_ENTRIES: Call = shows_more(
    "GetManagedPrefixListEntries",
    "Which addresses rules with a prefix list let in can't be told.",
);
