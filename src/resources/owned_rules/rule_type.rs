//! The trait of the types of resources that own rules: how rules are declared, and how a state shows the rules
//! that EC2 holds. Everything else is the same for all types.

use super::held::Held;
use super::model;
use crate::catalog::Preset;
use crate::resources::common::desired_rules::{self, DesiredRules, RuleContext};
use crate::resources::common::redact;
use crate::rules::{Direction, RuleSet, one_of, rule_set};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::{Path, Step};
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

/// One type of resource.
pub(super) trait RuleType: Send + Sync + 'static {
    /// As in `resource "curated_security_group_rule" "web"`.
    fn name(&self) -> &'static str;

    /// The schema of its block.
    fn block(&self) -> Block;

    /// The rules of a configuration or a state, as an object with the blocks and labels of a group.
    fn as_blocks(&self, value: &Value) -> Value;

    /// The attributes and blocks that declare rules. The first is the path of errors that name no other.
    fn rule_attributes(&self) -> &'static [&'static str];

    /// The name in this type of an attribute of a group's block; `None` if it has no such attribute.
    fn name_of(&self, attribute: &str) -> Option<&'static str>;

    /// Checks of a configuration beyond those of blocks.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Whether a rule may have tags of the user's own.
    fn has_tags(&self) -> bool;

    /// The prefix of the id, if the provider makes it up; `None` if it is the id of its rule.
    fn id_prefix(&self) -> Option<&'static str> {
        None
    }

    /// Whether the owner of its rules is the resource's id. Otherwise all resources of a run share one.
    fn is_its_own_owner(&self) -> bool {
        false
    }

    /// Whether it has one rule, which is changed in place and keeps its id.
    fn keeps_rule_id(&self) -> bool {
        false
    }

    /// Whether the resource exists without rules.
    fn may_be_empty(&self) -> bool {
        false
    }

    /// The attribute whose change replaces the resource, by the rules before and after.
    fn replaced_by(&self, _before: &RuleSet, _desired: &RuleSet, _config: &Value) -> Option<Path> {
        None
    }

    /// The planned state of an update with its computed attributes. `same` means that the rules stay, except
    /// for descriptions.
    fn plan_update(&self, planned: Value, prior: &Value, same: bool) -> Value;

    /// A state that shows the rules that are held. Declarations stay as they are written if they still declare
    /// these rules.
    fn show(&self, state: Value, held: &Held, context: RuleContext<'_>) -> Value;
}

/// The rules that a configuration or a state declares. Errors name the type's attributes.
pub(super) fn desired(ty: &dyn RuleType, value: &Value, context: RuleContext<'_>) -> DesiredRules {
    let mut desired = desired_rules::desired(&ty.as_blocks(value), context);
    desired.faults = reported(ty, desired.faults);
    desired.id_faults = reported(ty, desired.id_faults);
    if ty.name_of(Direction::Ingress.name()).is_none() {
        let first = Path::root().attribute(ty.rule_attributes()[0]);
        desired.place_all(&first, "this resource");
    }
    desired
}

/// The rules that EC2 holds by a state. Where `rules` has digests, they follow from the declarations.
pub(super) fn rules_of(ty: &dyn RuleType, state: &Value, context: RuleContext<'_>) -> RuleSet {
    let shown = model::of(state).rules();
    if !redact::is_on(state) {
        return context.sees(desired_rules::rules_from(shown));
    }
    let names = desired_rules::presets(state).names;
    let presets = names
        .iter()
        .filter_map(|name| context.catalog.preset(name).ok());
    let of_presets = rule_set(presets.flat_map(Preset::rules));
    let mut rules = desired(ty, state, context).rules;
    // A refresh corrects other declarations, but not presets, whose rules may have been removed in EC2.
    rules.retain(|rule, _| {
        !of_presets.contains_key(rule) || !shown.get(&redact::key(rule)).is_null()
    });
    rules
}

/// The rules of a planned state.
pub(super) fn planned_rules(
    ty: &dyn RuleType,
    planned: &Value,
    context: RuleContext<'_>,
) -> RuleSet {
    if redact::is_on(planned) {
        desired(ty, planned, context).rules
    } else {
        context.sees(desired_rules::rules_from(model::of(planned).rules()))
    }
}

/// The error of a rule that names neither source nor destination. `names` are the attributes for it.
pub(super) fn no_peer(names: &[&str]) -> Diagnostic {
    Diagnostic::error(
        "The rule names no source or destination",
        format!(
            "Say where traffic may come from or go to: set {}. Nothing is open to the world unless \
             the configuration says so, with \"0.0.0.0/0\".",
            one_of(names).replace('"', "")
        ),
    )
    .at(Path::root().attribute(names[0]))
}

/// Diagnostics about a group's blocks, with the paths and names of a type's attributes. Those about a block as
/// a whole are left out, since the type has checks of its own.
pub(super) fn reported(ty: &dyn RuleType, found: Diagnostics) -> Diagnostics {
    let mut all = Diagnostics::new();
    for diagnostic in found.iter().cloned() {
        all.extend(reported_one(ty, diagnostic));
    }
    all
}

fn reported_one(ty: &dyn RuleType, found: Diagnostic) -> Option<Diagnostic> {
    let [Step::Attribute(direction), Step::Element, rest @ ..] = found.path.steps() else {
        return Some(found);
    };
    if ty.name_of(direction).is_some() {
        return Some(found);
    }
    let [Step::Attribute(attribute)] = rest else {
        return None;
    };
    let path = Path::root().attribute(ty.name_of(attribute)?);
    let (detail, _) = found
        .detail
        .split_once("\n\nThis is about")
        .unwrap_or((&found.detail, ""));
    let names_a_service = ["It is a service.", "Did you mean the service"];
    let detail = if names_a_service
        .iter()
        .any(|start| detail.starts_with(start))
    {
        "Write \"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"-1\" or the number of a protocol, and its \
         ports."
            .to_owned()
    } else {
        renamed(ty, detail)
    };
    Some(
        Diagnostic {
            summary: renamed(ty, &found.summary),
            detail,
            ..found
        }
        .at(path),
    )
}

/// A text in which names of attributes are replaced by those of the type.
fn renamed(ty: &dyn RuleType, text: &str) -> String {
    let mut text = text.to_owned();
    let name_of = |attribute| ty.name_of(attribute).filter(|name| *name != attribute);
    for attribute in [
        "ipv6_cidr_blocks",
        "cidr_blocks",
        "prefix_list_ids",
        "security_groups",
    ] {
        if let Some(name) = name_of(attribute) {
            text = with_word(&text, attribute, name);
        }
    }
    // This one is also a word of plain text.
    if let Some(name) = name_of("protocol") {
        for (before, after) in [("\"", "\""), ("", " = "), (" ", ",")] {
            let from = format!("{before}protocol{after}");
            text = text.replace(&from, &format!("{before}{name}{after}"));
        }
    }
    if let (None, Some(group)) = (ty.name_of("self"), name_of("security_groups")) {
        let own = format!("Set {group} to the id of the rule's own group instead.");
        text = text.replace("Write self = true instead.", &own);
    }
    text
}

/// A text with another word in the place of one.
fn with_word(text: &str, word: &str, other: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut parts = text.split(word);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_whole = !all.ends_with(is_part) && !part.starts_with(is_part);
        all.push_str(if is_whole { other } else { word });
        all.push_str(part);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::resources::owned_rules::types::single::SingleRule;
    use crate::resources::owned_rules::types::vpc_rule::VpcRule;

    const GROUP: &str = "sg-0123456789abcdef0";
    /// What a type may have of these, its messages may name.
    const NAMES: [&str; 8] = [
        "cidr_blocks",
        "ipv6_cidr_blocks",
        "prefix_list_ids",
        "security_groups",
        "cidr_ipv4",
        "cidr_ipv6",
        "prefix_list_id",
        "source_security_group_id",
    ];
    const WRONG: [&str; 12] = [
        "::/0",
        "0.0.0.0/0",
        "10.0.0.5/8",
        "10.0.0.1",
        "2001:db8::",
        "self",
        "pl-0123456789abcdef0",
        "sg-0123456789abcdef1",
        "123456789012/sg-0123456789abcdef1",
        "anywhere-ipv4",
        "web",
        "",
    ];

    /// `cidr_ipv4 = "::/0"` was told to move to `ipv6_cidr_blocks`, which that type doesn't have.
    #[test]
    fn a_hint_names_attributes_that_the_type_has() {
        let types: [Box<dyn RuleType>; 3] = [
            Box::new(SingleRule),
            Box::new(VpcRule(Direction::Ingress)),
            Box::new(VpcRule(Direction::Egress)),
        ];
        let mut said = Vec::new();
        for ty in &types {
            let block = ty.block();
            let base = block
                .empty()
                .with("security_group_id", GROUP)
                .with("from_port", 22)
                .with("to_port", 22);
            let base = if ty.keeps_rule_id() {
                base.with("ip_protocol", "tcp")
            } else {
                base.with("type", "ingress").with("protocol", "tcp")
            };
            for attribute in &block.attributes {
                let name = attribute.name;
                let is_peer = name.contains("cidr") || name.contains("prefix_list");
                if !is_peer && !name.ends_with("_security_group_id") {
                    continue;
                }
                for wrong in WRONG {
                    let value = if name.ends_with('s') {
                        Value::list([wrong])
                    } else {
                        Value::from(wrong)
                    };
                    let config = base.clone().with(name, value);
                    let context = RuleContext::new(Catalog::built_in());
                    let desired = desired(&**ty, &config, context);
                    let mut found = desired.faults;
                    found.extend(desired.id_faults);
                    for found in found.iter() {
                        let text = format!("{}. {}", found.summary, found.detail);
                        for other in NAMES.into_iter().filter(|other| !block.has(other)) {
                            let is_named = with_word(&text, other, "") != text;
                            assert!(!is_named, "{}: {name} = {wrong}: {text}", ty.name());
                        }
                        let has_self = block.has("self") || !text.contains("self = ");
                        assert!(has_self, "{}: {name} = {wrong}: {text}", ty.name());
                        said.push(format!("{name}: {text}"));
                    }
                }
            }
        }
        let has = |start: &str| said.iter().any(|text| text.starts_with(start));
        assert!(
            has("cidr_ipv4: \"::/0\" is IPv6, not IPv4. Move it to cidr_ipv6."),
            "{said:#?}"
        );
        assert!(
            has("cidr_ipv6: \"0.0.0.0/0\" is IPv4, not IPv6. Move it to cidr_ipv4."),
            "{said:#?}"
        );
    }
}
