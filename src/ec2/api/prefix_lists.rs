//! Looks up the address blocks of prefix lists, for the guardrails of plans and for audits.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::pages::each_page;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::cidr_set;

/// The action that reads the entries of a list.
const ACTION: &str = "GetManagedPrefixListEntries";

impl Ec2 {
    /// GetManagedPrefixListEntries: the address blocks of prefix lists by id, merged by
    /// [`cidr_set::merge`]. Each list is read once for a connection; one that EC2 doesn't show is
    /// left out.
    pub async fn prefix_list_blocks(
        &self,
        ids: &BTreeSet<String>,
        scope: &Scope,
    ) -> BTreeMap<String, Vec<IpNet>> {
        let mut found = BTreeMap::new();
        // Sequential calls are enough: a list that was read before costs none, and most groups name
        // one list.
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
