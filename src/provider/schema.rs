//! The arguments of the provider block, and what they mean to the AWS side.

use crate::ec2::Settings;
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
        .check(|value, path| match value.as_str() {
            // As in the environment: an empty one is none.
            Some("") => Diagnostics::new(),
            _ => region(value, path),
        }),
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

/// Checks a region's name by its form: which regions there are is AWS's to say.
pub(crate) fn region(value: &Value, path: &Path) -> Diagnostics {
    let name = value.as_str().unwrap_or_default();
    let parts: Vec<&str> = name.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
    let numbered = parts
        .last()
        .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    if parts.len() >= 3 && numbered && parts[..parts.len() - 1].iter().all(word) {
        return Diagnostics::new();
    }
    Diagnostic::error(
        format!("\"{name}\" is not a region"),
        "A region is written like \"eu-west-1\"; \"eu-west-1a\" would be a zone in it.",
    )
    .at(path.clone())
    .into()
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
    fn regions_have_their_form() {
        let check = |text: &str| region(&text.into(), &Path::root());
        let good = "eu-west-1 us-gov-east-1 ap-southeast-7 mx-central-1";
        for text in good.split(' ') {
            assert!(check(text).is_empty(), "{text}");
        }
        let bad = "eu-west-1a Ireland eu_west_1 EU-WEST-1 eu-1 eu--1";
        for text in bad.split(' ').chain([""]) {
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
