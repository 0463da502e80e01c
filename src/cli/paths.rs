//! Paths without detours, by their names alone: no file is looked at.

use std::path::{Component, Path, PathBuf};

/// The path without `.`, and without each `..` whose parent is in the path. A `..` at the beginning of
/// a relative path stays, and the root has no parent.
pub(super) fn lexically_normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match (part, normal.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(normal.pop()),
            (part, _) => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_detours() {
        for (path, expected) in [
            ("./a/../b", "b"),
            ("../a", "../a"),
            ("../../a/./b/..", "../../a"),
            ("/a/../b", "/b"),
            ("/../b", "/b"),
        ] {
            assert_eq!(
                lexically_normal(Path::new(path)),
                Path::new(expected),
                "{path}"
            );
        }
    }
}
