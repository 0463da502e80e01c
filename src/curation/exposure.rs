//! The exposure of a group: whether its interfaces can be reached from the internet.

use serde::{Deserialize, Serialize};

/// Whether the interfaces of a group can be reached from the internet, judged by their addresses.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    /// An interface with a public address, or one of a load balancer, has the group.
    Public,
    /// Only other interfaces have it.
    Private,
    /// None has it.
    #[default]
    None,
}

impl Exposure {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::None => "none",
        }
    }
}
