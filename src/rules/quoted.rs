//! Texts of others in messages: of one line, and of bounded length, whatever they hold.

/// The text, fit to be quoted: white space and control characters become single spaces, and what is
/// longer than so many characters ends in "…".
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

/// Control characters can drive a terminal, and those that turn the direction of writing hide what
/// is said.
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
