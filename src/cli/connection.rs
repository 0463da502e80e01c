//! Connects to AWS as the command's options say: profile, regions, and roles of several accounts.
//! Everything else comes from where all AWS tools read it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use crate::aws_names::{self, arns};
use crate::connection_error::{self, Surface, transport};
use crate::ec2::errors::OpenError;
use crate::ec2::settings::{AssumeRole, Settings};
use crate::ec2::{Connection, Ec2, Error, Scope};

/// Limit for finding credentials and checking them with STS.
const OPEN_LIMIT: Duration = Duration::from_secs(30);
/// Limit for reading all accounts and regions. EC2's rate limits decide how long a large account
/// takes.
const READ_LIMIT: Duration = Duration::from_secs(60 * 60);
/// The region that is asked for the list of regions if none is configured.
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
    /// Opens a connection for each account, and lists the regions. Roles of the same account give
    /// each region once.
    pub(super) async fn targets(&self) -> Result<Vec<Target>, Failure> {
        for region in &self.regions {
            aws_names::region(region).map_err(|fault| {
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

    /// The profile of the options.
    pub(super) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The first role of the options.
    pub(super) fn role_arn(&self) -> Option<&str> {
        self.role_arns.first().map(String::as_str)
    }

    /// The same arguments with these regions, if the options name none.
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

/// The client for an account and region.
pub(super) fn target_of<'a>(
    targets: &'a [Target],
    account: &str,
    region: &str,
) -> Option<&'a Target> {
    let mut targets = targets.iter();
    targets.find(|target| target.account == account && target.ec2.region() == region)
}

/// A scope for reads, with the limit for all of them.
pub(super) fn reading() -> Scope {
    Scope::new(CancellationToken::new(), READ_LIMIT)
}

/// The message about a failed call without whose answer the command can't continue.
pub(super) fn refused(summary: impl Into<String>, error: &Error, otherwise: &str) -> Failure {
    let hint = match transport::hint(error, Surface::CommandLine) {
        Some(hint) => hint,
        None if error.code.is_none() => {
            "Check that the region exists, and that it can be reached from here.".to_owned()
        }
        None => otherwise.to_owned(),
    };
    Failure::unread(summary, format!("{error}.\n{hint}"))
}
