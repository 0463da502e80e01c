//! What keeps a run from the wrong account, and what is left unproven.

use super::{Slice, no_blocks, nothing_to_check};
use crate::ec2::Settings;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

pub(super) const SLICE: Slice = Slice {
    attributes,
    blocks: no_blocks,
    validate: nothing_to_check,
    read,
};

fn attributes() -> Vec<Attribute> {
    let switch = |name, description| Attribute::optional(name, Type::Bool, description);
    vec![
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
        Attribute::optional(
            "max_rules_per_group",
            Type::Number,
            "The account's quota of rules for each direction and address family of a group, 1 to \
             1000. A plan that needs more is an error. Default: 60, which is EC2's.",
        )
        .check(rule_quota),
    ]
}

fn read(config: &Value, settings: &mut Settings) {
    let switch = |name: &str| config.get(name).as_bool().unwrap_or(false);
    settings.ask_identity =
        !switch("skip_credentials_validation") || !switch("skip_requesting_account_id");
}

/// The quota that a configuration names.
pub(in crate::provider) fn max_rules_per_group(config: &Value) -> Option<usize> {
    let max = config.get("max_rules_per_group").as_i64();
    max.and_then(|n| usize::try_from(n).ok())
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
