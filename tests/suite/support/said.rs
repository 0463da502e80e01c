//! What was said to people, looked up as people read it: however a host breaks its lines, aligns its
//! columns and frames its errors.
//!
//! Terraform and OpenTofu print the same but for an empty text in a map, which is `null` in the one
//! and `""` in the other. So tests look for what comes before it, `+ "key" =`, and hold the value
//! itself against the plan in JSON.

use std::fmt::Display;
use std::io::Write as _;

use super::terraform::Outcome;

/// Fails unless every one of these texts is in what was said.
#[track_caller]
pub fn assert_says(said: &(impl Display + ?Sized), texts: &[&str]) {
    let said = said.to_string();
    let words = words(&said);
    for text in texts {
        let text = self::words(text);
        assert!(words.contains(&text), "{text:?} is not in:\n{said}");
    }
}

/// The message of a command that had to fail, with one error and no more.
#[track_caller]
pub fn only_error(outcome: &Outcome) -> String {
    let message = outcome.failure();
    assert_eq!(message.matches("Error: ").count(), 1, "{outcome}");
    message
}

/// A line of what Terraform printed begins like this. Its columns are as wide as they come.
#[track_caller]
pub fn assert_line(said: &str, beginning: &str) {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = said.lines().map(words);
    let found = lines.any(|line| line.starts_with(beginning));
    assert!(found, "no line {beginning:?} in: {said}");
}

/// Says that a test can't be run here, past the harness, which shows nothing of what passes.
pub fn skipped(why: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// A text without frames, and with single blanks between its words.
pub fn words(text: &str) -> String {
    let unframed = text.replace(['│', '╷', '╵'], " ");
    let words: Vec<&str> = unframed.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One plan as Terraform 1.11 and OpenTofu 1.12 print it.
    const PRINTED: [&str; 2] = [
        "  ~ rules = {\n      + \"ingress tcp/22 from 10.0.0.0/8\" = null\n      \
         ~ \"ingress tcp/443 from 0.0.0.0/0\" = \"all\" -> null\n    }\n",
        "  ~ rules = {\n      + \"ingress tcp/22 from 10.0.0.0/8\" = \"\"\n      \
         ~ \"ingress tcp/443 from 0.0.0.0/0\" = \"all\" -> \"\"\n    }\n",
    ];

    /// One error as both frame it.
    const FRAMED: &str = "╷\n│ Error: The name is taken\n│ \n│ Another group has it. Set\n│ \
                          \"name\" to another one.\n╵\n";

    #[test]
    fn what_one_host_prints_and_the_other_otherwise_is_found_in_both() {
        for printed in PRINTED {
            assert_says(
                printed,
                &[
                    "~ rules = {",
                    "+ \"ingress tcp/22 from 10.0.0.0/8\" =",
                    "~ \"ingress tcp/443 from 0.0.0.0/0\" = \"all\" ->",
                ],
            );
        }
        let sentence = "Another group has it. Set \"name\" to another one.";
        assert_says(FRAMED, &["Error: The name is taken", sentence]);
    }

    #[test]
    #[should_panic(expected = "\"another thing\" is not in")]
    fn what_was_not_said_is_seen() {
        assert_says(FRAMED, &["Error:", "another  thing"]);
    }
}
