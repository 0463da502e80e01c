//! The blocks of prefix lists, looked up for the guardrails of plans and for audits.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::pages::each_page;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::cidr_set;

/// The action that reads their entries.
const ACTION: &str = "GetManagedPrefixListEntries";

impl Ec2 {
    /// GetManagedPrefixListEntries: the blocks of some prefix lists by id, each list read once and as
    /// [`cidr_set::merge`] writes it. Those that EC2 doesn't show are left out.
    pub async fn prefix_list_blocks(
        &self,
        ids: &BTreeSet<String>,
        scope: &Scope,
    ) -> BTreeMap<String, Vec<IpNet>> {
        let mut found = BTreeMap::new();
        // One after the other: a list that was read before costs nothing, and most groups name one.
        for id in ids {
            let shared = self.lookups.entries_of(id);
            let ask = async |scope| {
                let entries = self.prefix_list_entries(id, &scope, || {}).await?;
                Ok(cidr_set::merge(&entries))
            };
            if let Some(blocks) = shared.get(None, scope, ask).await {
                found.insert(id.clone(), (*blocks).clone());
            }
        }
        found
    }

    /// GetManagedPrefixListEntries: every entry of a list, in order. Calls `answered` for each page.
    pub(in crate::ec2) async fn prefix_list_entries(
        &self,
        id: &str,
        scope: &Scope,
        answered: impl Fn(),
    ) -> Result<Vec<IpNet>, Error> {
        let request = self.sdk.get_managed_prefix_list_entries();
        let request = request.prefix_list_id(id).max_results(100);
        let mut found = Vec::new();
        each_page!(self, ACTION, scope, request, |reply| {
            answered();
            let cidrs = reply.entries().iter().filter_map(|entry| entry.cidr());
            found.extend(cidrs.filter_map(|cidr| cidr.parse::<IpNet>().ok()));
        });
        found.sort();
        Ok(found)
    }
}
