//! The ids that a call to EC2 requests. A reply about other ids is refused, since the requested
//! group would count as deleted.

use std::collections::HashSet;

/// The ids that a call requests: every item of the reply's list has one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ec2::http) struct RequestedIds {
    /// The element that holds an id.
    element: &'static str,
    /// The requested ids.
    ids: HashSet<String>,
    /// Whether the item itself has the element, or a part inside it.
    is_own: bool,
}

/// For each call: the parameter with ids, the element of an item that holds one, and whether it is
/// the item's own.
const ASKED_BY: [(&str, IdParameter, &str, bool); 9] = [
    (
        "DescribeSecurityGroups",
        IdParameter::Filter("group-id"),
        "groupId",
        true,
    ),
    (
        "DescribeSecurityGroups",
        IdParameter::Filter("vpc-id"),
        "vpcId",
        true,
    ),
    (
        "DescribeSecurityGroups",
        IdParameter::Filter("ip-permission.group-id"),
        "groupId",
        false,
    ),
    (
        "DescribeSecurityGroups",
        IdParameter::Filter("egress.ip-permission.group-id"),
        "groupId",
        false,
    ),
    (
        "DescribeSecurityGroupRules",
        IdParameter::Filter("group-id"),
        "groupId",
        true,
    ),
    (
        "DescribeSecurityGroupRules",
        IdParameter::Filter("security-group-rule-id"),
        "securityGroupRuleId",
        true,
    ),
    (
        "DescribeNetworkInterfaces",
        IdParameter::Filter("group-id"),
        "groupId",
        false,
    ),
    (
        "DescribeSecurityGroups",
        IdParameter::Parameter("GroupId."),
        "groupId",
        true,
    ),
    (
        "DescribeSecurityGroupRules",
        IdParameter::Parameter("SecurityGroupRuleId."),
        "securityGroupRuleId",
        true,
    ),
];

/// The parameter of a call that holds ids.
#[derive(Clone, Copy, Debug)]
enum IdParameter {
    /// The name of a filter.
    Filter(&'static str),
    /// The beginning of a parameter's name.
    Parameter(&'static str),
}

impl RequestedIds {
    /// The ids in the form of a call; `None` if the call requests none, or none that its reply
    /// repeats.
    pub(super) fn in_form(action: &str, form: &[u8]) -> Option<Self> {
        let form = std::str::from_utf8(form).ok()?;
        let pairs: Vec<(&str, &str)> = form.split('&').filter_map(|p| p.split_once('=')).collect();
        let of_action = ASKED_BY.iter().filter(|(of, ..)| *of == action);
        let mut found = of_action.filter_map(|(_, by, element, is_own)| {
            let ids = match by {
                IdParameter::Parameter(begin) => values(&pairs, begin),
                IdParameter::Filter(name) => {
                    let is_name = |(key, value): &&(&str, &str)| {
                        key.starts_with("Filter.") && key.ends_with(".Name") && value == name
                    };
                    let (key, _) = pairs.iter().find(is_name)?;
                    values(&pairs, &format!("{}Value.", key.strip_suffix("Name")?))
                }
            };
            (!ids.is_empty() && ids.iter().all(|id| is_plain(id))).then_some(Self {
                element,
                ids,
                is_own: *is_own,
            })
        });
        found.next()
    }

    /// Whether an element holds the id; `depth` counts the elements around it, from the item on.
    pub(super) fn is_at(&self, name: &str, depth: usize) -> bool {
        name == self.element && depth > 0 && (depth == 1) == self.is_own
    }

    /// Whether an id was requested.
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }
}

fn values(pairs: &[(&str, &str)], begin: &str) -> HashSet<String> {
    let of_list = pairs.iter().filter(|(key, _)| key.starts_with(begin));
    of_list.map(|(_, value)| (*value).to_owned()).collect()
}

/// Whether a value is literal: without EC2's wildcards and without characters that a form encodes.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_the_form_of_a_call() {
        let (groups, rules) = ("DescribeSecurityGroups", "DescribeSecurityGroupRules");
        for (action, form, expected) in [
            (
                groups,
                "Filter.1.Name=group-id&Filter.1.Value.1=sg-1&Filter.1.Value.2=sg-2",
                Some(("groupId", 2)),
            ),
            (
                groups,
                "MaxResults=1&Filter.2.Name=vpc-id&Filter.2.Value.1=vpc-1",
                Some(("vpcId", 1)),
            ),
            (groups, "GroupId.1=sg-1", Some(("groupId", 1))),
            (
                rules,
                "Filter.1.Name=security-group-rule-id&Filter.1.Value.1=sgr-1",
                Some(("securityGroupRuleId", 1)),
            ),
            // A wildcard of a user's own filter.
            (
                groups,
                "Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-%2A",
                None,
            ),
            (
                groups,
                "Filter.1.Name=group-name&Filter.1.Value.1=web",
                None,
            ),
            (groups, "MaxResults=1000", None),
            (
                "DescribeVpcs",
                "Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1",
                None,
            ),
        ] {
            let found = RequestedIds::in_form(action, form.as_bytes());
            let found = found.map(|requested| (requested.element, requested.ids.len()));
            assert_eq!(found, expected, "{form}");
        }
    }
}
