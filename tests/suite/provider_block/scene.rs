//! What tests of places and accounts share: a provider block, a host to configure, and the calls
//! that a fake AWS was sent. Expects nothing.

use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::fake_aws::FakeAws;
use crate::support::host::{Host, Message, encode, endpoints, group, messages, provider_block};

pub(super) const REGION: &str = "eu-west-1";
pub(super) const ELSEWHERE: &str = "us-east-1";

/// Variables of the environment, by name.
pub(super) type Env<'a> = &'a [(&'a str, &'a str)];

/// A provider block with keys, and no region and no address.
pub(super) fn block() -> Value {
    provider_block()
        .empty()
        .with("access_key", "AKIATEST")
        .with("secret_key", "test")
}

/// The same with a region, and a fake for EC2 and STS.
pub(super) fn block_for(aws: &FakeAws) -> Value {
    let endpoint = aws.endpoint();
    block().with("region", REGION).with(
        "endpoints",
        endpoints([("ec2", &endpoint), ("sts", &endpoint)]),
    )
}

/// The same block, with which nobody is asked who it is.
pub(super) fn unproven(block: Value) -> Value {
    block
        .with("skip_credentials_validation", true)
        .with("skip_requesting_account_id", true)
}

/// What the provider says of its block before it is configured.
pub(super) async fn validate(host: &Host, config: &Value) -> Vec<Message> {
    let request = pb::prepare_provider_config::Request {
        config: encode(config, &provider_block().ty()),
    };
    let answer = host.client().prepare_provider_config(request).await;
    messages(answer.expect("an answer").into_inner().diagnostics)
}

/// A provider that is configured so, of which nothing was said.
pub(super) async fn configured(config: &Value, env: Env<'_>) -> Host {
    let host = Host::start_with(env);
    assert_eq!(validate(&host, config).await, []);
    assert_eq!(host.configure(config).await, []);
    host
}

/// What is said when a provider is configured so.
pub(super) async fn refusal(config: &Value, env: Env<'_>) -> Message {
    let host = Host::start_with(env);
    let mut said = host.configure(config).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].is_error, "{said:?}");
    said.remove(0)
}

/// Has a provider look into EC2: whether a name is taken is asked for a plan.
pub(super) async fn look(host: &Host, region: Option<&str>) {
    let config = match region {
        Some(region) => group().with("name", "web").with("region", region),
        None => group().with("name", "web"),
    };
    host.plan(&Value::Null, &config).await;
}

/// The services that were called and the regions that it was signed for, each once, in order.
pub(super) fn scopes(aws: &FakeAws) -> Vec<(String, String)> {
    let requests = aws.requests();
    let credentials = requests.iter().filter_map(|request| request.credential());
    let mut scopes: Vec<_> = credentials.map(|c| (c.service, c.region)).collect();
    scopes.dedup();
    scopes
}

/// The actions that were called of EC2.
pub(super) fn ec2_calls(aws: &FakeAws) -> Vec<String> {
    let requests = aws.requests().into_iter();
    let ec2 = requests.filter(|r| r.credential().is_some_and(|c| c.service == "ec2"));
    ec2.map(|request| request.name()).collect()
}

/// A shared configuration file with this text, until it is dropped.
pub(super) fn shared_config(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), text).expect("the file is ours");
    file
}

/// Its variable.
pub(super) fn config_file(file: &tempfile::NamedTempFile) -> (&'static str, &str) {
    let path = file.path().to_str().expect("temporary paths are text");
    ("AWS_CONFIG_FILE", path)
}
