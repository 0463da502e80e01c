//! The output of a panic: plain lines on stderr. Hosts recognise the first one, keep the lines even with
//! logging off, and show them to the user. Before the handshake the output is one line, and the process
//! ends: libraries panic where the system gives them no thread, file or memory, and a process that went on
//! would keep its host waiting. Must not log, and must allocate as little as it can, since anything may be
//! broken after a panic.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{self, PanicHookInfo};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

/// Most lines of a backtrace. Hosts keep the last 100 lines, and the message is the first.
const BACKTRACE_LINES: usize = 80;
/// Characters after which a line of a backtrace is cut, since the names of nested futures are long.
const BACKTRACE_WIDTH: usize = 160;

/// Whether the host has its handshake line.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Replaces the panic hook of the process.
#[expect(
    clippy::disallowed_methods,
    reason = "other threads may wait for this one for ever, and there is hardly anything to clean up"
)]
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let has_started = STARTED.load(Ordering::Relaxed);
        let report = if has_started {
            report(info, &Backtrace::capture())
        } else {
            reason(info)
        };
        // One write, so that the lines of two panics don't mix. If stderr is closed, nobody reads them.
        let _ = std::io::stderr().lock().write_all(report.as_bytes());
        if !has_started {
            process::exit(1);
        }
    }));
}

/// Marks that the handshake is done: from now on a panic is a bug, and doesn't end the process.
pub(super) fn has_started() {
    STARTED.store(true, Ordering::Relaxed);
}

/// The one line of a panic before the handshake.
fn reason(info: &PanicHookInfo<'_>) -> String {
    let words: Vec<&str> = message(info.payload()).split_whitespace().collect();
    let place = info
        .location()
        .map_or_else(String::new, |location| format!(" ({location})"));
    let name = env!("CARGO_PKG_NAME");
    format!("{name}: cannot start: {}{place}\n", words.join(" "))
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

/// The message of a panic, whose payload may also be of another type.
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

    /// Runs one of these tests by itself, as the process that is to panic. Hooks are the whole
    /// process's, so each test has one of its own.
    fn alone(test: &str, backtrace: &str) -> std::process::Output {
        let name = format!("tf_provider::plugin::panic::tests::{test}");
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &name, "--nocapture"])
            .env(CHILD, "1")
            .env("RUST_BACKTRACE", backtrace)
            .output()
            .unwrap()
    }

    #[test]
    fn the_report_is_plain_and_its_first_line_is_the_hosts() {
        if std::env::var_os(CHILD).is_some() {
            install();
            has_started();
            panic!("told to");
        }
        let child = alone("the_report_is_plain_and_its_first_line_is_the_hosts", "0");
        let stderr = String::from_utf8(child.stderr).unwrap();
        let lines: Vec<&str> = stderr.lines().collect();
        assert_eq!(lines[0], "panic: told to");
        assert!(lines[1].contains("panic.rs:"), "{stderr}");
        assert!(lines[1].contains("tests::the_report_is_plain"), "{stderr}");
        assert_eq!(lines.len(), 2, "{stderr}");
    }

    #[test]
    fn a_panic_before_the_handshake_prints_one_line_and_ends_the_process() {
        if std::env::var_os(CHILD).is_some() {
            install();
            let _ = std::thread::spawn(|| panic!("no\n  thread")).join();
            panic!("a second one");
        }
        let child = alone(
            "a_panic_before_the_handshake_prints_one_line_and_ends_the_process",
            "1",
        );
        let stderr = String::from_utf8(child.stderr).unwrap();
        let start = concat!(env!("CARGO_PKG_NAME"), ": cannot start: no thread (");
        assert!(stderr.starts_with(start), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert_eq!(child.status.code(), Some(1));
    }

    /// The standard library prints this line itself, followed by its hint about backtraces.
    #[test]
    fn a_failed_allocation_is_the_first_line_of_a_report() {
        if std::env::var_os(CHILD).is_some() {
            install();
            std::alloc::handle_alloc_error(std::alloc::Layout::new::<[u8; 4096]>());
        }
        let name =
            "tf_provider::plugin::panic::tests::a_failed_allocation_is_the_first_line_of_a_report";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        let stderr = String::from_utf8(child.stderr).unwrap();
        let first = stderr.lines().next();
        assert_eq!(
            first,
            Some("memory allocation of 4096 bytes failed"),
            "{stderr}"
        );
        assert!(!child.status.success());
    }

    #[test]
    fn the_message_is_found_whatever_its_form() {
        assert_eq!(message(&"literal"), "literal");
        assert_eq!(message(&format!("made {}", 1)), "made 1");
        assert_eq!(message(&7_i32), "(no message)");
    }
}
