//! Diagnostics of a plan that is decided, by the facts: errors for what EC2 would refuse, warnings for what is
//! legal and probably a mistake. Pure.

use super::associations;
use super::declared;
use super::facts::Facts;
use super::model::{self, DesiredRules};
use super::name_messages::{left_over, name_stays, name_taken, planned_twice};
use crate::resources::common::model::called;
use crate::resources::common::{group_checks, rule_checks};
use crate::rules::RuleSet;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// The diagnostics of a plan. `desired` are the rules that it is for.
pub(super) fn check(plan: &Plan, desired: &DesiredRules, facts: &Facts) -> Diagnostics {
    let mut found = Diagnostics::new();
    let at = |name: &str| Path::root().attribute(name);
    if let Some(prior) = plan.prior.as_ref().filter(|_| !plan.replace.is_empty()) {
        // Terraform asks for the plan of the new group next, which has the other diagnostics.
        if !facts.holders.is_empty() {
            found.push(replaced_in_use(prior, facts, &plan.replace));
        }
        // Terraform shows no warnings of the new group's plan.
        if let Some(warning) = name_stays(prior, &plan.planned, &facts.host) {
            found.push(warning.at(at("name")));
        }
        return found;
    }
    if facts.no_default_vpc {
        found.push(no_default_vpc().at(at("vpc_id")));
    }
    found.extend(associations::check(plan, facts.default_vpc.as_deref()));
    let name = model::of(&plan.planned).name().known().unwrap_or_default();
    if let Some(taken) = &facts.taken {
        found.extend(name_taken(name, taken, plan.phase, &facts.host).map(|d| d.at(at("name"))));
    }
    if let Some(other) = &facts.planned_twice {
        found.extend(planned_twice(name, other, plan.phase, &facts.host).map(|d| d.at(at("name"))));
    }
    let region = model::of(&plan.planned)
        .region()
        .known()
        .unwrap_or_default();
    for id in &facts.left_over {
        found.push(left_over(id, region, &facts.host).at(at("name_prefix")));
    }
    let called = called(&plan.planned);
    if declared::leaves_rules_to_others(&plan.config) == Some(true) {
        found.extend(declared::left_to_others(plan));
        return found;
    }
    if !desired.complete {
        let stored = plan.prior.as_ref();
        let stored = stored.map(|state| model::rules_of(state, &facts.catalog));
        let stored = stored.unwrap_or_default();
        let may_go = may_go(plan, &stored);
        let known = desired.known_so_far(&called, &stored, &may_go);
        found.extend(known.map(|warning| warning.at(at("rules"))));
    }
    // While some rules aren't known, it isn't known which of the present ones stay.
    let prior = plan.prior.as_ref().filter(|_| desired.complete);
    let rules_of = |state| model::rules_of(state, &facts.catalog);
    let mut before = prior.map_or_else(RuleSet::new, rules_of);
    let stay = |prior| declared::undeclared_kept(prior, &plan.planned, &facts.catalog);
    let mut undeclared = prior.map_or_else(RuleSet::new, stay);
    if let Some(owned) = declared::left_to_owners(&called, &facts.owned) {
        found.push(owned);
        undeclared.extend(facts.owned.clone());
    }
    before.retain(|rule, _| !undeclared.contains_key(rule));
    let judged = group_checks::Judged {
        called: &called,
        desired,
        undeclared: &undeclared,
        limits: &facts.limits,
        redundant_rules_are_meant: facts.redundant_rules_are_meant,
    };
    found.extend(judged.rules());
    let mut stay = undeclared.clone();
    stay.retain(|rule, _| !facts.owned.contains_key(rule));
    if !stay.is_empty() {
        found.push(undeclared_kept(&called, &stay).at(at("exclusive")));
    }
    if let Some(prior) = &plan.prior
        && model::becomes_exclusive(prior, &plan.planned)
        && !facts.left_rules_to_others
    {
        found.push(shown_next_time(&called).at(at("exclusive")));
    }
    if prior.is_some() {
        found.extend(judged.steps(&before));
    }
    found
}

/// The rules of a state that go if the configuration doesn't declare them any more. In a direction whose
/// blocks are unknown as a whole, all may be declared again.
fn may_go(plan: &Plan, stored: &RuleSet) -> RuleSet {
    let is_exclusive = model::of(&plan.planned).exclusive() == Attr::Known(true);
    let mut rules = stored.clone();
    rules.retain(|rule, _| {
        let direction = rule.direction.name();
        let short_form = format!("{direction}_rules");
        let is_known = |name: &str| !plan.config.get(name).is_unknown();
        is_exclusive && is_known(direction) && is_known(&short_form)
    });
    rules
}

fn no_default_vpc() -> Diagnostic {
    Diagnostic::error(
        "The region has no default VPC",
        "Set \"vpc_id\" to the VPC that the group belongs to.",
    )
}

fn replaced_in_use(prior: &Value, facts: &Facts, replace: &[Path]) -> Diagnostic {
    let id = model::of(prior).id().known().unwrap_or_default();
    let why: Vec<String> = replace.iter().map(Path::to_string).collect();
    let list: Vec<String> = facts.holders.iter().map(|h| format!("  - {h}")).collect();
    Diagnostic::warning(
        format!("{id} is to be replaced, and is in use"),
        format!(
            "A change of {} makes another group, and EC2 deletes the old one only when nothing \
             uses it. At the moment these do:\n{}\n\nTake the group off them first. Or let this \
             run do it: with a name_prefix the other group can be made first, and what refers to \
             this resource gets it; {} for that.",
            why.join(", "),
            list.join("\n"),
            facts.host.create_first()
        ),
    )
    .at(replace[0].clone())
}

fn undeclared_kept(called: &str, undeclared: &RuleSet) -> Diagnostic {
    Diagnostic::warning(
        format!("Rules are left alone from now on: {called}"),
        format!(
            "With exclusive = false, rules that the configuration doesn't declare stay in EC2 and \
             are no longer shown. These do:\n{}",
            rule_checks::lines(undeclared.keys())
        ),
    )
}

fn shown_next_time(called: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("Rules that others added are shown from the next plan on: {called}"),
        "Until now they were left alone, and this plan doesn't know them. Once exclusive = true is \
         applied, they are drift: the next plan shows them, and its apply revokes them.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::model::RuleContext;
    use super::super::schema;
    use super::*;
    use crate::catalog::Catalog;

    use crate::ec2::Holder;
    use crate::rules::Limits;
    use crate::tf_provider::resource::Phase;

    /// A group called `web` with one ingress block for these ports and this source.
    fn group(ports: std::ops::Range<i64>, source: (&str, &str)) -> Value {
        let block = &schema::schema().block;
        let (name, element) = source;
        let rule = |port: i64| {
            let rule = schema::rule(block).empty();
            rule.with("protocol", "tcp")
                .with("from_port", port)
                .with(name, Value::set([element]))
        };
        let group = block.empty().with("name", "web");
        let group = group.with("ingress", Value::set(ports.map(rule)));
        let rules = model::desired(&group, RuleContext::new(Catalog::built_in())).value();
        group
            .with("id", "sg-0000000a")
            .with("exclusive", true)
            .with("rules", rules)
    }

    const NET: (&str, &str) = ("cidr_blocks", "10.0.0.0/8");
    const PEER: (&str, &str) = ("security_groups", "sg-0000000b");

    fn plan(prior: Option<Value>, planned: Value) -> Plan {
        Plan {
            phase: Phase::Plan,
            config: planned.clone(),
            prior,
            planned,
            replace: Vec::new(),
            diagnostics: Diagnostics::new(),
            when_applied: Diagnostics::new(),
        }
    }

    /// Path, summary and detail of each diagnostic.
    fn diagnostics_of(plan: &Plan, facts: &Facts) -> Vec<(String, String, String)> {
        let desired = model::desired(&plan.config, RuleContext::new(Catalog::built_in()));
        assert!(desired.faults.is_empty() && desired.id_faults.is_empty());
        let found = check(plan, &desired, facts);
        let reported = found.iter();
        reported
            .map(|d| (d.path.to_string(), d.summary.clone(), d.detail.clone()))
            .collect()
    }

    fn at_most(rules: usize) -> Facts {
        Facts {
            limits: Limits {
                rules_per_direction: rules,
                ..Limits::default()
            },
            ..Facts::default()
        }
    }

    #[test]
    fn a_plain_plan_without_facts_has_no_diagnostics() {
        assert_eq!(
            diagnostics_of(&plan(None, group(1..5, NET)), &Facts::default()),
            []
        );
        let change = plan(Some(group(1..5, NET)), group(3..9, PEER));
        assert_eq!(diagnostics_of(&change, &Facts::default()), []);
    }

    #[test]
    fn a_replaced_group_is_only_checked_for_users() {
        // At the quota: reported for the new group, by the plan that creates it.
        let mut change = plan(Some(group(1..5, NET)), group(1..7, PEER));
        change.planned = change.planned.with("vpc_id", "vpc-0000000a");
        change.replace = vec![Path::root().attribute("vpc_id")];
        let mut facts = at_most(4);
        assert_eq!(diagnostics_of(&change, &facts), []);
        facts.holders = vec![Holder::Interface {
            id: "eni-1".to_owned(),
            kind: "interface".to_owned(),
            owner: "123456789012".to_owned(),
            attachment: None,
            description: String::new(),
            transient: false,
        }];
        let reported = diagnostics_of(&change, &facts);
        let [(path, summary, detail)] = reported.as_slice() else {
            panic!("{reported:?}");
        };
        assert_eq!(path, "vpc_id");
        assert_eq!(summary, "sg-0000000a is to be replaced, and is in use");
        assert!(detail.contains("A change of vpc_id") && detail.contains("eni-1"));
    }

    #[test]
    fn early_revocations_are_reported_only_if_all_rules_are_known() {
        let mut change = plan(Some(group(1..5, NET)), group(1..5, PEER));
        let reported = diagnostics_of(&change, &at_most(4));
        let [(path, summary, detail)] = reported.as_slice() else {
            panic!("{reported:?}");
        };
        assert_eq!(path, "rules");
        assert_eq!(
            summary,
            "Traffic may be interrupted for a moment: web (sg-0000000a)"
        );
        assert!(
            detail.contains("\n  - ingress tcp/1 from 10.0.0.0/8"),
            "{detail}"
        );
        change.config = change.config.with("egress", Value::Unknown);
        let reported = diagnostics_of(&change, &at_most(4));
        assert!(
            reported.iter().all(|(_, other, _)| other != summary),
            "{reported:?}"
        );
    }

    #[test]
    fn known_changes_are_listed_while_some_rules_are_unknown() {
        let mut change = plan(Some(group(1..3, NET)), group(2..4, NET));
        let later = schema::rule(&schema::schema().block).empty();
        let later = later.with("service", "https").with("self", Value::Unknown);
        change.config = change.config.with("egress", Value::set([later]));
        let reported = diagnostics_of(&change, &Facts::default());
        let [(path, summary, detail)] = reported.as_slice() else {
            panic!("{reported:?}");
        };
        assert_eq!(path, "rules");
        assert_eq!(
            summary,
            "Not all rules of the group are known yet: web (sg-0000000a)"
        );
        let known = "    ingress tcp/2 from 10.0.0.0/8\n  + ingress tcp/3 from 10.0.0.0/8\n  - \
                     ingress tcp/1 from 10.0.0.0/8";
        assert!(detail.ends_with(known), "{detail}");

        assert!(detail.contains("- goes, unless one that isn't known"));

        // Of a whole direction nothing is known: whatever was there may be there again.
        let out = schema::rule(&schema::schema().block).empty();
        let out = out.with("service", "https").with("self", true);
        let unknown = change.config.with("ingress", Value::Unknown);
        change.config = unknown.with("egress", Value::set([out]));
        assert!(
            !diagnostics_of(&change, &Facts::default())[0]
                .2
                .contains("\n  - ")
        );

        let mut many = plan(None, group(1..100, NET));
        many.config = many.config.with("egress", Value::Unknown);
        let (_, _, detail) = &diagnostics_of(&many, &at_most(1000))[0];
        assert!(detail.ends_with("\n  and 39 more"), "{detail}");
    }

    #[test]
    fn rules_that_are_left_alone_are_listed_and_counted() {
        let after = group(1..3, NET).with("exclusive", false);
        let change = plan(Some(group(1..5, NET)), after);
        let left = "  - ingress tcp/3 from 10.0.0.0/8\n  - ingress tcp/4 from 10.0.0.0/8";
        let reported = diagnostics_of(&change, &at_most(4));
        let [(path, _, detail)] = reported.as_slice() else {
            panic!("{reported:?}");
        };
        assert_eq!(path, "exclusive");
        assert!(detail.ends_with(left), "{detail}");

        let reported = diagnostics_of(&change, &at_most(3));
        let summaries: Vec<&str> = reported.iter().map(|(_, summary, _)| &**summary).collect();
        let expected = [
            "More ingress rules than EC2 allows",
            "Rules are left alone from now on: web (sg-0000000a)",
        ];
        assert_eq!(summaries, expected);
    }
}
