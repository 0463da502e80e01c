//! The regions that an account can use.

use crate::ec2::region_client::Ec2;

use crate::ec2::idempotency::Idempotency;

use crate::ec2::error::Error;
use crate::ec2::scope::Scope;

impl Ec2 {
    /// DescribeRegions: the names of the regions that are enabled for the account, sorted.
    pub async fn enabled_regions(&self, scope: &Scope) -> Result<Vec<String>, Error> {
        const ACTION: &str = "DescribeRegions";
        let request = self.sdk.describe_regions();
        let attempt = || request.clone().send();
        let reply = self.call(ACTION, Idempotency::ReadOnly, scope, attempt);
        let reply = reply.await?;
        // Some endpoints also return regions that aren't enabled.
        let is_enabled = |status: Option<&str>| status != Some("not-opted-in");
        let enabled = reply
            .regions()
            .iter()
            .filter(|region| is_enabled(region.opt_in_status()));
        let named = enabled.filter_map(|region| region.region_name().map(str::to_owned));
        let mut names: Vec<String> = named.collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Err(self.malformed(ACTION, "it has no region"));
        }
        Ok(names)
    }
}
