//! Signals. Ctrl-C reaches the host and every provider of its process group at once, and it is the
//! host that decides what follows: a hosted process takes no notice of it. Must not end anything
//! itself.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals, caught from the moment that this is made.
#[derive(Debug)]
pub(super) struct Signals {
    /// Ctrl-C ends too: a person holds the terminal, and not a host.
    interrupt_ends: bool,
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

impl Signals {
    /// Catches them. They are caught and not ignored, since a program that we start would inherit
    /// an ignored signal.
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
        })
    }

    /// Waits for one that means the end, and returns its name.
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
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "SIGINT",
            // Nothing can be caught, so nothing will come.
            Err(_) => std::future::pending().await,
        }
    }
}
