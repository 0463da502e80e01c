//! The container's endpoint, which ECS and EKS put there: it gives credentials to whoever shows the
//! token that the environment has or names. The SDK asks; both are checked.

use std::env;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;

use super::environment::text;
use super::error::{Origin, Source, Trouble};
use super::sendable::{self, Checked, Part};

/// No token is longer.
const MOST: u64 = 64 * 1024;

/// What the endpoint gives.
pub(super) fn provider(config: &ProviderConfig) -> Checked {
    let provider = EcsCredentialsProvider::builder().configure(config).build();
    Checked::new(Source::Container, provider).after(look_at_token)
}

/// The token that the container's endpoint asks for, in a file or in the environment.
fn look_at_token() -> Result<(), Trouble> {
    let (file, variable) = (
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    );
    let (source, token) = match env::var_os(file) {
        Some(path) => {
            let path = PathBuf::from(path);
            let mut bytes = Vec::new();
            let read = File::open(&path).and_then(|f| f.take(MOST).read_to_end(&mut bytes));
            if read.is_err() {
                // Whoever needs the file says so.
                return Ok(());
            }
            let origin = Origin::Variable(file);
            let token = String::from_utf8_lossy(&bytes).into_owned();
            (Source::File { path, origin }, Some(token))
        }
        None => (Source::Environment(Some(variable)), text(variable)),
    };
    match token {
        Some(token) => sendable::check(&source, Part::ContainerToken, &token),
        None => Ok(()),
    }
}
