//! The container's credentials endpoint, which ECS and EKS provide. The SDK calls it with a token
//! of the environment; the token and the credentials are checked before they are used.

use std::env;
use std::path::PathBuf;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;

use super::environment::text;
use super::error::{CredentialsLoadError, Source};
use super::sendable::{self, Checked};
use super::stray::Part;
use crate::ec2::config::file;
use crate::ec2::config::setting_source::SettingSource;

/// Credentials of the container's endpoint.
pub(super) fn provider(config: &ProviderConfig) -> Checked {
    let provider = EcsCredentialsProvider::builder().configure(config).build();
    Checked::new(Source::Container, provider).after(check_token)
}

/// Checks the token for the container's endpoint, which is in a file or in the environment.
fn check_token() -> Result<(), CredentialsLoadError> {
    let (file_variable, variable) = (
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    );
    let (source, token) = match env::var_os(file_variable) {
        Some(path) => {
            let path = PathBuf::from(path);
            let origin = SettingSource::Variable(file_variable);
            let bytes = file::read(&path).map_err(|error| CredentialsLoadError::File {
                path: path.clone(),
                origin,
                cause: error.to_string(),
            })?;
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
