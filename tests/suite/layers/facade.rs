//! What the other layers may know of `ec2`: a dozen names for all, and two modules for those who
//! connect and who say why there is no connection.

use super::paths::modules_named;
use super::sources::{Source, sources};
use super::tokens::tokens;

/// Names that all may use. More than these are no facade any more: the doubtful ones are those that
/// a caller needs for nothing but to write down a type.
const MOST_NAMES: usize = 15;

/// Parts of `ec2` that only some may name, by the beginnings of their files' names.
const FOR_SOME: [(&str, &[&str]); 2] = [
    (
        "settings",
        &[
            "cli/connection.rs",
            "connection_error/",
            "provider/",
            "session/tagging.rs",
        ],
    ),
    (
        "errors",
        &["cli/connection.rs", "connection_error/", "provider/"],
    ),
];

/// The names that a facade offers: what its `pub use` lines end in, and its public modules.
fn offered(facade: &str) -> (Vec<&str>, Vec<&str>) {
    let tokens = tokens(facade);
    let (mut names, mut modules) = (Vec::new(), Vec::new());
    let mut rest = tokens.as_slice();
    while let [first, second, tail @ ..] = rest {
        rest = &rest[1..];
        match (*first, *second) {
            ("pub", "mod") => modules.extend(tail.first().copied()),
            ("pub", "use") => {
                let end = tail.iter().position(|token| *token == ";");
                let path = &tail[..end.unwrap_or(tail.len())];
                let is_last = |at: &usize| !matches!(path.get(at + 1), Some(&"::"));
                let named = (0..path.len()).filter(is_last).map(|at| path[at]);
                names.extend(named.filter(|name| !["{", "}", ",", "::"].contains(name)));
            }
            _ => {}
        }
    }
    (names, modules)
}

fn facade() -> Source {
    let mut all = sources("src").into_iter();
    all.find(|source| source.name == "ec2/mod.rs")
        .expect("it is there")
}

#[test]
fn ec2_shows_a_dozen_names() {
    let facade = facade();
    let (names, modules) = offered(&facade.text);
    assert!(names.contains(&"Connection"), "{names:?}");
    assert!(
        names.len() <= MOST_NAMES,
        "{} names: {names:?}",
        names.len()
    );
    assert_eq!(modules, ["errors", "settings"]);
}

#[test]
fn the_settings_and_errors_of_a_connection_are_named_by_those_who_open_it() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        if source.name.starts_with("ec2/") {
            continue;
        }
        let named = modules_named("ec2", &tokens(source.code()));
        for (part, places) in FOR_SOME {
            let is_allowed = places.iter().any(|place| source.name.starts_with(place));
            if named.contains(part) && !is_allowed {
                breaches.push(format!("{} names ec2::{part}", source.name));
            }
        }
    }
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn a_facade_offers_what_its_public_lines_say() {
    let text = "mod a; pub mod b; pub use a::{One, c::Two}; pub use d::Three; pub(super) use e::F;";
    assert_eq!(offered(text), (vec!["One", "Two", "Three"], vec!["b"]));
}
