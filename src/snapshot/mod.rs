//! A snapshot of the groups of an account and their uses: plain values that [`crate::ec2`] fills
//! and the curation checks. Must not know how they are read or checked.

mod public;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use public::{has_public, is_public};

use crate::rules::RuleSet;

/// The tag that says since when a group is unused: a date and time as in RFC 3339. `curated prune --mark`
/// puts it on, and resources leave it alone.
pub const MARK: &str = "curated:unused-since";

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// A text that values of a snapshot share: the interfaces of an account may be a hundred thousand
/// and have few different texts.
pub type Text = Arc<str>;

/// All regions, in a stable order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// One for each account and region, sorted by both.
    pub regions: Vec<Region>,
    /// The resources that manage groups, by the group's id, from the user's state files.
    pub managed: BTreeMap<String, Vec<Managed>>,
    /// Time at which a group was last seen attached, by the group's id, from the user's history
    /// file: a date and time as in RFC 3339.
    pub last_attached: BTreeMap<String, String>,
}

/// A resource of a state file that manages a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Managed {
    /// Its address, as in `module.web.curated_security_group.app["a"]`.
    pub address: String,
    /// The state file.
    pub file: String,
    /// Where the configuration declares it, if that is known.
    pub declared_in: Option<SourceLine>,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceLine {
    /// The file's path, with `/` between its parts.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
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
    /// The network interfaces that have groups, sorted by id.
    pub interfaces: Vec<Interface>,
    /// Other things that reference groups and could give them to an interface. Sorted.
    pub uses: Vec<Use>,
    /// The prefix lists that rules name, by id. A list that EC2 doesn't show is absent.
    pub prefix_lists: BTreeMap<String, PrefixList>,
    /// Rules that EC2 reports as stale, by the id of their group: they reference a group that no
    /// longer exists or can't be reached. References to groups of the same account that aren't in
    /// `groups` are left out.
    pub stale: BTreeMap<String, RuleSet>,
    /// Number of calls by EC2's operation.
    pub looked_at: BTreeMap<String, usize>,
    /// Operations that were refused. Sorted.
    pub not_looked_at: Vec<NotLookedAt>,
}

/// A VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    /// Its tags.
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
    /// The account that owns it, which in a shared VPC may be another one.
    pub owner_id: String,
    /// Its ARN.
    pub arn: String,
    /// Its tags, those of AWS's services (`aws:…`) too.
    pub tags: Tags,
    /// Its rules.
    pub rules: RuleSet,
}

/// A network interface that has security groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// As in `eni-0123456789abcdef0`.
    pub id: Text,
    /// The ids of the groups that it has.
    pub groups: Box<[Text]>,
    /// Its description; AWS services name the owner here.
    pub description: Text,
    /// The instance that it is attached to; empty if there is none.
    pub instance_id: Text,
    /// Its public addresses, of both families: see [`is_public`].
    pub public_addresses: Box<[IpAddr]>,
    /// The properties that it shares with many others.
    pub maker: Arc<Maker>,
}

/// The kind of an interface, its owner, and whether it is in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Maker {
    /// EC2's kind of interface, as in `interface` or `network_load_balancer`.
    pub kind: String,
    /// `available` if it isn't attached, or else `in-use` or a state that leads to or from that.
    pub status: String,
    /// The account that owns it.
    pub owner_id: String,
    /// The AWS service that requested it, as in `amazon-elb`, or else empty.
    pub requester: String,
    /// The service that operates it, by EC2's name; empty if there is none.
    pub operator: String,
}

/// A reference to a group by something other than an interface or a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The group's id.
    pub group_id: String,
    /// The kind of thing that references it.
    pub kind: UseKind,
    /// The thing that references it: an id, a name, or a file with its line as in `batch.json:12`.
    pub by: String,
    /// Further words, as in `version 3, the default`; may be empty.
    pub detail: String,
}

/// The kind of thing that references a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// The default or latest version of a launch template.
    LaunchTemplate,
    /// An older version of a launch template.
    OldLaunchTemplate,
    /// A fleet that isn't deleted, which uses a version of a launch template.
    Fleet,
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
    /// A rule in a VPC that is connected by a peering or a transit gateway.
    PeerVpc,
    /// A file of the user's.
    File,
}

/// A prefix list that a rule names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrefixList {
    /// Its name, as in `com.amazonaws.us-east-1.s3`.
    pub name: String,
    /// Whether AWS manages it.
    pub is_aws: bool,
    /// The number of rules that it counts as.
    pub weight: usize,
    /// Its CIDR blocks; `None` if they couldn't be read.
    pub entries: Option<Vec<IpNet>>,
}

/// A call that was refused, and its consequence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotLookedAt {
    /// EC2's operation, as in `DescribeClientVpnEndpoints`.
    pub operation: String,
    /// EC2's error code, as in `UnauthorizedOperation`; empty where no answer came.
    pub code: String,
    /// What can't be told without it, as a sentence.
    pub consequence: String,
    /// Whether it could have shown uses of groups.
    pub hides_uses: bool,
}
