//! A panic in one call is that call's diagnostic, and nobody else's. No resource of the provider
//! panics on demand, so this serves one that does, in process, over one connection.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use terraform_provider_curated::tf_provider::Provider;
use terraform_provider_curated::tf_provider::diagnostics::Diagnostics;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::proto::tfplugin5::provider_client::ProviderClient;
use terraform_provider_curated::tf_provider::resource::{
    Call, IdentityAttribute, IdentitySchema, ImportBy, Outcome, Plan, Resource,
};
use terraform_provider_curated::tf_provider::schema::{Attribute, Block, Schema};
use terraform_provider_curated::tf_provider::service;
use terraform_provider_curated::tf_provider::value::{Type, Value};
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use crate::support::host::{decode, encode, messages};
use crate::support::plugin_connection::{Connector, origin};

const PATIENCE: Duration = Duration::from_secs(10);

/// Reads panic, or wait for a permit: as the id says.
struct Fragile {
    schema: Schema,
    identity: IdentitySchema,
    arrived: Arc<Semaphore>,
    permits: Arc<Semaphore>,
}

struct Only {
    schema: Schema,
    resources: Vec<Arc<dyn Resource>>,
}

fn block() -> Block {
    Block {
        attributes: vec![Attribute::required("id", Type::String, "")],
        ..Block::default()
    }
}

#[async_trait]
impl Resource for Fragile {
    fn type_name(&self) -> &'static str {
        "test_fragile"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        panic!("told to, in validate");
    }

    async fn plan(&self, _: &mut Plan, _: &Call) {
        panic!("told to, in plan");
    }

    async fn create(&self, _: Value, _: &Call) -> Outcome {
        panic!("told to, in create");
    }

    async fn read(&self, state: Value, _: &Call) -> Outcome {
        assert_ne!(state.get("id"), &"panic".into(), "told to, in read");
        self.arrived.add_permits(1);
        let permit = self.permits.acquire().await;
        permit.expect("it is never closed").forget();
        Outcome::exists(state)
    }

    async fn update(&self, _: Value, _: Value, _: &Call) -> Outcome {
        panic!("told to, in update");
    }

    async fn delete(&self, _: Value, _: &Call) -> Outcome {
        panic!("told to, in delete");
    }

    async fn import(&self, _: ImportBy<'_>, _: &Call) -> Result<Value, Diagnostics> {
        panic!("told to, in import");
    }

    fn identity_schema(&self) -> &IdentitySchema {
        &self.identity
    }

    fn identity(&self, state: &Value) -> Value {
        Value::object([("id", state.get("id").clone())])
    }
}

#[async_trait]
impl Provider for Only {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resources(&self) -> &[Arc<dyn Resource>] {
        &self.resources
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    async fn configure(&self, _: &Value, _: &Call) -> Diagnostics {
        panic!("told to, in configure");
    }
}

fn read(id: &str) -> pb::read_resource::Request {
    pb::read_resource::Request {
        type_name: "test_fragile".to_owned(),
        current_state: encode(&Value::object([("id", id)]), &block().ty()),
        ..Default::default()
    }
}

#[tokio::test]
async fn it_takes_no_other_call_down() {
    let (arrived, permits) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let fragile = Fragile {
        schema: Schema::new(0, block()),
        identity: IdentitySchema {
            version: 0,
            attributes: vec![IdentityAttribute {
                name: "id",
                ty: Type::String,
                required: true,
                description: "",
            }],
        },
        arrived: Arc::clone(&arrived),
        permits: Arc::clone(&permits),
    };
    let only = Only {
        schema: Schema::new(0, Block::default()),
        resources: vec![Arc::new(fragile)],
    };
    let routes = service::routes(Arc::new(only), CancellationToken::new());
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("s");
    let listener = UnixListener::bind(&path).expect("it binds");
    // One connection is taken and no other: whatever ends it ends the test.
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        let incoming = tokio_stream::once(Ok::<_, std::io::Error>(stream));
        let server = Server::builder().add_routes(routes);
        server
            .serve_with_incoming(incoming)
            .await
            .map_err(std::io::Error::other)
    });
    let connector = Connector { path, tls: None };
    let client = ProviderClient::with_origin(connector.channel(), origin());

    let waiting = tokio::spawn({
        let mut client = client.clone();
        async move { client.read_resource(read("wait")).await }
    });
    let arrived = timeout(PATIENCE, arrived.acquire()).await;
    arrived
        .expect("the call arrives")
        .expect("it is never closed")
        .forget();

    let name = || "test_fragile".to_owned();
    let thing = || encode(&Value::object([("id", "x")]), &block().ty());
    macro_rules! panics {
        ($($rpc:ident($request:expr);)+) => {$({
            let answer = client.clone().$rpc($request).await.expect(stringify!($rpc));
            let said = messages(answer.into_inner().diagnostics);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].is_error && said[0].summary.contains("panicked"), "{said:?}");
            assert!(said[0].detail.contains(stringify!($rpc)), "{said:?}");
        })+};
    }
    panics! {
        configure(pb::configure::Request::default());
        validate_resource_type_config(pb::validate_resource_type_config::Request {
            type_name: name(),
            config: thing(),
            ..Default::default()
        });
        read_resource(read("panic"));
        plan_resource_change(pb::plan_resource_change::Request {
            type_name: name(),
            proposed_new_state: thing(),
            config: thing(),
            ..Default::default()
        });
        apply_resource_change(pb::apply_resource_change::Request {
            type_name: name(),
            planned_state: thing(),
            ..Default::default()
        });
        import_resource_state(pb::import_resource_state::Request {
            type_name: name(),
            id: "x".to_owned(),
            ..Default::default()
        });
    }

    assert!(!waiting.is_finished());
    permits.add_permits(1);
    let answer = timeout(PATIENCE, waiting).await.expect("it goes on");
    let answer = answer.expect("no panic").expect("an answer").into_inner();
    assert_eq!(answer.diagnostics, []);
    let state = decode(answer.new_state.as_ref(), &block().ty());
    assert_eq!(state.get("id"), &"wait".into());
    drop(client);
    let served = timeout(PATIENCE, serving).await.expect("it ends");
    served.expect("no panic").expect("the connection was whole");
}
