//! Attributes are read by their types in models, and nowhere else: who reads one by its name may misspell
//! it, or take what isn't known for what isn't given.

use super::sources::sources;

/// The layers whose values have models.
const BOUND: [&str; 4] = ["data_sources/", "list_resources/", "resources/", "session/"];

/// Files that are no `model.rs`, and read by names all the same.
const READERS: [(&str, &str); 5] = [
    (
        "resources/common/moved_group.rs",
        "reads states of another provider, as JSON",
    ),
    (
        "resources/owned_rules/move_state.rs",
        "reads states of another provider, as JSON",
    ),
    (
        "resources/owned_rules/types/",
        "each type says how its own attributes are read as blocks",
    ),
    (
        "resources/security_group/cost.rs",
        "counts what a state of the tests holds",
    ),
    ("session/tagging.rs", "reads its part of the provider block"),
];

#[test]
fn attributes_are_read_in_models() {
    let mut breaches = Vec::new();
    let mut has_exceptions = [false; READERS.len()];
    for source in sources("src") {
        let is_bound = BOUND.iter().any(|layer| source.name.starts_with(layer));
        let file = source.name.rsplit('/').next().unwrap_or_default();
        let is_test = source.name.contains("/tests/") || file == "mistakes.rs";
        if !is_bound || is_test || file == "model.rs" {
            continue;
        }
        let code = source.code();
        let reads = [".get(\"", ".get_or_null(\""].map(|call| code.matches(call).count());
        let count: usize = reads.iter().sum();
        if count == 0 {
            continue;
        }
        match READERS
            .iter()
            .position(|(place, _)| source.name.starts_with(place))
        {
            Some(at) => has_exceptions[at] = true,
            None => breaches.push(format!("{} reads {count} attributes", source.name)),
        }
    }
    assert_eq!(breaches, [""; 0]);
    assert_eq!(has_exceptions, [true; READERS.len()], "{READERS:?}");
}
