//! Tables of the messages to wrong configurations, one for each layer, which documentation lists. A line
//! is one message: the names of blocks and attribute with dots between them, `error` or `warning`, and the
//! summary of an example, with tabs between the three.
//!
//! A layer's tests compare its table with its checks: see `matches` below.

use super::diagnostics::{Diagnostic, Diagnostics, Severity};
use super::path::{Path, Step};

/// The messages of a table, for documentation. Their details are empty.
///
/// # Panics
/// A line hasn't three cells. Tables are part of the program, and tests read them.
pub fn listed(table: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    for line in table.lines() {
        let mut cells = line.splitn(3, '\t');
        let (Some(names), Some(severity), Some(summary)) =
            (cells.next(), cells.next(), cells.next())
        else {
            panic!("a table of problems has three cells a line: {line:?}");
        };
        let path = names
            .split('.')
            .fold(Path::root(), |path, name| path.attribute(name));
        let reported = match severity {
            "warning" => Diagnostic::warning(summary, ""),
            _ => Diagnostic::error(summary, ""),
        };
        found.push(reported.at(path));
    }
    found
}

/// The table of these messages, in the order of attributes and severity, and then as they were found.
/// Messages without an attribute are left out, since documentation lists messages by attribute.
pub fn table(found: Diagnostics) -> String {
    let mut lines: Vec<(Vec<String>, &str, String)> = Vec::new();
    for diagnostic in found {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let line = (names(&diagnostic.path), severity, diagnostic.summary);
        if !line.0.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let line = |(names, severity, summary): (Vec<String>, &str, String)| {
        format!("{}\t{severity}\t{summary}\n", names.join("."))
    };
    lines.into_iter().map(line).collect()
}

/// The names of attributes and blocks on a path, without keys and indexes.
pub fn names(path: &Path) -> Vec<String> {
    let names = path.steps().iter().filter_map(|step| match step {
        Step::Attribute(name) => Some(name.clone()),
        Step::Key(_) | Step::Index(_) | Step::Element => None,
    });
    names.collect()
}

/// Compares a layer's table, a file of the sources, with the diagnostics that its checks give for
/// mistakes. With `UPDATE_PROBLEMS` in the environment, writes the table again.
#[cfg(test)]
pub(crate) fn matches(file: &str, found: Diagnostics) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let reported = table(found);
    if std::env::var_os("UPDATE_PROBLEMS").is_some() {
        std::fs::write(&path, &reported).expect("the table can be written");
    }
    let written = std::fs::read_to_string(&path).expect("there is a table");
    assert_eq!(
        written, reported,
        "{file} isn't what the checks say: run this test with UPDATE_PROBLEMS=1"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let at = Path::root().attribute("rule").element().attribute("port");
        let mut found = Diagnostics::new();
        found.push(Diagnostic::warning("Port 7 is odd", "").at(at.clone()));
        found.push(Diagnostic::error("Port 70000 is too high", "x").at(at.clone()));
        found.push(Diagnostic::error("Port 70000 is too high", "y").at(at));
        found.push(Diagnostic::error("It is bad", "").at(Path::root().attribute("name")));
        found.push(Diagnostic::error("Nowhere", ""));
        let reported = table(found);
        let expected = "name\terror\tIt is bad\n\
                        rule.port\terror\tPort 70000 is too high\n\
                        rule.port\twarning\tPort 7 is odd\n";
        assert_eq!(reported, expected);
        assert_eq!(table(listed(&reported)), reported);
    }
}
