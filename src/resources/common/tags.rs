//! The tags of a group or a rule: the resource's own in `tags`, and all of them in `tags_all`. Pure. Must not
//! know any of the resource types.
//!
//! EC2 doesn't show which tags come from the provider's default tags; the state does.

use std::collections::BTreeMap;

use super::model;
use crate::ec2::Tags;
use crate::session::{MOST_TAGS, TagPolicy};
use crate::snapshot::MARK;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Phase, Plan};
use crate::tf_provider::value::Value;

/// The tags of the attribute `tags`: of the tags that EC2 shows, those that are in `tags` of `state`, and
/// those whose key no default tag of the provider block has. The latter were default tags once, or were
/// added by hand, and a plan removes them. Ignored tags, which EC2's answers lack, stay as `state` has
/// them, since a plan has to agree with the configuration about `tags`; no call is made for them.
fn non_default_tags(shown: &Tags, state: &Value, tagging: &TagPolicy) -> Tags {
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

/// The tags that a state shows of those that EC2 shows: without the mark of `curated prune`, which comes
/// and goes beside every configuration, unless the state or a default tag has it.
pub(in crate::resources) fn shown(mut tags: Tags, state: &Value, tagging: &TagPolicy) -> Tags {
    let attributes = model::of(state);
    let states = [attributes.tags(), attributes.tags_all()];
    let mut known = states.into_iter().filter(|tags| !tags.is_unknown());
    let has_mark = known.any(|tags| !tags.get_or_null(MARK).is_null());
    if !has_mark && tagging.default_tag(MARK).is_none() {
        tags.remove(MARK);
    }
    tags
}

/// The value of `tags` for a state: [`non_default_tags`], and the null ones of the configuration, which a plan
/// has to keep.
pub(in crate::resources) fn attribute(shown: &Tags, state: &Value, tagging: &TagPolicy) -> Value {
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
    tagging: &TagPolicy,
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
fn only_become_default_tags(planned: &Value, prior: &Value, tagging: &TagPolicy) -> bool {
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
    tagging: &TagPolicy,
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
    let at_first = plan.prior.is_none().then(|| tagging.create_only_tags(own));
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
mod tests;
