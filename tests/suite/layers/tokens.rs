//! Splits Rust source into its words and marks, for tests that read sources.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// The words and marks of code, without comments and literals.
pub fn tokens(code: &str) -> Vec<&str> {
    let parsed: TokenStream = code.parse().expect("Rust");
    let mut found = Vec::new();
    collect(code, parsed, &mut found);
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
