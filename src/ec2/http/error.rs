//! What doesn't lead to AWS, and where it is set.

use std::fmt;
use std::path::PathBuf;

/// What doesn't lead to AWS, and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// A file that should hold certificates.
    Bundle {
        /// What names it.
        setting: Setting,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// No address of a proxy. It isn't repeated, since it may hold a password.
    Proxy(Setting),
}

/// Where something is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// In the provider block.
    Argument(&'static str),
    /// In the environment.
    Variable(&'static str),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) | Self::Variable(name) => f.write_str(name),
        }
    }
}
