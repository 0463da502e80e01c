//! The fields of an event or a span, as JSON: numbers, bools, and texts that are cut to a length. Must not
//! know levels, lines or hosts.

use std::error::Error;
use std::fmt::{Debug, Write as _};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

/// Longest text of a field, in bytes before it is escaped, which makes it at most six times longer.
pub(super) const LONGEST_TEXT: usize = 8 * 1024;

/// The fields of an event or a span, by name.
#[derive(Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// Sets a field. A text is cut to [`LONGEST_TEXT`].
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) {
        let value = match value.into() {
            Value::String(text) => Value::String(shorten(text)),
            other => other,
        };
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.put(field.name(), value);
        } else {
            // JSON has no infinite numbers.
            self.put(field.name(), value.to_string());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            // Writing to a String doesn't fail.
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        self.put(field.name(), text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field.name(), format!("{value:?}"));
    }
}

/// Cuts a text to [`LONGEST_TEXT`] bytes at the end of a character, and adds its former length.
fn shorten(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let whole = text.len();
        let end = text.floor_char_boundary(LONGEST_TEXT);
        text.truncate(end);
        // Writing to a String doesn't fail.
        let _ = write!(text, "… ({whole} bytes)");
    }
    text
}
