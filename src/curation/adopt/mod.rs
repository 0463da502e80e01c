//! Makes configuration that imports the groups of a snapshot: it selects groups, names them, breaks
//! cycles of references and writes files. Pure: [`files`] returns texts, and [`prove`] reads them
//! back before anything is written.

mod cycles;
mod files;
mod make;
mod model;
mod names;
mod proof;
mod select;

#[cfg(test)]
mod tests;

pub use self::files::{CatalogFile, File, Provider, files};
pub use self::make::adopt;
pub use self::model::{Adopted, Adoption, Request, SingleRule, Vpc};
pub use self::proof::prove;
pub use self::select::{LeftOut, Selection};
pub use crate::configuration::Style;
