//! The rates at which EC2 lets an account call each action in a region, from its documentation on
//! request throttling. Must not know clocks or calls.
//!
//! EC2 has a bucket for every action. Its size and refill rate depend on the action's category, and
//! some actions have their own.

/// A bucket's size and its refill rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ec2) struct Rate {
    /// Most tokens in the bucket: the number of calls that may be made at once.
    pub(in crate::ec2) capacity: f64,
    /// Tokens that are added each second.
    pub(in crate::ec2) per_second: f64,
}

const fn rate(capacity: u32, per_second: u32) -> Rate {
    Rate {
        capacity: capacity as f64,
        per_second: per_second as f64,
    }
}

/// Rate of reads that are filtered or paged, as all of this provider's are. Other reads of large
/// lists have half of it.
const READS: Rate = rate(100, 20);
/// Rate of calls that create, change or delete. EC2 lists some as resource-intensive, such as
/// AuthorizeSecurityGroupIngress and RevokeSecurityGroupIngress, with the same rate.
const WRITES: Rate = rate(50, 5);

/// Actions with rates of their own.
const OWN: &[(&str, Rate)] = &[
    ("CreateTags", rate(100, 10)),
    ("DeleteTags", rate(100, 10)),
    ("DescribeSecurityGroupReferences", rate(20, 5)),
    ("DescribeStaleSecurityGroups", rate(20, 5)),
];

/// The published rate of an action.
pub(in crate::ec2) fn published(action: &str) -> Rate {
    let reads = ["Describe", "Get", "List", "Search"];
    match OWN.iter().find(|(name, _)| *name == action) {
        Some((_, rate)) => *rate,
        None if reads.iter().any(|verb| action.starts_with(verb)) => READS,
        None => WRITES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_rates() {
        let cases = [
            ("AuthorizeSecurityGroupEgress", 50, 5),
            ("AuthorizeSecurityGroupIngress", 50, 5),
            ("CreateSecurityGroup", 50, 5),
            ("CreateTags", 100, 10),
            ("DeleteSecurityGroup", 50, 5),
            ("DeleteTags", 100, 10),
            ("DescribeManagedPrefixLists", 100, 20),
            ("DescribeNetworkInterfaces", 100, 20),
            ("DescribeSecurityGroupReferences", 20, 5),
            ("DescribeSecurityGroupRules", 100, 20),
            ("DescribeSecurityGroups", 100, 20),
            ("DescribeStaleSecurityGroups", 20, 5),
            ("DescribeVpcs", 100, 20),
            ("GetManagedPrefixListEntries", 100, 20),
            ("ModifySecurityGroupRules", 50, 5),
            ("RevokeSecurityGroupIngress", 50, 5),
            ("UpdateSecurityGroupRuleDescriptionsEgress", 50, 5),
        ];
        for (action, capacity, per_second) in cases {
            assert_eq!(published(action), rate(capacity, per_second), "{action}");
        }
    }
}
