//! A group as `aws ec2 describe-security-groups` prints it, for tools that read that: the same keys in
//! the same order, the same indentation, and nothing that EC2 didn't send.

use aws_sdk_ec2::types::{IpPermission, SecurityGroup};
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;

/// A part of the reply. Its fields are printed in this order, without those that EC2 didn't send.
macro_rules! part {
    ($(#[$about:meta])* $name:ident<$lifetime:lifetime> { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Default, Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct $name<$lifetime> {
            $(
                #[serde(skip_serializing_if = "Option::is_none")]
                $field: Option<$type>,
            )+
        }
    };
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reply<'a> {
    security_groups: Vec<Group<'a>>,
}

part! {
    Group<'a> {
        group_id: &'a str,
        ip_permissions_egress: Vec<Permission<'a>>,
        tags: Vec<Tag<'a>>,
        vpc_id: &'a str,
        security_group_arn: &'a str,
        owner_id: &'a str,
        group_name: &'a str,
        description: &'a str,
        ip_permissions: Vec<Permission<'a>>,
    }
}

part! {
    Permission<'a> {
        ip_protocol: &'a str,
        from_port: i32,
        to_port: i32,
        user_id_group_pairs: Vec<Pair<'a>>,
        ip_ranges: Vec<Described<'a>>,
        ipv6_ranges: Vec<Described<'a>>,
        prefix_list_ids: Vec<Described<'a>>,
    }
}

part! {
    Pair<'a> {
        description: &'a str,
        user_id: &'a str,
        group_name: &'a str,
        group_id: &'a str,
        vpc_id: &'a str,
        vpc_peering_connection_id: &'a str,
        peering_status: &'a str,
    }
}

part! {
    /// An address block or a prefix list: one of the three.
    Described<'a> {
        description: &'a str,
        cidr_ip: &'a str,
        cidr_ipv6: &'a str,
        prefix_list_id: &'a str,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    key: Option<&'a str>,
    value: Option<&'a str>,
}

impl Ec2 {
    /// DescribeSecurityGroups for one group, as the AWS CLI prints it.
    pub async fn aws_cli_json(&self, id: &str, scope: &Scope) -> Result<String, Error> {
        const ACTION: &str = "DescribeSecurityGroups";
        let request = self.sdk.describe_security_groups().group_ids(id);
        let attempt = || request.clone().send();
        let reply = self.call(ACTION, Idempotency::ReadOnly, scope, attempt);
        let reply = reply.await?;
        let groups = reply.security_groups().iter().map(group).collect();
        Ok(printed(&Reply {
            security_groups: groups,
        }))
    }
}

/// The reply as JSON, indented by four spaces a level; letters outside ASCII aren't escaped.
fn printed(reply: &Reply<'_>) -> String {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    reply
        .serialize(&mut serializer)
        .expect("texts and numbers are JSON");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON of texts is text")
}

fn group(shown: &SecurityGroup) -> Group<'_> {
    Group {
        group_id: shown.group_id(),
        ip_permissions_egress: all(shown.ip_permissions_egress.as_ref(), permission),
        tags: all(shown.tags.as_ref(), |tag| Tag {
            key: tag.key(),
            value: tag.value(),
        }),
        vpc_id: shown.vpc_id(),
        security_group_arn: shown.security_group_arn(),
        owner_id: shown.owner_id(),
        group_name: shown.group_name(),
        description: shown.description(),
        ip_permissions: all(shown.ip_permissions.as_ref(), permission),
    }
}

fn permission(shown: &IpPermission) -> Permission<'_> {
    Permission {
        ip_protocol: shown.ip_protocol(),
        from_port: shown.from_port(),
        to_port: shown.to_port(),
        user_id_group_pairs: all(shown.user_id_group_pairs.as_ref(), |pair| Pair {
            description: pair.description(),
            user_id: pair.user_id(),
            group_name: pair.group_name(),
            group_id: pair.group_id(),
            vpc_id: pair.vpc_id(),
            vpc_peering_connection_id: pair.vpc_peering_connection_id(),
            peering_status: pair.peering_status(),
        }),
        ip_ranges: all(shown.ip_ranges.as_ref(), |range| Described {
            description: range.description(),
            cidr_ip: range.cidr_ip(),
            ..Described::default()
        }),
        ipv6_ranges: all(shown.ipv6_ranges.as_ref(), |range| Described {
            description: range.description(),
            cidr_ipv6: range.cidr_ipv6(),
            ..Described::default()
        }),
        prefix_list_ids: all(shown.prefix_list_ids.as_ref(), |list| Described {
            description: list.description(),
            prefix_list_id: list.prefix_list_id(),
            ..Described::default()
        }),
    }
}

/// The elements of a list that EC2 sent, which may be empty; `None` if it sent no list.
fn all<'a, T, U>(shown: Option<&'a Vec<T>>, each: impl Fn(&'a T) -> U) -> Option<Vec<U>> {
    shown.map(|shown| shown.iter().map(each).collect())
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::IpRange;

    use super::*;

    #[test]
    fn keys_come_in_the_order_of_ec2s_model_and_only_what_was_sent() {
        let range = IpRange::builder().cidr_ip("0.0.0.0/0").description("Ü");
        let permission = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .set_user_id_group_pairs(Some(Vec::new()))
            .ip_ranges(range.build());
        let shown = SecurityGroup::builder()
            .group_id("sg-1")
            .group_name("web")
            .set_ip_permissions_egress(Some(Vec::new()))
            .ip_permissions(permission.build())
            .build();
        let text = printed(&Reply {
            security_groups: vec![group(&shown)],
        });
        let expected = r#"{
    "SecurityGroups": [
        {
            "GroupId": "sg-1",
            "IpPermissionsEgress": [],
            "GroupName": "web",
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "UserIdGroupPairs": [],
                    "IpRanges": [
                        {
                            "Description": "Ü",
                            "CidrIp": "0.0.0.0/0"
                        }
                    ]
                }
            ]
        }
    ]
}
"#;
        assert_eq!(text, expected);
    }
}
