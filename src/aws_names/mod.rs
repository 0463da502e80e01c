//! How AWS names its regions, roles and groups: the forms of names, told from the text alone. Pure; must not
//! know which of them exist in an account.

pub mod arns;
mod regions;

pub use regions::region;
