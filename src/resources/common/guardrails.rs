//! Checks the rules of a resource by the guardrails of the provider block, and the resource's exemptions from
//! them. Must not know any of the resource types.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::ec2::{Ec2, Scope};
use crate::resources::common::desired_rules::DesiredRules;
use crate::rules::guardrails::{Action, Guardrail, Violation, undecided, violations};
use crate::rules::world::PrefixListBlocks;
use crate::rules::{Peer, RuleSet, nearest, one_of};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

/// The attribute of a resource's exemptions.
pub(in crate::resources) const EXEMPTIONS: &str = "guardrail_exemptions";

/// Most rules that a message lists.
const LISTED: usize = 10;

/// The schema of the attribute.
pub(in crate::resources) fn attribute() -> Attribute {
    Attribute::optional(
        EXEMPTIONS,
        Type::map(Type::String),
        "Guardrails of the provider block that don't apply to the group: a map of names of guardrails \
         to reasons. A plan that uses an exemption warns about it, and shows the reason.",
    )
}

/// The rules that are checked by guardrails.
pub(in crate::resources) struct Judged<'a> {
    /// The resource in a few words.
    pub(in crate::resources) called: &'a str,
    /// The configuration.
    pub(in crate::resources) config: &'a Value,
    /// Rules that the resource declares, as far as they are known.
    pub(in crate::resources) desired: &'a DesiredRules,
    /// Rules of the same group that aren't the resource's, as far as they are known.
    pub(in crate::resources) others: &'a RuleSet,
    /// The entries of prefix lists, as far as they are known.
    pub(in crate::resources) lists: &'a PrefixListBlocks,
}

/// The entries of the prefix lists that decide whether a guardrail is violated, as far as EC2 shows them.
/// EC2 isn't asked where there are none.
pub(in crate::resources) async fn prefix_lists(
    ec2: &Ec2,
    rules: [&RuleSet; 2],
    catalog: &Catalog,
    scope: &Scope,
) -> PrefixListBlocks {
    let none = PrefixListBlocks::new();
    let unclear = rules
        .into_iter()
        .flat_map(|rules| undecided(catalog.guardrails(), rules, &none));
    let ids: BTreeSet<String> = unclear
        .filter_map(|rule| match &rule.peer {
            Peer::PrefixList(id) => Some(id.clone()),
            _ => None,
        })
        .collect();
    ec2.prefix_list_blocks(&ids, scope).await
}

/// Errors of the guardrails that a configuration violates for certain, without asking EC2.
pub(in crate::resources) fn validate(
    config: &Value,
    desired: &DesiredRules,
    catalog: &Catalog,
) -> Diagnostics {
    let judged = Judged {
        called: "",
        config,
        desired,
        others: &RuleSet::new(),
        lists: &PrefixListBlocks::new(),
    };
    let mut found = exemptions(config, catalog);
    let reported = reported(&judged, catalog).into_iter();
    found.extend(reported.filter(|diagnostic| diagnostic.severity == Severity::Error));
    found
}

/// Diagnostics of the guardrails that a plan violates, and of rules that can't be checked.
pub(in crate::resources) fn plan(judged: &Judged<'_>, catalog: &Catalog) -> Diagnostics {
    let mut found = reported(judged, catalog);
    for rule in undecided(catalog.guardrails(), &judged.desired.rules, judged.lists) {
        let (path, place) = judged.desired.place(rule);
        let warning = Diagnostic::warning(
            format!(
                "Guardrails don't judge the rule \"{rule}\" of {}",
                judged.called
            ),
            format!(
                "Guardrails are judged by addresses, and the entries of the prefix list can't be read \
                 now. Allow these credentials ec2:GetManagedPrefixListEntries, or make sure that \
                 the list holds no addresses that a guardrail of this traffic forbids.\n\nThis is \
                 about {place}."
            ),
        );
        found.push(warning.at(path));
    }
    found
}

fn reported(judged: &Judged<'_>, catalog: &Catalog) -> Diagnostics {
    let mut found = Diagnostics::new();
    let guardrails = catalog.guardrails();
    if guardrails.is_empty() {
        return found;
    }
    for violation in violations(
        guardrails,
        &judged.desired.rules,
        judged.others,
        judged.lists,
    ) {
        found.extend(diagnostic(&violation, judged));
    }
    found
}

/// The message about a violation; `None` while it isn't known whether the group is exempted.
fn diagnostic(violation: &Violation<'_>, judged: &Judged<'_>) -> Option<Diagnostic> {
    let guardrail = violation.guardrail;
    let name = &guardrail.name;
    let exemptions = judged.config.get(EXEMPTIONS);
    if exemptions.is_unknown() && guardrail.exemptible {
        return None;
    }
    let entries = exemptions.as_entries();
    let exemption = entries.and_then(|entries| entries.get(name));
    let exemption = exemption.filter(|reason| !reason.is_null() && guardrail.exemptible);
    let of_rule = violation
        .rules
        .iter()
        .find(|rule| judged.desired.rules.contains_key(**rule));
    let (path, _) = of_rule.map_or_else(
        || (Path::root(), String::new()),
        |rule| judged.desired.place(rule),
    );
    let lines = violation.rules.iter().map(|rule| {
        if judged.desired.rules.contains_key(*rule) {
            format!("  - {rule}, in {}", judged.desired.place(rule).1)
        } else {
            format!("  - {rule}, which the group has already")
        }
    });
    let count = violation.rules.len();
    let more = (count > LISTED).then(|| format!("  - {} more rules", count - LISTED));
    let lines: Vec<String> = lines.take(LISTED).chain(more).collect();
    let what = format!("{}:\n{}", violation.sentence(), lines.join("\n"));
    if let Some(reason) = exemption {
        let reason = reason.as_str().unwrap_or("(not known yet)");
        let warning = Diagnostic::warning(
            format!("The guardrail \"{name}\" is exempted for {}", judged.called),
            format!("The reason: {reason}\n\n{what}"),
        );
        return Some(warning.at(Path::root().attribute(EXEMPTIONS).key(name)));
    }
    let detail = format!("{}\n\n{what}\n\n{}", guardrail.reason, way_out(guardrail));
    let diagnostic = match guardrail.action {
        Action::Error => Diagnostic::error(format!("The guardrail \"{name}\" is violated"), detail),
        Action::Warning => Diagnostic::warning(
            format!("The guardrail \"{name}\" is violated by {}", judged.called),
            detail,
        ),
    };
    Some(diagnostic.at(path))
}

fn way_out(guardrail: &Guardrail) -> String {
    if guardrail.exemptible {
        format!(
            "Let less through, or exempt the group: {EXEMPTIONS} = {{ {:?} = \"the reason\" }}.",
            guardrail.name
        )
    } else {
        "Let less through. No group can be exempted from this guardrail.".to_owned()
    }
}

/// Diagnostics of the exemptions of a resource.
fn exemptions(config: &Value, catalog: &Catalog) -> Diagnostics {
    let mut found = Diagnostics::new();
    let at = Path::root().attribute(EXEMPTIONS);
    let guardrails = catalog.guardrails();
    let entries = config.get(EXEMPTIONS).as_entries().into_iter().flatten();
    for (name, reason) in entries.filter(|(_, reason)| !reason.is_null()) {
        let is_blank = |text: &str| text.trim().is_empty();
        if reason.as_str().is_some_and(is_blank) {
            let error = Diagnostic::error(
                format!("The exemption from \"{name}\" gives no reason"),
                "Every plan shows the reason. Say why the group is exempted, and until when.",
            );
            found.push(error.at(at.key(name)));
        }
        match guardrails.iter().find(|guardrail| guardrail.name == *name) {
            Some(guardrail) if !guardrail.exemptible => {
                let error = Diagnostic::error(
                    format!("No group can be exempted from \"{name}\""),
                    format!("{} Remove the exemption.", with_stop(&guardrail.reason)),
                );
                found.push(error.at(at.key(name)));
            }
            None if !guardrails.is_empty() => {
                let names: BTreeSet<&str> = guardrails.iter().map(|g| g.name.as_str()).collect();
                let near = nearest(name, names);
                let guess = if near.is_empty() {
                    "Remove the exemption.".to_owned()
                } else {
                    format!("Did you mean {}?", one_of(&near))
                };
                let warning = Diagnostic::warning(format!("\"{name}\" is not a guardrail"), guess);
                found.push(warning.at(at.key(name)));
            }
            _ => {}
        }
    }
    found
}

fn with_stop(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Extent, file};
    use crate::resources::common::desired_rules::{self, RuleContext};

    const GUARDRAILS: &str = r#"
guardrail {
  name    = "no-ssh"
  traffic = ["ssh"]
  reason  = "Use the bastion"
}
guardrail {
  name       = "no-telnet"
  traffic    = ["telnet"]
  reason     = "Nobody needs it"
  exemptible = false
}
"#;

    /// Path, summary and detail of each diagnostic of a plan, and the number of errors of a validation.
    fn reported(rules: &[(&str, &str)], exemptions: Value) -> (Vec<String>, usize) {
        let (catalog, errors) = file::parse("catalog.hcl", GUARDRAILS)
            .0
            .catalog(Extent::Whole);
        assert_eq!(errors, []);
        let config = Value::object([
            ("ingress_rules", Value::map(rules.iter().copied())),
            ("egress_rules", Value::Null),
            ("ingress", Value::Null),
            ("egress", Value::Null),
            ("preset", Value::Null),
            ("presets", Value::Null),
            (EXEMPTIONS, exemptions),
        ]);
        let desired = desired_rules::desired(&config, RuleContext::new(&catalog));
        let judged = Judged {
            called: "web",
            config: &config,
            desired: &desired,
            others: &RuleSet::new(),
            lists: &PrefixListBlocks::new(),
        };
        let messages = plan(&judged, &catalog);
        let messages = messages
            .iter()
            .map(|d| format!("{}: {}. {}", d.path, d.summary, d.detail));
        let valid = validate(&config, &desired, &catalog);
        let errors = valid.iter().filter(|d| d.severity == Severity::Error);
        (messages.collect(), errors.count())
    }

    #[test]
    fn a_violation_names_guardrail_reason_rules_and_labels() {
        let halves = [
            ("a", "ssh from 0.0.0.0/1"),
            ("b", "tcp/20-30 from 128.0.0.0/1"),
        ];
        let (messages, errors) = reported(&halves, Value::Null);
        let [only] = messages.as_slice() else {
            panic!("{messages:?}");
        };
        assert_eq!(errors, 1);
        for part in [
            "The guardrail \"no-ssh\" is violated. Use the bastion",
            "  - ingress tcp/22 from 0.0.0.0/1, in the label \"a\" of ingress_rules",
            "  - ingress tcp/20-30 from 128.0.0.0/1, in the label \"b\" of ingress_rules",
            "guardrail_exemptions = { \"no-ssh\" = \"the reason\" }",
        ] {
            assert!(only.contains(part), "{part}: {only}");
        }
        assert_eq!(reported(&halves[..1], Value::Null), (Vec::new(), 0));
    }

    #[test]
    fn a_world_in_many_parts_is_found_and_listed_in_a_few_lines() {
        let texts: Vec<(String, String)> = (0..128)
            .map(|part| (format!("p{part}"), format!("ssh from {}.0.0.0/7", 2 * part)))
            .collect();
        let parts: Vec<(&str, &str)> = texts.iter().map(|(a, b)| (&**a, &**b)).collect();
        let (messages, errors) = reported(&parts, Value::Null);
        assert_eq!(errors, 1);
        assert_eq!(messages[0].matches("\n  - ingress").count(), LISTED);
        assert!(
            messages[0].contains("\n  - 118 more rules\n"),
            "{messages:?}"
        );
        // One part is missing, and hosts have addresses in it.
        let rest = [&parts[..40], &parts[41..]].concat();
        assert_eq!(reported(&rest, Value::Null), (Vec::new(), 0));
    }

    #[test]
    fn an_exemption_warns_with_its_reason_and_must_be_allowed() {
        let ssh = [("a", "ssh from anywhere-ipv4")];
        let (messages, errors) = reported(&ssh, Value::map([("no-ssh", "OPS-123")]));
        assert_eq!((messages.len(), errors), (1, 0), "{messages:?}");
        assert!(messages[0].starts_with("guardrail_exemptions[\"no-ssh\"]: The guardrail \"no-ssh\" is exempted for web. The reason: OPS-123"), "{messages:?}");
        // It isn't known yet whether there is one.
        assert_eq!(reported(&ssh, Value::Unknown), (Vec::new(), 0));
        let telnet = [("a", "telnet from anywhere-ipv6")];
        for exemptions in [Value::map([("no-telnet", "please")]), Value::Unknown] {
            let (messages, errors) = reported(&telnet, exemptions);
            assert!(
                messages[0].contains("The guardrail \"no-telnet\" is violated"),
                "{messages:?}"
            );
            assert!(errors > 0);
        }
        assert_eq!(reported(&[], Value::map([("no-ssh", " ")])).1, 1);
    }

    #[test]
    fn a_prefix_list_of_unknown_entries_is_warned_of() {
        let (messages, errors) = reported(&[("a", "ssh from pl-0000000a")], Value::Null);
        assert_eq!((messages.len(), errors), (1, 0));
        assert!(
            messages[0].contains("Guardrails don't judge the rule"),
            "{messages:?}"
        );
    }
}
