//! Makes texts from outside fit for messages: one line of bounded length.

/// The text with white space and control characters replaced by single spaces, and cut off with "…"
/// after `longest` characters.
pub fn quoted(text: &str, longest: usize) -> String {
    let mut quoted = String::new();
    let mut length = 0;
    for c in text.trim().chars() {
        let c = if is_unfit(c) { ' ' } else { c };
        if c == ' ' && (quoted.is_empty() || quoted.ends_with(' ')) {
            continue;
        }
        if length == longest {
            quoted.truncate(quoted.trim_end().len());
            quoted.push('…');
            return quoted;
        }
        quoted.push(c);
        length += 1;
    }
    quoted.truncate(quoted.trim_end().len());
    quoted
}

/// Whether a character must not be in a message: control characters can drive a terminal, and those
/// that change the direction of writing can hide text.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_say_is_one_bounded_line() {
        for (text, expected) in [
            ("as it is", "as it is"),
            (" two\r\n\tlines ", "two lines"),
            ("a\u{1b}[31m\u{7f}\u{9b}b", "a [31m b"),
            ("\u{202e}evil\u{2066}", "evil"),
            ("\0\0", ""),
            ("1234567890", "1234567890"),
            ("1234567890 1", "1234567890…"),
            ("123456789  1", "123456789…"),
            ("ééééééééééé", "éééééééééé…"),
        ] {
            assert_eq!(quoted(text, 10), expected, "{text:?}");
        }
        let long = "x".repeat(1 << 24);
        assert_eq!(quoted(&long, 10).chars().count(), 11);
    }
}
