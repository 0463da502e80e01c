//! A text taken apart: what is let through, peers and description, and the items of a list. Of a text
//! that goes on in a way that isn't known yet, only what stays as it is. Reads no items.

use super::error::ShortFormError;
use super::meant::meant;
use crate::rules::{Direction, is_misspelt};

/// A part of a text, and the byte at which it begins.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) start: usize,
    pub(super) text: &'a str,
}

impl<'a> Part<'a> {
    /// The part without white space around it.
    fn trimmed(self) -> Self {
        let text = self.text.trim_start();
        Self {
            start: self.start + self.text.len() - text.len(),
            text: text.trim_end(),
        }
    }
}

/// Where the description begins: at the first `#` that white space precedes.
fn mark(written: &str) -> Option<usize> {
    let mut marks = written.match_indices('#').map(|(at, _)| at);
    marks.find(|at| written[..*at].ends_with(char::is_whitespace))
}

/// The rule of a text of which only this beginning is known, without a word at its end that may go on;
/// nothing where the whole rule is known.
pub(super) fn begun_rule(beginning: &str) -> Option<Part<'_>> {
    if mark(beginning).is_some() {
        return None;
    }
    let whole = beginning.trim_end_matches(|c| !divides(c));
    let rule = Part {
        start: 0,
        text: whole,
    };
    Some(rule.trimmed())
}

/// The rule, and the description.
pub(super) fn split_description(written: &str) -> (Part<'_>, Part<'_>) {
    let (rule, start) = match mark(written) {
        Some(at) => (&written[..at], at + 1),
        None => (written, written.len()),
    };
    let description = Part {
        start,
        text: &written[start..],
    };
    let rule = Part {
        start: 0,
        text: rule,
    };
    (rule.trimmed(), description.trimmed())
}

/// The parts before and after the word `from` or `to`. Without a word, nothing is after it: a fault, unless
/// the rule goes on.
pub(super) fn split_preposition<'a>(
    direction: Direction,
    written: &'a str,
    rule: Part<'a>,
    goes_on: bool,
) -> Result<(Part<'a>, Option<Part<'a>>), ShortFormError> {
    let expected = direction.preposition();
    let example = match direction {
        Direction::Ingress => "https from 10.0.0.0/8",
        Direction::Egress => "https to 10.0.0.0/8",
    };
    let mut found = words(rule).filter(|word| matches!(word.text, "from" | "to"));
    let Some(word) = found.next() else {
        let in_capitals = words(rule).find(|word| word.text.eq_ignore_ascii_case(expected));
        if let Some(word) = in_capitals {
            return Err(at(
                written,
                word.start,
                format!("{:?} is in capital letters", word.text),
                format!("Write {expected:?}, as in {example:?}."),
            ));
        }
        if let Some(word) = misspelt_preposition(rule, expected, goes_on) {
            return Err(at(
                written,
                word.start,
                format!("{:?} doesn't say {expected:?}", rule.text),
                format!("Did you mean {expected:?} where {:?} stands?", word.text),
            ));
        }
        if goes_on {
            return Ok((rule, None));
        }
        let end = rule.start + rule.text.len();
        return Err(at(
            written,
            end,
            format!("{:?} doesn't say {expected:?}", rule.text),
            format!(
                "Write what is let through, the word {expected:?}, and peers, as in {example:?}."
            ),
        ));
    };
    if word.text != expected {
        return Err(at(
            written,
            word.start,
            format!("An {direction} rule says {expected:?}, not {:?}", word.text),
            format!(
                "Write {expected:?}, as in {example:?}, or move the rule to the other direction."
            ),
        ));
    }
    if let Some(second) = found.next() {
        return Err(at(
            written,
            second.start,
            format!("{:?} is the second of its kind", second.text),
            "Each text has one list of peers. Write the other rules in a text of their own, or \
             begin a description with \" # \"."
                .to_owned(),
        ));
    }
    let split = word.start - rule.start;
    let before = Part {
        start: rule.start,
        text: &rule.text[..split],
    };
    let after = Part {
        start: word.start + word.text.len(),
        text: &rule.text[split + word.text.len()..],
    };
    Ok((before, Some(after)))
}

/// The word that was probably meant for the preposition: one behind another word, and not the last, unless
/// the rule goes on.
fn misspelt_preposition<'a>(rule: Part<'a>, expected: &str, goes_on: bool) -> Option<Part<'a>> {
    let is_behind_a_word = |word: &Part<'a>| {
        let before = rule.text[..word.start - rule.start].trim_end();
        !before.is_empty() && !before.ends_with(',')
    };
    let end = rule.start + rule.text.len();
    let is_last = |word: &Part<'a>| word.start + word.text.len() == end;
    words(rule)
        .filter(|word| !word.text.is_empty())
        .find(|word| {
            is_behind_a_word(word)
                && (goes_on || !is_last(word))
                && is_misspelt(word.text, expected)
        })
}

/// The part of a list that stays as it is, where only its beginning is known: what is let through but for
/// the comma at its end, where another item is to come.
pub(super) fn begun_traffic(list: Part<'_>) -> Option<Part<'_>> {
    let text = list.text.trim_end();
    let text = text.strip_suffix(',').unwrap_or(text);
    (!list.text.trim().is_empty()).then_some(Part { text, ..list })
}

/// The same for peers: those before the last comma. What is behind that may go on.
pub(super) fn begun_peers(list: Part<'_>) -> Option<Part<'_>> {
    let end = list.text.rfind(',')?;
    Some(Part {
        text: &list.text[..end],
        ..list
    })
}

fn divides(c: char) -> bool {
    c.is_whitespace() || c == ','
}

/// The words of a part, separated by white space or commas.
fn words(part: Part<'_>) -> impl Iterator<Item = Part<'_>> {
    let mut start = part.start;
    part.text.split_inclusive(divides).map(move |piece| {
        let word = Part {
            start,
            text: piece.trim_end_matches(divides),
        };
        start += piece.len();
        word
    })
}

/// A sentence that says what to write.
pub(super) fn write(text: &str) -> String {
    format!("Write {text:?}.")
}

/// The items of a list. Empty ones, and several that aren't separated by commas, are errors.
/// `reads` says whether a text is a valid item.
pub(super) fn items<'a>(
    written: &str,
    list: Part<'a>,
    what: &str,
    reads: &dyn Fn(&str) -> bool,
    faults: &mut Vec<ShortFormError>,
) -> Vec<Part<'a>> {
    let mut start = list.start;
    let mut items = Vec::new();
    for text in list.text.split(',') {
        let item = Part { start, text }.trimmed();
        start += text.len() + 1;
        if item.text.is_empty() {
            faults.push(at(
                written,
                item.start,
                format!("Here {what} is missing"),
                "Between two commas, and on both sides of \"from\" or \"to\", something has to \
                 stand. Remove the comma, or write what is missing."
                    .to_owned(),
            ));
        } else if item.text.contains(char::is_whitespace)
            && (meant(item.text, reads).is_some() || item.text.split_whitespace().any(reads))
        {
            let parts: Vec<&str> = item.text.split_whitespace().collect();
            let commas = || format!("Write commas between them: {:?}.", parts.join(", "));
            let hint = meant(item.text, reads).map_or_else(commas, |text| write(&text));
            faults.push(at(
                written,
                item.start,
                format!("{:?} is several things", item.text),
                format!("{hint} A description begins with \" # \"."),
            ));
        } else {
            items.push(item);
        }
    }
    items
}

pub(super) fn at(written: &str, byte: usize, summary: String, detail: String) -> ShortFormError {
    ShortFormError {
        column: column(written, byte),
        summary,
        detail,
        of_an_id: false,
        unknown_service: None,
    }
}

/// The column of a byte: its character, counted from 1.
pub(super) fn column(written: &str, byte: usize) -> usize {
    written[..byte].chars().count() + 1
}
