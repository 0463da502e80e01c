//! The arguments of one matter: what each file here has, and what they share.

use crate::ec2::settings::Settings;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Attribute, NestedBlock};
use crate::tf_provider::value::Value;

/// The arguments of one matter.
pub(super) struct Section {
    pub(super) attributes: fn() -> Vec<Attribute>,
    pub(super) blocks: fn() -> Vec<NestedBlock>,
    /// Checks that need more than one argument; values may be unknown.
    pub(super) validate: fn(&Value) -> Diagnostics,
    /// Puts known, checked values where they belong.
    pub(super) read: fn(&Value, &mut Settings),
}

/// A text argument; as in the environment, an empty one is none.
pub(super) fn text(config: &Value, name: &str) -> Option<String> {
    let text = config.get(name).as_str().filter(|t| !t.is_empty());
    text.map(str::to_owned)
}

pub(super) fn no_settings(_: &Value, _: &mut Settings) {}

pub(super) fn no_blocks() -> Vec<NestedBlock> {
    Vec::new()
}

pub(super) fn nothing_to_check(_: &Value) -> Diagnostics {
    Diagnostics::new()
}
