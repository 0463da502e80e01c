//! Options of a migration besides renaming.

/// Choices of the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The rules that resources own get tags which say so, so that groups with rules of their own leave
    /// them alone.
    pub tags_rules: bool,
    /// The rules of one module and group become one resource.
    pub bundles: bool,
}
