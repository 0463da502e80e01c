//! Reads the findings that the user ignores: blocks of HCL, or a JSON list of the same objects.
//! Must not know which findings an entry matches: `curation` does.

use std::path::Path;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use serde::Deserialize;

use crate::cli::failure::Failure;
use crate::curation::{CHECKS, Ignore};
use crate::rules::{nearest, one_of};

/// The option that names the file.
const OPTION: &str = "--ignore";
/// Longest file, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;
/// The arguments of an entry.
const ARGUMENTS: [&str; 4] = ["finding", "group", "reason", "until"];

/// One entry, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    finding: Option<String>,
    group: Option<String>,
    reason: Option<String>,
    until: Option<String>,
}

/// The entries of a file.
///
/// # Errors
/// The file can't be read, or an entry is wrong.
pub(in crate::cli) fn read(path: &Path) -> Result<Vec<Ignore>, Failure> {
    let bytes = super::read(OPTION, path)?;
    parse(path, &bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Ignore>, Failure> {
    let text = std::str::from_utf8(bytes).ok();
    let text = text.filter(|text| text.len() <= LONGEST);
    let Some(text) = text.map(|text| text.trim_start_matches('\u{feff}')) else {
        let detail = format!("{OPTION} names the file. It is no text, or longer than 4 MiB.");
        return Err(Failure::usage(
            format!(
                "{}: this is not a list of findings to ignore",
                path.display()
            ),
            detail,
        ));
    };
    let is_json = text.trim_start().starts_with('[');
    let entries: Vec<(String, Entry)> = if is_json {
        let what = "a list of findings to ignore";
        let entries: Vec<Entry> = super::json(OPTION, path, text.as_bytes(), what)?;
        let numbered = entries.into_iter().enumerate();
        numbered
            .map(|(index, entry)| (format!("{}, entry {}", path.display(), index + 1), entry))
            .collect()
    } else {
        blocks(path, text)?
    };
    entries
        .into_iter()
        .map(|(place, entry)| checked(&place, entry))
        .collect()
}

/// The blocks of HCL, each with its place.
fn blocks(path: &Path, text: &str) -> Result<Vec<(String, Entry)>, Failure> {
    let at = |line: usize| format!("{}, line {line}", path.display());
    let wrong = |line: usize, summary: &str, detail: &str| {
        Failure::usage(format!("{}: {summary}", at(line)), detail.to_owned())
    };
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let line = error.location().line();
        wrong(
            line,
            "this is no HCL",
            &format!("{}. {FORM}", error.message()),
        )
    })?;
    let lines = block_lines(text);
    let mut found = Vec::new();
    for (index, structure) in body.iter().enumerate() {
        let line = lines.get(index).copied().unwrap_or(1);
        let block = match structure {
            Structure::Block(block) if is_ignore(block) => block,
            Structure::Block(block) => {
                let summary = format!("there is no block \"{}\" here", block.ident.as_str());
                return Err(wrong(line, &summary, FORM));
            }
            Structure::Attribute(attribute) => {
                let summary = format!("\"{}\" stands outside of a block", attribute.key.as_str());
                return Err(wrong(line, &summary, FORM));
            }
        };
        let entry = entry(&block.body);
        found.push((
            at(line),
            entry.map_err(|summary| wrong(line, &summary, FORM))?,
        ));
    }
    Ok(found)
}

/// The expected format of the file, for error messages.
const FORM: &str = "Write blocks such as: ignore { finding = \"open-admin\" group = \"bastion\" reason = \
                    \"OPS-12\" until = \"2026-12-31\" }, each argument on a line of its own.";

fn is_ignore(block: &Block) -> bool {
    block.ident.as_str() == "ignore" && block.labels.is_empty()
}

fn entry(body: &Body) -> Result<Entry, String> {
    let mut entry = Entry::default();
    for structure in body.iter() {
        let attribute = match structure {
            Structure::Attribute(attribute) => attribute,
            Structure::Block(block) => {
                return Err(format!(
                    "there is no block \"{}\" in \"ignore\"",
                    block.ident.as_str()
                ));
            }
        };
        let place = match attribute.key.as_str() {
            "finding" => &mut entry.finding,
            "group" => &mut entry.group,
            "reason" => &mut entry.reason,
            "until" => &mut entry.until,
            other => {
                return Err(format!(
                    "there is no argument \"{other}\"; there are {}",
                    ARGUMENTS.join(", ")
                ));
            }
        };
        *place = Some(text(attribute)?);
    }
    Ok(entry)
}

fn text(attribute: &Attribute) -> Result<String, String> {
    match &attribute.value {
        Expression::String(text) => Ok(text.value().clone()),
        _ => Err(format!(
            "\"{}\" is no text in quotes",
            attribute.key.as_str()
        )),
    }
}

/// The lines on which the outermost structures begin, which the parser doesn't keep.
fn block_lines(text: &str) -> Vec<usize> {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    let mut is_comment = false;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if !is_comment && depth == 0 {
            is_comment = trimmed.starts_with("/*");
            let is_mark = trimmed.is_empty() || trimmed.starts_with(['#', '}', ']', ')']);
            if !is_comment && !is_mark && !trimmed.starts_with("//") {
                found.push(index + 1);
            }
        }
        if is_comment {
            is_comment = !trimmed.contains("*/");
            continue;
        }
        let mut in_text = false;
        for character in trimmed.chars() {
            match character {
                '"' => in_text = !in_text,
                '#' if !in_text => break,
                '{' | '[' | '(' if !in_text => depth += 1,
                '}' | ']' | ')' if !in_text => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    found
}

fn checked(place: &str, entry: Entry) -> Result<Ignore, Failure> {
    let wrong = |summary: String, detail: String| {
        Err(Failure::usage(format!("{place}: {summary}"), detail))
    };
    let ids = CHECKS.iter().map(|check| check.id);
    let Some(finding) = entry.finding.filter(|finding| !finding.is_empty()) else {
        let detail = "Set it to the id of a finding, such as \"open-admin\".".to_owned();
        return wrong("\"finding\" is missing".to_owned(), detail);
    };
    if !ids.clone().any(|id| id == finding) {
        let near = nearest(&finding, ids.clone());
        let detail = match near.as_slice() {
            [] => format!("There are {}.", ids.collect::<Vec<_>>().join(", ")),
            near => format!("Did you mean {}?", one_of(near)),
        };
        return wrong(format!("there is no finding \"{finding}\""), detail);
    }
    let reason = entry.reason.unwrap_or_default().trim().to_owned();
    if reason.is_empty() {
        let detail = "Say why the finding is ignored: every report shows it.".to_owned();
        return wrong("\"reason\" is missing".to_owned(), detail);
    }
    if let Some(until) = entry.until.as_ref().filter(|until| !is_date(until)) {
        let detail = "Write the last day on which it holds, such as \"2026-12-31\".".to_owned();
        return wrong(format!("\"{until}\" is no date"), detail);
    }
    Ok(Ignore {
        finding,
        group: entry.group.filter(|group| !group.is_empty()),
        reason,
        until: entry.until,
    })
}

/// Whether a text is a date that exists, such as `2026-12-31`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let widths = [year.len(), month.len(), day.len()] == [4, 2, 2];
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let month = month
        .parse()
        .ok()
        .and_then(|n: u8| time::Month::try_from(n).ok());
    let (year, day) = (year.parse::<i32>().ok(), day.parse::<u8>().ok());
    match (widths && digits, year, month, day) {
        (true, Some(year), Some(month), Some(day)) => {
            time::Date::from_calendar_date(year, month, day).is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<Ignore>, Failure> {
        parse(Path::new("ignore.hcl"), text.as_bytes())
    }

    #[test]
    fn blocks_and_json_say_the_same() {
        let hcl = "# ours\nignore {\n  finding = \"open-admin\"\n  group   = \"bastion\"\n  \
                   reason  = \"OPS-12: until the VPN is up\"\n  until   = \"2026-12-31\"\n}\n\
                   ignore {\n  finding = \"duplicate\"\n  reason = \"on purpose\"\n}\n";
        let json = r#"[{"finding": "open-admin", "group": "bastion",
                        "reason": "OPS-12: until the VPN is up", "until": "2026-12-31"},
                       {"finding": "duplicate", "reason": "on purpose"}]"#;
        let expected = [
            Ignore {
                finding: "open-admin".to_owned(),
                group: Some("bastion".to_owned()),
                reason: "OPS-12: until the VPN is up".to_owned(),
                until: Some("2026-12-31".to_owned()),
            },
            Ignore {
                finding: "duplicate".to_owned(),
                group: None,
                reason: "on purpose".to_owned(),
                until: None,
            },
        ];
        for text in [hcl, json] {
            assert_eq!(parsed(text), Ok(expected.to_vec()), "{text}");
        }
        assert_eq!(parsed(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let block = |inner: &str| format!("\n\nignore {{\n  {inner}\n}}\n");
        for (text, place, needle) in [
            (
                block("finding = \"open-admn\"\n reason = \"x\""),
                "line 3",
                "open-admn",
            ),
            (
                block("finding = \"open-admin\""),
                "line 3",
                "\"reason\" is missing",
            ),
            (block("reason = \"x\""), "line 3", "\"finding\" is missing"),
            (block("finding = open"), "line 3", "no text in quotes"),
            (block("when = \"now\""), "line 3", "no argument \"when\""),
            (
                block("finding = \"open-admin\"\n reason = \"x\"\n until = \"2026-02-30\""),
                "line 3",
                "\"2026-02-30\" is no date",
            ),
            ("skip {\n}\n".to_owned(), "line 1", "no block \"skip\""),
            ("x = 1\n".to_owned(), "line 1", "outside of a block"),
            ("ignore {\n  finding = \n}\n".to_owned(), "line 2", "no HCL"),
            (
                "[{\"finding\": \"x\"}]".to_owned(),
                "entry 1",
                "no finding \"x\"",
            ),
            ("[{\"findings\": \"x\"}]".to_owned(), "line 1", "not a list"),
            ("{".repeat(100_000), "line 1", "no HCL"),
            ("[".repeat(100_000), "line 1", "not a list"),
        ] {
            let failure = parsed(&text).expect_err("refused");
            assert!(failure.summary.contains(place), "{failure:?}");
            assert!(failure.summary.contains(needle), "{failure:?}");
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for (text, expected) in [
            ("2026-12-31", true),
            ("2028-02-29", true),
            ("2026-02-29", false),
            ("2026-13-01", false),
            ("26-12-31", false),
            ("2026-1-1", false),
            ("tomorrow", false),
        ] {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }
}
