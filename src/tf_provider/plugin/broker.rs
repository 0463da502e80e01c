//! GRPCBroker: agrees on further connections between host and plugin. A provider needs none, so
//! the stream stays open, and every request for a further connection is refused. Must not open a
//! connection.

use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::tf_provider::proto::plugin::ConnInfo;
use crate::tf_provider::proto::plugin::conn_info::Knock;
use crate::tf_provider::proto::plugin::grpc_broker_server::GrpcBroker;

/// Answers until `end` is cancelled, or until the host closes its side of the stream.
#[derive(Debug)]
pub(super) struct Broker {
    /// Cancelled when the server ends.
    pub(super) end: CancellationToken,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = ReceiverStream<Result<ConnInfo, Status>>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let (sender, receiver) = mpsc::channel(1);
        let end = self.end.clone();
        let mut asked = request.into_inner();
        tokio::spawn(async move {
            loop {
                let info = tokio::select! {
                    () = end.cancelled() => break,
                    () = sender.closed() => break,
                    next = asked.next() => next,
                };
                let Some(Ok(info)) = info else { break };
                if let Some(reply) = answer(&info)
                    && sender.send(Ok(reply)).await.is_err()
                {
                    break;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

/// The answer to a message: a request for a service gets one, an address that the host offers gets none.
fn answer(info: &ConnInfo) -> Option<ConnInfo> {
    info.knock.as_ref().filter(|knock| knock.knock)?;
    Some(ConnInfo {
        service_id: info.service_id,
        knock: Some(Knock {
            knock: true,
            ack: false,
            error: "this provider offers no brokered service".to_owned(),
        }),
        ..ConnInfo::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knock_is_refused_and_an_address_is_ignored() {
        let knock = ConnInfo {
            service_id: 7,
            knock: Some(Knock {
                knock: true,
                ..Knock::default()
            }),
            ..ConnInfo::default()
        };
        let reply = answer(&knock).unwrap();
        assert_eq!(reply.service_id, 7);
        let reported = reply.knock.unwrap();
        assert!(!reported.ack && !reported.error.is_empty());

        let offer = ConnInfo {
            service_id: 7,
            network: "unix".into(),
            address: "/tmp/x".into(),
            knock: None,
        };
        assert_eq!(answer(&offer), None);
    }
}
