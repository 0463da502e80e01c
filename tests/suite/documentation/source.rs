//! Reads Rust as text: literals, arguments of calls, and where a name in them gets its words.
//! Enough for this crate's own ways of writing a message, and loud about any other.

/// A file's code, without comments and the tests at its end.
pub(super) fn code(text: &str) -> String {
    let code = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The literals of an expression, as their texts.
pub(super) fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find('"') {
        let length = literal_length(&rest[start..]);
        found.push(unescaped(&rest[start + 1..start + length - 1]));
        rest = &rest[start + length..];
    }
    found
}

/// The arguments of a call, or the parameters of a definition, from behind what opens them.
pub(super) fn arguments(code: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start, mut at) = (Vec::new(), 0_usize, 0, 0);
    while let Some(c) = code[at..].chars().next() {
        match c {
            '"' => {
                at += literal_length(&code[at..]);
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' | '|' if depth == 0 => {
                found.push(code[start..at].trim());
                return found;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(code[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    found
}

/// Where something is called in the code: what is behind each opening parenthesis, and its place.
pub(super) fn calls<'a>(code: &'a str, name: &str) -> Vec<(usize, &'a str)> {
    let opening = format!("{name}(");
    let places = code.match_indices(&opening);
    let places = places.filter(|(at, _)| {
        let before = &code[..*at];
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        !before.ends_with(is_part) && !before.ends_with("fn ")
    });
    places
        .map(|(at, _)| (at, &code[at + opening.len()..]))
        .collect()
}

/// The literals that an expression at a place of the code stands for. None where the words are
/// made elsewhere, as those of `fault.summary` are.
///
/// # Errors
/// The expression that this can't follow.
pub(super) fn words(code: &str, place: usize, expression: &str) -> Result<Vec<String>, String> {
    let plain = expression.trim_start_matches(['&', '*']);
    if plain.starts_with('"') || plain.starts_with("format!(") {
        return Ok(literals(plain).into_iter().take(1).collect());
    }
    if plain.contains('.') && !plain.contains('(') {
        return Ok(Vec::new());
    }
    let before = &code[..place];
    let bound = before.rfind(&format!("let {plain} = "));
    let parameter = before.rfind(&format!("{plain}: "));
    match (bound, parameter) {
        (Some(bound), _) if parameter < Some(bound) => {
            let start = bound + "let  = ".len() + plain.len();
            words(code, bound, code[start..].trim_start())
        }
        (_, Some(parameter)) => passed(code, parameter, plain),
        _ => Err(expression.to_owned()),
    }
}

/// The literals that callers pass for a parameter of a function or closure.
fn passed(code: &str, parameter: usize, name: &str) -> Result<Vec<String>, String> {
    let before = &code[..parameter];
    let function = before.rfind("fn ").map(|at| (at, at + "fn ".len(), '('));
    let closures = before.rmatch_indices("let ");
    let closure = closures
        .map(|(at, _)| (at, at + "let ".len(), '|'))
        .find(|(_, name, _)| code[*name..parameter].contains(" = |"));
    let definition = function.max(closure).ok_or_else(|| name.to_owned())?;
    let (_, start, opening) = definition;
    let start = start
        + code[start..]
            .strip_prefix("mut ")
            .map_or(0, |_| "mut ".len());
    let called = code[start..].split(|c: char| !c.is_alphanumeric() && c != '_');
    let called = called.map(str::to_owned).next().unwrap_or_default();
    let behind = code[start..]
        .find(opening)
        .map_or(start, |at| start + at + 1);
    let parameters = arguments(&code[behind..]);
    let named = format!("{name}: ");
    let index = parameters.iter().position(|p| p.starts_with(&named));
    let index = index.ok_or_else(|| format!("{called}, {name}"))?;
    let mut found = Vec::new();
    for (at, rest) in calls(code, &called) {
        let argument = *arguments(rest).get(index).unwrap_or(&"");
        found.extend(words(code, at, argument)?);
    }
    if found.is_empty() {
        Err(format!("{called}, {name}"))
    } else {
        Ok(found)
    }
}

/// How long the literal is that the code begins with, quotes included.
fn literal_length(code: &str) -> usize {
    let mut escaped = false;
    for (at, c) in code.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// What a literal means.
fn unescaped(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let joined = lines.fold(first, |text, line| text + line.trim_start());
    joined.replace("\\\"", "\"").replace("\\n", "\n")
}

#[test]
fn words_are_followed_to_where_they_are_written() {
    let text = r#"
        fn a(name: &str) -> Diagnostic {
            let summary = format!("\"{name}\" is \
                                   odd");
            Diagnostic::error(summary, "x, (y")
        }
        fn b(summary: &str, detail: String) -> Diagnostic {
            Diagnostic::error(summary, detail)
        }
        fn c() {
            let mut fault = |why: String| Err(Diagnostic::error(why, "x"));
            b("One", String::new());
            b(&format!("Two {}", 2), String::new());
            fault("Three".to_owned());
            Diagnostic::error(fault.summary, "");
        }
        #[cfg(test)]
        "#;
    let text = code(text);
    let found: Vec<_> = calls(&text, "Diagnostic::error")
        .into_iter()
        .map(|(at, rest)| words(&text, at, arguments(rest)[0]).expect("followed"))
        .collect();
    let expected: [&[&str]; 4] = [&["\"{name}\" is odd"], &["One", "Two {}"], &["Three"], &[]];
    assert_eq!(found, expected);
    assert!(words(&text, 10, "nobody").is_err());
}
