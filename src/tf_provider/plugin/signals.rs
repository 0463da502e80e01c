//! Signals. Ctrl-C reaches the host and every provider of its process group at once, and the host decides
//! what follows: a hosted process ignores it. A terminal that closes ends the process, unless its parent
//! process had SIGHUP ignored. Must not end anything itself.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that are caught while this value exists.
#[derive(Debug)]
pub(super) struct Signals {
    /// Whether Ctrl-C ends the process, as in debug mode, where a person started it.
    interrupt_ends: bool,
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    /// `None` where SIGHUP isn't caught.
    #[cfg(unix)]
    hangup: Option<Signal>,
}

impl Signals {
    /// Catches the signals. They are caught and not ignored, since a program that this one starts would
    /// inherit an ignored signal.
    ///
    /// # Errors
    /// The system's own.
    pub(super) fn catch(interrupt_ends: bool) -> io::Result<Self> {
        Ok(Self {
            interrupt_ends,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            hangup: if hangup_ends() {
                Some(signal(SignalKind::hangup())?)
            } else {
                None
            },
        })
    }

    /// Waits for a signal that ends the process, and returns its name.
    pub(super) async fn end(&mut self) -> &'static str {
        loop {
            let name = self.next().await;
            if name != "SIGINT" || self.interrupt_ends {
                return name;
            }
            tracing::debug!("SIGINT is left to the host");
        }
    }

    #[cfg(unix)]
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
            () = next_of(self.hangup.as_mut()) => "SIGHUP",
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "SIGINT",
            // The signal can't be caught, so it never comes.
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
async fn next_of(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether SIGHUP would end the process. It doesn't where `nohup` started the host, and then it must not
/// be caught. False where the system doesn't show which signals are ignored.
#[cfg(unix)]
fn hangup_ends() -> bool {
    let status = std::fs::read_to_string("/proc/self/status");
    status.is_ok_and(|status| ignored(&status).is_some_and(|signals| signals & 1 == 0))
}

/// The ignored signals in Linux's status of a process: signal 1 is the lowest bit.
#[cfg(unix)]
fn ignored(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_as_linux_writes_them() {
        let status = "Name:\tx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n";
        assert_eq!(ignored(status), Some(0x1001));
        assert_eq!(ignored("Name:\tx\n"), None);
        assert_eq!(ignored("SigIgn:\tno number\n"), None);
    }
}
