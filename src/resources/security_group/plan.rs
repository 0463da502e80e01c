//! Decides what an apply will do. A pure function of configuration, prior state and what the
//! provider block says; [`crate::resources::security_group::plan_checks`] then holds it against the facts.

use super::ids;
use super::model::{self, DesiredRules, Own};
use super::naming;
use super::redact;
use super::schema::{self, DEFAULT_DESCRIPTION};
use super::tags;
use crate::catalog::{self, Preset};
use crate::rules::Direction;
use crate::session::Tagging;
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// Checks of a configuration that need more than one attribute. How ids read is left to the plan:
/// see [`ids`].
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = model::desired(config, Own::default()).faults;
    let text = |name| config.get(name).as_str();
    // Configuration that a host generates has both of a name that was made from a prefix.
    if let (Some(name), Some(prefix)) = (text("name"), text("name_prefix"))
        && !naming::is_made_from(prefix, name)
    {
        found.push(two_names().at(Path::root().attribute("name")));
    }
    found
}

/// Completes a plan, and gives the rules that it is for. `region` is the provider's, `account`
/// the credentials', empty where nobody asked, and unknown while they are.
pub(super) fn decide(
    plan: &mut Plan,
    region: Attr<String>,
    tagging: &Tagging,
    account: Attr<&str>,
) -> DesiredRules {
    let (config, prior) = (&plan.config, plan.prior.as_ref());
    let own = match prior {
        Some(prior) => Own::of(prior),
        None => Own {
            account: account.known().unwrap_or_default(),
            id: "",
        },
    };
    let mut desired = model::desired(config, own);
    if prior.is_none() && account == Attr::Unknown && desired.names_an_account() {
        // It may turn out to be one's own, which rules don't name.
        desired.complete = false;
    }
    let mut planned = std::mem::replace(&mut plan.planned, Value::Null);

    if config.get("name").is_null() {
        planned = planned.with("name", name(config, prior));
    }
    if config.get("name_prefix").is_null() {
        let prefix = name_prefix(planned.get("name"), prior);
        planned = planned.with("name_prefix", prefix);
    }
    if config.get("description").is_null() {
        let text = from_preset(config, prior, "description", |p| p.description);
        planned = planned.with("description", text.unwrap_or(DEFAULT_DESCRIPTION.into()));
    }
    if config.get("region").is_null() {
        planned = planned.with("region", region_of(prior, region));
    }
    let before = prior.map(|prior| prior.get("tags")).cloned();
    if let Some(before) = before.filter(|tags| tags::are_the_same(tags, planned.get("tags"))) {
        planned = planned.with("tags", before);
    }
    let tags_all = tagging.all(planned.get("tags"));
    let rules = redact::attribute(&planned, desired.value());
    planned = planned.with("tags_all", tags_all).with("rules", rules);
    if let Some(prior) = prior {
        for direction in Direction::BOTH {
            let name = direction.name();
            if says_the_same(config, prior, direction, own) {
                planned = planned.with(name, prior.get(name).clone());
            } else if may_say_the_same(config, prior, direction, own) {
                planned = planned.with(name, either(config.get(name), prior.get(name)));
            }
        }
        // Another prefix is another group only where the name doesn't begin with it.
        if planned.get("name").is_unknown() && config.get("name").is_null() {
            plan.replace.push(Path::root().attribute("name_prefix"));
        }
    }
    if let Some(prior) = prior
        && tags::only_become_default_tags(&planned, prior, tagging)
    {
        planned = prior.clone();
    }
    plan.diagnostics.extend(desired.faults.iter().cloned());
    plan.diagnostics.extend(ids::judge(config, &desired));
    plan.planned = planned;
    desired
}

/// The name where the configuration has none: the prefix's, else the preset's, else one that is made
/// up when the group is.
fn name(config: &Value, prior: Option<&Value>) -> Value {
    let before = prior.map(|p| p.get("name")).and_then(Value::as_str);
    match (config.get("name_prefix").string(), before) {
        (Attr::Known(prefix), Some(name)) if name.starts_with(prefix) => name.into(),
        (Attr::Known(_) | Attr::Unknown, _) => Value::Unknown,
        (Attr::Null, _) => from_preset(config, prior, "name", |p| p.name).unwrap_or(Value::Unknown),
    }
}

/// The prefix where the configuration has none: the one that the name was made from.
fn name_prefix(name: &Value, prior: Option<&Value>) -> Value {
    match (name.as_str(), prior) {
        (Some(_), Some(prior)) if prior.get("name") == name => prior.get("name_prefix").clone(),
        (Some(name), _) => naming::prefix_value(&Value::Null, name),
        (None, _) => Value::Unknown,
    }
}

/// A name or description that the configuration leaves to the preset. It stays what it was until
/// another preset takes the place of one: so a group that was imported, or that a preset is given
/// to later, isn't replaced for having another name.
fn from_preset(
    config: &Value,
    prior: Option<&Value>,
    name: &str,
    pick: fn(&Preset) -> &'static str,
) -> Option<Value> {
    let preset = config.get("preset");
    if let Some(prior) = prior {
        let before = prior.get("preset");
        if before.is_null() || preset.is_null() || before == preset {
            return Some(prior.get(name).clone());
        }
    }
    match preset.string() {
        Attr::Known(preset) => Some(match catalog::preset(preset) {
            Ok(preset) => pick(preset).into(),
            Err(_) => Value::Unknown,
        }),
        Attr::Unknown => Some(Value::Unknown),
        Attr::Null => None,
    }
}

/// A region that the provider supplies follows the provider. While the provider's isn't known,
/// a group stays where it is.
fn region_of(prior: Option<&Value>, region: Attr<String>) -> Value {
    match (region, prior) {
        (Attr::Known(region), _) => region.into(),
        (_, Some(prior)) => prior.get("region").clone(),
        (_, None) => Value::Unknown,
    }
}

/// Whether configured blocks ask for the rules that the state's blocks ask for, in whatever
/// spelling, order or grouping. Then the state keeps its own words, and nothing is to be done.
fn says_the_same(config: &Value, prior: &Value, direction: Direction, own: Own<'_>) -> bool {
    let rules = model::block_rules(config, direction, own);
    rules.is_some() && rules == model::block_rules(prior, direction, own)
}

/// Whether configured blocks, some of which aren't known yet, may turn out to ask for the rules that
/// the state's blocks ask for in another spelling.
fn may_say_the_same(config: &Value, prior: &Value, direction: Direction, own: Own<'_>) -> bool {
    let (blocks, before) = (config.get(direction.name()), prior.get(direction.name()));
    if blocks.as_elements().is_none() || blocks.is_wholly_known() || contract::fits(blocks, before)
    {
        return false;
    }
    let before = model::block_rules(prior, direction, own).unwrap_or_default();
    let known = model::known_block_rules(config, direction, own);
    if model::may_share_rules(config, direction) {
        return known.keys().all(|rule| before.contains_key(rule));
    }
    // No rule may be written twice: what is not known yet comes on top, and makes a change certain.
    known.len() < before.len()
        && known
            .iter()
            .all(|(rule, text)| before.get(rule) == Some(text))
}

/// Blocks of which the configured ones may come, or those of the state: Terraform plans once more
/// when all is known, and holds the second plan against the first. Those of both stay as they are.
fn either(config: &Value, prior: &Value) -> Value {
    let elements = |blocks: &'_ Value| blocks.as_elements().unwrap_or_default().to_vec();
    let (configured, before) = (elements(config), elements(prior));
    let most = configured.len().max(before.len());
    let both = configured
        .into_iter()
        .filter(|block| before.contains(block));
    let mut blocks: Vec<Value> = both.collect();
    let groups = schema::schema();
    let attributes = schema::rule(&groups.block).attributes.iter();
    let unknown = Value::object(attributes.map(|a| (a.name, Value::Unknown)));
    blocks.resize(most.max(blocks.len()), unknown);
    Value::set(blocks)
}

fn two_names() -> Diagnostic {
    Diagnostic::conflict(
        "\"name\" and \"name_prefix\" are both set. A name is either given whole, or made from a \
         prefix: remove one of the two.",
    )
}

#[cfg(test)]
mod tests {
    mod unknowns;

    use super::*;
    use crate::session::Variables;
    use crate::tf_provider::plan::before;
    use crate::tf_provider::resource::Phase;

    const OWN: &str = "sg-0000000a";

    fn config<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        let empty = schema::schema().block.empty();
        attributes
            .into_iter()
            .fold(empty, |config, (name, value)| config.with(name, value))
    }

    /// The plan of a configuration, as it goes to the judge.
    fn planned(prior: Option<&Value>, config: &Value) -> Plan {
        let block = schema::schema().block;
        // Terraform's merge: what is computed and not configured stays as it was.
        let computed = block.attributes.iter().filter(|a| a.mode.is_computed());
        let kept = computed.filter(|a| config.get(a.name).is_null());
        let proposed = kept.fold(config.clone(), |merged, a| {
            let before = prior.map_or(Value::Null, |p| p.get(a.name).clone());
            merged.with(a.name, before)
        });
        let mut plan = Plan {
            phase: Phase::Plan,
            config: config.clone(),
            prior: prior.cloned(),
            planned: before(&block, config, prior, proposed),
            replace: Vec::new(),
            diagnostics: Diagnostics::new(),
        };
        let here = Attr::Known("eu-west-1".to_owned());
        let none = Tagging::read(&Value::Null, &Variables::new());
        decide(&mut plan, here, &none, Attr::Known("123456789012"));
        plan
    }

    #[test]
    fn a_group_with_its_account_is_not_known_while_ones_own_account_is_not() {
        let peer = |id: &str| {
            Value::set([block([
                ("service", "ssh".into()),
                ("security_groups", Value::set([id])),
            ])])
        };
        let rules = |id: &str, account| {
            let config = config([("name", "web".into()), ("ingress", peer(id))]);
            let mut plan = planned(None, &config);
            let tagging = Tagging::read(&Value::Null, &Variables::new());
            decide(&mut plan, Attr::Unknown, &tagging, account);
            plan.planned.get("rules").clone()
        };
        let id = "123456789012/sg-0000000b";
        let own = Value::map([("ingress tcp/22 from sg-0000000b", "")]);
        assert_eq!(rules(id, Attr::Known("123456789012")), own);
        assert_eq!(rules(id, Attr::Unknown), Value::Unknown);
        assert_eq!(rules("sg-0000000b", Attr::Unknown), own);
    }

    /// A group that exists, as a plan made it.
    fn made(config: &Value) -> Value {
        let decided = [
            ("id", OWN),
            ("arn", "arn:x"),
            ("owner_id", "123456789012"),
            ("vpc_id", "vpc-0123abcd"),
        ];
        let state = planned(None, config).planned;
        decided
            .into_iter()
            .fold(state, |state, (name, value)| state.with(name, value))
    }

    fn block<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        let empty = schema::rule(&schema::schema().block).empty();
        attributes
            .into_iter()
            .fold(empty, |block, (name, value)| block.with(name, value))
    }

    #[test]
    fn a_name_comes_from_the_configuration_then_the_prefix_then_the_preset() {
        let both = [("preset", "https".into()), ("name_prefix", "web-".into())];
        for (config, expected) in [
            (config([("name", "web".into())]), "web".into()),
            (config([("preset", "https".into())]), "https".into()),
            (config(both), Value::Unknown),
            (config([("preset", Value::Unknown)]), Value::Unknown),
            (config([("name_prefix", Value::Unknown)]), Value::Unknown),
        ] {
            assert_eq!(planned(None, &config).planned.get("name"), &expected);
        }
    }

    #[test]
    fn a_prefix_keeps_a_name_that_begins_with_it() {
        let with = |prefix: &str| config([("name_prefix", prefix.into())]);
        let state = made(&with("web-")).with("name", "web-1");
        for (prefix, name, replaces) in [
            ("web-", "web-1".into(), false),
            ("we", "web-1".into(), false),
            ("api-", Value::Unknown, true),
        ] {
            let plan = planned(Some(&state), &with(prefix));
            assert_eq!(plan.planned.get("name"), &name, "{prefix}");
            assert_eq!(!plan.replace.is_empty(), replaces, "{prefix}");
        }
    }

    #[test]
    fn a_region_follows_the_provider_and_stays_while_that_is_unknown() {
        let state = config([("region", "us-east-1".into())]);
        let known = || Attr::Known("eu-west-1".to_owned());
        for (prior, region, expected) in [
            (None, known(), "eu-west-1".into()),
            (Some(&state), known(), "eu-west-1".into()),
            (Some(&state), Attr::Unknown, "us-east-1".into()),
            (None, Attr::Unknown, Value::Unknown),
        ] {
            assert_eq!(region_of(prior, region), expected);
        }
    }

    #[test]
    fn tags_all_is_what_tags_are() {
        let tags = Value::map([("team", "web")]);
        for (given, expected) in [
            (Value::Null, Value::map::<String, Value>([])),
            (tags.clone(), tags),
            (Value::Unknown, Value::Unknown),
        ] {
            let plan = planned(None, &config([("name", "web".into()), ("tags", given)]));
            assert_eq!(plan.planned.get("tags_all"), &expected);
        }
    }

    #[test]
    fn a_null_tag_is_no_change_whether_the_state_has_it_or_not() {
        let tagged = |tags| config([("name", "web".into()), ("tags", tags)]);
        let null = || tagged(Value::map([("team", Value::Null), ("own", "1".into())]));
        let none = || tagged(Value::map([("own", "1")]));
        for (before, after) in [(null(), none()), (none(), null()), (null(), null())] {
            let state = made(&before);
            assert_eq!(planned(Some(&state), &after).planned, state, "{after:?}");
        }
        let tags_all = Value::map([("own", "1")]);
        assert_eq!(planned(None, &null()).planned.get("tags_all"), &tags_all);
    }

    #[test]
    fn the_accounts_own_groups_are_known_by_their_id_alone() {
        let with = |groups: &[&str]| {
            let groups = Value::set(groups.iter().copied());
            let rule = block([("service", "https".into()), ("security_groups", groups)]);
            config([("name", "web".into()), ("ingress", Value::set([rule]))])
        };
        let rules = |prior, groups: &[&str]| {
            let rules = planned(prior, &with(groups)).planned.get("rules").clone();
            let keys = rules.as_entries().expect("known").keys().cloned();
            keys.collect::<Vec<_>>()
        };
        let other = ["123456789012/sg-0000000b"];
        assert_eq!(rules(None, &other), ["ingress tcp/443 from sg-0000000b"]);
        let state = made(&with(&other));
        assert_eq!(rules(Some(&state), &[OWN]), ["ingress tcp/443 from self"]);
        // Nobody knows the id of a group that isn't made.
        let own = format!("ingress tcp/443 from {OWN}");
        assert_eq!(rules(None, &[OWN]), [own]);

        let plan = planned(Some(&state), &with(&["sg-0000000b"]));
        assert_eq!(plan.planned, state, "only the spelling changes");
    }

    #[test]
    fn what_is_wrong_with_a_block_is_told_when_planning_too() {
        // A value that wasn't known when the configuration was checked.
        let rule = block([
            ("service", "https".into()),
            ("cidr_blocks", Value::set(["10.0.0.5/8"])),
        ]);
        let config = config([("name", "web".into()), ("ingress", Value::set([rule]))]);
        let plan = planned(None, &config);
        let summaries: Vec<&str> = plan.diagnostics.iter().map(|d| &*d.summary).collect();
        assert_eq!(summaries, ["\"10.0.0.5/8\" has host bits set"]);
    }
}
