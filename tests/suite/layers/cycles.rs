//! No file imports itself by way of others. What counts as an import says `imports`.

use std::collections::BTreeSet;

use super::imports::{Graph, graph};
use super::sources::{Source, sources};

/// The shortest cycle through each file that is in one, each cycle once.
fn cycles(graph: &Graph) -> BTreeSet<Vec<&str>> {
    graph.keys().filter_map(|file| cycle(graph, file)).collect()
}

/// The shortest way from a file back to itself, from its first file by name.
fn cycle<'a>(graph: &'a Graph, file: &'a str) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![file]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in &graph[*way.last().expect("a way has a start")] {
                if next == file {
                    let first = (0..way.len()).min_by_key(|at| way[*at])?;
                    return Some([&way[first..], &way[..first]].concat());
                }
                if seen.insert(next) {
                    let mut way = way.clone();
                    way.push(next);
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let graph = graph(&sources("src"));
    let cycles = cycles(&graph);
    let told: Vec<String> = cycles.iter().map(|c| c.join(" → ")).collect();
    assert_eq!(told, [""; 0], "\n{}", told.join("\n"));
}

fn crate_of(files: &[(&str, &str)]) -> Vec<Source> {
    let file = |(name, text): &(&str, &str)| Source {
        name: (*name).to_owned(),
        text: (*text).to_owned(),
    };
    files.iter().map(file).collect()
}

fn told(files: &[(&str, &str)]) -> Vec<String> {
    let graph = graph(&crate_of(files));
    cycles(&graph).iter().map(|c| c.join(" → ")).collect()
}

#[test]
fn a_cycle_is_found_however_its_imports_are_written() {
    let b = "use crate::a::A; pub struct B(A);";
    for a in [
        "use crate::b::B; pub struct A;",
        "use super::b::B; pub struct A;",
        "use crate::{c::C, b::{self, B as Other}}; pub struct A;",
        "use crate::b; pub struct A; fn f() -> b::B { loop {} }",
        "pub struct A; fn f() { drop(crate::b::B::new()) }",
        "pub struct A; fn f() { use super::b::*; drop(B::new()) }",
        "pub struct A; mod inner { fn f(b: super::super::b::B) {} }",
        // By a name that another file only presents.
        "use crate::c::B; pub struct A;",
        "pub use crate::b::B; pub struct A(B);",
    ] {
        let c = "pub struct C; pub use crate::b::B;";
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", a),
            ("b.rs", b),
            ("c.rs", c),
        ];
        assert_eq!(told(&files), ["a.rs → b.rs"], "{a}");
    }
}

#[test]
fn a_cycle_of_several_files_is_told_once() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; mod c; pub struct A(b::B);"),
        ("a/b.rs", "pub struct B(super::c::C);"),
        ("a/c.rs", "pub struct C(Box<crate::a::A>);"),
    ];
    assert_eq!(told(&files), ["a/b.rs → a/c.rs → a/mod.rs"]);
}

#[test]
fn a_parent_that_presents_its_children_is_in_no_cycle_with_them() {
    let child = "use super::other::Other; pub struct Child(Other);";
    for parent in [
        "mod child; mod other; pub use child::Child; pub use self::other::Other;",
        "mod child; mod other; use child::Child; pub fn f(_: Child) {}",
        "mod child; mod other; #[cfg(test)] mod tests { use super::child::Child; }",
    ] {
        let files = [
            ("lib.rs", "mod parent;"),
            ("parent/mod.rs", parent),
            ("parent/child.rs", child),
            ("parent/other.rs", "pub struct Other;"),
        ];
        assert_eq!(told(&files), [""; 0], "{parent}");
    }
}

#[test]
fn a_test_may_look_back() {
    let b = "pub struct B; #[cfg(test)] fn f(_: crate::a::A) {} #[cfg(test)] mod tests;";
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub struct A(crate::b::B);"),
        ("b.rs", b),
        ("b/tests.rs", "use crate::a::A;"),
    ];
    assert_eq!(told(&files), [""; 0]);
}

#[test]
fn names_of_other_crates_lead_nowhere() {
    let files = [
        ("lib.rs", "mod a; mod serde;"),
        (
            "a.rs",
            "use ::serde::A; use std::fmt; fn f() { fmt::a() } struct X<'a>(&'a str);",
        ),
        ("serde.rs", "use crate::a::f;"),
    ];
    assert_eq!(told(&files), [""; 0]);
}
