//! Makes untrusted text harmless: control characters, which break lines and drive terminals, and
//! characters that change the direction of text are escaped.

/// The text with such characters escaped.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_direction(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Whether a character changes the direction of text, or is invisible.
fn is_direction(character: char) -> bool {
    matches!(
        character,
        '\u{061c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_steered_the_terminal_or_read_backwards() {
        for (text, expected) in [
            ("web é 组", "web é 组"),
            ("a\nb\tc", "a\\nb\\tc"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{200b}b", "a\\u{200b}b"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
