//! Errors in the settings for certificates and proxies.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use crate::ec2::config::setting_source::SettingSource;

/// A setting for certificates or proxies that is wrong, and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// The CA bundle can't be used.
    Bundle {
        /// The setting that names it.
        setting: SettingSource,
        /// The file.
        path: PathBuf,
        /// Why it can't be used.
        cause: String,
    },
    /// The value isn't the address of a proxy. It isn't repeated, since it may hold a password.
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
