//! When a call that failed is sent again.

use super::{Slice, no_blocks, nothing_to_check};

pub(super) const SLICE: Slice = Slice {
    attributes: Vec::new,
    blocks: no_blocks,
    validate: nothing_to_check,
    read: |_, _| {},
};
