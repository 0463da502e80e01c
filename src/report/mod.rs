//! Writes the report of an audit: one file for each format, all from the same values. Pure: must not
//! know where a text goes. What comes from EC2 is other people's text, and is made fit for each format.

mod json;
mod table;

pub use self::json::json;
pub use self::table::{Style, table};
