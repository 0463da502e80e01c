//! What a Terraform can do, as its version tells.

use super::terraform::Terraform;

impl Terraform {
    /// The first that keeps identities.
    ///
    /// # Panics
    /// When there is none.
    pub fn with_identities() -> Self {
        let found = Self::find_all().into_iter().find(Self::keeps_identities);
        found.expect("a host of version 1.12 or later; `make venv` fetches one")
    }

    /// Whether it keeps the identities of resources beside their states.
    pub fn keeps_identities(&self) -> bool {
        let minor = self.version.split('.').nth(1);
        minor.and_then(|minor| minor.parse().ok()) >= Some(12)
    }
}
