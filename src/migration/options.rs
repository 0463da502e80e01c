//! The options of a migration.

/// Choices of the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Rules of resources get owner tags, so that groups with blocks of rules don't revoke them.
    pub tags_rules: bool,
    /// The rules of one module and group become one resource.
    pub bundles: bool,
}
