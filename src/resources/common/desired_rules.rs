//! Converts Terraform's values to the rules that they declare, and back. Values that go to [`crate::rules`]
//! are known: unknown ones are kept here. Must not know any of the resource types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::block_errors;
use super::model;
use super::rule_blocks::{self, Written};
use super::rule_checks;
use super::shared_traffic::SharedTraffic;
use super::short_form;
use crate::catalog::Preset;
use crate::rules::{
    self, Declaration, Direction, Expansion, InputError, Label, Limits, Peer, Rule, RuleCount,
    RuleSet, UnknownCount, rule_set,
};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::{Path, Step};
use crate::tf_provider::value::{Attr, Value};

pub(in crate::resources) use super::rule_context::RuleContext;

/// The rules that a configuration or a state declares, as far as they are known.
pub(in crate::resources) struct DesiredRules {
    /// The known rules.
    pub(in crate::resources) rules: RuleSet,
    /// Those of them whose description isn't known yet.
    unknown_description: BTreeSet<Rule>,
    /// Whether all rules are known.
    pub(in crate::resources) complete: bool,
    /// The lines of the short form of which only the beginning is known.
    begun: Vec<String>,
    /// Lower bound of the number of rules still unknown, for ingress and egress.
    pending: [UnknownCount; 2],
    /// Errors in the declarations, except those about ids.
    pub(in crate::resources) faults: Diagnostics,
    /// Errors about ids, and about rules that are equal only by their ids.
    pub(in crate::resources) id_faults: Diagnostics,
    /// The declaration of each rule.
    places: BTreeMap<Rule, DeclarationPlace>,
}

/// Where rules are declared: a path, and words for a message. The rules of one declaration share it.
type DeclarationPlace = Arc<(Path, String)>;

/// The rules of the presets, blocks and labels of a configuration or a state. A resource type may lack
/// some of these attributes.
pub(in crate::resources) fn desired(config: &Value, context: RuleContext<'_>) -> DesiredRules {
    let mut faults = Diagnostics::new();
    let mut written = Vec::new();
    let mut values = Vec::new();
    let mut complete = true;
    for direction in Direction::BOTH {
        match config.get(direction.name()).elements() {
            Attr::Known(blocks) => {
                values.extend(blocks);
                written.extend(
                    blocks
                        .iter()
                        .map(|b| rule_blocks::read(direction, b, context.catalog, &mut faults)),
                );
            }
            Attr::Unknown => complete = false,
            Attr::Null => {}
        }
    }
    complete &= written.iter().all(|w| w.complete);
    let mut begun = Vec::new();
    let mut declarations: Vec<Declaration> =
        written.iter().map(|w| w.block.clone().into()).collect();
    let mut id_faults = Diagnostics::new();
    let mut sort = |fault: InputError, block: Option<(Direction, &Value)>| {
        let found = if fault.of_an_id {
            &mut id_faults
        } else {
            &mut faults
        };
        found.push(match block {
            Some((direction, block)) => block_errors::diagnostic(direction, block, fault),
            None => short_form::diagnostic(fault),
        });
    };
    for direction in Direction::BOTH {
        let mut wrong = Vec::new();
        let labels = short_form::read(direction, config, context.catalog, &mut wrong);
        wrong.into_iter().for_each(|fault| sort(fault, None));
        complete &= labels.complete;
        begun.extend(labels.begun.iter().filter_map(short_form::line));
        let labels = labels.labels.into_iter().chain(labels.begun);
        declarations.extend(labels.map(Into::into));
    }
    let mut expansion = context.expand(&declarations);
    let mut wrong_presets = Diagnostics::new();
    let presets = presets(config);
    complete &= presets.complete;
    for name in &presets.names {
        match context.catalog.preset(name) {
            Ok(preset) => add_preset(preset, &mut expansion, &declarations),
            Err(_) if context.catalog.may_get_preset(name) => complete = false,
            Err(fault) => {
                let path = Path::root().attribute(presets.attribute);
                wrong_presets.push(Diagnostic::error(fault.summary, fault.detail).at(path));
            }
        }
    }
    let places = places(&expansion, &declarations);
    let unknown_description = expansion.declared();
    let unknown_description = unknown_description
        .filter(|(_, index)| written.get(*index).is_some_and(|w| w.unknown_description));
    let unknown_description = unknown_description.map(|(rule, _)| rule.clone()).collect();
    for (index, fault) in expansion.faults {
        let direction = written.get(index).map(|w| w.block.direction);
        sort(fault, direction.zip(values.get(index).copied()));
    }
    faults.extend(wrong_presets);
    let of_presets = presets
        .names
        .iter()
        .filter_map(|name| context.catalog.preset(name).ok());
    let of_presets: Vec<&str> = of_presets.flat_map(Preset::services).collect();
    let of_labels = &declarations[written.len()..];
    let pending = Direction::BOTH
        .map(|direction| unknown_count(direction, &written, of_labels, &of_presets, context));
    DesiredRules {
        rules: expansion.rules,
        unknown_description,
        complete,
        begun,
        pending,
        faults,
        id_faults,
        places,
    }
}

/// Adds the rules of a preset to those of blocks and labels.
fn add_preset(preset: &Preset, expansion: &mut Expansion, declarations: &[Declaration]) {
    for one in &preset.rules {
        let (rule, text) = (&one.rule, one.description.as_str());
        expansion.add_preset_rule(&preset.name, rule, text, &one.services, declarations);
    }
}

/// The least number of rules of one direction that blocks will declare once all is known. Labels and
/// presets name services that the blocks may share rules with.
fn unknown_count(
    direction: Direction,
    written: &[Written],
    labels: &[Declaration],
    of_presets: &[&str],
    context: RuleContext<'_>,
) -> UnknownCount {
    let blocks = written.iter().filter(|w| w.block.direction == direction);
    let blocks: Vec<&Written> = blocks.collect();
    let labels = labels.iter().filter(|l| l.direction() == direction);
    let elsewhere = labels.flat_map(Declaration::services);
    let elsewhere = elsewhere.chain(of_presets.iter().copied());
    let shared = SharedTraffic::among(&blocks, elsewhere, context.catalog);
    let certain = blocks.iter().map(|w| shared.certain(w));
    certain.fold(UnknownCount::default(), |sum, more| sum + more)
}

/// Where each rule is declared.
fn places(expansion: &Expansion, declarations: &[Declaration]) -> BTreeMap<Rule, DeclarationPlace> {
    let of_each: Vec<DeclarationPlace> = declarations
        .iter()
        .map(|declaration| {
            let path = match declaration {
                Declaration::Block(block) => {
                    Path::root().attribute(block.direction.name()).element()
                }
                Declaration::Label(label) => Path::root()
                    .attribute(Label::attribute(label.direction))
                    .key(&*label.name),
            };
            Arc::new((path, declaration.display_name()))
        })
        .collect();
    let declared = expansion.declared();
    let places = declared.map(|(rule, index)| (rule.clone(), Arc::clone(&of_each[index])));
    places.collect()
}

/// The presets of a configuration or a state.
pub(in crate::resources) struct Presets<'a> {
    /// The known names, in alphabetical order.
    pub(in crate::resources) names: Vec<&'a str>,
    /// Whether all names are known.
    pub(in crate::resources) complete: bool,
    /// The attribute that names them.
    attribute: &'static str,
}

/// Reads `preset` and `presets`, which exclude each other.
pub(in crate::resources) fn presets(value: &Value) -> Presets<'_> {
    let (one, several) = (model::of(value).preset(), model::of(value).presets());
    let elements = several.as_elements().unwrap_or_default().iter();
    Presets {
        names: one
            .known()
            .into_iter()
            .chain(elements.filter_map(Value::as_str))
            .collect(),
        complete: !one.is_unknown() && several.is_wholly_known(),
        attribute: if one.is_null() { "presets" } else { "preset" },
    }
}

/// Every rule that the blocks and labels of a state declare, with its description.
pub(super) fn declared_rules(state: &Value, context: RuleContext<'_>) -> RuleSet {
    let mut all: Vec<Declaration> = Vec::new();
    for direction in Direction::BOTH {
        let blocks = state.get(direction.name()).as_elements();
        all.extend(known_blocks(blocks.unwrap_or_default(), direction, context).map(Into::into));
        let labels = short_form::read(direction, state, context.catalog, &mut Vec::new()).labels;
        all.extend(labels.into_iter().map(Into::into));
    }
    context.expand(&all).rules
}

impl DesiredRules {
    /// What is known, where that isn't all, in a warning; nothing where nothing is. `before` are the rules
    /// that there are, and `may_go` those of them that may be revoked.
    pub(in crate::resources) fn known_so_far(
        &self,
        called: &str,
        before: &RuleSet,
        may_go: &RuleSet,
    ) -> Option<Diagnostic> {
        let nothing_is_known = self.rules.is_empty() && self.begun.is_empty();
        let is_reported = !self.complete && !nothing_is_known;
        is_reported
            .then(|| rule_checks::known_so_far(called, before, &self.rules, may_go, &self.begun))
    }

    /// Where a rule is declared, as a path and in words: its block or label, else the preset.
    pub(in crate::resources) fn place(&self, rule: &Rule) -> (Path, String) {
        self.places.get(rule).map_or_else(
            || (Path::root(), "the preset".to_owned()),
            |place| (**place).clone(),
        )
    }

    /// The label that declares a rule, as a path and in words; `None` for rules of blocks and presets.
    pub(super) fn label(&self, rule: &Rule) -> Option<&(Path, String)> {
        let place = self.places.get(rule).map(AsRef::as_ref);
        place.filter(|(path, _)| matches!(path.steps(), [Step::Attribute(_), Step::Key(_)]))
    }

    /// Sets one place for all rules, for resource types without blocks and labels.
    pub(in crate::resources) fn place_all(&mut self, path: &Path, called: &str) {
        let shared: DeclarationPlace = Arc::new((path.clone(), called.to_owned()));
        for place in self.places.values_mut() {
            *place = Arc::clone(&shared);
        }
    }

    /// Marks the rules as incomplete if one names an account while the account of the credentials isn't
    /// known: the two may turn out to be the same, and then the rule names none.
    pub(in crate::resources) fn wait_for_account(&mut self, account: Attr<&str>) {
        let names_an_account = |rule: &Rule| {
            let Peer::Group { account, .. } = &rule.peer else {
                return false;
            };
            account.is_some()
        };
        if account.is_unknown() && self.rules.keys().any(names_an_account) {
            self.complete = false;
        }
    }

    /// The least number of rules of one direction that EC2 will count. `undeclared` ones count too.
    pub(in crate::resources) fn count(
        &self,
        direction: Direction,
        undeclared: &RuleSet,
        limits: &Limits,
    ) -> RuleCount {
        let [ingress, egress] = self.pending;
        let mut rules = self.rules.clone();
        rules.extend(undeclared.clone());
        RuleCount {
            pending: match direction {
                Direction::Ingress => ingress,
                Direction::Egress => egress,
            },
            ..rules::count(&rules, direction, limits)
        }
    }

    /// The value of the attribute `rules`, which is unknown while not all of its keys are known.
    pub(in crate::resources) fn value(&self) -> Value {
        if !self.complete {
            return Value::Unknown;
        }
        let description = |rule, text: &String| {
            if self.unknown_description.contains(rule) {
                Value::Unknown
            } else {
                Value::from(text.as_str())
            }
        };
        let entries = self.rules.iter();
        Value::map(entries.map(|(rule, text)| (rule.to_string(), description(rule, text))))
    }
}

/// The rules of the blocks of one direction alone; `None` while not all blocks are known.
pub(in crate::resources) fn block_rules(
    value: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> Option<RuleSet> {
    let blocks = value.get(direction.name()).elements().known()?;
    let known = known_blocks(blocks, direction, context);
    let known: Vec<Declaration> = known.map(Into::into).collect();
    (known.len() == blocks.len()).then(|| context.expand(&known).rules)
}

/// The rules of the known blocks of one direction.
pub(in crate::resources) fn known_block_rules(
    value: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> RuleSet {
    let blocks = value.get(direction.name()).as_elements();
    let known = known_blocks(blocks.unwrap_or_default(), direction, context);
    let known: Vec<Declaration> = known.map(Into::into).collect();
    context.expand(&known).rules
}

/// Whether unknown blocks of one direction may turn out to declare rules that other blocks declare too.
pub(in crate::resources) fn may_share_rules(
    value: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> bool {
    let blocks = value.get(direction.name()).as_elements().into_iter();
    let written = blocks.flatten().map(|b| read(direction, b, context));
    let written: Vec<Written> = written.collect();
    let written: Vec<&Written> = written.iter().collect();
    let shared = SharedTraffic::among(&written, [], context.catalog);
    let unknown = written.into_iter().filter(|w| !w.is_known());
    unknown.into_iter().any(|w| shared.may_hold(w))
}

fn known_blocks(
    blocks: &[Value],
    direction: Direction,
    context: RuleContext<'_>,
) -> impl Iterator<Item = rules::Block> {
    let written = blocks
        .iter()
        .map(move |block| read(direction, block, context));
    written.filter(Written::is_known).map(|w| w.block)
}

/// The rules of one known block.
pub(in crate::resources) fn rules_of_block(
    direction: Direction,
    block: &Value,
    context: RuleContext<'_>,
) -> RuleSet {
    context
        .expand(&[read(direction, block, context).block.into()])
        .rules
}

fn read(direction: Direction, block: &Value, context: RuleContext<'_>) -> Written {
    rule_blocks::read(direction, block, context.catalog, &mut Diagnostics::new())
}

/// The value of the attribute `rules` for these rules.
pub(in crate::resources) fn rules_value(rules: &RuleSet) -> Value {
    Value::map(
        rules
            .iter()
            .map(|(rule, text)| (rule.to_string(), text.as_str())),
    )
}

/// The rules in a value of the attribute `rules`, without keys that are no rules.
pub(in crate::resources) fn rules_from(value: &Value) -> RuleSet {
    let entries = value.as_entries().into_iter().flatten();
    rule_set(entries.filter_map(|(key, description)| {
        let rule = key.parse().ok()?;
        Some((rule, description.as_str().unwrap_or_default().to_owned()))
    }))
}
