//! Writes the report of an audit: one file for each format, all from the same values. Pure: must
//! not know where a text goes. Texts from EC2 aren't trusted, and are escaped for each format.

mod csv;
mod html;
mod json;
mod markdown;
mod plain;
mod refusals;
mod sarif;
mod table;
#[cfg(test)]
mod tests;

pub use self::csv::csv;
pub use self::html::html;
pub use self::json::json;
pub use self::markdown::markdown;
pub use self::sarif::sarif;
pub use self::table::{Style, table};
