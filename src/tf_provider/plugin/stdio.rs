//! GRPCStdio: a stream for a plugin's output. This provider prints nothing, and hosts warn of any output;
//! but they expect the stream, and while it is open they don't close the connection as idle. Must not
//! send anything.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::tf_provider::proto::plugin::StdioData;
use crate::tf_provider::proto::plugin::grpc_stdio_server::GrpcStdio;

/// Keeps every stream open and empty until `end` is cancelled.
#[derive(Debug)]
pub(super) struct Stdio {
    /// Cancelled when the server ends.
    pub(super) end: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = ReceiverStream<Result<StdioData, Status>>;

    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        let (sender, receiver) = mpsc::channel(1);
        let end = self.end.clone();
        // The stream is open while this task holds its sender.
        tokio::spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = sender.closed() => {}
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
