//! What AssumeRole and AssumeRoleWithWebIdentity have in common: the session's name, duration and
//! policies, the time limit of the call, and the credentials in the reply.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials as Signing;
use aws_credential_types::provider::Result as Provided;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::types::{Credentials, PolicyDescriptorType};
use tokio_util::sync::CancellationToken;

use super::error::Source;
use super::sendable;
use crate::ec2::scope::Scope;

/// Longest time for STS to answer for one role, repeated attempts included.
const LIMIT: Duration = Duration::from_secs(20);

/// Name of sessions for which none is set: the same for the whole process, so that AWS's logs tell
/// one run from another.
static NAME: LazyLock<String> = LazyLock::new(|| {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.unwrap_or_default().as_secs();
    let process = std::process::id();
    format!("{}-{seconds}-{process}", env!("CARGO_PKG_NAME"))
});

pub(super) fn name(given: Option<&String>) -> String {
    given.unwrap_or(&NAME).clone()
}

pub(super) fn seconds(duration: Option<Duration>) -> Option<i32> {
    duration.and_then(|d| i32::try_from(d.as_secs()).ok())
}

pub(super) fn policies<'a>(
    arns: impl IntoIterator<Item = &'a String>,
) -> Option<Vec<PolicyDescriptorType>> {
    let policy = |arn| PolicyDescriptorType::builder().arn(arn).build();
    let policies: Vec<_> = arns.into_iter().map(policy).collect();
    (!policies.is_empty()).then_some(policies)
}

/// The scope of a call to STS. It is independent of the operation's, since roles are assumed again
/// whenever credentials expire.
pub(super) fn scope() -> Scope {
    Scope::new(CancellationToken::new(), LIMIT)
}

/// The credentials in STS's reply for a role, checked to be complete and sendable.
pub(super) fn credentials(reply: Option<Credentials>, arn: &str, action: &'static str) -> Provided {
    let reply = reply.ok_or_else(|| {
        CredentialsError::provider_error("STS assumed the role and sent no credentials")
    })?;
    let parts = [
        &reply.access_key_id,
        &reply.secret_access_key,
        &reply.session_token,
    ];
    if parts.iter().any(|part| part.is_empty()) {
        let lacks = "STS assumed the role and sent a part of the credentials only";
        return Err(CredentialsError::provider_error(lacks));
    }
    let expiry = SystemTime::try_from(reply.expiration).map_err(CredentialsError::unhandled)?;
    let given = Signing::new(
        reply.access_key_id,
        reply.secret_access_key,
        Some(reply.session_token),
        Some(expiry),
        action,
    );
    sendable::check_all(&Source::Role(arn.to_owned()), &given)?;
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_up_name_is_one_that_sts_takes_and_always_the_same() {
        let made_up = name(None);
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        assert!((2..=64).contains(&made_up.len()), "{made_up}");
        assert!(made_up.chars().all(allowed), "{made_up}");
        assert_eq!(name(None), made_up);
        assert_eq!(name(Some(&"mine".to_owned())), "mine");
    }
}
