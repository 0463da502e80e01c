//! A role that is assumed with a token of another identity provider.

use std::env;
use std::fmt;
use std::path::PathBuf;

use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};

use super::sendable;
use super::session;
use super::stray::Part;
use crate::ec2::api::sts::Sts;
use crate::ec2::call;
use crate::ec2::config::environment::variable;
use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::config::settings::{WebIdentity, WebIdentityToken};
use crate::ec2::config::{file, file_path};
use crate::ec2::credentials::error::{CredentialsLoadError, Role, Source};
use crate::ec2::idempotency::Idempotency;

const ROLE: &str = "AWS_ROLE_ARN";
const SESSION: &str = "AWS_ROLE_SESSION_NAME";
const FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
/// Read for the settings' web identity only, not for that of the environment.
const TOKEN: &str = "TF_AWS_WEB_IDENTITY_TOKEN";

/// Calls STS for every request of credentials, with the token read anew.
struct WebIdentityRole {
    sts: Sts,
    role: Role,
    arn: String,
    token: Token,
    parameters: WebIdentity,
}

enum Token {
    Text(String, Source),
    File(PathBuf, SettingSource),
}

/// The role of the settings' web identity, completed from the environment.
pub(super) fn of_block(
    block: &WebIdentity,
    sts: &Sts,
) -> Result<SharedCredentialsProvider, CredentialsLoadError> {
    let arn = block.role_arn.clone().or_else(|| variable(ROLE));
    let arn = arn.ok_or(CredentialsLoadError::WebIdentityLacks("role_arn"))?;
    let token = match &block.token {
        Some(WebIdentityToken::Text(token)) => Some(Token::Text(token.clone(), Source::Block)),
        Some(WebIdentityToken::File(path)) => {
            let argument = SettingSource::Argument("web_identity_token_file");
            Some(Token::File(file_path::expand(path), argument))
        }
        None => token_text().or_else(token_file),
    };
    let token = token.ok_or(CredentialsLoadError::WebIdentityLacks("web_identity_token"))?;
    Ok(SharedCredentialsProvider::new(WebIdentityRole {
        sts: sts.clone(),
        role: Role::WebIdentity,
        arn,
        token,
        parameters: block.clone(),
    }))
}

/// The role of the environment, as in a Kubernetes pod.
///
/// # Errors
/// The name of the variable that is missing.
pub(super) fn of_environment(sts: &Sts) -> Result<SharedCredentialsProvider, &'static str> {
    let token = token_file().ok_or(FILE)?;
    Ok(SharedCredentialsProvider::new(WebIdentityRole {
        sts: sts.clone(),
        role: Role::Environment,
        arn: variable(ROLE).ok_or(ROLE)?,
        token,
        parameters: WebIdentity::default(),
    }))
}

impl WebIdentityRole {
    async fn assume(&self) -> Provided {
        let parameters = &self.parameters;
        let name = parameters
            .session_name
            .clone()
            .or_else(|| variable(SESSION));
        let request = self
            .sts
            .client()
            .assume_role_with_web_identity()
            .role_arn(&self.arn)
            .role_session_name(session::name(name.as_ref()))
            .web_identity_token(self.token.read()?)
            .set_duration_seconds(session::seconds(parameters.duration))
            .set_policy(parameters.policy.clone())
            .set_policy_arns(session::policies(&parameters.policy_arns));
        let action = "AssumeRoleWithWebIdentity";
        let scope = session::scope();
        let attempt = || request.clone().send();
        let reply = call::call(
            self.sts.context(action),
            Idempotency::ReadOnly,
            &scope,
            attempt,
        )
        .await;
        let reply = reply.map_err(|error| CredentialsLoadError::Role {
            role: self.role,
            arn: self.arn.clone(),
            error: Box::new(error),
        })?;
        session::credentials(
            reply.credentials,
            &self.arn,
            "assume_role_with_web_identity",
        )
    }
}

impl Token {
    fn read(&self) -> Result<String, CredentialsLoadError> {
        let part = Part::WebIdentityToken;
        let (path, origin) = match self {
            Self::Text(token, source) => {
                sendable::check(source, part, token)?;
                return Ok(token.clone());
            }
            Self::File(path, origin) => (path, *origin),
        };
        let unusable = |cause: String| CredentialsLoadError::File {
            path: path.clone(),
            origin,
            cause,
        };
        let token = file::read_text(path).map_err(|error| unusable(error.to_string()))?;
        match token.trim() {
            "" => Err(unusable("it is empty".to_owned())),
            token => {
                let path = path.clone();
                sendable::check(&Source::File { path, origin }, part, token)?;
                Ok(token.to_owned())
            }
        }
    }
}

impl ProvideCredentials for WebIdentityRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

/// Leaves out the token.
impl fmt::Debug for WebIdentityRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebIdentityRole")
            .field("arn", &self.arn)
            .finish_non_exhaustive()
    }
}

/// The token of the environment. Bytes that aren't UTF-8 become replacement characters, which the
/// check refuses.
fn token_text() -> Option<Token> {
    let token = env::var_os(TOKEN)?.to_string_lossy().into_owned();
    let source = Source::Environment(Some(TOKEN));
    (!token.is_empty()).then_some(Token::Text(token, source))
}

fn token_file() -> Option<Token> {
    let path = file_path::expand(variable(FILE)?.as_ref());
    Some(Token::File(path, SettingSource::Variable(FILE)))
}
