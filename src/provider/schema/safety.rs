//! Arguments that keep a run from the wrong account, or leave checks out.

use super::section::{Section, no_blocks};
use crate::ec2::settings::{Accounts, Settings};
use crate::rules::Limits;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

pub(super) const SECTION: Section = Section {
    attributes,
    blocks: no_blocks,
    validate,
    read,
};

const ALLOWED: &str = "allowed_account_ids";
const FORBIDDEN: &str = "forbidden_account_ids";
const SKIP_ACCOUNT: &str = "skip_requesting_account_id";
const SKIP_REDUNDANT: &str = "skip_redundant_rule_warnings";

/// The largest quota that AWS grants.
const LARGEST_QUOTA: usize = 1000;

fn attributes() -> Vec<Attribute> {
    let switch = |name, description| Attribute::optional(name, Type::Bool, description);
    let ids = |name, description| {
        Attribute::optional(name, Type::set(Type::String), description)
            .must_be("account ids of 12 digits", account_ids)
    };
    vec![
        ids(
            ALLOWED,
            "The accounts that may be worked in: with credentials of any other nothing is read or \
             written. Conflicts with `forbidden_account_ids`. Default: all.",
        ),
        ids(
            FORBIDDEN,
            "Accounts that may not be worked in: with their credentials nothing is read or \
             written. Conflicts with `allowed_account_ids`. Default: none.",
        ),
        switch(
            "skip_credentials_validation",
            "Don't prove the credentials by asking STS who they belong to. For addresses without \
             STS. Default: `false`.",
        ),
        switch(
            SKIP_ACCOUNT,
            "Don't ask STS for the account id. STS is left alone only if \
             `skip_credentials_validation` is set too. Default: `false`.",
        ),
        Attribute::optional(
            "max_rules_per_group",
            Type::Number,
            "The account's quota of rules for each direction and address family of a group, 1 to \
             1000. A plan that needs more is an error. Default: 60, which is EC2's.",
        )
        .must_be("1 to 1000", rule_quota),
        switch(
            SKIP_REDUNDANT,
            "Don't warn of a rule that changes nothing because another one lets the same through. \
             Default: `false`.",
        ),
    ]
}

fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let lists = [ALLOWED, FORBIDDEN].into_iter();
    let given: Vec<&str> = lists.filter(|list| !ids(config, list).is_empty()).collect();
    if let [allowed, forbidden] = given.as_slice() {
        found.push(two_lists(allowed).at(Path::root().attribute(*forbidden)));
    }
    if config.get(SKIP_ACCOUNT).as_bool() == Some(true) {
        for list in given {
            found.push(account_not_asked(list).at(Path::root().attribute(list)));
        }
    }
    found
}

fn read(config: &Value, settings: &mut Settings) {
    let switch = |name: &str| config.get(name).as_bool().unwrap_or(false);
    let known = |list| {
        let ids = ids(config, list).iter().filter_map(Value::as_str);
        ids.map(str::to_owned).collect()
    };
    settings.accounts = match (ids(config, ALLOWED), ids(config, FORBIDDEN)) {
        ([_, ..], _) => Accounts::Only(known(ALLOWED)),
        (_, [_, ..]) => Accounts::AllBut(known(FORBIDDEN)),
        ([], []) => Accounts::Any,
    };
    settings.ask_identity = !switch("skip_credentials_validation")
        || !switch(SKIP_ACCOUNT)
        || settings.accounts != Accounts::Any;
}

/// The elements of a list of accounts. An empty list is none, and an unknown one is nothing yet.
fn ids<'a>(config: &'a Value, list: &str) -> &'a [Value] {
    config.get(list).as_elements().unwrap_or_default()
}

/// The quota that a configuration names, or else EC2's own. While it isn't known, only what no account
/// is granted is too much.
pub(super) fn max_rules_per_group(config: &Value) -> usize {
    let max = config.get("max_rules_per_group");
    if max.is_unknown() {
        return LARGEST_QUOTA;
    }
    let max = max.as_i64().and_then(|n| usize::try_from(n).ok());
    max.unwrap_or(Limits::default().rules_per_direction)
}

/// Whether a plan warns of rules that change nothing. It does while that isn't known.
pub(super) fn warns_of_redundant_rules(config: &Value) -> bool {
    config.get(SKIP_REDUNDANT).as_bool() != Some(true)
}

fn rule_quota(value: &Value, path: &Path) -> Diagnostics {
    let quota = value.as_i64().and_then(|n| usize::try_from(n).ok());
    match quota {
        Some(1..=LARGEST_QUOTA) => Diagnostics::new(),
        _ => Diagnostic::error(
            "max_rules_per_group is out of range",
            "EC2 can be made to allow 1 to 1000 rules in each direction and address family.",
        )
        .at(path.clone())
        .into(),
    }
}

fn account_ids(value: &Value, path: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    let elements = value.as_elements().unwrap_or_default();
    for element in elements.iter().filter(|e| !e.is_unknown()) {
        let id = element.as_str().unwrap_or_default();
        let is_account = id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
        if !is_account {
            found.push(not_an_account(id).at(path.element()));
        }
    }
    found
}

fn not_an_account(id: &str) -> Diagnostic {
    let short = id.len() < 12 && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let hint = if short {
        " A number loses its leading zeros: write the id in quotes."
    } else {
        ""
    };
    Diagnostic::error(
        format!("\"{id}\" is not the id of an account"),
        format!("The id of an account has twelve digits, such as \"123456789012\".{hint}"),
    )
}

fn two_lists(other: &str) -> Diagnostic {
    Diagnostic::conflict(format!(
        "\"{FORBIDDEN}\" and \"{other}\" are both set. What \"{ALLOWED}\" doesn't name is forbidden \
         anyway: remove one of the two lists."
    ))
}

fn account_not_asked(list: &str) -> Diagnostic {
    Diagnostic::conflict(format!(
        "\"{list}\" can't be kept with {SKIP_ACCOUNT} = true: only STS says which account the \
         credentials are of, and that says not to ask it. Remove one of the two."
    ))
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    const ONE: &str = "123456789012";

    fn config() -> Value {
        schema().block.empty()
    }

    fn settings(config: &Value) -> Settings {
        let mut settings = Settings::default();
        read(config, &mut settings);
        settings
    }

    #[test]
    fn account_ids_have_twelve_digits() {
        let found = |id: Value| account_ids(&Value::set([id]), &Path::root());
        for fine in [ONE.into(), "000000000000".into(), Value::Unknown] {
            assert!(found(fine).is_empty());
        }
        for bad in [
            "",
            "12345678901",
            "1234567890123",
            "12345678901a",
            "１２３４",
        ] {
            assert!(found(bad.into()).has_errors(), "{bad}");
        }
        assert!(found(Value::Null).has_errors());
    }

    #[test]
    fn lists_conflict_with_each_other_and_with_not_asking() {
        let faults = |config: &Value| {
            let found = validate(config);
            let paths = found.iter().map(|d| d.path.to_string());
            paths.collect::<Vec<_>>()
        };
        let one = || Value::set([ONE]);
        let allowed = config().with(ALLOWED, one());
        assert_eq!(faults(&allowed), [""; 0]);
        assert_eq!(faults(&allowed.clone().with(FORBIDDEN, one())), [FORBIDDEN]);
        for none in [Value::Set(Vec::new()), Value::Unknown] {
            assert_eq!(faults(&allowed.clone().with(FORBIDDEN, none)), [""; 0]);
        }
        assert_eq!(faults(&allowed.with(SKIP_ACCOUNT, true)), [ALLOWED]);
        let forbidden = config().with(FORBIDDEN, one()).with(SKIP_ACCOUNT, true);
        assert_eq!(faults(&forbidden), [FORBIDDEN]);
    }

    #[test]
    fn sts_is_left_alone_only_where_nothing_is_to_be_learnt() {
        let skipping = config()
            .with("skip_credentials_validation", true)
            .with(SKIP_ACCOUNT, true);
        assert!(!settings(&skipping).ask_identity);
        assert!(settings(&skipping.clone().with(SKIP_ACCOUNT, false)).ask_identity);
        let listed = skipping.with(ALLOWED, Value::set([ONE]));
        let listed = settings(&listed);
        assert!(listed.ask_identity);
        assert_eq!(listed.accounts, Accounts::Only([ONE.to_owned()].into()));
    }

    #[test]
    fn a_quota_that_is_not_known_refuses_only_what_nobody_gets() {
        let quota =
            |value: Value| max_rules_per_group(&config().with("max_rules_per_group", value));
        assert_eq!(quota(Value::Null), 60);
        assert_eq!(quota(100.into()), 100);
        assert_eq!(quota(Value::Unknown), 1000);
    }
}
