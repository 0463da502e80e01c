//! A role of the settings, assumed with the credentials of the source or role before it.

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use aws_sdk_sts::types::Tag;

use super::session;
use crate::ec2::api::sts::{Sts, signed_by};
use crate::ec2::call;
use crate::ec2::config::settings::AssumeRole;
use crate::ec2::credentials::error::{CredentialsLoadError, Role};
use crate::ec2::idempotency::Idempotency;

/// Calls STS for every request of credentials: the SDK caches them until they are about to expire.
#[derive(Debug)]
struct AssumedRole {
    base: SharedCredentialsProvider,
    sts: Sts,
    index: usize,
    role: AssumeRole,
}

/// The provider of the role at this index of the settings' roles.
pub(super) fn provider(
    base: SharedCredentialsProvider,
    sts: &Sts,
    index: usize,
    role: &AssumeRole,
) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(AssumedRole {
        base,
        sts: sts.clone(),
        index,
        role: role.clone(),
    })
}

impl AssumedRole {
    async fn assume(&self) -> Provided {
        let base = self.base.provide_credentials().await?;
        let role = &self.role;
        let transitive = role.transitive_tag_keys.iter().cloned().collect::<Vec<_>>();
        let request = self
            .sts
            .client()
            .assume_role()
            .role_arn(&role.role_arn)
            .role_session_name(session::name(role.session_name.as_ref()))
            .set_duration_seconds(session::seconds(role.duration))
            .set_external_id(role.external_id.clone())
            .set_policy(role.policy.clone())
            .set_policy_arns(session::policies(&role.policy_arns))
            .set_source_identity(role.source_identity.clone())
            .set_tags(self.tags()?)
            .set_transitive_tag_keys((!transitive.is_empty()).then_some(transitive));
        let scope = session::scope();
        let attempt = || {
            let signed = request.clone().customize();
            signed.config_override(signed_by(base.clone())).send()
        };
        let reply = call::call(
            self.sts.context("AssumeRole"),
            Idempotency::ReadOnly,
            &scope,
            attempt,
        )
        .await;
        let reply = reply.map_err(|error| CredentialsLoadError::Role {
            role: Role::Block(self.index),
            arn: role.role_arn.clone(),
            error: Box::new(error),
        })?;
        session::credentials(reply.credentials, &role.role_arn, "assume_role")
    }

    fn tags(&self) -> Result<Option<Vec<Tag>>, CredentialsError> {
        let tags = self.role.tags.iter();
        let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags = tags.collect::<Result<Vec<_>, _>>();
        let tags = tags.map_err(CredentialsError::invalid_configuration)?;
        Ok((!tags.is_empty()).then_some(tags))
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}
