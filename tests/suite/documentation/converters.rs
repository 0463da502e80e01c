//! The reference survives what other clients make of it. Pulumi's converter takes a word in backticks
//! for the name of an argument and spells it as the language does, and drops a section whose lists
//! hold more than one paragraph for each argument. Editors show descriptions without their marks.

use std::collections::BTreeSet;

use super::{files, read, root};

/// Types that pages name.
const TYPES: [&str; 7] = [
    "aws_default_security_group",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "curated_security_group",
    "curated_security_group_rules",
];

/// The generated pages, by name, without their blocks of code.
fn reference() -> Vec<(String, String)> {
    let mut paths = files("docs/resources", ".md");
    paths.push(root().join("docs/index.md"));
    let pages = paths.into_iter().map(|path| {
        let text = read(&path);
        let prose: Vec<&str> = text.split("```").step_by(2).collect();
        (path.display().to_string(), prose.concat())
    });
    pages.collect()
}

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names and the description of a line that describes arguments.
fn arguments(line: &str) -> Option<(Vec<&str>, &str)> {
    let (names, about) = line.strip_prefix("- `")?.split_once("` (")?;
    let (_, description) = about.split_once(") ")?;
    Some((names.split("`, `").collect(), description))
}

/// Whether this can't be mistaken for an argument that there isn't: it is one, or is in quotes as a
/// value is, or is no single word of a program at all.
fn is_plain(text: &str, names: &BTreeSet<&str>) -> bool {
    let is_value = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let is_variable = text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.split('<').next().is_some_and(|name| {
            let mut chars = name.chars();
            name.len() > 1
                && chars.all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit())
        });
    let is_literal = ["true", "false"].contains(&text);
    // "egress all to ::/0", "exclusive = false", "sg-…", "tcp/443", "http://", "$NAME", "~"
    let is_phrase = text.contains([' ', '…', '$']) || !text.contains(char::is_alphanumeric);
    let is_traffic = ["tcp/", "udp/"].iter().any(|begin| text.starts_with(begin));
    names.contains(text)
        || TYPES.contains(&text)
        || is_value
        || is_variable
        || is_literal
        || is_phrase
        || is_traffic
        || text.ends_with("://")
}

#[test]
fn values_are_in_quotes_and_only_names_of_arguments_stand_bare() {
    let pages = reference();
    let lines = pages.iter().flat_map(|(_, text)| text.lines());
    let described = lines.filter_map(|line| Some(arguments(line)?.0));
    let names: BTreeSet<&str> = described.flatten().collect();
    assert!(names.len() > 50 && names.contains("ingress") && names.contains("assume_role"));
    for (page, text) in &pages {
        for line in text.lines() {
            let bare: Vec<&str> = code(line).filter(|t| !is_plain(t, &names)).collect();
            assert!(bare.is_empty(), "{page}: {bare:?} in {line}");
        }
    }
    for text in [
        "ssh",
        "IPv4",
        "10.0.0.0/8",
        "5m",
        "max_attempts",
        "-1",
        "import",
        "~/.aws/config",
    ] {
        assert!(!is_plain(text, &names), "{text}");
    }
    for text in [
        "\"ssh\"",
        "AWS_REGION",
        "region",
        "egress all to ::/0",
        "true",
        "sg-…",
        "\"\"",
    ] {
        assert!(is_plain(text, &names), "{text}");
    }
}

#[test]
fn every_argument_is_one_paragraph_of_its_list() {
    for (page, text) in reference() {
        let (_, schema) = text.split_once("\n## Schema\n").expect("a schema");
        let schema = schema.split("\n## ").next().unwrap_or_default();
        for line in schema.lines() {
            let known = line.is_empty()
                || arguments(line).is_some()
                || line.starts_with("### ")
                || line.starts_with("<a id=\"")
                || ["Required:", "Optional:", "Read-Only:"].contains(&line);
            assert!(known, "{page}: {line}");
        }
        assert!(schema.contains(" Errors: "), "{page}");
    }
}

/// What an editor shows of a line of Markdown: it takes what stands between two underscores or stars
/// for emphasis, wherever they are, and drops both.
fn without_marks(line: &str) -> String {
    let is_mark = |c: char| c == '_' || c == '*';
    let mut text = line.replace('`', "");
    while let Some(first) = text.find(is_mark) {
        let Some(second) = text[first + 1..].find(is_mark) else {
            break;
        };
        text.remove(first + 1 + second);
        text.remove(first);
    }
    text
}

/// Names with two underscores lose them in any sentence. Those with one keep it where it is alone.
#[test]
fn editors_keep_the_names_that_can_be_kept() {
    let pages = reference();
    let lines: Vec<&str> = pages.iter().flat_map(|(_, text)| text.lines()).collect();
    for name in ["tags_all", "no_proxy", "http_proxy", "https_proxy"] {
        let described = lines.iter().find_map(|line| {
            let (names, description) = arguments(line)?;
            (names == [name]).then_some(description)
        });
        let described = described.unwrap_or_else(|| panic!("no {name}"));
        let described = described.split(" Errors: ").next().unwrap_or_default();
        assert_eq!(
            without_marks(described),
            described.replace('`', ""),
            "{name}"
        );
    }
    assert_eq!(
        without_marks("`NO_PROXY` or `no_proxy`"),
        "NOPROXY or noproxy"
    );
    assert_eq!(without_marks("`AWS_CA_BUNDLE`"), "AWSCABUNDLE");
    assert_eq!(without_marks("`NO_PROXY`"), "NO_PROXY");
}
