//! What names a region.

use std::fmt;

/// What names a region where the settings don't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionSource {
    /// A variable of the environment.
    Variable(&'static str),
    /// A profile of the shared files.
    Profile(String),
    /// The instance metadata service.
    Metadata,
}

impl fmt::Display for RegionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "{name} in the environment"),
            Self::Profile(name) => write!(f, "\"region\" in the profile \"{name}\""),
            Self::Metadata => write!(f, "The instance metadata service"),
        }
    }
}
