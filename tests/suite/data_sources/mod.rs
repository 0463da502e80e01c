//! The data sources, with every Terraform that there is.

mod audit;
pub(crate) mod groups;
mod through_terraform;
