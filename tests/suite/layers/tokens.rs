//! Splits Rust source into its words and marks, for tests that read sources.

/// The words and marks of code, without comments and literals.
pub fn tokens(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(length) = literal(rest) {
            length
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            found.push(&rest[..length]);
            length
        } else if rest.starts_with("::") {
            found.push("::");
            2
        } else {
            if !first.is_whitespace() {
                found.push(&rest[..first.len_utf8()]);
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// How long the string or character is that `code` begins with, if it begins with one.
fn literal(code: &str) -> Option<usize> {
    let plain = code.trim_start_matches(['b', 'c']);
    let prefix = code.len() - plain.len();
    if prefix > 1 {
        return None;
    }
    if let Some(raw) = plain.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inner = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let before = code.len() - inner.len();
        return Some(
            inner
                .find(&end)
                .map_or(code.len(), |at| before + at + end.len()),
        );
    }
    if let Some(inner) = plain.strip_prefix('"') {
        let mut escaped = false;
        let end = inner.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        return Some(end.map_or(code.len(), |at| prefix + 1 + at + 1));
    }
    let inner = plain.strip_prefix('\'')?;
    if let Some(escape) = inner.strip_prefix('\\') {
        // The character after the backslash may itself be a quote.
        let end = escape.char_indices().skip(1).find(|(_, c)| *c == '\'')?.0;
        return Some(prefix + 2 + end + 1);
    }
    // One character and a quote; anything else is a lifetime.
    let character = inner.chars().next()?;
    inner[character.len_utf8()..]
        .starts_with('\'')
        .then(|| prefix + 1 + character.len_utf8() + 1)
}
