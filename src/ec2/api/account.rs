//! The account that the credentials belong to. One call to STS returns its id and proves that the
//! credentials work; an account that the settings exclude is an error.

use aws_config::SdkConfig;

use super::sts::Sts;
use crate::ec2::call;
use crate::ec2::config::endpoints;
use crate::ec2::config::settings::{Accounts, Settings};
use crate::ec2::idempotency::Idempotency;
use crate::ec2::open_error::OpenError;
use crate::ec2::scope::Scope;

/// The account behind the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ec2) struct Account {
    /// Twelve digits.
    pub(in crate::ec2) id: String,
}

impl Account {
    /// Asks STS for the account; `None` if the settings don't want it known.
    ///
    /// # Errors
    /// STS refuses or doesn't answer, or the settings exclude the account.
    pub(in crate::ec2) async fn ask(
        settings: &Settings,
        config: &SdkConfig,
        sts: &Sts,
        scope: &Scope,
    ) -> Result<Option<Self>, OpenError> {
        if !settings.ask_identity {
            return Ok(None);
        }
        // Signed with the configuration's credentials, which all clients take from one cache.
        let client = aws_sdk_sts::Client::from_conf(endpoints::sts(settings, config).build());
        let request = client.get_caller_identity();
        let attempt = || request.clone().send();
        let context = sts.context("GetCallerIdentity");
        let reply = call::call(context, Idempotency::ReadOnly, scope, attempt);
        let reply = reply.await.map_err(OpenError::Identity)?;
        let account = reply.account.unwrap_or_default();
        if settings.accounts.allow(&account) {
            Ok(Some(Self { id: account }))
        } else {
            Err(OpenError::WrongAccount {
                account,
                accounts: settings.accounts.clone(),
            })
        }
    }
}

impl Accounts {
    /// Whether the settings allow an account. One whose id is unknown, and so empty, passes only
    /// where every account does.
    fn allow(&self, account: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(ids) => ids.contains(account),
            Self::AllBut(ids) => !account.is_empty() && !ids.contains(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_allowed_as_the_lists_say() {
        let (one, other) = ("123456789012", "210987654321");
        let only = Accounts::Only([one.to_owned()].into());
        let all_but = Accounts::AllBut([one.to_owned()].into());
        let cases = [
            (&Accounts::Any, [true, true, true]),
            (&only, [true, false, false]),
            (&all_but, [false, true, false]),
        ];
        for (accounts, expected) in cases {
            let allowed = [one, other, ""].map(|account| accounts.allow(account));
            assert_eq!(allowed, expected, "{accounts:?}");
        }
    }
}
