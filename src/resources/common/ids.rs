//! Checks of the form of ids in a configuration: of VPCs here, and of groups, prefix lists and accounts in
//! [`crate::rules`].
//!
//! Their errors are reported in the plan, and not in the validation: a test with mocks asks no provider for
//! a plan, but has it validate ids that the mocks made up, such as `yjehazon`.
//!
//! Where another provider is mocked and this one isn't, a host plans once more before it removes what a
//! test has created. After an error of that plan it would leave everything in place. So an id that a mock
//! may have made up is an error only when it is applied.

use super::desired_rules::DesiredRules;
use super::model;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Phase, Plan};
use crate::tf_provider::value::Value;

/// Number of characters in the texts that mocks make up.
const MADE_UP: usize = 8;

/// Errors about the ids of a configuration that declares these rules.
pub(in crate::resources) fn faults(config: &Value, desired: &DesiredRules) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(id) = model::of(config).vpc_id().known().filter(|id| !is_vpc(id)) {
        found.push(no_vpc(id).at(Path::root().attribute("vpc_id")));
    }
    let further = model::of(config).associated_vpc_ids().known();
    let further = further.unwrap_or_default().iter().filter_map(Value::as_str);
    for id in further.filter(|id| !is_vpc(id)) {
        let at = Path::root().attribute("associated_vpc_ids");
        found.push(no_further_vpc(id).at(at));
    }
    found.extend(desired.id_faults.iter().cloned());
    found
}

/// Reports errors about ids in a plan: as warnings where a mock may have made the id up, and then as errors
/// of the apply.
pub(in crate::resources) fn report(found: Diagnostics, plan: &mut Plan) {
    for fault in found {
        if plan.phase != Phase::Apply && is_about_a_mock(&fault) {
            plan.diagnostics.push(warned(fault.clone()));
            plan.when_applied.push(fault);
        } else {
            plan.diagnostics.push(fault);
        }
    }
}

/// Whether the text at the beginning of an error, or the id in it behind an account, has the form of what
/// mocks make up. Hexadecimal digits alone may be an id whose beginning is missing.
fn is_about_a_mock(fault: &Diagnostic) -> bool {
    let mut quoted = fault.summary.split('"');
    let (Some(""), Some(text)) = (quoted.next(), quoted.next()) else {
        return false;
    };
    let id = text.rsplit('/').next().unwrap_or(text);
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    id.len() == MADE_UP && id.bytes().all(fits) && !id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn warned(fault: Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        detail: format!(
            "{}\n\nIt reads as what the mock of a test makes up, so the plan goes on. Applied, it is \
             an error.",
            fault.detail
        ),
        ..fault
    }
}

/// Whether a text has the form of the id of a VPC.
pub(in crate::resources) fn is_vpc(id: &str) -> bool {
    let digits = id.strip_prefix("vpc-").unwrap_or_default();
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    matches!(digits.len(), 8 | 17) && digits.chars().all(is_hex)
}

fn no_vpc(id: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{id}\" is not the id of a VPC"),
        "The id of a VPC is \"vpc-\" and 8 or 17 digits of 0-9 and a-f. Leave vpc_id out for the \
         region's default VPC.",
    )
}

fn no_further_vpc(id: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{id}\" is not the id of a VPC"),
        "The id of a VPC is \"vpc-\" and 8 or 17 digits of 0-9 and a-f. Write ids of VPCs of this \
         account and region.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error of the plan before the removal had groups left in the account.
    #[test]
    fn an_invented_id_is_an_error_only_in_the_apply() {
        for (id, is_warning) in [
            ("yjehazon", true),
            ("m0fnp9sc", true),
            // The beginning is missing.
            ("0123abcd", false),
            ("vpc-xyz", false),
            ("Yjehazon", false),
            ("main", false),
        ] {
            for (phase, is_error) in [
                (Phase::Plan, !is_warning),
                (Phase::Unknown, !is_warning),
                (Phase::Apply, true),
            ] {
                let mut plan = Plan {
                    phase,
                    config: Value::Null,
                    prior: None,
                    planned: Value::Null,
                    replace: Vec::new(),
                    diagnostics: Diagnostics::new(),
                    when_applied: Diagnostics::new(),
                };
                report(no_vpc(id).into(), &mut plan);
                assert_eq!(plan.diagnostics.iter().count(), 1, "{id}");
                assert_eq!(plan.diagnostics.has_errors(), is_error, "{id} {phase:?}");
                assert_eq!(plan.when_applied.has_errors(), !is_error, "{id} {phase:?}");
            }
        }
    }

    #[test]
    fn vpc_ids_have_eight_or_seventeen_digits() {
        for good in ["vpc-0123abcd", "vpc-0123456789abcdef0"] {
            assert!(is_vpc(good), "{good}");
        }
        for bad in ["", "vpc-", "vpc-xyz", "sg-0123abcd", "vpc-0123ABCD"] {
            assert!(!is_vpc(bad), "{bad}");
        }
    }
}
