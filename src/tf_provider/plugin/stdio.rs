//! GRPCStdio: a stream on which a plugin may hand its output to the host. We print nothing, and
//! the hosts warn of whatever comes; but they expect the stream, and while it is open they don't
//! take the connection for idle and close it. Must not send anything.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::tf_provider::proto::plugin::StdioData;
use crate::tf_provider::proto::plugin::grpc_stdio_server::GrpcStdio;

/// Keeps every stream open and silent until `end`.
#[derive(Debug)]
pub(super) struct Stdio {
    /// The server is ending.
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
        // The stream lasts as long as its sender, and that as long as this task.
        tokio::spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = sender.closed() => {}
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
