//! Lays out HCL as `terraform fmt` does: consecutive attributes are aligned at their equal signs,
//! and items of several lines have blank lines around them.

use hcl_edit::expr::Expression;

/// Longest line of a list in characters; in a longer one, each element has its own line.
const WIDTH: usize = 100;

/// Words that aren't plain keys in a map.
const KEYWORDS: [&str; 4] = ["for", "null", "true", "false"];

/// The content of a block, or of a file.
#[derive(Clone, Debug, Default)]
pub struct Body(Vec<Item>);

#[derive(Clone, Debug)]
enum Item {
    Attribute(String, String),
    List(String, Vec<String>),
    Map(String, Vec<(String, String)>),
    Block(String, Body),
    Comment(String),
}

impl Body {
    /// An empty body.
    pub fn new() -> Self {
        Self::default()
    }

    /// An attribute with an expression, such as [`quoted`] text.
    #[must_use]
    pub fn attribute(mut self, name: &str, expression: impl Into<String>) -> Self {
        self.0
            .push(Item::Attribute(name.to_owned(), expression.into()));
        self
    }

    /// A list of expressions; left out if it is empty.
    #[must_use]
    pub fn list(mut self, name: &str, elements: Vec<String>) -> Self {
        if !elements.is_empty() {
            self.0.push(Item::List(name.to_owned(), elements));
        }
        self
    }

    /// A map from keys, quoted if necessary, to expressions; left out if it is empty.
    #[must_use]
    pub fn map<'a>(
        mut self,
        name: &str,
        entries: impl IntoIterator<Item = (&'a str, String)>,
    ) -> Self {
        let entries = entries.into_iter();
        let entries: Vec<_> = entries.map(|(k, v)| (key(k), v)).collect();
        if !entries.is_empty() {
            self.0.push(Item::Map(name.to_owned(), entries));
        }
        self
    }

    /// A block with a header, such as `resource "curated_security_group" "web"`.
    #[must_use]
    pub fn block(mut self, header: impl Into<String>, body: Body) -> Self {
        self.0.push(Item::Block(header.into(), body));
        self
    }

    /// A comment of one or more lines.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.0.push(Item::Comment(text.into()));
        self
    }

    /// The text, as it stands in a file.
    pub fn to_hcl(&self) -> String {
        let mut text = String::new();
        self.write(0, &mut text);
        text
    }

    fn write(&self, depth: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        let mut items = self.0.as_slice();
        let mut is_first = true;
        while let Some((item, rest)) = items.split_first() {
            // A comment belongs to what follows it.
            if !std::mem::replace(&mut is_first, false) {
                text.push('\n');
            }
            let mut item = item;
            let mut rest = rest;
            while let Item::Comment(comment) = item {
                for line in comment.lines() {
                    let line = format!("{indent}# {line}");
                    text.push_str(line.trim_end());
                    text.push('\n');
                }
                match rest.split_first() {
                    Some((next, after)) => (item, rest) = (next, after),
                    None => return,
                }
            }
            items = rest;
            match item {
                Item::Map(name, entries) => {
                    text.push_str(&format!("{indent}{name} = {{\n"));
                    aligned(entries, &"  ".repeat(depth + 1), text);
                    text.push_str(&format!("{indent}}}\n"));
                }
                Item::Block(header, body) if body.0.is_empty() => {
                    text.push_str(&format!("{indent}{header} {{}}\n"));
                }
                Item::Block(header, body) => {
                    text.push_str(&format!("{indent}{header} {{\n"));
                    body.write(depth + 1, text);
                    text.push_str(&format!("{indent}}}\n"));
                }
                Item::List(name, elements) if item.line(depth).is_none() => {
                    text.push_str(&format!("{indent}{name} = [\n"));
                    for element in elements {
                        text.push_str(&format!("{indent}  {element},\n"));
                    }
                    text.push_str(&format!("{indent}]\n"));
                }
                Item::Attribute(..) | Item::List(..) | Item::Comment(_) => {
                    let mut lines: Vec<(String, String)> = item.line(depth).into_iter().collect();
                    while let Some((next, after)) = items.split_first()
                        && let Some(line) = next.line(depth)
                    {
                        lines.push(line);
                        items = after;
                    }
                    aligned(&lines, &indent, text);
                }
            }
        }
    }
}

impl Item {
    /// Name and expression, if the item fits on one line.
    fn line(&self, depth: usize) -> Option<(String, String)> {
        match self {
            Self::Attribute(name, expression) => Some((name.clone(), expression.clone())),
            Self::List(name, elements) => {
                let list = format!("[{}]", elements.join(", "));
                let fits = 2 * depth + name.len() + 3 + list.chars().count() <= WIDTH;
                (fits || elements.len() == 1).then(|| (name.clone(), list))
            }
            Self::Map(..) | Self::Block(..) | Self::Comment(_) => None,
        }
    }
}

fn aligned(lines: &[(String, String)], indent: &str, text: &mut String) {
    let width = |name: &str| name.chars().count();
    let longest = lines.iter().map(|(name, _)| width(name)).max();
    for (name, expression) in lines {
        let space = " ".repeat(longest.unwrap_or_default() - width(name));
        text.push_str(&format!("{indent}{name}{space} = {expression}\n"));
    }
}

/// A text as a quoted and escaped expression.
pub fn quoted(text: &str) -> String {
    Expression::from(text).to_string()
}

/// The key of a map, in quotes unless it is an identifier.
fn key(text: &str) -> String {
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if text.starts_with(begins) && text.chars().all(goes_on) && !KEYWORDS.contains(&text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_several_lines_has_blank_lines_around_it() {
        let long: Vec<String> = (0..9).map(|n| quoted(&format!("10.{n}.0.0/16"))).collect();
        let inner = Body::new()
            .attribute("service", quoted("ssh"))
            .list("cidr_blocks", vec![quoted("10.0.0.0/8")])
            .list("security_groups", Vec::new());
        let body = Body::new()
            .attribute("name", quoted("web"))
            .attribute("description", quoted("a \"b\" ${c} %{d}\n"))
            .list("many", long)
            .attribute("self", "true")
            .map("tags", [("team", quoted("x")), ("a b", quoted("y"))])
            .map("none", [])
            .comment("Two\nlines")
            .block("ingress", inner)
            .block("timeouts", Body::new());
        let expected = r#"name        = "web"
description = "a \"b\" $${c} %%{d}\n"

many = [
  "10.0.0.0/16",
  "10.1.0.0/16",
  "10.2.0.0/16",
  "10.3.0.0/16",
  "10.4.0.0/16",
  "10.5.0.0/16",
  "10.6.0.0/16",
  "10.7.0.0/16",
  "10.8.0.0/16",
]

self = true

tags = {
  team  = "x"
  "a b" = "y"
}

# Two
# lines
ingress {
  service     = "ssh"
  cidr_blocks = ["10.0.0.0/8"]
}

timeouts {}
"#;
        assert_eq!(body.to_hcl(), expected);
    }

    #[test]
    fn keys_that_would_mean_something_else_are_quoted() {
        for (text, expected) in [
            ("team", "team"),
            ("kafka-tls", "kafka-tls"),
            ("for", "\"for\""),
            ("null", "\"null\""),
            ("7", "\"7\""),
            ("", "\"\""),
            ("a.b", "\"a.b\""),
            ("\u{fc}", "\"\u{fc}\""),
        ] {
            assert_eq!(key(text), expected);
        }
    }
}
