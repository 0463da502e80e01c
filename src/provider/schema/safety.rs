//! Arguments that keep a run from the wrong account, or leave checks out.

use super::section::{Arguments, Section, texts};
use crate::ec2::settings::{Accounts, Settings};
use crate::rules::Limits;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Attr, Number, Type, Value};

const ALLOWED: &str = "allowed_account_ids";
const FORBIDDEN: &str = "forbidden_account_ids";
const SKIP_ACCOUNT: &str = "skip_requesting_account_id";

/// The largest quota that AWS grants.
const LARGEST_QUOTA: usize = 1000;

/// The arguments that keep a run from the wrong account, or leave checks out.
pub(super) struct Safety<'a> {
    /// A set of texts. An empty one is none.
    allowed_account_ids: &'a Value,
    /// As `allowed_account_ids`.
    forbidden_account_ids: &'a Value,
    skip_credentials_validation: bool,
    skip_requesting_account_id: bool,
    max_rules_per_group: Attr<&'a Number>,
    skip_redundant_rule_warnings: Option<bool>,
}

impl<'a> Section<'a> for Safety<'a> {
    fn attributes() -> Vec<Attribute> {
        let switch = |name, description| Attribute::optional(name, Type::Bool, description);
        let ids = |name, description| {
            Attribute::optional(name, Type::set(Type::String), description)
                .must_be("account ids of 12 digits", account_ids)
        };
        vec![
            ids(
                ALLOWED,
                "Allowed accounts: with credentials of any other account, nothing is read or \
                 written. Conflicts with `forbidden_account_ids`. Default: all.",
            ),
            ids(
                FORBIDDEN,
                "Forbidden accounts: with their credentials, nothing is read or written. \
                 Conflicts with `allowed_account_ids`. Default: none.",
            ),
            switch(
                "skip_credentials_validation",
                "Don't check the credentials with STS. For endpoints without STS. Default: \
                 `false`.",
            ),
            switch(
                SKIP_ACCOUNT,
                "Don't look up the account id with STS. STS is called all the same, unless \
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
                "skip_redundant_rule_warnings",
                "Don't warn about a rule that has no effect because another rule lets the same \
                 traffic through. Default: `false`.",
            ),
        ]
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        let is_true = |name| arguments.bool(name).unwrap_or(false);
        Self {
            allowed_account_ids: arguments.get(ALLOWED),
            forbidden_account_ids: arguments.get(FORBIDDEN),
            skip_credentials_validation: is_true("skip_credentials_validation"),
            skip_requesting_account_id: is_true(SKIP_ACCOUNT),
            max_rules_per_group: arguments.get("max_rules_per_group").number(),
            skip_redundant_rule_warnings: arguments.bool("skip_redundant_rule_warnings"),
        }
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let lists = [
            (ALLOWED, self.allowed_account_ids),
            (FORBIDDEN, self.forbidden_account_ids),
        ];
        let given: Vec<&str> = lists
            .into_iter()
            .filter(|(_, ids)| has_elements(ids))
            .map(|(name, _)| name)
            .collect();
        if given.len() == 2 {
            found.push(two_lists().at(Path::root().attribute(FORBIDDEN)));
        }
        if self.skip_requesting_account_id {
            for list in given {
                found.push(account_not_asked(list).at(Path::root().attribute(list)));
            }
        }
        found
    }

    fn add_to(&self, settings: &mut Settings) {
        let owned = |ids| texts(ids).map(str::to_owned).collect();
        settings.accounts = if has_elements(self.allowed_account_ids) {
            Accounts::Only(owned(self.allowed_account_ids))
        } else if has_elements(self.forbidden_account_ids) {
            Accounts::AllBut(owned(self.forbidden_account_ids))
        } else {
            Accounts::Any
        };
        settings.ask_identity = !self.skip_credentials_validation
            || !self.skip_requesting_account_id
            || settings.accounts != Accounts::Any;
    }
}

impl Safety<'_> {
    /// The quota that the block names, or else EC2's own. While it isn't known, only what no account is
    /// granted is too much.
    pub(super) fn max_rules_per_group(&self) -> usize {
        match self.max_rules_per_group {
            Attr::Unknown => LARGEST_QUOTA,
            Attr::Null => Limits::default().rules_per_direction,
            Attr::Known(max) => {
                let max = max.as_i64().and_then(|number| usize::try_from(number).ok());
                max.unwrap_or(Limits::default().rules_per_direction)
            }
        }
    }

    /// Whether a plan warns of rules that change nothing. It does while that isn't known.
    pub(super) fn warns_of_redundant_rules(&self) -> bool {
        self.skip_redundant_rule_warnings != Some(true)
    }
}

/// Whether a set is known and has elements.
fn has_elements(set: &Value) -> bool {
    set.as_elements()
        .is_some_and(|elements| !elements.is_empty())
}

fn rule_quota(value: &Value, path: &Path) -> Diagnostics {
    let quota = value.as_i64().and_then(|n| usize::try_from(n).ok());
    match quota {
        Some(1..=LARGEST_QUOTA) => Diagnostics::new(),
        _ => Diagnostic::error(
            "max_rules_per_group is out of range",
            "AWS grants quotas of 1 to 1000 rules in each direction and address family. Set the quota of \
             your account.",
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
    let is_short_number = id.len() < 12 && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let hint = if is_short_number {
        " A number loses its leading zeros: write the id in quotes."
    } else {
        ""
    };
    Diagnostic::error(
        format!("\"{id}\" is not the id of an account"),
        format!("The id of an account has twelve digits, such as \"123456789012\".{hint}"),
    )
}

fn two_lists() -> Diagnostic {
    Diagnostic::conflict(format!(
        "\"{FORBIDDEN}\" and \"{ALLOWED}\" are both set. Accounts that \"{ALLOWED}\" doesn't name are \
         forbidden anyway. Remove one of the two lists."
    ))
}

fn account_not_asked(list: &str) -> Diagnostic {
    Diagnostic::conflict(format!(
        "\"{list}\" can't be kept with {SKIP_ACCOUNT} = true: only STS says which account the \
         credentials belong to, and it isn't asked then. Remove one of the two."
    ))
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::super::section::read;
    use super::*;

    const ONE: &str = "123456789012";

    fn config() -> Value {
        schema().block.empty()
    }

    fn settings(config: &Value) -> Settings {
        let mut settings = Settings::default();
        read::<Safety>(config).add_to(&mut settings);
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
            let found = read::<Safety>(config).validate();
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
    fn sts_is_not_asked_only_where_nothing_depends_on_it() {
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
    fn an_unknown_quota_refuses_only_what_no_account_is_granted() {
        let quota = |value: Value| {
            let config = config().with("max_rules_per_group", value);
            read::<Safety>(&config).max_rules_per_group()
        };
        assert_eq!(quota(Value::Null), 60);
        assert_eq!(quota(100.into()), 100);
        assert_eq!(quota(Value::Unknown), 1000);
    }
}
