//! What a panic leaves behind: plain lines on stderr, the first of which the hosts know, so that
//! they keep them even with logging off and show them to the user. Must not log and not allocate
//! more than it must: anything may be broken by now.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{self, PanicHookInfo};

/// Hosts keep 100 lines; more would push the message itself out.
const BACKTRACE_LINES: usize = 80;
/// The names of nested futures fill screens.
const BACKTRACE_WIDTH: usize = 160;

/// Replaces the panic hook of the process.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let report = report(info, &Backtrace::capture());
        // One write, so that the lines of two panics don't mix. If stderr is gone, so is the reader.
        let _ = std::io::stderr().lock().write_all(report.as_bytes());
    }));
}

fn report(info: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let location = info
        .location()
        .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let thread = std::thread::current();
    let mut text = format!(
        "panic: {}\n  at {location}, thread {}\n",
        message(info.payload()),
        thread.name().unwrap_or("without a name"),
    );
    if backtrace.status() == BacktraceStatus::Captured {
        for line in backtrace.to_string().lines().take(BACKTRACE_LINES) {
            // Writing to a String doesn't fail.
            let _ = writeln!(text, "{line:.BACKTRACE_WIDTH$}");
        }
    }
    text
}

/// The words of a panic. Anything but words is possible, and rare.
fn message(payload: &dyn Any) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "(no message)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Set in the process that is to panic.
    const CHILD: &str = "CURATED_TEST_PANIC";

    /// Hooks are the whole process's, so this test runs itself once more to have one of its own.
    #[test]
    fn the_report_is_plain_and_its_first_line_is_the_hosts() {
        if std::env::var_os(CHILD).is_some() {
            install();
            panic!("told to");
        }
        let name = "tf_provider::plugin::panic::tests::the_report_is_plain_and_its_first_line_is_the_hosts";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        let stderr = String::from_utf8(child.stderr).unwrap();
        let lines: Vec<&str> = stderr.lines().collect();
        assert_eq!(lines[0], "panic: told to");
        assert!(lines[1].contains("panic.rs:"), "{stderr}");
        assert!(lines[1].contains("tests::the_report_is_plain"), "{stderr}");
        assert_eq!(lines.len(), 2, "{stderr}");
    }

    #[test]
    fn the_message_is_found_whatever_its_form() {
        assert_eq!(message(&"literal"), "literal");
        assert_eq!(message(&format!("made {}", 1)), "made 1");
        assert_eq!(message(&7_i32), "(no message)");
    }
}
