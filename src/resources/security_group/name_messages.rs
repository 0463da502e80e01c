//! Messages about the names of new groups: taken ones, equal ones in one plan, ones that a replacement keeps,
//! and groups that are left over.

use super::facts::NameCollision;
use super::model;
use crate::resources::security_group::run_registry::{NewGroup, PlannedAction};
use crate::resources::security_group::schema::TYPE_NAME;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::Phase;
use crate::tf_provider::value::Value;

/// The message that a name is taken. There is none while Terraform applies: then the group that has the name
/// may be the one that this one replaces, which no state shows any more, and EC2's answer to the creation
/// decides.
pub(super) fn name_taken(
    name: &str,
    taken: &NameCollision,
    phase: Phase,
    host: &Host,
) -> Option<Diagnostic> {
    let NameCollision { id, region, .. } = taken;
    if phase == Phase::Apply {
        return None;
    }
    let summary = format!("The name \"{name}\" is taken by {id}");
    let detail = match taken.future {
        Some(PlannedAction::Replace | PlannedAction::Pending) => {
            return Some(name_kept([&taken.name, name], id, host));
        }
        Some(PlannedAction::Destroy) if !taken.is_alike => {
            let detail = format!(
                "The security group {id} has this name. This state holds it, and the plan destroys \
                 it: EC2 refuses the new group as long as it is there. Then apply again. If a \
                 failed replacement has left it over, it is destroyed last: choose another \
                 name, or a name_prefix."
            );
            return Some(Diagnostic::warning(summary, detail));
        }
        Some(PlannedAction::Destroy) => format!(
            "The security group {id} has this name. This state holds it at another address, and \
             the plan destroys it there. If the resource only got another address, keep the \
             group: {}\n\nIf the plan calls it deposed, a failed replacement has left it over: \
             choose another name, or a name_prefix.",
            host.rename(TYPE_NAME)
        ),
        Some(PlannedAction::Keep) => format!(
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
            let import = host.import(TYPE_NAME, &format!("{region}/{id}"));
            let mut detail = format!(
                "The security group {id} has this name. In one VPC names are unique, whatever \
                 their case. Choose another name, or take the group over, which this state \
                 doesn't hold: {import}"
            );
            // Before a destroy, hosts make a plan as for an apply, which a provider can't recognise.
            if !taken.by_others_only {
                let destroy = host.destroy_unrefreshed();
                detail += &format!("\n\nTo destroy what this state holds all the same: {destroy}.");
            }
            detail
        }
    };
    Some(Diagnostic::error(summary, detail))
}

/// The message that two new groups of one plan have the same name. It is an error only where the host says
/// that it plans, as Terraform does, which then plans each resource once. With other hosts, the second plan
/// may be part of the apply, or of the same resource.
pub(super) fn planned_twice(
    name: &str,
    other: &NewGroup,
    phase: Phase,
    host: &Host,
) -> Option<Diagnostic> {
    if phase == Phase::Apply || other.is_of_same_config && *host == Host::Pulumi {
        return None;
    }
    let summary = format!("Two groups of this plan have the name \"{name}\"");
    let NewGroup {
        name: its_name,
        description,
        ..
    } = other;
    let detail = format!(
        "In one VPC names are unique, whatever their case, and EC2 makes only one of the two. The \
         other one is called \"{its_name}\", and its description is \"{description}\". Set another \
         \"name\" for one of them, or \"name_prefix\" in place of it. Where one block or loop makes \
         both, make the name from its index or key. If they are for different VPCs, set \"vpc_id\"."
    );
    Some(match phase {
        Phase::Plan => Diagnostic::error(summary, detail),
        Phase::Apply | Phase::Unknown => Diagnostic::warning(summary, detail),
    })
}

/// The warning about a replacement that keeps the name, region and VPC, which EC2 refuses if the new group is
/// created first.
pub(super) fn name_stays(prior: &Value, planned: &Value, host: &Host) -> Option<Diagnostic> {
    let (prior, planned) = (model::of(prior), model::of(planned));
    if planned.region() != prior.region() || planned.vpc_id() != prior.vpc_id() {
        return None;
    }
    let (before, after) = (prior.name().known()?, planned.name().known()?);
    // To EC2, names that differ in case are the same.
    let is_same = before.eq_ignore_ascii_case(after);
    let id = prior.id().known().unwrap_or_default();
    is_same.then(|| name_kept([before, after], id, host))
}

/// The warning about a group that a run which was killed may have left.
pub(super) fn left_over(id: &str, region: &str, host: &Host) -> Diagnostic {
    Diagnostic::warning(
        format!("The group {id} may be left over from a run that was killed"),
        format!(
            "Its name is made from this prefix, its description and tags are those of the group \
             that is to be created, nothing uses it, and this state doesn't hold it. Delete it, or \
             take it over instead of making another one: {}",
            host.import(TYPE_NAME, &format!("{region}/{id}"))
        ),
    )
}

/// The warning about a replacement that EC2 refuses if the new group is created first.
fn name_kept([before, after]: [&str; 2], id: &str, host: &Host) -> Diagnostic {
    let detail = format!(
        "In one VPC names are unique, whatever their case. {}. Where the new one comes first, EC2 \
         refuses it, and the old one stays as it is: set \"name_prefix\" in place of \"name\" there, \
         or {}.",
        host.order_of_replacement(),
        host.delete_first()
    );
    if before == after {
        return Diagnostic::warning(
            format!("The group that replaces {id} keeps the name \"{after}\""),
            detail,
        );
    }
    Diagnostic::warning(
        format!(
            "The group that replaces {id} keeps the name \"{before}\": \"{after}\" differs in case \
             alone"
        ),
        detail,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::diagnostics::Diagnostics;

    /// Whether the message about a taken name is an error, and its text.
    fn reported(
        phase: Phase,
        future: Option<PlannedAction>,
        is_alike: bool,
    ) -> Option<(bool, String)> {
        let taken = NameCollision {
            id: "sg-0000000c".to_owned(),
            name: "web".to_owned(),
            region: "eu-west-1".to_owned(),
            is_alike,
            future,
            by_others_only: false,
            may_be_another_accounts: false,
        };
        let found: Diagnostics = name_taken("web", &taken, phase, &Host::default())?.into();
        let words = found.iter().map(|d| format!("{}\n{}", d.summary, d.detail));
        Some((found.has_errors(), words.collect()))
    }

    #[test]
    fn a_taken_name_is_an_error_unless_its_group_may_make_room() {
        let taken = "The name \"web\" is taken by sg-0000000c";
        let kept = "The group that replaces sg-0000000c keeps the name \"web\"";
        let destroyed = Some(PlannedAction::Destroy);
        for (future, is_alike, is_error, summary, words) in [
            (None, true, true, taken, "id = \"eu-west-1/sg-0000000c\""),
            (destroyed, true, true, taken, "moved {"),
            (destroyed, false, false, taken, "destroyed last"),
            (
                Some(PlannedAction::Keep),
                true,
                true,
                taken,
                "choose another name",
            ),
            (
                Some(PlannedAction::Replace),
                true,
                false,
                kept,
                "name_prefix",
            ),
            (
                Some(PlannedAction::Pending),
                true,
                false,
                kept,
                "name_prefix",
            ),
        ] {
            let (error, message) = reported(Phase::Plan, future, is_alike).expect("something");
            assert_eq!(error, is_error, "{message}");
            assert!(
                message.starts_with(summary) && message.contains(words),
                "{message}"
            );
        }
    }

    #[test]
    fn a_taken_name_is_no_error_where_it_may_be_the_replaced_groups() {
        for future in [
            None,
            Some(PlannedAction::Keep),
            Some(PlannedAction::Pending),
        ] {
            assert_eq!(reported(Phase::Apply, future, true), None);
        }
        let (error, message) = reported(Phase::Unknown, None, true).expect("something");
        assert!(!error && !message.contains("import {"), "{message}");
    }

    #[test]
    fn a_taken_name_advises_what_the_host_can_do() {
        let words = |version: &str, future, by_others_only| {
            let taken = NameCollision {
                id: "sg-0000000c".to_owned(),
                name: "web".to_owned(),
                region: "eu-west-1".to_owned(),
                is_alike: true,
                future,
                by_others_only,
                may_be_another_accounts: false,
            };
            let message = name_taken("web", &taken, Phase::Plan, &Host::of(version));
            message.expect("something").detail
        };
        let (pulumi, old, new) = ("1.0.0+pulumi-terraform-bridge", "1.0.11", "1.11.4");
        let moved = Some(PlannedAction::Destroy);
        let kept = Some(PlannedAction::Replace);
        for (version, future, advice) in [
            (new, None, "import {\n    to = curated_security_group.NAME"),
            (
                old,
                None,
                "terraform import curated_security_group.NAME eu-west-1/sg-0000000c",
            ),
            (
                pulumi,
                None,
                "resource option import to \"eu-west-1/sg-0000000c\"",
            ),
            (new, moved, "moved {\n    from = curated_security_group.OLD"),
            (old, moved, "terraform state mv curated_security_group.OLD"),
            (pulumi, moved, "resource option aliases"),
            (new, kept, "leave create_before_destroy out"),
            (pulumi, kept, "set the resource option deleteBeforeReplace"),
        ] {
            let words = words(version, future, true);
            assert!(words.contains(advice), "{version}: {words}");
            assert!(
                !words.contains("o destroy what"),
                "the state holds nothing: {words}"
            );
            let hcl = words.contains(" {\n") || words.contains("lifecycle");
            assert!(!hcl || version == new, "{version}: {words}");
        }
        for (version, command) in [
            (new, "`terraform destroy -refresh=false` (or `tofu`)"),
            (old, "`terraform destroy -refresh=false`."),
            (pulumi, "`pulumi destroy`"),
        ] {
            let words = words(version, None, false);
            assert!(words.contains(command), "{version}: {words}");
        }
    }
}
