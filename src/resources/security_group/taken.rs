//! What is said of a group that has the name which another is to have, or one like it.

use super::facts::Taken;
use crate::resources::security_group::run_registry::Future;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::resource::Phase;
use crate::tf_provider::value::Value;

/// A name that is taken. In the plan that Terraform makes while it applies, it may be taken by the
/// group that this very one replaces, which no state shows any more: the creation has the last word.
pub(super) fn name_taken(name: &str, taken: &Taken, phase: Phase) -> Option<Diagnostic> {
    let Taken { id, region, .. } = taken;
    if phase == Phase::Apply {
        return None;
    }
    let summary = format!("The name \"{name}\" is taken by {id}");
    let detail = match taken.future {
        Some(Future::Replaced | Future::Undecided) => return Some(name_kept(name, id)),
        Some(Future::Destroyed) if !taken.is_alike => {
            let detail = format!(
                "The security group {id} has this name. This state holds it, and the plan destroys \
                 it: EC2 refuses the new group as long as it is there. Then apply again. If a \
                 failed replacement has left it over, Terraform destroys it last: choose another \
                 name, or a name_prefix."
            );
            return Some(Diagnostic::warning(summary, detail));
        }
        Some(Future::Destroyed) => format!(
            "The security group {id} has this name. This state holds it at another address, and \
             the plan destroys it there: if the resource only got another address, tell \
             Terraform so, and nothing is destroyed:\n\n  moved {{\n    from = \
             curated_security_group.OLD\n    to   = curated_security_group.NEW\n  }}\n\nIf the \
             plan calls it deposed, a failed replacement has left it over: choose another name, \
             or a name_prefix."
        ),
        Some(Future::Kept) => format!(
            "The security group {id} has this name, and this state holds it at another address. \
             In one VPC names are unique, whatever their case: choose another name."
        ),
        None if phase == Phase::Unknown => {
            let detail = format!(
                "The security group {id} has this name. In one VPC names are unique, whatever \
                 their case, and EC2 refuses the new group as long as that one is there. Choose \
                 another name, or a name_prefix. If the state doesn't hold the group at any \
                 address, it can be imported as \"{region}/{id}\" instead."
            );
            return Some(Diagnostic::warning(summary, detail));
        }
        None if taken.may_be_another_accounts => {
            let detail = format!(
                "The security group {id} has this name. Groups of several accounts are in this \
                 VPC, and each account has names of its own: if the group is another account's, \
                 the name is free. Remove \"skip_requesting_account_id\" from the provider \
                 block, and this is found out."
            );
            return Some(Diagnostic::warning(summary, detail));
        }
        None => {
            let destroy = if taken.by_others_only { "" } else { DESTROY };
            format!(
                "The security group {id} has this name. In one VPC names are unique, whatever \
                 their case. Choose another name, or take the group over, which this state \
                 doesn't hold:\n\n  import {{\n    to = curated_security_group.NAME\n    id = \
                 \"{region}/{id}\"\n  }}{destroy}"
            )
        }
    };
    Some(Diagnostic::error(summary, detail))
}

/// A replacement that keeps name and place, for which EC2 has no room where the new group comes
/// first.
pub(super) fn name_stays(prior: &Value, planned: &Value) -> Option<Diagnostic> {
    let stays = |name: &str| planned.get(name) == prior.get(name);
    let text = |name: &str| prior.get(name).as_str().unwrap_or_default();
    ["region", "vpc_id", "name"]
        .into_iter()
        .all(stays)
        .then(|| name_kept(text("name"), text("id")))
}

pub(super) fn left_over(id: &str, region: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The group {id} may be left over from a run that was killed"),
        format!(
            "Its name is made from this prefix, its description and tags are those of the group \
             that is to be created, nothing uses it, and this state doesn't hold it. Delete it, or \
             take it over instead of another group:\n\n  import {{\n    to = \
             curated_security_group.NAME\n    id = \"{region}/{id}\"\n  }}"
        ),
    )
}

/// A replacement for which EC2 has no room where the new group comes first.
fn name_kept(name: &str, id: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The group that replaces {id} keeps the name \"{name}\""),
        "In one VPC names are unique. Terraform destroys the old group first, unless \
         create_before_destroy is set, here or in a resource that depends on this one: then EC2 \
         refuses the new group, and the old one stays as it is. Set \"name_prefix\" in place of \
         \"name\" there.",
    )
}

/// Before it destroys, Terraform plans as if it didn't; a provider can't tell.
const DESTROY: &str = "\n\nTo destroy what this state holds all the same: `terraform destroy \
                       -refresh=false`.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::diagnostics::Diagnostics;

    /// Whether an error is said of a taken name, and the words.
    fn said(phase: Phase, future: Option<Future>, is_alike: bool) -> Option<(bool, String)> {
        let taken = Taken {
            id: "sg-0000000c".to_owned(),
            region: "eu-west-1".to_owned(),
            is_alike,
            future,
            by_others_only: false,
            may_be_another_accounts: false,
        };
        let found: Diagnostics = name_taken("web", &taken, phase)?.into();
        let words = found.iter().map(|d| format!("{}\n{}", d.summary, d.detail));
        Some((found.has_errors(), words.collect()))
    }

    #[test]
    fn a_taken_name_is_an_error_unless_its_group_may_make_room() {
        let taken = "The name \"web\" is taken by sg-0000000c";
        let kept = "The group that replaces sg-0000000c keeps the name \"web\"";
        let destroyed = Some(Future::Destroyed);
        for (future, is_alike, is_error, summary, words) in [
            (None, true, true, taken, "id = \"eu-west-1/sg-0000000c\""),
            (destroyed, true, true, taken, "moved {"),
            (destroyed, false, false, taken, "destroys it last"),
            (Some(Future::Kept), true, true, taken, "choose another name"),
            (Some(Future::Replaced), true, false, kept, "name_prefix"),
            (Some(Future::Undecided), true, false, kept, "name_prefix"),
        ] {
            let (error, said) = said(Phase::Plan, future, is_alike).expect("something");
            assert_eq!(error, is_error, "{said}");
            assert!(said.starts_with(summary) && said.contains(words), "{said}");
        }
    }

    #[test]
    fn a_taken_name_is_no_error_where_it_may_be_the_replaced_groups() {
        for future in [None, Some(Future::Kept), Some(Future::Undecided)] {
            assert_eq!(said(Phase::Apply, future, true), None);
        }
        let (error, said) = said(Phase::Unknown, None, true).expect("something");
        assert!(!error && !said.contains("import {"), "{said}");
    }
}
