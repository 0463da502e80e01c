//! Splits Rust source into its words and marks, for tests that read sources.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// The words and marks of each text that was asked for, by the text. Several tests read every file, and
/// parsing them all takes a build without optimisation two seconds.
static READ: Mutex<Option<HashMap<&str, Vec<&str>>>> = Mutex::new(None);

/// The words and marks of code, without comments and literals. The code is kept until the tests end.
pub fn tokens(code: &str) -> Vec<&'static str> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let read = read.get_or_insert_default();
    if let Some(known) = read.get(code) {
        return known.clone();
    }
    let code: &'static str = code.to_owned().leak();
    let parsed: TokenStream = code.parse().expect("Rust");
    let mut found = Vec::new();
    collect(code, parsed, &mut found);
    read.insert(code, found.clone());
    found
}

fn collect<'a>(code: &'a str, parsed: TokenStream, found: &mut Vec<&'a str>) {
    let text = |span: Span| &code[span.byte_range()];
    let mut is_after_colon = false;
    for token in parsed {
        let mut is_colon = false;
        match token {
            TokenTree::Literal(_) => {}
            TokenTree::Ident(word) => found.push(text(word.span())),
            TokenTree::Punct(mark) if mark.as_char() == ':' && is_after_colon => found.push("::"),
            TokenTree::Punct(mark) if mark.as_char() == ':' && mark.spacing() == Spacing::Joint => {
                is_colon = true;
            }
            TokenTree::Punct(mark) => found.push(text(mark.span())),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                found.push(open);
                collect(code, group.stream(), found);
                found.push(close);
            }
        }
        is_after_colon = is_colon;
    }
}
