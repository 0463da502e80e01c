//! Reads uses of groups from any text that contains ids of groups. This covers services whose APIs
//! aren't called here.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::failure::Failure;
use crate::rules::normalise;
use crate::snapshot::{Region, Use, UseKind};

/// The option that names such files.
const OPTION: &str = "--used-by";
const PREFIX: &[u8] = b"sg-";

/// The first line of a file that has a group's id, and the number of further lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lines {
    first: usize,
    last: usize,
    more: usize,
}

/// Checks that a file can be read, before anything else is done.
///
/// # Errors
/// It can't be read.
pub(in crate::cli) fn check(path: &Path) -> Result<(), Failure> {
    super::read(OPTION, path).map(drop)
}

/// Adds the groups that a file names to the regions that have them.
///
/// # Errors
/// The file can't be read.
pub(in crate::cli) fn add(path: &Path, regions: &mut [Region]) -> Result<(), Failure> {
    let bytes = super::read(OPTION, path)?;
    let named = scan(&bytes);
    for region in regions {
        for (id, lines) in &named {
            if !region.groups.contains_key(id) {
                continue;
            }
            let more = match lines.more {
                0 => String::new(),
                1 => "and one line more".to_owned(),
                more => format!("and {more} lines more"),
            };
            region.uses.push(Use {
                group_id: id.clone(),
                kind: UseKind::File,
                by: format!("{}:{}", path.display(), lines.first),
                detail: more,
            });
        }
        region.uses.sort();
        region.uses.dedup();
    }
    Ok(())
}

/// The ids in a text, each with its lines. The text need not be UTF-8.
fn scan(text: &[u8]) -> BTreeMap<String, Lines> {
    let mut found: BTreeMap<String, Lines> = BTreeMap::new();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        for id in ids(line) {
            let lines = found.entry(id.to_owned()).or_insert(Lines {
                first: number,
                last: number,
                more: 0,
            });
            if lines.last != number {
                lines.last = number;
                lines.more += 1;
            }
        }
    }
    found
}

/// The ids in a line, as whole words: neither `sgr-…` nor a part of a longer word counts.
fn ids(line: &[u8]) -> impl Iterator<Item = &str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
    let words = line.split(move |byte| !is_part(byte));
    let candidates = words.filter(|word| word.starts_with(PREFIX));
    candidates
        .filter_map(|word| std::str::from_utf8(word).ok())
        .filter(|word| normalise::is_id("sg-", word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Group;

    #[test]
    fn only_whole_ids_count() {
        for (line, expected) in [
            (r#""SecurityGroups": ["sg-0000000a","sg-0000000b"]"#, 2),
            ("arn:aws:ec2:eu-west-1:1:security-group/sg-0000000a", 1),
            ("groups=sg-0000000a\r", 1),
            ("sgr-0000000a xsg-0000000a sg-0000000ab sg-0000000a_x", 0),
            ("sg-0000000a-old", 0),
            ("", 0),
        ] {
            assert_eq!(ids(line.as_bytes()).count(), expected, "{line}");
        }
        assert_eq!(ids(b"\xff\xfe sg-0000000a \x00").count(), 1);
    }

    #[test]
    fn the_first_line_is_the_evidence_and_the_others_are_counted() {
        let text = b"x\nsg-0000000a sg-0000000a\n\nsg-0000000a\nsg-0000000b sg-0000000a\n";
        let found = scan(text);
        let lines = |id: &str| found.get(id).map(|lines| (lines.first, lines.more));
        assert_eq!(lines("sg-0000000a"), Some((2, 2)));
        assert_eq!(lines("sg-0000000b"), Some((5, 0)));
    }

    #[test]
    fn a_region_learns_of_its_own_groups_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("batch.json");
        std::fs::write(
            &path,
            "{\n  \"g\": \"sg-0000000a\", \"h\": \"sg-0000000b\"\n}\n",
        )
        .expect("written");
        let mut region = Region::default();
        let id = "sg-0000000a".to_owned();
        region.groups.insert(id.clone(), Group::default());
        let mut regions = [region];
        add(&path, &mut regions).expect("read");
        let [region] = regions;
        let by = format!("{}:2", path.display());
        let expected = Use {
            group_id: id,
            kind: UseKind::File,
            by,
            detail: String::new(),
        };
        assert_eq!(region.uses, [expected]);
    }
}
