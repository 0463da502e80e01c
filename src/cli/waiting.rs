//! Waits for a command's calls to AWS.

use super::exit::Exit;
use super::output;

/// Runs what asks AWS. An interruption ends the process at once: nothing is left half done. One thread
/// does: what takes time is AWS, and some systems give each thread a heap of its own, so that the memory
/// that a large account is read into isn't used again for its report.
pub(super) fn waited_for(command: impl Future<Output = Exit>) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => {
            output::error_line(&format!("The system gives no threads: {error}."));
            Exit::Unread
        }
    }
}
