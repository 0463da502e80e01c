//! What an account holds, as it was read once: plain values that [`crate::ec2`] fills and the
//! curation judges. Must not know how anything was read, nor what is right or wrong about it.

use std::collections::BTreeMap;

use crate::rules::RuleSet;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// All that was looked at, region by region, in a stable order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// One for each account and region.
    pub regions: Vec<Region>,
}

/// One region of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// The account's number; empty where it isn't known.
    pub account: String,
    /// As in `us-east-1`.
    pub name: String,
    /// The VPCs, by id.
    pub vpcs: BTreeMap<String, Vpc>,
    /// The security groups, by id.
    pub groups: BTreeMap<String, Group>,
    /// The network interfaces, by id.
    pub interfaces: BTreeMap<String, Interface>,
    /// What else names groups, and could put them on an interface.
    pub uses: Vec<Use>,
    /// The CIDR blocks of the prefix lists that rules name, by id. A list that couldn't be read is
    /// absent.
    pub prefix_lists: BTreeMap<String, PrefixList>,
    /// Rules that reference a group which is gone, by the id of the group that has them, as EC2's
    /// own list of stale rules tells.
    pub stale: BTreeMap<String, RuleSet>,
    /// What couldn't be looked at.
    pub not_looked_at: Vec<NotLookedAt>,
}

/// A VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    /// Its tags; `Name` is what people call it.
    pub tags: Tags,
    /// Whether it is the region's default VPC.
    pub is_default: bool,
}

/// A security group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// As in `sg-0123456789abcdef0`.
    pub id: String,
    /// Its name; `default` for a VPC's default group.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its VPC; empty for one of EC2-Classic.
    pub vpc_id: String,
    /// The account that owns it: in a shared VPC another than the one that looks.
    pub owner_id: String,
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: Tags,
    /// Its rules.
    pub rules: RuleSet,
}

/// A network interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// As in `eni-0123456789abcdef0`.
    pub id: String,
    /// The ids of the groups that it has.
    pub groups: Vec<String>,
    /// EC2's kind of interface, as in `interface` or `network_load_balancer`.
    pub kind: String,
    /// What its maker says of it; AWS services say here what it belongs to.
    pub description: String,
    /// `available` where it is attached to nothing.
    pub status: String,
    /// The account that owns it.
    pub owner_id: String,
    /// Who asked for it, where an AWS service did, as in `amazon-elb`.
    pub requester: String,
    /// The service that operates it, as EC2 names it; empty where none does.
    pub operator: String,
    /// The instance that it is attached to; empty where there is none.
    pub instance_id: String,
    /// Its public addresses, of both families: those outside of the private and reserved blocks.
    pub public_addresses: Vec<String>,
    /// Its tags.
    pub tags: Tags,
}

/// Something other than an interface or a rule that names a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The group's id.
    pub group_id: String,
    /// What kind of thing names it.
    pub kind: UseKind,
    /// What names it: an id, a name, or a file with its line.
    pub by: String,
    /// What else is to be said, as in `version 3, the default`.
    pub detail: String,
}

/// What names a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// The default or latest version of a launch template.
    LaunchTemplate,
    /// An older version of a launch template.
    OldLaunchTemplate,
    /// A spot fleet request that isn't cancelled.
    SpotFleet,
    /// A spot instance request that isn't closed.
    SpotRequest,
    /// A VPC endpoint.
    VpcEndpoint,
    /// A client VPN endpoint.
    ClientVpn,
    /// An EC2 instance connect endpoint.
    InstanceConnect,
    /// A verified access endpoint.
    VerifiedAccess,
    /// A further VPC that the group is associated with.
    VpcAssociation,
    /// A rule in a VPC beyond a peering or a transit gateway.
    PeerVpc,
    /// A file that the user handed in.
    File,
}

/// A prefix list that a rule names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrefixList {
    /// Its name, as in `com.amazonaws.us-east-1.s3`.
    pub name: String,
    /// Whether AWS manages it.
    pub is_aws: bool,
    /// How many entries count against the quota of rules; nothing where EC2 doesn't tell.
    pub max_entries: Option<usize>,
    /// Its CIDR blocks; nothing where they couldn't be read.
    pub entries: Option<Vec<String>>,
}

/// A call that was refused, and what is therefore uncertain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotLookedAt {
    /// EC2's operation, as in `DescribeClientVpnEndpoints`.
    pub operation: String,
    /// EC2's error code, as in `UnauthorizedOperation`.
    pub code: String,
    /// What can't be told without it, as a sentence.
    pub consequence: String,
    /// Whether "unused" can't be told without it.
    pub hides_uses: bool,
}
