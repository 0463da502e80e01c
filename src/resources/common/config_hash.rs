//! A hash of a configuration, by which the plans of a run are told apart: hosts name no resource to a
//! provider. It is nowhere stored. Must not know any of the resource types.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::tf_provider::value::Value;

/// A hash of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resources) struct ConfigHash(u64);

impl ConfigHash {
    /// The same for equal configurations, and hardly ever for others.
    pub(in crate::resources) fn of(config: &Value) -> Self {
        let mut hasher = DefaultHasher::new();
        config.hash(&mut hasher);
        Self(hasher.finish())
    }
}
