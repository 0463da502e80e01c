//! The modules and crates that the paths in a source begin with.

use std::collections::BTreeSet;

use super::tokens::tokens;

/// The modules that are named right below `root`, which is `crate` or the name of one.
pub fn modules_named(root: &str, tokens: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair != [root, "::"] {
            continue;
        }
        let rest = &tokens[at + 2..];
        match rest.first() {
            Some(&"{") => found.extend(heads(&rest[1..])),
            Some(name) => drop(found.insert((*name).to_owned())),
            None => {}
        }
    }
    found
}

/// The layers that a file names, from the crate's root or by way of its parents.
pub fn layers_named(file: &str, tokens: &[&str]) -> BTreeSet<String> {
    let depth = file.trim_end_matches("/mod.rs").split('/').count();
    let climb = ["super", "::"].repeat(depth);
    let mut found = modules_named("crate", tokens);
    let starts = (0..tokens.len()).filter(|at| tokens[*at..].starts_with(&climb));
    for rest in starts.map(|at| &tokens[at + climb.len()..]) {
        match rest.first() {
            Some(&"{") => found.extend(heads(&rest[1..])),
            Some(&"super") | None => {}
            Some(name) => drop(found.insert((*name).to_owned())),
        }
    }
    found
}

/// The first name of each item in a group of imports, whose opening brace is gone.
fn heads(group: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut is_head) = (0_u32, true);
    for token in group {
        match *token {
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "{" => depth += 1,
            "," if depth == 0 => is_head = true,
            name if is_head => {
                found.push(name.to_owned());
                is_head = false;
            }
            _ => {}
        }
    }
    found
}

/// The crates that paths begin with.
pub fn crates_named<'a>(tokens: &[&'a str]) -> BTreeSet<&'a str> {
    let begins = |window: &&[&'a str]| window[2] == "::" && !["::", "."].contains(&window[0]);
    tokens.windows(3).filter(begins).map(|w| w[1]).collect()
}

#[test]
fn a_layer_was_reached_by_way_of_its_parents() {
    let named = |file: &str, code: &str| layers_named(file, &tokens(code));
    let ec2 = BTreeSet::from(["ec2".to_owned()]);
    assert_eq!(named("rules/diff.rs", "use super::super::ec2::Ec2;"), ec2);
    assert_eq!(named("rules/mod.rs", "use super::{ec2::{Ec2}};"), ec2);
    assert_eq!(named("rules/diff.rs", "use super::rule::Rule;"), [].into());
}

#[test]
fn the_reader_sees_names_and_not_what_is_said_of_them() {
    let code = r####"
        use crate::{rules::{Rule, Set}, ec2, catalog as c};
        // crate::comment tokio::spawn
        fn f<'a>(x: &'a str) -> char { let _ = "crate::text \" tonic::x"; '"' }
        const R: &str = r#"crate::raw "tonic::y" "#;
        const B: &[u8] = b"crate::bytes";
        fn g() { let _ = ('\'', '\\', 'é'); crate::tf_provider::x(); std::fs::read(aws_config::y) }
    "####;
    let tokens = tokens(code);
    let modules = modules_named("crate", &tokens);
    let expected = ["catalog", "ec2", "rules", "tf_provider"].map(str::to_owned);
    assert_eq!(modules, expected.into());
    let crates = crates_named(&tokens);
    assert!(crates.contains("aws_config") && crates.contains("std"));
    assert!(!crates.contains("fs") && !crates.contains("tonic") && !crates.contains("tokio"));
}
