//! Writes the changes of a migration as a unified diff.

use similar::{ChangeTag, TextDiff};

use crate::cli::output;
use crate::migration::{Change, Migration};

/// Unchanged lines that are shown around each change.
const CONTEXT: usize = 3;

/// The diff of all files. `patch` can read it, unless it is coloured.
pub(super) fn all(migration: &Migration) -> String {
    let is_coloured = output::is_coloured();
    let of_file = |change: &Change| {
        let text = of_file(change);
        if is_coloured { coloured(&text) } else { text }
    };
    migration.changes.iter().map(of_file).collect()
}

fn of_file(change: &Change) -> String {
    let (before, after) = change.shown();
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let old = match change.before {
        Some(_) => format!("a/{}", change.path),
        None => "/dev/null".to_owned(),
    };
    let mut text = format!("--- {old}\n+++ b/{}\n", change.path);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        text.push_str(&format!("{}\n", hunk.header()));
        for line in hunk.iter_changes() {
            let sign = match line.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            text.push(sign);
            text.push_str(line.value());
            if line.missing_newline() {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

fn coloured(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        let colour = match content.bytes().next() {
            _ if content.starts_with("--- ") || content.starts_with("+++ ") => "1",
            Some(b'+') => "32",
            Some(b'-') => "31",
            Some(b'@') => "36",
            _ => {
                painted.push_str(line);
                continue;
            }
        };
        let end = &line[content.len()..];
        painted.push_str(&format!("\u{1b}[{colour}m{content}\u{1b}[0m{end}"));
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_end_with_their_line() {
        let painted = coloured("--- a\n+++ b\n@@ -1 +1 @@\n-x\r\n+y\n z\n");
        assert_eq!(
            painted,
            "\u{1b}[1m--- a\u{1b}[0m\n\u{1b}[1m+++ b\u{1b}[0m\n\u{1b}[36m@@ -1 +1 @@\u{1b}[0m\n\
             \u{1b}[31m-x\u{1b}[0m\r\n\u{1b}[32m+y\u{1b}[0m\n z\n"
        );
    }
}
