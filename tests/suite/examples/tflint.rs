//! What tflint's default rules find besides versions, which `versions` sees to: variables without a type,
//! declarations that nothing uses, and expressions in forms of old. tflint itself isn't asked, since it
//! isn't everywhere; its rules are read from its documentation.

use std::collections::BTreeMap;
use std::path::Path;

use super::folder;
use super::versions::{bodies, code};

/// The configuration of each directory that has one.
fn configurations() -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder()).sort_by_file_name() {
        let entry = entry.expect("the examples can be read");
        let is_hcl = entry.path().extension().is_some_and(|end| end == "tf");
        if is_hcl {
            let text = std::fs::read_to_string(entry.path()).expect("an example");
            let directory = entry.path().parent().unwrap_or(Path::new(""));
            let all = found.entry(directory.display().to_string()).or_default();
            all.push_str(&code(&text));
        }
    }
    found
}

/// The labels of blocks of a kind, each with the body.
fn blocks<'a>(code: &'a str, kind: &'a str) -> Vec<(Vec<&'a str>, &'a str)> {
    let begin = format!("{kind} \"");
    let starts = code.match_indices(begin.as_str());
    let at_line = starts.filter(|(at, _)| *at == 0 || code[..*at].ends_with('\n'));
    at_line
        .map(|(at, _)| {
            let rest = &code[at..];
            let open = rest.find('{').expect("a block");
            let labels = rest[..open].split('"').skip(1).step_by(2).collect();
            let body = bodies(rest, &rest[..=open]).next().unwrap_or_default();
            (labels, body)
        })
        .collect()
}

/// The names of `locals`.
fn locals(code: &str) -> Vec<&str> {
    let lines = bodies(code, "locals {").flat_map(str::lines);
    let names = lines.filter_map(|line| {
        let name = line.strip_prefix("  ")?.split_once(" =")?.0.trim_end();
        (!name.is_empty() && !name.starts_with([' ', '"', '}'])).then_some(name)
    });
    names.collect()
}

/// Whether a text is in a configuration, and goes on with nothing that would make it another name.
fn refers_to(code: &str, reference: &str) -> bool {
    code.match_indices(reference).any(|(at, _)| {
        let next = code[at + reference.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
    })
}

/// How many arguments a call has, from behind its opening bracket on.
fn arguments(call: &str) -> usize {
    let (mut depth, mut count) = (0_usize, 1);
    for c in call.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

/// What the rules find in a configuration.
fn findings(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (labels, body) in blocks(code, "variable") {
        let name = labels[0];
        let has_type = body.lines().any(|line| line.trim().starts_with("type "));
        if !has_type {
            found.push(format!("terraform_typed_variables: {name}"));
        }
        if !refers_to(code, &format!("var.{name}")) {
            found.push(format!("terraform_unused_declarations: var.{name}"));
        }
    }
    for (labels, _) in blocks(code, "data") {
        let reference = format!("data.{}", labels.join("."));
        if !refers_to(code, &reference) {
            found.push(format!("terraform_unused_declarations: {reference}"));
        }
    }
    for name in locals(code) {
        if !refers_to(code, &format!("local.{name}")) {
            found.push(format!("terraform_unused_declarations: local.{name}"));
        }
    }
    for (number, line) in code.lines().enumerate() {
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        let inner = value
            .strip_prefix("\"${")
            .and_then(|v| v.strip_suffix("}\""));
        if inner.is_some_and(|inner| !inner.contains("${") && !inner.contains('}')) {
            found.push(format!(
                "terraform_deprecated_interpolation: {number}: {line}"
            ));
        }
        let of_old = [
            ("terraform_deprecated_index", ".*."),
            ("terraform_empty_list_equality", "== []"),
            ("terraform_empty_list_equality", "!= []"),
            ("terraform_workspace_remote", "terraform.workspace"),
            ("terraform_comment_syntax", "//"),
        ];
        for (rule, form) in of_old {
            if line.contains(form) && !line.contains("://") {
                found.push(format!("{rule}: {number}: {line}"));
            }
        }
    }
    for (at, call) in code.match_indices("lookup(") {
        if arguments(&code[at + call.len()..]) == 2 {
            found.push(format!("terraform_deprecated_lookup: at {at}"));
        }
    }
    for (labels, body) in blocks(code, "module") {
        let is_local = body.lines().any(|line| {
            line.contains("source") && (line.contains("\"./") || line.contains("\"../"))
        });
        if !is_local && !body.lines().any(|line| line.trim().starts_with("version ")) {
            found.push(format!("terraform_module_version: {labels:?}"));
        }
    }
    found
}

#[test]
fn no_example_has_what_tflint_finds_by_default() {
    let all = configurations();
    assert!(all.len() > 15);
    for (directory, code) in all {
        let found = findings(&code);
        assert!(found.is_empty(), "{directory}: {found:#?}");
    }
}

#[test]
fn what_tflint_would_find_is_seen() {
    let whole = "variable \"a\" {\n  type = string\n}\nlocals {\n  b = var.a\n}\ndata \"x\" \"y\" {}\n\
                 output \"z\" {\n  value = [local.b, data.x.y.id, \"${var.a}-1\"]\n}\n";
    assert_eq!(findings(whole), [""; 0]);
    let with_default = whole.replace("b = var.a", "b = lookup(var.a, f(\"x\"), null)");
    assert_eq!(findings(&with_default), [""; 0]);
    for (text, other, rule) in [
        ("  type = string\n", "", "terraform_typed_variables"),
        ("b = var.a", "b = 1", "terraform_unused_declarations"),
        ("local.b, ", "", "terraform_unused_declarations: local.b"),
        (
            "data.x.y.id",
            "1",
            "terraform_unused_declarations: data.x.y",
        ),
        (
            "b = var.a",
            "b = \"${var.a}\"",
            "terraform_deprecated_interpolation",
        ),
        (
            "b = var.a",
            "b = var.a == [] ? 1 : 2",
            "terraform_empty_list_equality",
        ),
        ("b = var.a", "b = var.a.*.id", "terraform_deprecated_index"),
        (
            "b = var.a",
            "b = lookup(var.a, \"x\")",
            "terraform_deprecated_lookup",
        ),
    ] {
        let faulty = whole.replace(text, other).replace("\"${var.a}-1\"", "1");
        let found = findings(&faulty);
        assert!(
            found.iter().any(|one| one.starts_with(rule)),
            "{rule}: {found:?}"
        );
    }
}
