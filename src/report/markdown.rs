//! Writes the report as Markdown for a comment on a pull request: findings that count, the worst
//! first. Names are escaped, so that they can't format text, link, or mention anybody.

use super::plain::plain;
use super::refusals::refused_calls;
use crate::curation::report::{Finding, Report};
use crate::curation::{CHECKS, Severity};

/// Length in bytes after which no more findings are listed. GitHub refuses comments longer than
/// 65,536.
const LONGEST: usize = 60_000;

/// Writes the report as Markdown.
pub fn markdown(report: &Report) -> String {
    let summary = &report.summary;
    let mut text = String::from("## Security groups\n\n");
    text.push_str(&format!(
        "{} groups in {}, {} managed. {} open more than web ports to the world, {} unused.\n\n",
        summary.groups,
        escaped(&report.regions.join(", ")),
        summary.managed,
        summary.open_to_world,
        summary.by_use.get("unused").unwrap_or(&0),
    ));
    for call in refused_calls(report) {
        let place = match call.regions.as_slice() {
            [region] => escaped(region),
            regions => format!("{} regions", regions.len()),
        };
        text.push_str(&format!(
            "> Not looked at: {} in {place} ({}). {}\n\n",
            escaped(call.operation),
            escaped(call.code),
            escaped(call.consequence),
        ));
    }
    let counts =
        |finding: &&Finding| finding.suppressed.is_none() && finding.severity > Severity::Note;
    let findings: Vec<&Finding> = report.findings.iter().filter(counts).collect();
    if findings.is_empty() {
        text.push_str("Nothing found.\n");
    } else {
        text.push_str("| severity | finding | group | what is wrong |\n|---|---|---|---|\n");
    }
    for (at, finding) in findings.iter().enumerate() {
        let row = row(finding);
        if text.len() + row.len() > LONGEST {
            let more = findings.len() - at;
            text.push_str(&format!("\n{more} more findings are left out here.\n"));
            break;
        }
        text.push_str(&row);
    }
    for (count, why) in [
        (summary.in_baseline, "in the baseline"),
        (summary.ignored, "ignored"),
    ] {
        if count > 0 {
            text.push_str(&format!("\n{count} {why}.\n"));
        }
    }
    text
}

fn row(finding: &Finding) -> String {
    let check = CHECKS.iter().find(|check| check.id == finding.id);
    let title = check.map_or("", |check| check.title);
    let group = match (&finding.group_name, &finding.group_id) {
        (Some(name), Some(id)) => format!("{} ({}), ", escaped(name), escaped(id)),
        _ => String::new(),
    };
    format!(
        "| {} | {} ({}) | {group}{} | {} |\n",
        finding.severity,
        title,
        finding.id,
        escaped(&finding.region),
        with_code(&finding.message),
    )
}

/// As [`escaped`]; what stands between backticks is shown as code. In code of Markdown itself nothing could
/// be escaped.
fn with_code(text: &str) -> String {
    if !text.matches('`').count().is_multiple_of(2) {
        return escaped(text);
    }
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    });
    parts.collect()
}

/// Escapes a text so that every renderer shows it as plain text.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in plain(text).chars() {
        match character {
            // A comment in between prevents mentions and links to issues.
            '@' | '#' => safe.push_str(&format!("{character}<!-- -->")),
            // This prevents links of addresses.
            ':' => safe.push_str("&#58;"),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' => safe.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '~' | '$' => {
                safe.push('\\');
                safe.push(character);
            }
            _ => safe.push(character),
        }
    }
    // `www.` begins a link too.
    safe.replace("www.", "www<!-- -->.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests as sample;

    #[test]
    fn a_name_became_markup_or_called_the_team() {
        for (text, expected) in [
            ("a|b", "a&#124;b"),
            ("<img>", "&lt;img&gt;"),
            ("@team", "@<!-- -->team"),
            ("#1", "#<!-- -->1"),
            ("[x](http://y)", "\\[x\\](http&#58;//y)"),
            ("`x` *y*", "\\`x\\` \\*y\\*"),
            ("a\nb", "a\\\\nb"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        for (text, expected) in [
            (
                "by `ingress tcp/1 from self`.",
                "by <code>ingress tcp/1 from self</code>.",
            ),
            ("`<b>|*`", "<code>&lt;b&gt;&#124;\\*</code>"),
            ("one ` alone", "one \\` alone"),
        ] {
            assert_eq!(with_code(text), expected);
        }
        let text = markdown(&sample::report());
        assert!(
            !text.contains("<script") && !text.contains("<img"),
            "{text}"
        );
        let rows = text.lines().filter(|line| line.starts_with("| "));
        for row in rows {
            assert_eq!(row.matches('|').count(), 5, "{row}");
        }
        assert!(text.contains("| critical | Administration is open to the world (open-admin) |"));
    }

    #[test]
    fn a_comment_was_too_long_for_github() {
        let mut report = sample::report();
        let one = report.findings[0].clone();
        report.findings = vec![one; 5_000];
        let text = markdown(&report);
        assert!(text.len() < 65_536, "{}", text.len());
        assert!(text.contains("more findings are left out here."));
    }

    #[test]
    fn refusals_in_every_region_made_a_comment_too_long_for_github() {
        let mut report = sample::report();
        let one = report.not_looked_at[0].clone();
        report.not_looked_at = vec![one; 2_000];
        let text = markdown(&report);
        assert!(text.len() < 65_536, "{}", text.len());
        assert_eq!(text.matches("Not looked at:").count(), 1);
        assert!(text.contains(" in 2000 regions ("), "{text}");
    }
}
