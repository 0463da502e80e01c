//! Who signs: an AWS that looks at signatures, a home of one's own, and the provider between them.
//! Must not know where the credentials of a test come from.

use std::fs;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use terraform_provider_curated::tf_provider::schema::Nesting;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::fake_aws::{FakeAws, Request};
use crate::support::host::{Host, Message, group, provider_block};

pub(super) const REGION: &str = "eu-west-1";

/// An AWS, and what the provider finds on its machine.
pub(super) struct Scene {
    pub(super) aws: FakeAws,
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl Scene {
    /// Nothing is there: no files, no variables, no metadata service.
    pub(super) fn new() -> Self {
        let home = TempDir::new().expect("a temporary directory can be made");
        let scene = Self {
            aws: FakeAws::start(),
            environment: Vec::new(),
            home,
        };
        let path = scene.home.path().to_str().expect("it is text").to_owned();
        scene
            .env("HOME", &path)
            .env("AWS_CONFIG_FILE", "")
            .env("AWS_SHARED_CREDENTIALS_FILE", "")
    }

    /// A variable of the provider's environment.
    #[must_use]
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Keys in the environment: theirs is `AKIAENVIRONMENT`.
    #[must_use]
    pub(super) fn env_keys(self) -> Self {
        self.env("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
            .env("AWS_SECRET_ACCESS_KEY", "fake-environment-secret")
    }

    /// The metadata service is there.
    #[must_use]
    pub(super) fn with_metadata(self) -> Self {
        let endpoint = self.aws.endpoint();
        self.env("AWS_EC2_METADATA_DISABLED", "false")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint)
    }

    /// A file below the home.
    #[must_use]
    pub(super) fn file(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    /// Writes a file below the home anew.
    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.home.path().join(name);
        let folder = path.parent().expect("it is below the home");
        fs::create_dir_all(folder).expect("the home can be written");
        fs::write(&path, text).expect("the home can be written");
    }

    /// Where a file below the home is.
    pub(super) fn path(&self, name: &str) -> String {
        let path = self.home.path().join(name);
        path.to_str().expect("the path is text").to_owned()
    }

    /// A provider block that names the region, and this AWS as all that is called.
    pub(super) fn block(&self) -> Value {
        let endpoint = self.aws.endpoint();
        provider_block()
            .empty()
            .with("region", REGION)
            .with("endpoints", endpoints(&endpoint))
    }

    /// What the provider says to a block that is no good, within five seconds.
    pub(super) async fn refused(&self, block: &Value) -> Message {
        let host = self.host();
        let started = Instant::now();
        let mut said = host.configure(block).await;
        let took = started.elapsed();
        assert!(took < Duration::from_secs(5), "took {took:?}");
        assert_eq!(said.len(), 1, "{said:?}");
        let one = said.remove(0);
        assert!(one.is_error, "{one:?}");
        one
    }

    /// A provider with this block.
    pub(super) async fn open(&self, block: &Value) -> Host {
        let host = self.host();
        assert_eq!(host.configure(block).await, []);
        host
    }

    /// The first call to EC2 under this block.
    pub(super) async fn ec2_call(&self, block: &Value) -> Request {
        let host = self.open(block).await;
        self.call_of(&host).await
    }

    /// The access key that signs calls to EC2 under this block.
    pub(super) async fn signer(&self, block: &Value) -> String {
        self.ec2_call(block).await.access_key()
    }

    /// This provider's first call to EC2.
    pub(super) async fn call_of(&self, host: &Host) -> Request {
        self.call_in(host, REGION).await
    }

    /// This provider's first call to EC2 in a region. (What it has learnt, it doesn't ask again.)
    pub(super) async fn call_in(&self, host: &Host, region: &str) -> Request {
        let config = group().with("preset", "ssh").with("region", region);
        // What EC2 answers is of no matter here.
        host.plan(&Value::Null, &config).await;
        let is_wanted = |r: &Request| {
            let credential = r.credential();
            credential.is_some_and(|c| c.service == "ec2" && c.region == region)
        };
        let mut all = self.aws.requests().into_iter();
        all.rfind(is_wanted).expect("EC2 is called")
    }

    fn host(&self) -> Host {
        let environment = self.environment.iter();
        let environment: Vec<(&str, &str)> = environment
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        Host::start_with(&environment)
    }
}

/// A nested block in which this is set.
pub(super) fn nested<const N: usize>(name: &str, set: [(&str, Value); N]) -> Value {
    let nested = provider_block().nested(name);
    let empty = nested.expect("the block exists").block.empty();
    set.into_iter()
        .fold(empty, |block, (name, value)| block.with(name, value))
}

/// Whether the `endpoints` block has this service.
pub(super) fn takes_endpoint(service: &str) -> bool {
    let block = nested("endpoints", []);
    block.as_entries().is_some_and(|e| e.contains_key(service))
}

/// An `endpoints` block with one address for all.
fn endpoints(address: &str) -> Value {
    let nesting = provider_block().nested("endpoints");
    let nesting = nesting.expect("the block exists").nesting;
    let block = nested("endpoints", []);
    let services = ["ec2", "sts", "sso"].into_iter();
    let services = services.filter(|service| takes_endpoint(service));
    let block = services.fold(block, |block, service| block.with(service, address));
    match nesting {
        Nesting::Single => block,
        Nesting::List => Value::list([block]),
        Nesting::Set => Value::set([block]),
    }
}
