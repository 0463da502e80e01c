//! Each example says which Terraform and which provider it is for, as tflint asks by default
//! (terraform_required_version and terraform_required_providers), and says no more than is true:
//! the oldest Terraform that knows what the example uses. So do whole configurations of the pages.

use std::collections::BTreeSet;
use std::fs;

use super::{all, entries, folder, text};
use crate::documentation::shown;

/// Terraform's major and minor version.
type Version = (u32, u32);

/// The oldest that finds a provider by its source.
const OLDEST: Version = (0, 13);

/// What needs a newer one, and since when it is there.
const FEATURES: [(&str, Version); 17] = [
    ("alltrue(", (0, 14)),
    ("anytrue(", (0, 14)),
    ("one(", (0, 15)),
    ("moved {", (1, 1)),
    ("nullable", (1, 1)),
    ("precondition {", (1, 2)),
    ("postcondition {", (1, 2)),
    ("endswith(", (1, 3)),
    ("startswith(", (1, 3)),
    ("optional(", (1, 3)),
    ("check \"", (1, 5)),
    ("import {", (1, 5)),
    ("removed {", (1, 7)),
    ("mock_provider \"", (1, 7)),
    ("from = aws_", (1, 8)),
    ("provider::", (1, 8)),
    ("identity = {", (1, 12)),
];

/// Without comments.
pub(super) fn code(hcl: &str) -> String {
    let lines = hcl.lines().filter(|line| !line.trim().starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The oldest version that understands a configuration.
fn oldest(hcl: &str) -> Version {
    let code = code(hcl);
    let is_used = |feature: &str| {
        code.match_indices(feature).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    };
    let used = FEATURES.iter().filter(|(feature, _)| is_used(feature));
    let newest = used.map(|(_, version)| *version).max();
    // An import's id could not be computed at first.
    let computed_id = bodies(&code, "import {").any(|body| body.contains("var."));
    let computed_id = if computed_id { (1, 6) } else { OLDEST };
    newest.unwrap_or(OLDEST).max(computed_id)
}

/// What is between the braces of each block that begins so.
pub(super) fn bodies<'a>(code: &'a str, opening: &str) -> impl Iterator<Item = &'a str> {
    let behind = code.split(opening).skip(1);
    behind.map(|rest| {
        let mut depth = 1_usize;
        let end = rest.find(|c: char| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// The value of an argument, where a line gives it as a literal.
fn literal<'a>(body: &'a str, argument: &str) -> Option<&'a str> {
    let mut lines = body.lines();
    lines.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        let quoted = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        (name.trim() == argument).then_some(quoted)
    })
}

/// The numbers of a version that is written as "1.2".
fn parsed(version: &str) -> Option<Version> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The providers of a configuration: those of its blocks and of its resources' types.
fn providers(code: &str) -> BTreeSet<&str> {
    let labels = |kind: &'static str| {
        let lines = code.lines();
        lines.filter_map(move |line| line.strip_prefix(kind)?.split('"').next())
    };
    let types = labels("resource \"").chain(labels("data \""));
    let of_types = types.filter_map(|ty| Some(ty.split_once('_')?.0));
    of_types.chain(labels("provider \"")).collect()
}

/// Whether this provider's version is one of "~> 0.1".
fn admits_this(constraint: &str) -> bool {
    let Some((major, minor)) = constraint.strip_prefix("~> ").and_then(parsed) else {
        return false;
    };
    let mut ours = env!("CARGO_PKG_VERSION").split('.');
    let mut next = || ours.next().and_then(|number| number.parse::<u32>().ok());
    next() == Some(major) && next() >= Some(minor)
}

/// What is missing in a configuration, or isn't true.
fn faults(hcl: &str) -> Vec<String> {
    let code = code(hcl);
    let mut found = Vec::new();
    let said = literal(&code, "required_version").and_then(|v| v.strip_prefix(">= "));
    let oldest = oldest(&code);
    if said.and_then(parsed) != Some(oldest) {
        found.push(format!("required_version is {said:?}, not {oldest:?}"));
    }
    let required = bodies(&code, "required_providers {")
        .next()
        .unwrap_or_default();
    for provider in providers(&code) {
        let entry = bodies(required, &format!("{provider} = {{")).next();
        let entry = entry.unwrap_or_default();
        if literal(entry, "source").is_none() {
            found.push(format!("{provider} has no source"));
        }
        let version = literal(entry, "version");
        let fits = version.is_some_and(|version| provider != "curated" || admits_this(version));
        if !fits {
            found.push(format!("{provider} has the version {version:?}"));
        }
    }
    found
}

/// The tests beside an example, which `init` reads since there are any.
fn its_tests(name: &str) -> String {
    let folder = folder().join(name).join("tests");
    let paths = if folder.is_dir() {
        entries(&folder)
    } else {
        Vec::new()
    };
    let texts = paths.into_iter().map(fs::read_to_string);
    texts.map(|text| text.expect("it can be read")).collect()
}

#[test]
fn every_example_says_which_terraform_and_which_provider_it_is_for() {
    let examples: Vec<_> = all().into_iter().map(|name| (text(&name), name)).collect();
    // A part of a configuration says nothing of the whole, nor does one whose tests stand elsewhere.
    let pages = shown().into_iter().filter_map(|(page, block)| {
        let is_whole = block.contains("required_providers");
        let is_example = examples.iter().any(|(text, _)| text.trim() == block.trim());
        (is_whole && !is_example).then_some((block, page))
    });
    let examples = examples.iter();
    let examples = examples.map(|(text, name)| (text.clone() + &its_tests(name), name.clone()));
    let mut count = 0;
    for (hcl, place) in examples.chain(pages) {
        let faults = faults(&hcl);
        assert!(faults.is_empty(), "{place}: {faults:#?}");
        count += 1;
    }
    assert!(count > 15);
}

#[test]
fn what_a_configuration_lacks_is_seen() {
    let whole = "terraform {\n  required_version = \">= 1.5\"\n  required_providers {\n    \
                 curated = {\n      source  = \"curated/curated\"\n      version = \"~> 0.1\"\n    \
                 }\n  }\n}\nresource \"curated_security_group\" \"a\" {}\nimport {\n  id = \"a\"\n}\n";
    assert_eq!(faults(whole), [""; 0]);
    for (text, other) in [
        ("  required_version = \">= 1.5\"\n", ""),
        (">= 1.5", ">= 1.4"),
        (">= 1.5", ">= 1.6"),
        ("      version = \"~> 0.1\"\n", ""),
        ("~> 0.1", "~> 9.0"),
        ("      source  = \"curated/curated\"\n", ""),
        ("id = \"a\"", "id = var.id"),
        ("resource \"curated_", "resource \"aws_"),
        ("import {", "removed {"),
    ] {
        let faulty = whole.replace(text, other);
        assert!(
            whole.contains(text) && !faults(&faulty).is_empty(),
            "{faulty}"
        );
    }
    assert_eq!(oldest("a = none(alone(x))"), OLDEST);
    assert_eq!(oldest("# moved {"), OLDEST);
    assert_eq!(oldest("moved {\n  from = aws_a.b"), (1, 8));
}
