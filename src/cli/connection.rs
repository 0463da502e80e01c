//! The way to AWS as the command's options name it: profile, regions, and roles of several accounts.
//! All that isn't named is found where every AWS tool looks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use crate::catalog::{self, arns};
use crate::connection_error::{self, Surface, transport};
use crate::ec2::errors::OpenError;
use crate::ec2::settings::{AssumeRole, Settings};
use crate::ec2::{Connection, Ec2, Error, Scope};

/// Finding and proving credentials may take this long.
const OPEN_LIMIT: Duration = Duration::from_secs(30);
/// Reading all accounts and regions may take this long: EC2's rates decide how long a large account
/// takes.
const READ_LIMIT: Duration = Duration::from_secs(60 * 60);
/// Where the regions are asked for if nothing names one.
const FIRST_REGION: &str = "us-east-1";

/// Which accounts and regions of AWS a command looks at.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Accounts and regions")]
pub(super) struct ConnectionArguments {
    /// Use this profile of the shared configuration files. Default: AWS_PROFILE, or as every AWS tool.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Look at this region; may be repeated. Default: AWS_REGION, or the profile's region.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<String>,
    /// Look at all regions that are enabled for the account.
    #[arg(long, conflicts_with = "regions")]
    all_regions: bool,
    /// Assume this role, and look at its account; may be repeated, for several accounts.
    #[arg(long = "role-arn", value_name = "ARN")]
    role_arns: Vec<String>,
}

/// A region of an account, ready to be read.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The account's number; empty where STS doesn't tell it.
    pub(super) account: String,
    /// EC2 in the region.
    pub(super) ec2: Arc<Ec2>,
}

impl ConnectionArguments {
    /// Opens a connection for each account, and lists the regions. An account and region that several
    /// options lead to is listed once.
    pub(super) async fn targets(&self) -> Result<Vec<Target>, Failure> {
        for region in &self.regions {
            catalog::region(region).map_err(|fault| {
                Failure::usage(fault.summary, format!("--region says so. {}", fault.detail))
            })?;
        }
        for arn in &self.role_arns {
            arns::role(arn).map_err(|fault| {
                Failure::usage(
                    fault.summary,
                    format!("--role-arn says so. {}", fault.detail),
                )
            })?;
        }
        let roles: Vec<Option<&String>> = match self.role_arns.as_slice() {
            [] => vec![None],
            roles => roles.iter().map(Some).collect(),
        };
        let mut targets = Vec::new();
        let mut seen = BTreeSet::new();
        for role in roles {
            let connection = self.open(role).await?;
            let account = connection.account_id().unwrap_or_default().to_owned();
            for region in self.regions_of(&connection).await? {
                let is_new = seen.insert((account.clone(), region.clone()));
                // Without its number, an account can't be told from another.
                if is_new || account.is_empty() {
                    targets.push(Target {
                        account: account.clone(),
                        ec2: connection.ec2(&region),
                    });
                }
            }
        }
        Ok(targets)
    }

    /// How many accounts are looked at.
    pub(super) fn accounts(&self) -> usize {
        self.role_arns.len().max(1)
    }

    /// The profile that is named.
    pub(super) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The role that is named first.
    pub(super) fn role_arn(&self) -> Option<&str> {
        self.role_arns.first().map(String::as_str)
    }

    /// The same, for these regions where the options name none.
    pub(super) fn of_regions(mut self, regions: Vec<String>) -> Self {
        if self.regions.is_empty() && !self.all_regions {
            self.regions = regions;
        }
        self
    }

    async fn open(&self, role: Option<&String>) -> Result<Connection, Failure> {
        let mut settings = self.settings(role);
        let scope = Scope::new(CancellationToken::new(), OPEN_LIMIT);
        let mut opened = Connection::open(&settings, &scope).await;
        if self.all_regions && matches!(opened, Err(OpenError::NoRegion)) {
            settings.region = Some(FIRST_REGION.to_owned());
            opened = Connection::open(&settings, &scope).await;
        }
        opened.map_err(|error| {
            let explained = connection_error::explain(error, &settings, Surface::CommandLine);
            Failure::unread(explained.summary, explained.detail)
        })
    }

    fn settings(&self, role: Option<&String>) -> Settings {
        let assumed = role.map(|role| AssumeRole {
            role_arn: role.clone(),
            ..AssumeRole::default()
        });
        Settings {
            region: self.regions.first().cloned(),
            profile: self.profile.clone(),
            assume_roles: assumed.into_iter().collect(),
            ask_identity: true,
            user_agent: vec![format!("curated/{}", env!("CARGO_PKG_VERSION"))],
            ..Settings::default()
        }
    }

    async fn regions_of(&self, connection: &Connection) -> Result<Vec<String>, Failure> {
        if self.all_regions {
            let ec2 = connection.ec2(connection.default_region());
            let regions = ec2.enabled_regions(&reading()).await;
            return regions.map_err(|error| {
                refused(
                    "The regions of the account can't be listed",
                    &error,
                    "Allow ec2:DescribeRegions, or name the regions with --region.",
                )
            });
        }
        match self.regions.as_slice() {
            [] => Ok(vec![connection.default_region().to_owned()]),
            regions => Ok(regions.to_vec()),
        }
    }
}

/// EC2 in an account and region.
pub(super) fn target_of<'a>(
    targets: &'a [Target],
    account: &str,
    region: &str,
) -> Option<&'a Target> {
    let mut targets = targets.iter();
    targets.find(|target| target.account == account && target.ec2.region() == region)
}

/// The time that a command may take to read.
pub(super) fn reading() -> Scope {
    Scope::new(CancellationToken::new(), READ_LIMIT)
}

/// The message about a call that failed, and that the command can't do without.
pub(super) fn refused(summary: impl Into<String>, error: &Error, otherwise: &str) -> Failure {
    let hint = match transport::hint(error, Surface::CommandLine) {
        Some(hint) => hint,
        None if error.code.is_none() => {
            "Check that the region exists, and that it can be reached from here."
        }
        None => otherwise,
    };
    Failure::unread(summary, format!("{error}.\n{hint}"))
}
