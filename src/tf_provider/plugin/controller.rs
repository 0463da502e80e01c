//! GRPCController: the host asks this process to end. Must not know how it ends; it only cancels a
//! token.

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::tf_provider::proto::plugin::Empty;
use crate::tf_provider::proto::plugin::grpc_controller_server::GrpcController;

/// Cancels `end` when the host calls Shutdown.
#[derive(Debug)]
pub(super) struct Controller {
    /// The server's token. Calls in flight, this one among them, are answered before it ends.
    pub(super) end: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("the host asks for the end");
        self.end.cancel();
        Ok(Response::new(Empty {}))
    }
}
