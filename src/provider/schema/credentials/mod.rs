//! The credentials of calls: keys, profiles, roles, and where else credentials are looked for.

mod assume_role;
mod identifiers;
mod session;
mod web_identity;

use std::path::PathBuf;

use super::checks::address;
use super::section::{Arguments, Section, text, texts};
use crate::ec2::errors::Part;
use crate::ec2::settings::Settings;
use crate::provider::errors::unsendable;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, NestedBlock, Nesting};
use crate::tf_provider::value::{Type, Value};

/// The arguments that say whose calls they are.
pub(super) struct Credentials<'a> {
    access_key: &'a Value,
    secret_key: &'a Value,
    token: &'a Value,
    profile: Option<&'a str>,
    /// A list of texts.
    shared_config_files: &'a Value,
    /// A list of texts.
    shared_credentials_files: &'a Value,
    skip_metadata_api_check: Option<&'a str>,
    ec2_metadata_service_endpoint: Option<&'a str>,
    ec2_metadata_service_endpoint_mode: Option<&'a str>,
    /// A list of blocks.
    assume_role: &'a Value,
    /// A list of blocks.
    assume_role_with_web_identity: &'a Value,
}

impl<'a> Section<'a> for Credentials<'a> {
    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        let paths = |name, description| {
            let ty = Type::List(Box::new(Type::String));
            Attribute::optional(name, ty, description)
        };
        vec![
            text(
                "access_key",
                "Access key id. Requires `secret_key`. Default: the environment, a web identity, \
                 the shared files, the container's credentials, the instance metadata, in this \
                 order.",
            )
            .sensitive()
            .must_be("one line of visible ASCII characters", |value, path| {
                unsendable(Part::AccessKey, value, path)
            }),
            text("secret_key", "Secret access key. Requires `access_key`.")
                .sensitive()
                .must_be("one line of visible ASCII characters", |value, path| {
                    unsendable(Part::SecretKey, value, path)
                }),
            text("token", "Session token, for temporary credentials.")
                .sensitive()
                .must_be("one line of visible ASCII characters", |value, path| {
                    unsendable(Part::SessionToken, value, path)
                }),
            text(
                "profile",
                "Profile in the shared configuration and credentials files. Takes precedence \
                 over credentials in the environment. Default: `AWS_PROFILE`, else `\"default\"`.",
            ),
            paths(
                "shared_config_files",
                "Shared configuration files; later files take precedence. `~` and `$NAME` are \
                 expanded. Default: `AWS_CONFIG_FILE`, else `\"~/.aws/config\"`.",
            ),
            paths(
                "shared_credentials_files",
                "Shared credentials files; later files take precedence. `~` and `$NAME` are \
                 expanded. Default: `AWS_SHARED_CREDENTIALS_FILE`, else `\"~/.aws/credentials\"`.",
            ),
            text(
                "skip_metadata_api_check",
                "With `true`, don't look for credentials and region in the instance metadata \
                 service. With `false`, do. Default: as `AWS_EC2_METADATA_DISABLED` says.",
            )
            .must_be("`\"true\"` or `\"false\"`", switch),
            text(
                "ec2_metadata_service_endpoint",
                "Address of the instance metadata service. Default: \
                 `AWS_EC2_METADATA_SERVICE_ENDPOINT`, the profile's, else the usual one.",
            )
            .address()
            .must_be(
                "an address with `http://` or `https://` and a host",
                address,
            ),
            text(
                "ec2_metadata_service_endpoint_mode",
                "Family of the usual address of the instance metadata service: `\"IPv4\"` or \
                 `\"IPv6\"`. Default: `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, the profile's, \
                 else `\"IPv4\"`.",
            )
            .must_be("`\"IPv4\"` or `\"IPv6\"`", endpoint_mode),
        ]
    }

    fn blocks() -> Vec<NestedBlock> {
        vec![
            NestedBlock::new(assume_role::NAME, Nesting::List, assume_role::block()),
            NestedBlock::new(web_identity::NAME, Nesting::List, web_identity::block()).once(),
        ]
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        Self {
            access_key: arguments.get("access_key"),
            secret_key: arguments.get("secret_key"),
            token: arguments.get("token"),
            profile: arguments.text("profile"),
            shared_config_files: arguments.get("shared_config_files"),
            shared_credentials_files: arguments.get("shared_credentials_files"),
            skip_metadata_api_check: arguments.text("skip_metadata_api_check"),
            ec2_metadata_service_endpoint: arguments.text("ec2_metadata_service_endpoint"),
            ec2_metadata_service_endpoint_mode: arguments
                .text("ec2_metadata_service_endpoint_mode"),
            assume_role: arguments.get(assume_role::NAME),
            assume_role_with_web_identity: arguments.get(web_identity::NAME),
        }
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let keys = [
            ("access_key", self.access_key, "secret_key", self.secret_key),
            ("secret_key", self.secret_key, "access_key", self.access_key),
            ("token", self.token, "access_key", self.access_key),
        ];
        for (given, value, missing, other) in keys {
            if !value.is_null() && other.is_null() {
                found.push(incomplete_keys(given, missing));
            }
        }
        found.extend(assume_role::validate(self.assume_role));
        found.extend(web_identity::validate(self.assume_role_with_web_identity));
        found
    }

    fn add_to(&self, settings: &mut Settings) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        settings.access_key = owned(text(self.access_key));
        settings.secret_key = owned(text(self.secret_key));
        settings.token = owned(text(self.token));
        settings.profile = owned(self.profile);
        settings.shared_config_files = paths(self.shared_config_files);
        settings.shared_credentials_files = paths(self.shared_credentials_files);
        settings.metadata.skip = self.skip_metadata_api_check.and_then(truth);
        settings.metadata.endpoint = owned(self.ec2_metadata_service_endpoint);
        settings.metadata.endpoint_mode = owned(self.ec2_metadata_service_endpoint_mode);
        settings.assume_roles = assume_role::read(self.assume_role);
        settings.web_identity = web_identity::read(self.assume_role_with_web_identity);
    }
}

/// The paths in a list of texts; empty ones are left out.
fn paths(list: &Value) -> Vec<PathBuf> {
    texts(list)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .collect()
}

/// The words for true and false that the AWS provider takes.
fn truth(word: &str) -> Option<bool> {
    match word {
        "true" | "TRUE" | "True" | "t" | "T" | "1" => Some(true),
        "false" | "FALSE" | "False" | "f" | "F" | "0" => Some(false),
        _ => None,
    }
}

fn switch(value: &Value, path: &Path) -> Diagnostics {
    let word = value.as_str().unwrap_or_default();
    if word.is_empty() || truth(word).is_some() {
        return Diagnostics::new();
    }
    Diagnostic::error(
        format!("\"{word}\" is neither true nor false"),
        "Write \"true\" or \"false\", or leave the argument out.",
    )
    .at(path.clone())
    .into()
}

fn endpoint_mode(value: &Value, path: &Path) -> Diagnostics {
    let mode = value.as_str().unwrap_or_default();
    let modes = ["", "IPv4", "IPv6"];
    if modes.iter().any(|known| known.eq_ignore_ascii_case(mode)) {
        return Diagnostics::new();
    }
    Diagnostic::error(
        format!("\"{mode}\" is not a mode of the metadata service"),
        "Write \"IPv4\" or \"IPv6\".",
    )
    .at(path.clone())
    .into()
}

fn incomplete_keys(given: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{missing}\" is missing"),
        format!(
            "\"{given}\" is set and \"{missing}\" isn't. Set both access_key and secret_key, or neither: \
             the provider then looks in the environment, the shared files, the container and the \
             instance metadata."
        ),
    )
    .at(Path::root().attribute(given))
}

#[cfg(test)]
mod tests {
    use super::super::section::read;
    use super::*;

    #[test]
    fn the_metadata_switch_is_true_false_or_neither() {
        for (word, expected) in [("true", Some(true)), ("false", Some(false)), ("", None)] {
            let block = crate::provider::schema::schema().block;
            let config = block.empty().with("skip_metadata_api_check", word);
            let mut settings = Settings::default();
            read::<Credentials>(&config).add_to(&mut settings);
            assert_eq!(settings.metadata.skip, expected, "{word:?}");
            assert!(switch(&word.into(), &Path::root()).is_empty());
        }
        assert!(switch(&"yes".into(), &Path::root()).has_errors());
    }

    #[test]
    fn the_mode_of_the_metadata_service_is_checked() {
        for (mode, refused) in [("IPv4", false), ("ipv6", false), ("", false), ("v4", true)] {
            let found = endpoint_mode(&mode.into(), &Path::root());
            assert_eq!(found.has_errors(), refused, "{mode}");
        }
    }

    #[test]
    fn what_is_secret_is_sensitive() {
        let sensitive: Vec<&str> = Credentials::attributes()
            .into_iter()
            .chain(web_identity::block().attributes)
            .filter(|attribute| attribute.sensitive)
            .map(|attribute| attribute.name)
            .collect();
        let secrets = ["access_key", "secret_key", "token", "web_identity_token"];
        assert_eq!(sensitive, secrets);
    }
}
