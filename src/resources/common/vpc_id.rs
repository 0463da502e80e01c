//! How the id of a VPC in a configuration reads. Of groups, prefix lists and accounts, the rules tell.
//!
//! That is said in the plan. A test with mocks asks no provider for a plan, but does have it validate
//! what the mocks made up: there, `yjehazon` is as good an id as any.

use super::desired_rules::DesiredRules;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Value;

/// Everything that is wrong with the ids of a configuration that asks for these rules.
pub(in crate::resources) fn judge(config: &Value, desired: &DesiredRules) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(id) = config.get("vpc_id").as_str().filter(|id| !is_vpc(id)) {
        found.push(no_vpc(id).at(Path::root().attribute("vpc_id")));
    }
    found.extend(desired.id_faults.iter().cloned());
    found
}

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

#[cfg(test)]
mod tests {
    use super::*;

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
