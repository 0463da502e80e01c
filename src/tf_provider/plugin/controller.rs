//! GRPCController: the host says that it is done with this process. Must not know what ending
//! means; it only raises the flag.

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::tf_provider::proto::plugin::Empty;
use crate::tf_provider::proto::plugin::grpc_controller_server::GrpcController;

/// Raises `end` when the host asks for the end.
#[derive(Debug)]
pub(super) struct Controller {
    /// The flag. The server sends what it still has to say, this call's answer among it, and ends.
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
