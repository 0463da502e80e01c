//! A host's part in a conversation with the provider: the calls that Terraform makes, over the real
//! process, with values instead of bytes and messages instead of a rendered screen. Must not know
//! what a test expects, nor what EC2 is beyond the address of an emulator.

mod messages;
mod run;
mod values;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use terraform_provider_curated::tf_provider::codec::msgpack;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::proto::tfplugin5::provider_client::ProviderClient;
use terraform_provider_curated::tf_provider::schema::Block;
use terraform_provider_curated::tf_provider::value::{Type, Value};

use self::messages::path;
pub(crate) use self::messages::{Message, assert_refused, assert_warned, messages};
use self::run::Run;
pub(crate) use self::values::{
    block, config_without_ec2, endpoints, group, made, many, provider_block, provider_config, rule,
    rules_attribute, tcp, texts, timeouts, web, web_both, web_from,
};
use super::emulator::Emulator;
use super::plugin_connection::Channel;
use super::plugin_process::PluginProcess;

/// The resource type that tests of a group's life are about.
pub(crate) const TYPE: &str = "curated_security_group";
/// What hosts take in one message.
const MESSAGE_LIMIT: usize = 64 << 20;
/// Nothing of the person who runs the tests reaches the provider.
const ENVIRONMENT: [(&str, &str); 3] = [
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
];

/// A value as hosts send it.
pub(crate) fn encode(value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("the value is of the type");
    Some(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

/// A value as hosts read it.
pub(crate) fn decode(value: Option<&pb::DynamicValue>, ty: &Type) -> Value {
    match value {
        Some(value) if !value.msgpack.is_empty() => {
            msgpack::decode(&value.msgpack, ty).expect("the provider's value is of the type")
        }
        _ => Value::Null,
    }
}

/// What a plan came to.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) state: Value,
    /// The attributes that need another resource.
    pub(crate) replace: Vec<String>,
    pub(crate) messages: Vec<Message>,
}

/// What an apply, a read, an import or an upgrade came to.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) state: Value,
    pub(crate) messages: Vec<Message>,
}

impl Planned {
    /// The planned state, which nothing may have been said about.
    #[track_caller]
    pub(crate) fn clean(self) -> Value {
        assert_eq!(self.messages, []);
        self.state
    }
}

impl Answer {
    /// The state, which nothing may have been said about.
    #[track_caller]
    pub(crate) fn clean(self) -> Value {
        assert_eq!(self.messages, []);
        self.state
    }

    /// The state of a group that was found after the answer to its creation was lost, which must
    /// be said, and nothing else.
    #[track_caller]
    pub(crate) fn found(self) -> Value {
        let said: Vec<&str> = self.messages.iter().map(|m| m.summary.as_str()).collect();
        assert!(
            matches!(said.as_slice(), [one] if one.contains("is taken for the group that this run made")),
            "{said:?}"
        );
        self.state
    }

    /// The one error that there must be.
    #[track_caller]
    pub(crate) fn error(&self) -> &Message {
        match self.messages.as_slice() {
            [one] if one.is_error => one,
            other => panic!("not one error: {other:?}"),
        }
    }
}

/// A host with a provider's process of its own, over mutual TLS.
pub(crate) struct Host {
    pub(crate) process: PluginProcess,
    client: ProviderClient<Channel>,
    /// What the provider has it keep beside states, and beside planned ones.
    kept: Mutex<HashMap<Value, Vec<u8>>>,
    run: Mutex<Run>,
}

impl Host {
    /// The provider has been started, and nothing has been asked of it.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with more in its environment.
    pub(crate) fn start_with(env: &[(&str, &str)]) -> Self {
        let process = PluginProcess::start(&[&ENVIRONMENT, env].concat());
        let client = process.client().max_decoding_message_size(MESSAGE_LIMIT);
        Self {
            process,
            client,
            kept: Mutex::default(),
            run: Mutex::default(),
        }
    }

    /// The provider is configured for a region, where no EC2 listens.
    pub(crate) async fn without_ec2(region: &str) -> Self {
        let host = Self::start();
        assert_eq!(host.configure(&config_without_ec2(region)).await, []);
        host
    }

    /// The provider is configured for a region of the emulator.
    pub(crate) async fn on(emulator: &Emulator, region: &str) -> Self {
        let host = Self::start();
        let config = provider_config(emulator.endpoint(), region);
        assert_eq!(host.configure(&config).await, []);
        host
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().expect("no test panicked")
    }

    /// For any call that has no method here.
    pub(crate) fn client(&self) -> ProviderClient<Channel> {
        self.client.clone()
    }

    pub(crate) async fn configure(&self, config: &Value) -> Vec<Message> {
        self.configure_as("1.15.5", config).await
    }

    /// The same, by a host that calls itself so.
    pub(crate) async fn configure_as(&self, version: &str, config: &Value) -> Vec<Message> {
        *self.run() = Run::new(version, config);
        self.begin_run(version, config).await
    }

    async fn begin_run(&self, version: &str, config: &Value) -> Vec<Message> {
        let request = pb::configure::Request {
            terraform_version: version.to_owned(),
            config: encode(config, &provider_block().ty()),
            client_capabilities: None,
        };
        let answer = self.client().configure(request).await;
        messages(answer.expect("an answer").into_inner().diagnostics)
    }

    pub(crate) async fn validate(&self, config: &Value) -> Vec<Message> {
        let request = pb::validate_resource_type_config::Request {
            type_name: TYPE.to_owned(),
            config: encode(config, &block().ty()),
            client_capabilities: None,
        };
        let answer = self.client().validate_resource_type_config(request).await;
        messages(answer.expect("an answer").into_inner().diagnostics)
    }

    /// Plans the way from `prior` (null: there is none) to `config` (null: there is to be none).
    pub(crate) async fn plan(&self, prior: &Value, config: &Value) -> Planned {
        let planning = pb::ClientCapabilities {
            deferral_allowed: false,
            write_only_attributes_allowed: true,
        };
        self.plan_as(Some(planning), prior, config).await
    }

    /// The same, by a host that says this of itself. Terraform allows deferrals while it applies.
    pub(crate) async fn plan_as(
        &self,
        client_capabilities: Option<pb::ClientCapabilities>,
        prior: &Value,
        config: &Value,
    ) -> Planned {
        let again = self.run().plan(prior, config);
        if let Some((version, provider)) = again {
            self.begin_run(&version, &provider).await;
        }
        self.plan_in_run(client_capabilities, prior, config).await
    }

    /// The same, in the run that has begun.
    pub(crate) async fn plan_in_run(
        &self,
        client_capabilities: Option<pb::ClientCapabilities>,
        prior: &Value,
        config: &Value,
    ) -> Planned {
        let ty = block().ty();
        let request = pb::plan_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: encode(prior, &ty),
            proposed_new_state: encode(&proposed(block(), prior, config), &ty),
            config: encode(config, &ty),
            client_capabilities,
            prior_private: self.kept(prior),
            ..Default::default()
        };
        let answer = self.client().plan_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        let state = decode(answer.planned_state.as_ref(), &ty);
        // What is planned without a change isn't kept.
        if state != *prior {
            self.keep(&state, answer.planned_private);
        }
        Planned {
            state,
            replace: answer.requires_replace.iter().map(path).collect(),
            messages: messages(answer.diagnostics),
        }
    }

    /// Carries out what was planned.
    pub(crate) async fn apply(&self, prior: &Value, planned: &Value, config: &Value) -> Answer {
        let answer = self.try_apply(prior, planned, config).await;
        answer.expect("an answer")
    }

    /// The same; there is no answer where the provider is killed meanwhile.
    pub(crate) async fn try_apply(
        &self,
        prior: &Value,
        planned: &Value,
        config: &Value,
    ) -> Option<Answer> {
        self.run().apply(prior);
        let ty = block().ty();
        let request = pb::apply_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: encode(prior, &ty),
            planned_state: encode(planned, &ty),
            config: encode(config, &ty),
            planned_private: self.kept(planned),
            ..Default::default()
        };
        let answer = self.client().apply_resource_change(request).await;
        let answer = answer.ok()?.into_inner();
        let state = decode(answer.new_state.as_ref(), &ty);
        self.keep(&state, answer.private);
        Some(Answer {
            state,
            messages: messages(answer.diagnostics),
        })
    }

    pub(crate) async fn read(&self, state: &Value) -> Answer {
        let ty = block().ty();
        let request = pb::read_resource::Request {
            type_name: TYPE.to_owned(),
            current_state: encode(state, &ty),
            private: self.kept(state),
            ..Default::default()
        };
        let answer = self.client().read_resource(request).await;
        let answer = answer.expect("an answer").into_inner();
        let state = decode(answer.new_state.as_ref(), &ty);
        self.keep(&state, answer.private);
        Answer {
            state,
            messages: messages(answer.diagnostics),
        }
    }

    pub(crate) async fn import(&self, id: &str) -> Answer {
        let request = pb::import_resource_state::Request {
            type_name: TYPE.to_owned(),
            id: id.to_owned(),
            ..Default::default()
        };
        let answer = self.client().import_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        let imported = answer.imported_resources.first();
        Answer {
            state: decode(imported.and_then(|i| i.state.as_ref()), &block().ty()),
            messages: messages(answer.diagnostics),
        }
    }

    fn keep(&self, state: &Value, private: Vec<u8>) {
        let mut kept = self.kept.lock().expect("nobody panics with it");
        kept.insert(state.clone(), private);
    }

    fn kept(&self, state: &Value) -> Vec<u8> {
        let kept = self.kept.lock().expect("nobody panics with it");
        kept.get(state).cloned().unwrap_or_default()
    }

    /// Plans and applies without a word, and proves that the result holds: EC2 shows the very
    /// state that came back, and the next plan has nothing to do.
    pub(crate) async fn settle(&self, prior: &Value, config: &Value) -> Value {
        assert_eq!(self.validate(config).await, []);
        let planned = self.plan(prior, config).await;
        assert_eq!(planned.replace, [""; 0]);
        let planned = planned.clean();
        let state = self.apply(prior, &planned, config).await.clean();
        self.assert_settled(&state, config).await;
        state
    }

    /// Proves that a state says what EC2 holds, and that `config` asks for nothing else.
    pub(crate) async fn assert_settled(&self, state: &Value, config: &Value) {
        let read = self.read(state).await.clean();
        assert_eq!(&read, state, "read and applied differ");
        let again = self.plan(state, config).await;
        assert_eq!(again.replace, [""; 0]);
        assert_eq!(&again.clean(), state, "there is something to do");
    }
}

/// Terraform's own merge: the configuration, and what it leaves to the provider as it was before.
/// (The blocks of this provider have no computed parts.)
pub(crate) fn proposed(block: &Block, prior: &Value, config: &Value) -> Value {
    let computed = block.attributes.iter().filter(|a| a.mode.is_computed());
    computed
        .filter(|attribute| config.get(attribute.name).is_null())
        .fold(config.clone(), |merged, attribute| {
            merged.with(attribute.name, prior.get(attribute.name).clone())
        })
}
