//! The messages to wrong configurations, in a table for each layer that documentation lists: a
//! line for each message, with the names on the way to the attribute, whether it is an error or a
//! warning, and the message as an example has it, with tabs between them.
//!
//! A layer's tests hold its table against its checks: see `matches` in the tests below.

use super::diagnostics::{Diagnostic, Diagnostics, Severity};
use super::path::{Path, Step};

/// The messages of a table, for documentation. Their details are empty.
///
/// # Panics
/// If the table isn't one. It is part of the program.
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

/// The table of messages, in the order of their attributes and then of their arrival. Those without
/// an attribute are left out, since documentation has no place for them.
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

/// The names on a path. Keys and elements are the user's own.
pub fn names(path: &Path) -> Vec<String> {
    let names = path.steps().iter().filter_map(|step| match step {
        Step::Attribute(name) => Some(name.clone()),
        Step::Key(_) | Step::Index(_) | Step::Element => None,
    });
    names.collect()
}

/// Holds a layer's table, which is in this file of the sources, against what its checks say to
/// mistakes. With `UPDATE_PROBLEMS` in the environment, writes it anew.
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
