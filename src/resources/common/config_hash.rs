//! A hash of a configuration, by which the plans of a run are distinguished, since hosts don't name
//! resources to a provider. It isn't stored. Must not know any of the resource types.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::tf_provider::value::Value;

/// A hash of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resources) struct ConfigHash(u64);

impl ConfigHash {
    /// The hash of a configuration: equal for equal ones, and hardly ever for others.
    pub(in crate::resources) fn of(config: &Value) -> Self {
        let mut hasher = DefaultHasher::new();
        config.hash(&mut hasher);
        Self(hasher.finish())
    }
}
