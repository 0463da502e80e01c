//! Tests of tags: which of those that EC2 shows are a resource's own.

use super::*;
use crate::session::{ProviderTags, Variables};

fn texts(tags: &[(&str, &str)]) -> Tags {
    let tags = tags.iter();
    tags.map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

/// TagPolicy with these default tags, which ignores keys that begin with `ignored/`.
fn tagging(defaults: &[(&str, &str)]) -> TagPolicy {
    let given = ProviderTags {
        default_tags: tags_value(&texts(defaults)),
        ignored_key_prefixes: Value::set(["ignored/"]),
        ..ProviderTags::default()
    };
    TagPolicy::new(&given, &Variables::new())
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
fn the_mark_of_a_prune_is_shown_only_where_a_configuration_said_it() {
    let marked = texts(&[("own", "1"), (MARK, "2026-01-01")]);
    let without = || texts(&[("own", "1")]);
    let imported = state(Value::Null, Value::Null);
    let has_mark = state(map(&[(MARK, "never")]), map(&[(MARK, "never")]));
    let unknown = state(map(&[]), Value::Unknown);
    for (what, state, defaults, expected) in [
        ("imported", &imported, tagging(&[]), without()),
        (
            "a default tag",
            &imported,
            tagging(&[(MARK, "x")]),
            marked.clone(),
        ),
        ("its own tag", &has_mark, tagging(&[]), marked.clone()),
        ("not planned yet", &unknown, tagging(&[]), without()),
        ("nothing known", &imported, TagPolicy::default(), without()),
    ] {
        assert_eq!(shown(marked.clone(), state, &defaults), expected, "{what}");
    }
}

#[test]
fn unknown_default_tags_are_taken_from_the_state() {
    let state = state(map(&[("own", "1")]), map(&[("own", "1"), ("team", "web")]));
    let shown = texts(&[("own", "1"), ("team", "web"), ("new", "2")]);
    let own = non_default_tags(&shown, &state, &TagPolicy::default());
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
    let nothing_known = TagPolicy::default();
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

fn judged(own: &[(&str, &str)], tagging: &TagPolicy) -> Vec<(String, String)> {
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
