//! Finds characters in credentials that no request can hold. Its words never repeat the text.

use std::fmt;

/// A text that is a credential or is exchanged for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The access key id.
    AccessKey,
    /// The secret access key.
    SecretKey,
    /// The session token of temporary credentials.
    SessionToken,
    /// The token of another identity provider, which is exchanged for credentials.
    WebIdentityToken,
    /// The token that the container's endpoint asks for.
    ContainerToken,
}

/// A character that can't be sent, and its position in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stray {
    character: char,
    position: Position,
    /// Whether the text can be sent once white space at both ends is removed.
    pub is_trimmed_off: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    Beginning,
    Inside,
    End,
}

/// The first character that keeps a text from being sent. A space between other characters is left
/// to AWS to judge, since it can be sent.
pub fn stray(text: &str) -> Option<Stray> {
    let is_stray = |at: usize, character: char| match character {
        '!'..='~' => false,
        ' ' => position(text, at) != Position::Inside,
        _ => true,
    };
    let (at, character) = text.char_indices().find(|(at, c)| is_stray(*at, *c))?;
    let trimmed = text.trim();
    Some(Stray {
        character,
        position: position(text, at),
        is_trimmed_off: trimmed.len() < text.len()
            && !trimmed.is_empty()
            && stray(trimmed).is_none(),
    })
}

fn position(text: &str, at: usize) -> Position {
    let is_blank = |text: &str| text.trim().is_empty();
    let after = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    if is_blank(&text[..at]) {
        Position::Beginning
    } else if is_blank(&text[after..]) {
        Position::End
    } else {
        Position::Inside
    }
}

/// Displays as words that follow the name of the text: "ends with a line break".
impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.position {
            Position::Beginning => "begins with ",
            Position::Inside => "holds ",
            Position::End => "ends with ",
        })?;
        match self.character {
            '\n' => f.write_str("a line break"),
            '\r' => f.write_str("a carriage return"),
            '\t' => f.write_str("a tab"),
            ' ' => f.write_str("a space"),
            '\0' => f.write_str("a NUL character"),
            char::REPLACEMENT_CHARACTER => f.write_str("bytes that are no text"),
            other if other.is_control() => {
                write!(f, "the control character U+{:04X}", u32::from(other))
            }
            other => write!(
                f,
                "the character U+{:04X}, which isn't ASCII",
                u32::from(other)
            ),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKey => "access key id",
            Self::SecretKey => "secret access key",
            Self::SessionToken => "session token",
            Self::WebIdentityToken => "web identity token",
            Self::ContainerToken => "authorization token",
        })
    }
}
