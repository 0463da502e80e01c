//! Parses the id of an import, for every type of owned rules. Pure.

use crate::rules::Direction;

/// The rules that the id of an import names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ImportTarget<'a> {
    /// All rules of a group that have no owner.
    Group(&'a str),
    /// Rules of a group, by their ids.
    Rules(&'a str, Vec<&'a str>),
    /// Rules of a group, by their owner.
    Owned(&'a str, &'a str),
    /// One rule.
    Rule(&'a str),
    /// Rules by an id of the AWS provider.
    AwsProviderId(AwsProviderId<'a>),
}

/// An id of the AWS provider for rules of one protocol and port range, such as
/// `sg-…_ingress_tcp_80_80_10.0.0.0/8_self`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AwsProviderId<'a> {
    pub(super) group: &'a str,
    pub(super) direction: Direction,
    pub(super) protocol: &'a str,
    pub(super) from_port: i64,
    pub(super) to_port: i64,
    /// CIDRs, groups, prefix lists and `self`.
    pub(super) sources: Vec<&'a str>,
}

/// Parses an id: its target, and its region if it has one, as `region/` before it or `@region` behind it. `None`
/// if it has none of the forms.
pub(super) fn read(text: &str) -> Option<(Option<&str>, ImportTarget<'_>)> {
    let (text, behind) = match text.rsplit_once('@') {
        Some((text, region)) => (text, Some(region)),
        None => (text, None),
    };
    let (before, rest) = match text.split_once('/') {
        Some((region, rest)) if !region.starts_with("sg") && behind.is_none() => {
            (Some(region), rest)
        }
        _ => (None, text),
    };
    Some((before.or(behind), target(rest)?))
}

fn target(text: &str) -> Option<ImportTarget<'_>> {
    if text.starts_with("sgr-") {
        return Some(ImportTarget::Rule(text));
    }
    if text.contains('_') {
        return aws_provider_id(text).map(ImportTarget::AwsProviderId);
    }
    match text.split_once('/') {
        None => Some(ImportTarget::Group(text)),
        Some((group, rules)) if rules.starts_with("sgr-") => Some(ImportTarget::Rules(
            group,
            rules.split(',').map(str::trim).collect(),
        )),
        Some((group, owner)) if !owner.contains('/') => Some(ImportTarget::Owned(group, owner)),
        Some(_) => None,
    }
}

fn aws_provider_id(text: &str) -> Option<AwsProviderId<'_>> {
    let mut parts = text.split('_');
    let group = parts.next()?;
    let name = parts.next()?;
    let direction = Direction::BOTH.into_iter().find(|d| d.name() == name)?;
    let protocol = parts.next()?;
    let from_port = parts.next()?.parse().ok()?;
    let to_port = parts.next()?.parse().ok()?;
    let sources: Vec<&str> = parts.collect();
    (!sources.is_empty()).then_some(AwsProviderId {
        group,
        direction,
        protocol,
        from_port,
        to_port,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_groups_rules_and_their_region() {
        for (text, region, meant) in [
            ("sg-1", None, ImportTarget::Group("sg-1")),
            (
                "us-east-1/sg-1",
                Some("us-east-1"),
                ImportTarget::Group("sg-1"),
            ),
            (
                "sg-1@us-east-1",
                Some("us-east-1"),
                ImportTarget::Group("sg-1"),
            ),
            (
                "sg-1/sgr-1,sgr-2",
                None,
                ImportTarget::Rules("sg-1", vec!["sgr-1", "sgr-2"]),
            ),
            (
                "us-east-1/sg-1/sgr-1",
                Some("us-east-1"),
                ImportTarget::Rules("sg-1", vec!["sgr-1"]),
            ),
            (
                "sg-1/sgrules-1",
                None,
                ImportTarget::Owned("sg-1", "sgrules-1"),
            ),
            ("sgr-1", None, ImportTarget::Rule("sgr-1")),
            (
                "us-east-1/sgr-1",
                Some("us-east-1"),
                ImportTarget::Rule("sgr-1"),
            ),
        ] {
            assert_eq!(read(text), Some((region, meant)), "{text}");
        }
    }

    #[test]
    fn the_aws_providers_ids_spell_the_rule() {
        let (text, sources) = (
            "sg-1_egress_all_0_65536_10.0.0.0/24_2001:db8::/48_pl-1_self_123456789012/sg-2",
            [
                "10.0.0.0/24",
                "2001:db8::/48",
                "pl-1",
                "self",
                "123456789012/sg-2",
            ],
        );
        let aws_provider_id = AwsProviderId {
            group: "sg-1",
            direction: Direction::Egress,
            protocol: "all",
            from_port: 0,
            to_port: 65536,
            sources: sources.to_vec(),
        };
        assert_eq!(
            read(text),
            Some((None, ImportTarget::AwsProviderId(aws_provider_id)))
        );
        for text in [
            "sg-1_egress_all_0_0",
            "sg-1_both_tcp_1_1_self",
            "sg-1_egress_tcp_a_1_self",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
