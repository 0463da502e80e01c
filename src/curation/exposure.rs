//! From where a group's interfaces can be reached.

use serde::{Deserialize, Serialize};

/// From where packets reach the interfaces of a group, as far as addresses go.
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
    /// As in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::None => "none",
        }
    }
}
