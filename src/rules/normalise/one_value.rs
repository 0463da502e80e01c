//! Checks an element of a list for white space and commas that got in by accident: a value that was
//! read from a file ends with a line break, or a variable holds several values in one string.

use crate::rules::InputError;

/// Most values that the hint quotes.
const MOST: usize = 4;

/// Checks that an element is a single value, valid or not.
///
/// # Errors
/// A fault in that element: white space around it, or several values in one string.
pub fn one_value(attribute: &'static str, text: &str) -> Result<(), InputError> {
    checked(Some(attribute), text)
}

/// The same for an element of a function's argument, which has no name.
pub fn one_argument(text: &str) -> Result<(), InputError> {
    checked(None, text)
}

fn checked(attribute: Option<&'static str>, text: &str) -> Result<(), InputError> {
    let is_separator = |c: char| c == ',' || c == ';' || c.is_whitespace();
    if !text.contains(is_separator) {
        return Ok(());
    }
    let mut values = text.split(is_separator).filter(|value| !value.is_empty());
    let first: Vec<&str> = values.by_ref().take(MOST).collect();
    let fault = |summary: String, detail: String| {
        Err(InputError::new(attribute.unwrap_or_default(), summary, detail).in_element(text))
    };
    match first.as_slice() {
        // Nothing but separators: the check of the value reports what is expected.
        [] => Ok(()),
        [value] => fault(
            format!("{text:?} has characters around the value"),
            format!(
                "Write {value:?}. If the value comes from a file or a command, remove the white \
                 space with trimspace()."
            ),
        ),
        several => {
            let quoted: Vec<String> = several.iter().map(|value| format!("{value:?}")).collect();
            let rest = if values.next().is_some() { ", …" } else { "" };
            let separators = [(",", ","), (";", ";"), ("\n", "\\n")];
            let separator = separators.iter().find(|(sign, _)| text.contains(sign));
            let separator = separator.map_or(" ", |(_, written)| written);
            let assigned = attribute.map_or_else(String::new, |name| format!("{name} = "));
            fault(
                format!("{text:?} holds several values in one string"),
                format!(
                    "Each value is an element of its own. Write {assigned}[{}{rest}], or, if \
                     the values come in one string, {assigned}[for value in \
                     split(\"{separator}\", trimspace(…)) : trimspace(value)].",
                    quoted.join(", ")
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(text: &str) -> Option<String> {
        let fault = one_value("cidr_blocks", text).err()?;
        assert_eq!(fault.element.as_deref(), Some(text));
        Some(format!("{}. {}", fault.summary, fault.detail))
    }

    #[test]
    fn white_space_around_a_value_is_told_apart_from_several_values() {
        for text in ["10.0.0.0/8", "sg-0123456789abcdef0", "", " ", ","] {
            assert_eq!(reported(text), None, "{text:?}");
        }
        for text in ["203.0.113.7/32\n", " 203.0.113.7/32", "203.0.113.7/32,"] {
            let message = reported(text).expect("a fault");
            assert!(message.contains("Write \"203.0.113.7/32\""), "{message}");
            assert!(message.contains("trimspace()"), "{message}");
        }
        let message = reported("10.0.0.0/8,192.168.0.0/16").expect("a fault");
        assert!(
            message.contains("[\"10.0.0.0/8\", \"192.168.0.0/16\"]"),
            "{message}"
        );
        for (text, split) in [
            ("10.0.0.0/8,192.168.0.0/16", r#"split(",", trimspace(…))"#),
            ("10.0.0.0/8; 192.168.0.0/16", r#"split(";", trimspace(…))"#),
            (
                "10.0.0.0/8\n192.168.0.0/16\n",
                r#"split("\n", trimspace(…))"#,
            ),
            ("10.0.0.0/8 192.168.0.0/16", r#"split(" ", trimspace(…))"#),
        ] {
            let message = reported(text).expect("a fault");
            assert!(message.contains(split), "{message}");
        }
    }

    #[test]
    fn a_very_long_list_is_not_repeated() {
        let message = reported(&"10.0.0.0/8\n".repeat(5)).expect("a fault");
        assert!(message.contains("\"10.0.0.0/8\", …]"), "{message}");
    }
}
