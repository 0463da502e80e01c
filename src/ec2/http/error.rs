//! What doesn't lead to AWS, and where it is set.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use crate::ec2::config::setting_source::SettingSource;

/// What doesn't lead to AWS, and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// A file that should hold certificates.
    Bundle {
        /// What names it.
        setting: SettingSource,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// No address of a proxy. It isn't repeated, since it may hold a password.
    Proxy(SettingSource),
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundle {
                setting,
                path,
                cause,
            } => write!(
                f,
                "{setting}: can't read the CA bundle {}: {cause}",
                path.display()
            ),
            Self::Proxy(setting) => write!(f, "{setting} is not the address of a proxy"),
        }
    }
}

impl StdError for NetworkError {}
