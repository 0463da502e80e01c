//! Waits for a command's calls to AWS.

use super::exit::Exit;
use super::output;

/// Runs a future that calls AWS. An interruption ends the process at once, since nothing is left
/// half done. One thread is enough, as the time goes into waiting. With several, some allocators
/// give each thread a heap, and memory that held a large account isn't reused for its report.
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
