//! The tags of a group or a rule: the resource's own in `tags`, and all of them in `tags_all`. Pure. Must not
//! know any of the resource types.
//!
//! EC2 doesn't show which tags come from the provider's default tags; the state does.

use std::collections::BTreeMap;

use super::model;
use crate::ec2::Tags;
use crate::session::{MOST_TAGS, Tagging};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Phase, Plan};
use crate::tf_provider::value::Value;

/// The tags of the attribute `tags`: of the tags that EC2 shows, those that are in `tags` of `state`, and
/// those whose key no default tag of the provider block has. The latter were default tags once, or were
/// added by hand, and a plan removes them. Ignored tags, which EC2's answers lack, stay as `state` has
/// them, since a plan has to agree with the configuration about `tags`; no call is made for them.
fn non_default_tags(shown: &Tags, state: &Value, tagging: &Tagging) -> Tags {
    let has = |tags: &Value, key: &String| !tags.get(key).is_null();
    let (tags, tags_all) = (model::of(state).tags(), model::of(state).tags_all());
    // Right after an import, only its value shows whether a tag is a default one.
    let imported = tags_all.is_null();
    let is_own = |key: &String, value: &String| match tagging.default_tag(key) {
        default if imported => default.and_then(Value::as_str) != Some(value),
        None if tagging.knows_default_tags() => true,
        // While the provider block isn't known, tags that only `tags_all` of the state has are default
        // tags.
        None => has(tags, key) || !has(tags_all, key),
        Some(_) => has(tags, key),
    };
    let own = shown.iter().filter(|(key, value)| is_own(key, value));
    let own = own.map(|(key, value)| (key.clone(), value.clone()));
    let ignored = tags_from(tags).into_iter();
    let ignored = ignored.filter(|(key, _)| tagging.ignores(key));
    own.chain(ignored).collect()
}

/// The value of `tags` for a state: [`non_default_tags`], and the null ones of the configuration, which a plan
/// has to keep.
pub(in crate::resources) fn attribute(shown: &Tags, state: &Value, tagging: &Tagging) -> Value {
    let entries = model::of(state).tags().as_entries().into_iter().flatten();
    let nulls = entries.filter(|(_, value)| value.is_null());
    let mut tags: BTreeMap<String, Value> = nulls
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let own = non_default_tags(shown, state, tagging).into_iter();
    tags.extend(own.map(|(key, value)| (key, value.into())));
    Value::map(tags)
}

/// The tags in a value of `tags` or `tags_all`.
pub(in crate::resources) fn tags_from(value: &Value) -> Tags {
    let entries = value.as_entries().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// The value of an attribute for these tags.
pub(in crate::resources) fn tags_value(tags: &Tags) -> Value {
    Value::map(
        tags.iter()
            .map(|(key, value)| (key.as_str(), value.as_str())),
    )
}

/// Whether two values of `tags` have the same tags, where null ones don't count.
fn are_the_same(one: &Value, other: &Value) -> bool {
    let given = |tags| Some(without_nulls(tags)?.collect::<Vec<_>>());
    given(one).is_some() && given(one) == given(other)
}

/// The tags of a value that aren't null; `None` if the value isn't known.
fn without_nulls(tags: &Value) -> Option<impl Iterator<Item = (&String, &Value)>> {
    let entries = tags.as_entries()?;
    Some(entries.iter().filter(|(_, value)| !value.is_null()))
}

/// The prior state, where a plan would change nothing but the spelling of tags. While Terraform applies,
/// something does change, and the plan has to fit the first one: a tag whose value turned out to be null is
/// planned as it is.
pub(in crate::resources) fn unchanged(
    planned: Value,
    prior: Option<&Value>,
    phase: Phase,
    tagging: &Tagging,
) -> Value {
    let Some(prior) = prior.filter(|_| phase != Phase::Apply) else {
        return planned;
    };
    let tags = model::of(prior).tags();
    let is_same = are_the_same(tags, model::of(&planned).tags())
        && planned.clone().with("tags", tags.clone()) == *prior;
    if is_same || only_become_default_tags(&planned, prior, tagging) {
        return prior.clone();
    }
    planned
}

/// Whether a plan changes nothing but that tags leave `tags` which have become default tags.
fn only_become_default_tags(planned: &Value, prior: &Value, tagging: &Tagging) -> bool {
    let given = |state: &Value| -> Option<BTreeMap<String, Value>> {
        let tags = without_nulls(model::of(state).tags())?;
        Some(
            tags.map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        )
    };
    let (Some(tags), Some(before)) = (given(planned), given(prior)) else {
        return false;
    };
    let default = |key: &String| tagging.default_tag(key).filter(|tag| !tag.is_unknown());
    let mut entries = before.iter();
    let all_are_kept = entries.all(|(key, value)| match tags.get(key) {
        Some(now) => now == value,
        None => default(key) == Some(value),
    });
    all_are_kept
        && tags.keys().all(|key| before.contains_key(key))
        && planned
            .clone()
            .with("tags", model::of(prior).tags().clone())
            == *prior
}

/// The diagnostics about the tags of a plan. `owner_tags` is the number of tags that the provider itself
/// puts on each object beside them: one on a rule that says its owner.
pub(in crate::resources) fn check(
    plan: &Plan,
    tagging: &Tagging,
    owner_tags: usize,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    if plan.prior.is_some() && !plan.replace.is_empty() {
        // Terraform asks for the plan of the new object next.
        return found;
    }
    let path = Path::root().attribute("tags");
    let count = |value| without_nulls(value).map_or(0, Iterator::count);
    let own = model::of(&plan.config).tags();
    // A new object gets ignored tags too.
    let at_first = plan.prior.is_none().then(|| tagging.only_at_first(own));
    let at_first = at_first.map_or(0, |tags| tags.len());
    let all = count(model::of(&plan.planned).tags_all()) + at_first + owner_tags;
    if all > MOST_TAGS {
        found.push(too_many(all, count(own), owner_tags).at(path.clone()));
    }
    for (key, _) in without_nulls(own).into_iter().flatten() {
        if tagging.ignores(key) {
            found.push(ignored(key).at(path.key(key)));
        }
    }
    found
}

fn too_many(all: usize, own: usize, owner_tags: usize) -> Diagnostic {
    let owner = if owner_tags > 0 {
        ", one is \"curated:owner\""
    } else {
        ""
    };
    Diagnostic::error(
        format!("{all} tags are too many"),
        format!(
            "EC2 takes at most {MOST_TAGS} on one resource. {own} of them are in \"tags\"{owner}, and \
             the others come from \"default_tags\" in the provider block or from \
             TF_AWS_DEFAULT_TAGS_… in the environment. Remove some."
        ),
    )
}

fn ignored(key: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("The tag \"{key}\" is ignored"),
        "\"ignore_tags\" in the provider block (or TF_AWS_IGNORE_TAGS_… in the environment) names \
         it: a new resource gets it, and from then on it is left alone. Take it out of one of the \
         two.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{ProviderTags, Variables};

    fn texts(tags: &[(&str, &str)]) -> Tags {
        let tags = tags.iter();
        tags.map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    /// Tagging with these default tags, which ignores keys that begin with `ignored/`.
    fn tagging(defaults: &[(&str, &str)]) -> Tagging {
        let given = ProviderTags {
            default_tags: tags_value(&texts(defaults)),
            ignored_key_prefixes: Value::set(["ignored/"]),
            ..ProviderTags::default()
        };
        Tagging::new(&given, &Variables::new())
    }

    fn state(tags: Value, tags_all: Value) -> Value {
        Value::object([("tags", tags), ("tags_all", tags_all)])
    }

    fn map(tags: &[(&str, &str)]) -> Value {
        tags_value(&texts(tags))
    }

    #[test]
    fn default_tags_stay_out_of_tags_unless_the_state_has_them_there() {
        let web = [("team", "web")];
        let ops = [("team", "ops")];
        // Default tags, tags and tags_all of the state, what EC2 shows, tags.
        type Tagged<'a> = &'a [(&'a str, &'a str)];
        let table: [(&str, Tagged, Tagged, Tagged, Tagged, Tagged); 10] = [
            ("inherited", &web, &[], &web, &web, &[]),
            ("changed by somebody", &web, &[], &web, &ops, &[]),
            ("said twice", &web, &web, &web, &web, &web),
            ("own value", &web, &ops, &ops, &ops, &ops),
            ("own and changed", &web, &ops, &ops, &web, &web),
            ("no default any more", &[], &[], &web, &web, &web),
            ("another default", &ops, &[], &web, &web, &[]),
            ("a new default", &web, &[], &[], &web, &[]),
            ("put on by somebody", &[], &[], &[], &web, &web),
            ("taken off by somebody", &web, &web, &web, &[], &[]),
        ];
        for (what, defaults, tags, tags_all, shown, expected) in table {
            let state = state(map(tags), map(tags_all));
            let own = non_default_tags(&texts(shown), &state, &tagging(defaults));
            assert_eq!(own, texts(expected), "{what}");
        }
    }

    #[test]
    fn unknown_default_tags_are_taken_from_the_state() {
        let state = state(map(&[("own", "1")]), map(&[("own", "1"), ("team", "web")]));
        let shown = texts(&[("own", "1"), ("team", "web"), ("new", "2")]);
        let own = non_default_tags(&shown, &state, &Tagging::default());
        assert_eq!(own, texts(&[("own", "1"), ("new", "2")]));
    }

    #[test]
    fn a_tag_that_only_becomes_a_default_tag_is_no_change() {
        let both = [("team", "web"), ("own", "1")];
        let prior = state(map(&both), map(&both));
        let with = |tags: &[(&str, &str)], all: &[(&str, &str)]| state(map(tags), map(all));
        let web = [("team", "web")];
        let own = [("own", "1")];
        for (what, planned, defaults, expected) in [
            ("moved", with(&own, &both), &web, true),
            ("no default", with(&own, &own), &[("x", "y")], false),
            (
                "another value",
                with(&own, &both),
                &[("team", "ops")],
                false,
            ),
            (
                "a new one beside it",
                with(&[("own", "1"), ("b", "2")], &both),
                &web,
                false,
            ),
            (
                "another change",
                with(&own, &both).with("name", "x"),
                &web,
                false,
            ),
        ] {
            let reported = only_become_default_tags(&planned, &prior, &tagging(defaults));
            assert_eq!(reported, expected, "{what}");
        }
        let unknown = prior.clone().with("tags", Value::Unknown);
        assert!(!only_become_default_tags(&unknown, &prior, &tagging(&web)));
    }

    #[test]
    fn an_import_takes_what_equals_a_default_tag_for_one() {
        let state = state(Value::Null, Value::Null);
        let shown = texts(&[("team", "web"), ("cost", "1"), ("x", "y")]);
        let tagging = tagging(&[("team", "web"), ("cost", "2")]);
        let own = non_default_tags(&shown, &state, &tagging);
        assert_eq!(own, texts(&[("cost", "1"), ("x", "y")]));
        let nothing_known = Tagging::default();
        assert_eq!(
            super::non_default_tags(&shown, &state, &nothing_known),
            shown
        );
    }

    #[test]
    fn a_null_tag_leaves_its_key_to_the_default_and_stays_in_tags() {
        let null = || Value::map([("team", Value::Null), ("own", "1".into())]);
        let state = state(null(), map(&[("team", "web"), ("own", "1")]));
        let shown = texts(&[("team", "web"), ("own", "1")]);
        assert_eq!(
            attribute(&shown, &state, &tagging(&[("team", "web")])),
            null()
        );
        // Somebody put one on, and no default has the key.
        let shown = texts(&[("team", "ops")]);
        let state = state.with("tags_all", map(&[]));
        assert_eq!(
            attribute(&shown, &state, &tagging(&[])),
            map(&[("team", "ops")])
        );
    }

    #[test]
    fn tags_are_the_same_whatever_is_null() {
        let null = |key: &str| Value::map([(key, Value::Null), ("a", "1".into())]);
        let one = map(&[("a", "1")]);
        for (left, right, same) in [
            (null("x"), one.clone(), true),
            (null("x"), null("y"), true),
            (null("a"), one.clone(), true),
            (map(&[("a", "2")]), one.clone(), false),
            (Value::map([("a", Value::Null)]), one.clone(), false),
            (Value::Unknown, Value::Unknown, false),
            (Value::map([("x", Value::Unknown)]), map(&[]), false),
        ] {
            assert_eq!(are_the_same(&left, &right), same, "{left:?} {right:?}");
        }
    }

    #[test]
    fn ignored_tags_of_the_state_stay_as_the_configuration_has_them() {
        let state = state(
            map(&[("team", "web"), ("ignored/a", "1")]),
            map(&[("team", "web")]),
        );
        // EC2's answers come without ignored ones.
        let own = non_default_tags(&texts(&[("team", "web")]), &state, &tagging(&[]));
        assert_eq!(own, texts(&[("team", "web"), ("ignored/a", "1")]));
    }

    fn judged(own: &[(&str, &str)], tagging: &Tagging) -> Vec<(String, String)> {
        let config = state(map(own), Value::Null);
        let plan = Plan {
            phase: Phase::Plan,
            planned: config.clone().with("tags_all", tagging.all(&map(own))),
            config,
            prior: None,
            replace: Vec::new(),
            diagnostics: Diagnostics::new(),
            when_applied: Diagnostics::new(),
        };
        let found = check(&plan, tagging, 0).into_iter();
        found.map(|d| (d.path.to_string(), d.summary)).collect()
    }

    #[test]
    fn all_tags_together_must_fit_on_a_group() {
        let keys: Vec<String> = (0..50).map(|n| format!("k{n}")).collect();
        let fifty: Vec<(&str, &str)> = keys.iter().map(|k| (k.as_str(), "")).collect();
        let tagging = tagging(&fifty);
        assert_eq!(judged(&[("k1", "own")], &tagging), []);
        let more = judged(&[("k1", "own"), ("mine", "")], &tagging);
        let expected = ("tags".to_owned(), "51 tags are too many".to_owned());
        assert_eq!(more, [expected]);
    }

    #[test]
    fn the_ignored_tags_that_a_new_group_gets_count_too() {
        let keys: Vec<String> = (0..49).map(|n| format!("k{n}")).collect();
        let mut defaults: Vec<(&str, &str)> = keys.iter().map(|k| (k.as_str(), "")).collect();
        defaults.push(("ignored/default", ""));
        let own = [("ignored/own", "")];
        let reported = judged(&own, &tagging(&defaults));
        let expected = ("tags".to_owned(), "51 tags are too many".to_owned());
        assert_eq!(reported[0], expected);
        assert_eq!(judged(&[], &tagging(&defaults)), []);
    }

    #[test]
    fn a_tag_that_is_ignored_is_warned_of_where_it_is_written() {
        let own = [("ignored/a", "1"), ("team", "web")];
        let reported = judged(&own, &tagging(&[("ignored/default", "")]));
        let paths: Vec<&str> = reported.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["tags[\"ignored/a\"]"]);
    }
}
