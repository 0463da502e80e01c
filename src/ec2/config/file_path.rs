//! Paths as users write them: with `~` and variables of the environment.

use std::env;
use std::path::{Path, PathBuf};

/// The path with `~` and variables replaced. A variable that isn't set counts as empty.
pub(in crate::ec2) fn expand(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(text) => expand_with(text, |name| env::var(name).ok()),
        None => path.to_owned(),
    }
}

fn expand_with(text: &str, variable: impl Fn(&str) -> Option<String>) -> PathBuf {
    let text = with_variables(text, &variable);
    let home = || variable("HOME").or_else(|| variable("USERPROFILE"));
    let rest = match text.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => rest,
        _ => return text.into(),
    };
    match home() {
        Some(home) => PathBuf::from(home + rest),
        None => text.into(),
    }
}

/// Replaces `$NAME` and `${NAME}`; any other dollar sign stays.
fn with_variables(text: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let braced = rest.strip_prefix('{').and_then(|r| r.split_once('}'));
        let (name, after) = match braced {
            Some(parts) => parts,
            None => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()))
            }
        };
        if name.is_empty() {
            expanded.push('$');
        } else {
            expanded.push_str(&variable(name).unwrap_or_default());
            rest = after;
        }
    }
    expanded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_and_variables_are_put_in() {
        let variable = |name: &str| match name {
            "HOME" => Some("/home/me".to_owned()),
            "DIR" => Some("dir".to_owned()),
            _ => None,
        };
        for (written, meant) in [
            ("~/.aws/config", "/home/me/.aws/config"),
            ("~", "/home/me"),
            ("~other/config", "~other/config"),
            ("$HOME/x", "/home/me/x"),
            ("${HOME}/${DIR}s/$DIR", "/home/me/dirs/dir"),
            ("/a/$NOTHING/b", "/a//b"),
            ("/a/$/b$", "/a/$/b$"),
            ("/plain/~", "/plain/~"),
        ] {
            assert_eq!(
                expand_with(written, variable),
                PathBuf::from(meant),
                "{written}"
            );
        }
    }
}
