//! Durations as Terraform's users write them: `"90s"`, `"5m"`, `"1h30m"`.

use std::time::Duration;

/// Parses a duration.
///
/// # Errors
/// The text is no duration: a sentence for the user that says how to write one.
pub fn read(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text)
        .map_err(|_| "Write a number with its unit: \"90s\", \"5m\" or \"1h30m\".")
}
