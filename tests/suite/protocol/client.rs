//! A client with habits of its own, through the calls of a resource's life: it writes values in
//! msgpack or JSON, null or nothing at all, null in place of blocks that aren't there, and keeps private
//! state or loses it. Must not know what a test expects.

use std::sync::{Arc, Mutex};

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::codec::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::resource::Resource;
use terraform_provider_curated::tf_provider::schema::Block;
use terraform_provider_curated::tf_provider::value::{Type, Value};

use crate::support::emulator::Emulator;
use crate::support::host::{
    Host, Message, decode, encode, messages, proposed, provider_block, provider_config,
};

/// What a client sends in place of a value that isn't there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Null {
    Msgpack,
    Json,
    Empty,
    Absent,
}

/// How a client writes what it sends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    pub(super) null: Null,
    /// JSON wherever it can say the value, msgpack elsewhere.
    pub(super) prefers_json: bool,
    /// Whether what the provider keeps beside a state comes back with it.
    pub(super) keeps_private: bool,
}

impl Habits {
    /// Each way to write null, with msgpack and private state, and with JSON and without.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let nulls = [Null::Msgpack, Null::Json, Null::Empty, Null::Absent];
        nulls.into_iter().flat_map(|null| {
            [false, true].map(|prefers_json| Self {
                null,
                prefers_json,
                keeps_private: !prefers_json,
            })
        })
    }

    /// A value as such a client sends it.
    pub(super) fn value(self, value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
        let in_json = |json: Vec<u8>| pb::DynamicValue {
            json,
            ..Default::default()
        };
        if !value.is_null() {
            let encoded = json::encode(value, ty).ok().filter(|_| self.prefers_json);
            return encoded.map(in_json).or_else(|| encode(value, ty));
        }
        match self.null {
            Null::Msgpack => encode(value, ty),
            Null::Json => Some(in_json(b"null".to_vec())),
            Null::Empty => Some(pb::DynamicValue::default()),
            Null::Absent => None,
        }
    }
}

/// The value as Pulumi sends it: where there are no blocks, the sets and lists of them are null, at
/// every depth.
pub(super) fn with_nulls(block: &Block, value: &Value) -> Value {
    let is_object = value.as_entries().is_some();
    let nested = block.blocks.iter().filter(|_| is_object);
    nested.fold(value.clone(), |value, nested| {
        let inside = |item: &Value| with_nulls(&nested.block, item);
        let slot = match value.get(nested.name) {
            Value::List(items) | Value::Set(items) if items.is_empty() => Value::Null,
            Value::List(items) => Value::List(items.iter().map(inside).collect()),
            Value::Set(items) => Value::set(items.iter().map(inside)),
            other => inside(other),
        };
        value.with(nested.name, slot)
    })
}

/// The client, in the life of one object.
pub(super) struct Client<'a> {
    host: &'a Host,
    habits: Habits,
    resource: Arc<dyn Resource>,
    /// What the provider has it keep beside the state.
    private: Mutex<Vec<u8>>,
}

impl<'a> Client<'a> {
    /// One that has an object of this type.
    pub(super) fn of(host: &'a Host, habits: Habits, type_name: &str) -> Self {
        let provider = Curated::new();
        let mut resources = provider.resources().iter();
        let resource = resources.find(|resource| resource.type_name() == type_name);
        Self {
            host,
            habits,
            resource: Arc::clone(resource.expect("the provider has the type")),
            private: Mutex::default(),
        }
    }

    /// What a value of the type consists of.
    pub(super) fn block(&self) -> &Block {
        &self.resource.schema().block
    }

    fn type_name(&self) -> String {
        self.resource.type_name().to_owned()
    }

    fn ty(&self) -> &Type {
        self.resource.schema().ty()
    }

    fn sent(&self, value: &Value) -> Option<pb::DynamicValue> {
        self.habits
            .value(&with_nulls(self.block(), value), self.ty())
    }

    fn private(&self) -> Vec<u8> {
        self.private.lock().expect("no panic").clone()
    }

    fn keep(&self, private: Vec<u8>) {
        if self.habits.keeps_private {
            *self.private.lock().expect("no panic") = private;
        }
    }

    pub(super) async fn validate(&self, config: &Value) -> Vec<Message> {
        let request = pb::validate_resource_type_config::Request {
            type_name: self.type_name(),
            config: self.sent(config),
            ..Default::default()
        };
        let answer = self
            .host
            .client()
            .validate_resource_type_config(request)
            .await;
        messages(answer.expect("an answer").into_inner().diagnostics)
    }

    /// Warnings are all that may be said.
    #[track_caller]
    fn assert_no_error(&self, said: Vec<pb::Diagnostic>) {
        let mut errors = messages(said);
        errors.retain(|message| message.is_error);
        assert_eq!(errors, [], "{}", self.type_name());
    }

    /// Plans without an error, and without another object in place of this one.
    pub(super) async fn plan(&self, prior: &Value, config: &Value) -> Value {
        let request = pb::plan_resource_change::Request {
            type_name: self.type_name(),
            prior_state: self.sent(prior),
            proposed_new_state: self.sent(&proposed(self.block(), prior, config)),
            config: self.sent(config),
            prior_private: self.private(),
            ..Default::default()
        };
        let answer = self.host.client().plan_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        self.assert_no_error(answer.diagnostics);
        assert_eq!(answer.requires_replace, [], "{}", self.type_name());
        self.keep(answer.planned_private);
        decode(answer.planned_state.as_ref(), self.ty())
    }

    /// Carries a plan out.
    pub(super) async fn apply(&self, prior: &Value, planned: &Value, config: &Value) -> Value {
        let request = pb::apply_resource_change::Request {
            type_name: self.type_name(),
            prior_state: self.sent(prior),
            planned_state: self.sent(planned),
            config: self.sent(config),
            planned_private: self.private(),
            ..Default::default()
        };
        let answer = self.host.client().apply_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        self.assert_no_error(answer.diagnostics);
        self.keep(answer.private);
        decode(answer.new_state.as_ref(), self.ty())
    }

    pub(super) async fn read(&self, state: &Value) -> Value {
        let request = pb::read_resource::Request {
            type_name: self.type_name(),
            current_state: self.sent(state),
            private: self.private(),
            ..Default::default()
        };
        let answer = self.host.client().read_resource(request).await;
        let answer = answer.expect("an answer").into_inner();
        self.assert_no_error(answer.diagnostics);
        assert_eq!(answer.private, self.private());
        decode(answer.new_state.as_ref(), self.ty())
    }

    /// Takes over by an id what another client made.
    pub(super) async fn import(&self, id: &str) -> Value {
        let request = pb::import_resource_state::Request {
            type_name: self.type_name(),
            id: id.to_owned(),
            ..Default::default()
        };
        let answer = self.host.client().import_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        self.assert_no_error(answer.diagnostics);
        let [imported] = answer.imported_resources.as_slice() else {
            panic!("not one object of {}", self.type_name());
        };
        decode(imported.state.as_ref(), self.ty())
    }

    /// The state of a file, as the provider makes one of today's schema of it.
    pub(super) async fn upgrade(&self, stored: &Value) -> Value {
        let stored = with_nulls(self.block(), stored);
        let request = pb::upgrade_resource_state::Request {
            type_name: self.type_name(),
            raw_state: Some(raw(json::encode(&stored, self.ty()).expect("it is known"))),
            ..Default::default()
        };
        let answer = self.host.client().upgrade_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        self.assert_no_error(answer.diagnostics);
        decode(answer.upgraded_state.as_ref(), self.ty())
    }

    /// Takes a state of the AWS provider over.
    pub(super) async fn take_over(&self, type_name: &str, stored: &serde_json::Value) -> Value {
        let request = pb::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/hashicorp/aws".to_owned(),
            source_type_name: type_name.to_owned(),
            source_state: Some(raw(stored.to_string().into_bytes())),
            target_type_name: self.type_name(),
            ..Default::default()
        };
        let answer = self.host.client().move_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        self.assert_no_error(answer.diagnostics);
        decode(answer.target_state.as_ref(), self.ty())
    }

    /// Proves that a state says what EC2 holds, and that `config` asks for nothing else.
    pub(super) async fn assert_settled(&self, state: &Value, config: &Value) {
        let name = self.type_name();
        let read = self.read(state).await;
        assert_eq!(&read, state, "{name}: read and applied differ");
        let again = self.plan(state, config).await;
        assert_eq!(&again, state, "{name}: there is something to do");
    }
}

fn raw(json: Vec<u8>) -> pb::RawState {
    pb::RawState {
        json,
        ..Default::default()
    }
}

/// A provider's process that was configured in these words.
pub(super) async fn configured(emulator: &Emulator, region: &str, habits: Habits) -> Host {
    let host = Host::start();
    begin_run(&host, emulator, region, habits).await;
    host
}

/// Configures a provider, as every host does at the beginning of a run, also where the process has
/// served another one.
pub(super) async fn begin_run(host: &Host, emulator: &Emulator, region: &str, habits: Habits) {
    let config = provider_config(emulator.endpoint(), region);
    let config = with_nulls(provider_block(), &config);
    let config = habits.value(&config, &provider_block().ty());
    let request = pb::prepare_provider_config::Request {
        config: config.clone(),
    };
    let answer = host.client().prepare_provider_config(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(messages(answer.diagnostics), []);
    let request = pb::configure::Request {
        config,
        ..Default::default()
    };
    let answer = host.client().configure(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(messages(answer.diagnostics), []);
}
