//! Durations as Terraform's users write them: `"90s"`, `"5m"`, `"1h30m"`.

use std::time::Duration;

/// The duration that a text says.
///
/// # Errors
/// How to write one, where this is none.
pub fn read(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text)
        .map_err(|_| "Write a number with its unit: \"90s\", \"5m\" or \"1h30m\".")
}
