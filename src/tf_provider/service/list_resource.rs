//! The RPCs of list resources: validate, and the stream of objects that are found.
//!
//! A listing runs as a task of its own. It is cancelled when the host drops the stream, and a panic in it
//! becomes the stream's last event.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_util::sync::DropGuard;
use tonic::Status;

use super::shared::{Service, panicked};
use super::wire;
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::list_resource::{Event, ListError, ListResource, Listed, Query, Results};
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::resource::{Call, Resource};
use crate::tf_provider::validate as checks;

/// Hosts call it when they validate a configuration, and again right before the listing.
pub(super) async fn validate(
    service: Service,
    request: pb::validate_list_resource_config::Request,
) -> Result<pb::validate_list_resource_config::Response, Diagnostics> {
    let list = service.list_resource(&request.type_name)?;
    let schema = list.schema();
    let block = &schema.block;
    let config = wire::decode_config(request.config.as_ref(), schema)?;
    let mut diagnostics = checks::validate(block, &config);
    diagnostics.extend(list.validate(&config));
    Ok(pb::validate_list_resource_config::Response {
        diagnostics: wire::diagnostics(diagnostics),
    })
}

/// Streams objects as they are found.
pub(super) fn list(service: Service, request: pb::list_resource::Request) -> Events {
    let of_run = service.call();
    let cancel = of_run.cancel.child_token();
    let call = Call {
        cancel: cancel.clone(),
        ..of_run
    };
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let working = tokio::spawn(run(service, request, call, sender.clone()));
        let refused = match working.await {
            Ok(Ok(())) => return,
            Ok(Err(diagnostics)) => diagnostics,
            Err(_) => panicked("list_resource").into(),
        };
        // An error means that the host has closed the stream.
        let _ = sender.send(message(refused)).await;
    });
    Events {
        receiver,
        _cancel_when_dropped: cancel.drop_guard(),
    }
}

async fn run(
    service: Service,
    request: pb::list_resource::Request,
    call: Call,
    events: mpsc::Sender<pb::list_resource::Event>,
) -> Result<(), Diagnostics> {
    let list = service.list_resource(&request.type_name)?;
    let resource = service.resource(&request.type_name)?;
    let schema = list.schema();
    let query = Query {
        config: wire::decode_config(request.config.as_ref(), schema)?,
        with_state: request.include_resource_object,
    };
    let with_state = query.with_state;
    let limit = usize::try_from(request.limit).unwrap_or_default();
    if limit == 0 {
        return Ok(());
    }
    let (results, found) = Results::channel(limit);
    let listing = listing(list, query, results, call);
    let forwarding = forward(found, &*resource, with_state, events);
    let (listed, forwarded) = tokio::join!(listing, forwarding);
    forwarded.and(listed)
}

/// Forwards objects until the host closes the stream. Then the receiver is dropped, which ends the
/// listing.
async fn forward(
    mut found: mpsc::Receiver<Event>,
    resource: &dyn Resource,
    with_state: bool,
    events: mpsc::Sender<pb::list_resource::Event>,
) -> Result<(), Diagnostics> {
    while let Some(event) = found.recv().await {
        let event = match event {
            Event::Warning(warning) => message(warning.into()),
            Event::Listed(listed) => encode(resource, listed, with_state)?,
        };
        if events.send(event).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn listing(
    list: Arc<dyn ListResource>,
    query: Query,
    mut results: Results,
    call: Call,
) -> Result<(), Diagnostics> {
    match list.list(query, &mut results, &call).await {
        Ok(()) | Err(ListError::Ended) => Ok(()),
        Err(ListError::Failed(diagnostics)) => Err(diagnostics),
    }
}

fn encode(
    resource: &dyn Resource,
    listed: Listed,
    with_state: bool,
) -> Result<pb::list_resource::Event, Diagnostics> {
    if contract::ENFORCED {
        let breaches = contract::listed(resource, &listed, with_state);
        if !breaches.is_empty() {
            return Err(breaches);
        }
    }
    let identity = wire::encode(&listed.identity, &resource.identity_schema().ty())?;
    let state = listed.state.filter(|_| with_state);
    let state = state.map(|state| wire::encode(&state, resource.schema().ty()));
    Ok(pb::list_resource::Event {
        identity: Some(pb::ResourceIdentityData {
            identity_data: identity,
        }),
        display_name: listed.display_name,
        resource_object: state.transpose()?.flatten(),
        diagnostic: Vec::new(),
    })
}

fn message(diagnostics: Diagnostics) -> pb::list_resource::Event {
    pb::list_resource::Event {
        diagnostic: wire::diagnostics(diagnostics),
        ..Default::default()
    }
}

/// The stream that the host reads. Dropping it cancels the listing.
pub(super) struct Events {
    receiver: mpsc::Receiver<pb::list_resource::Event>,
    _cancel_when_dropped: DropGuard,
}

impl Stream for Events {
    type Item = Result<pb::list_resource::Event, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(context).map(|event| event.map(Ok))
    }
}
