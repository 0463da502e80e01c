//! Whose calls they are: keys, profiles, roles, and where else credentials are looked for.

use super::{Slice, no_blocks, text};
use crate::ec2::Settings;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

pub(super) const SLICE: Slice = Slice {
    attributes,
    blocks: no_blocks,
    validate,
    read,
};

fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    vec![
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
        Attribute::optional(
            "skip_metadata_api_check",
            Type::Bool,
            "Don't look for credentials and region in the instance metadata service. Default: \
             `false`.",
        ),
    ]
}

fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let pairs = [("access_key", "secret_key"), ("secret_key", "access_key")];
    for (given, missing) in pairs {
        if !config.get(given).is_null() && config.get(missing).is_null() {
            found.push(incomplete_keys(given, missing));
        }
    }
    if !config.get("token").is_null() && config.get("access_key").is_null() {
        found.push(incomplete_keys("token", "access_key"));
    }
    found
}

fn read(config: &Value, settings: &mut Settings) {
    settings.access_key = text(config, "access_key");
    settings.secret_key = text(config, "secret_key");
    settings.token = text(config, "token");
    settings.profile = text(config, "profile");
    settings.metadata.skip = config.get("skip_metadata_api_check").as_bool();
}

fn incomplete_keys(given: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{missing}\" is missing"),
        format!(
            "\"{given}\" is set and \"{missing}\" isn't; access_key and secret_key come \
             together. Set both, or neither and let the provider look in the environment, the \
             shared files, the container and the instance metadata."
        ),
    )
    .at(Path::root().attribute(given))
}
