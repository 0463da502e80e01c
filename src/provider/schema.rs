//! The arguments of the provider block, and what they mean to the AWS side.

use crate::catalog;
use crate::ec2::Settings;
use crate::rules::Fault;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting, Schema};
use crate::tf_provider::value::{Type, Value};

pub(super) fn schema() -> Schema {
    Schema {
        version: 0,
        block: Block {
            description: "A curated collection of EC2 security groups, declared once and reused. \
                          What isn't set here is looked up where every AWS tool looks.",
            attributes: attributes(),
            blocks: vec![NestedBlock::new("endpoints", Nesting::Single, endpoints())],
        },
    }
}

/// The arguments whose values aren't known yet.
pub(super) fn unknown_attributes(config: &Value) -> Vec<String> {
    let entries = config.as_entries().into_iter().flatten();
    entries
        .filter(|(_, value)| !value.is_wholly_known())
        .map(|(name, _)| name.clone())
        .collect()
}

/// The quota that a configuration names.
pub(super) fn max_rules_per_group(config: &Value) -> Option<usize> {
    let max = config.get("max_rules_per_group").as_i64();
    max.and_then(|n| usize::try_from(n).ok())
}

/// The settings of a configuration that is wholly known.
pub(super) fn settings(config: &Value) -> Settings {
    let text = |value: &Value| {
        let text = value.as_str().filter(|t| !t.is_empty());
        text.map(str::to_owned)
    };
    let switch = |name: &str| config.get(name).as_bool().unwrap_or(false);
    let endpoint = |name: &str| match config.get("endpoints") {
        Value::Null => None,
        endpoints => text(endpoints.get(name)),
    };
    Settings {
        region: text(config.get("region")),
        access_key: text(config.get("access_key")),
        secret_key: text(config.get("secret_key")),
        token: text(config.get("token")),
        profile: text(config.get("profile")),
        ec2_endpoint: endpoint("ec2"),
        sts_endpoint: endpoint("sts"),
        ask_identity: !switch("skip_credentials_validation")
            || !switch("skip_requesting_account_id"),
        use_metadata_service: !switch("skip_metadata_api_check"),
    }
}

fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let switch = |name, description| Attribute::optional(name, Type::Bool, description);
    vec![
        text(
            "region",
            "Region of every resource that doesn't name its own, such as `eu-west-1`. Default: \
             `AWS_REGION` or `AWS_DEFAULT_REGION`, the profile's region, the instance's region.",
        )
        .check(region),
        text(
            "access_key",
            "Access key id. Comes with `secret_key`. Default: the environment, the shared files, \
             a web identity, the container's credentials, the instance metadata, in this order.",
        )
        .sensitive(),
        text("secret_key", "Secret access key. Comes with `access_key`.").sensitive(),
        text("token", "Session token, for temporary credentials.").sensitive(),
        text(
            "profile",
            "Profile of the shared configuration and credentials files. Default: `AWS_PROFILE`, \
             else `default`.",
        ),
        switch(
            "skip_credentials_validation",
            "Don't prove the credentials by asking STS who they belong to. For addresses without \
             STS. Default: `false`.",
        ),
        switch(
            "skip_requesting_account_id",
            "Don't ask STS for the account id. STS is left alone only if \
             `skip_credentials_validation` is set too. Default: `false`.",
        ),
        switch(
            "skip_metadata_api_check",
            "Don't look for credentials and region in the instance metadata service. Default: \
             `false`.",
        ),
        Attribute::optional(
            "max_rules_per_group",
            Type::Number,
            "The account's quota of rules for each direction and address family of a group, 1 to \
             1000. A plan that needs more is an error. Default: 60, which is EC2's.",
        )
        .check(rule_quota),
    ]
}

fn endpoints() -> Block {
    Block {
        description: "Other addresses for AWS services, such as a local emulator's.",
        attributes: vec![
            Attribute::optional("ec2", Type::String, "Address of EC2, with its scheme.")
                .check(address),
            Attribute::optional("sts", Type::String, "Address of STS, with its scheme.")
                .check(address),
        ],
        blocks: Vec::new(),
    }
}

/// Checks a region's name. As in the environment, an empty one is none.
fn region(value: &Value, path: &Path) -> Diagnostics {
    match value.as_str().unwrap_or_default() {
        "" => Diagnostics::new(),
        _ => checked(value, path, catalog::region),
    }
}

/// Checks a text by a rule of the domain; what it faults is said at the path.
pub(crate) fn checked(
    value: &Value,
    path: &Path,
    rule: impl FnOnce(&str) -> Result<(), Fault>,
) -> Diagnostics {
    match rule(value.as_str().unwrap_or_default()) {
        Ok(()) => Diagnostics::new(),
        Err(fault) => Diagnostic::error(fault.summary, fault.detail)
            .at(path.clone())
            .into(),
    }
}

fn rule_quota(value: &Value, path: &Path) -> Diagnostics {
    match value.as_i64() {
        Some(1..=1000) => Diagnostics::new(),
        _ => Diagnostic::error(
            "max_rules_per_group is out of range",
            "EC2 can be made to allow 1 to 1000 rules in each direction and address family.",
        )
        .at(path.clone())
        .into(),
    }
}

fn address(value: &Value, path: &Path) -> Diagnostics {
    let text = value.as_str().unwrap_or_default();
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    let host = rest.and_then(|r| r.split(['/', '?', '#']).next());
    match host {
        _ if text.is_empty() => Diagnostics::new(),
        Some(host) if !host.is_empty() => Diagnostics::new(),
        _ => Diagnostic::error(
            format!("\"{text}\" is not an address"),
            "An endpoint is an address with its scheme and host, such as \
             \"http://127.0.0.1:5000\".",
        )
        .at(path.clone())
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_scheme_and_a_host() {
        let good = [
            "http://127.0.0.1:5000",
            "https://ec2.eu-west-1.amazonaws.com/",
            "",
        ];
        let bad = ["127.0.0.1:5000", "http://", "https:///x", "ftp://x"];
        let check = |text: &str| address(&text.into(), &Path::root());
        for text in good {
            assert!(check(text).is_empty(), "{text}");
        }
        for text in bad {
            assert!(check(text).has_errors(), "{text}");
        }
    }

    #[test]
    fn an_empty_configuration_asks_sts_and_the_metadata_service() {
        let settings = settings(&schema().block.empty());
        assert!(settings.ask_identity && settings.use_metadata_service);
        assert_eq!(settings.region, None);
    }
}
