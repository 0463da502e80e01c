//! Replaces peers and descriptions in messages by digests.

use std::net::IpAddr;

use ipnet::IpNet;

use super::model::{self, SOURCES};
use super::redact::{NAME, digest, is_on};
use crate::catalog::Catalog;
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::rules::{Direction, Label};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::resource::Outcome;
use crate::tf_provider::value::Value;

/// Length in bytes below which a text is hidden only where it is a whole word, since it may be a part of
/// others.
const SHORT: usize = 4;

/// Attributes that name the source in resources of a single rule.
const SOURCES_OF_ONE: [&str; 5] = [
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
    "source_security_group_id",
];

/// The texts that are hidden in all messages about a resource.
pub(in crate::resources) struct Redaction {
    /// `None` where nothing is hidden.
    secrets: Option<Vec<Secret>>,
}

/// A text that is hidden, and the digest in its place.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Secret {
    text: String,
    shown: String,
}

impl Redaction {
    /// The redaction for a configuration and states. It hides nothing if `redact_rules` isn't true in any of
    /// them, nor unknown.
    pub(in crate::resources) fn of<'a>(
        values: impl IntoIterator<Item = &'a Value>,
        catalog: &Catalog,
    ) -> Self {
        let values: Vec<&Value> = values.into_iter().collect();
        let hides = |value: &&Value| is_on(value) || value.get(NAME).is_unknown();
        if !values.iter().any(hides) {
            return Self { secrets: None };
        }
        let texts = values
            .into_iter()
            .flat_map(|value| secrets_of(value, catalog));
        let mut secrets: Vec<Secret> = texts.flat_map(|text| Secret::all_of(&text)).collect();
        // The longest first, since one may be the beginning of another.
        secrets.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.cmp(b)));
        secrets.dedup();
        Self {
            secrets: Some(secrets),
        }
    }

    /// The messages with digests in place of the texts.
    pub(in crate::resources) fn hide(&self, diagnostics: Diagnostics) -> Diagnostics {
        let Some(secrets) = &self.secrets else {
            return diagnostics;
        };
        let mut hidden = Diagnostics::new();
        hidden.extend(diagnostics.into_iter().map(|reported| Diagnostic {
            summary: without(&reported.summary, secrets),
            detail: without(&reported.detail, secrets),
            ..reported
        }));
        hidden
    }

    /// The outcome, with its messages redacted.
    pub(in crate::resources) fn outcome(&self, outcome: Outcome) -> Outcome {
        Outcome {
            diagnostics: self.hide(outcome.diagnostics),
            ..outcome
        }
    }
}

/// The peers and descriptions of a configuration or a state, as written and as in EC2.
fn secrets_of(value: &Value, catalog: &Catalog) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for direction in Direction::BOTH {
        // Resources of single rules have neither blocks nor labels.
        let blocks = value.get_or_null(direction.name()).as_elements();
        for block in blocks.into_iter().flatten() {
            texts.extend(
                model::rule_block(block)
                    .description()
                    .known()
                    .map(str::to_owned),
            );
            for name in SOURCES {
                let sources = block.get(name).as_elements().into_iter().flatten();
                texts.extend(sources.filter_map(Value::as_str).flat_map(parts));
            }
        }
    }
    for direction in Direction::BOTH {
        let labels = value.get_or_null(Label::attribute(direction)).as_entries();
        let lines = labels
            .into_iter()
            .flatten()
            .filter_map(|(_, text)| text.as_str());
        texts.extend(lines.flat_map(|line| parts_of_line(line, direction)));
    }
    if !model::of(value).security_group_id().is_null() {
        texts.extend(model::of(value).description().known().map(str::to_owned));
        for name in SOURCES.into_iter().chain(SOURCES_OF_ONE) {
            let source = value.get_or_null(name);
            let sources = source.as_elements().into_iter().flatten().chain([source]);
            texts.extend(sources.filter_map(Value::as_str).flat_map(parts));
        }
    }
    let context = RuleContext::of(value, catalog);
    let has_blocks = value
        .as_entries()
        .is_some_and(|attributes| attributes.contains_key(Direction::Ingress.name()));
    if has_blocks {
        for (rule, text) in desired_rules::desired(value, context).rules {
            texts.push(rule.peer.to_string());
            texts.push(text);
        }
    }
    for (rule, text) in desired_rules::rules_from(model::of(value).rules()) {
        texts.push(rule.peer.to_string());
        texts.push(text);
    }
    texts.retain(|text| !text.trim().is_empty() && text != context.id && text != "self");
    texts
}

/// The peers and the description in a line of the short form, which may be malformed.
fn parts_of_line(line: &str, direction: Direction) -> Vec<String> {
    let word = format!(" {} ", direction.preposition());
    let peers = line.split_once(&word).map_or(line, |(_, peers)| peers);
    let (peers, description) = peers.split_once('#').unwrap_or((peers, ""));
    let mut found = parts(peers);
    found.extend([description.trim().to_owned(), peers.trim().to_owned()]);
    found
}

/// A source, and its parts that messages may quote: each value of a string with several, and the account and
/// the id of a group.
fn parts(source: &str) -> Vec<String> {
    let is_separator = |c: char| c == ',' || c == ';' || c.is_whitespace();
    let mut parts = vec![source];
    for value in source.split(is_separator) {
        parts.push(value);
        if value.contains("sg-") {
            parts.extend(value.split('/'));
        }
    }
    parts.into_iter().map(str::to_owned).collect()
}

impl Secret {
    /// A text in each form in which messages quote it.
    fn all_of(text: &str) -> Vec<Self> {
        let quoted = format!("{text:?}");
        let escaped = quoted[1..quoted.len() - 1].to_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut forms = vec![text.to_owned(), escaped, words.join(" ")];
        forms.sort();
        forms.dedup();
        let shown = digest(text);
        let secret = |text| Self {
            text,
            shown: shown.clone(),
        };
        forms.into_iter().map(secret).collect()
    }

    /// The length in bytes of this secret at the beginning of a text; `None` if the text doesn't begin with
    /// it. `before` is the character that precedes the text.
    fn length_in(&self, text: &str, before: Option<char>) -> Option<usize> {
        let is_of_word = |c: char| c.is_alphanumeric();
        if let Some(after) = text.strip_prefix(self.text.as_str()) {
            let is_word = !before.is_some_and(is_of_word) && !after.starts_with(is_of_word);
            return (self.text.len() >= SHORT || is_word).then_some(self.text.len());
        }
        // EC2 and others cut long texts.
        let same = text.chars().zip(self.text.chars());
        let same = same.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
        let length = same.sum();
        (length >= SHORT && text[length..].starts_with('…')).then_some(length)
    }
}

/// A text with digests in place of secrets and of all addresses: a message may name an address that is
/// derived from a secret, such as the block that it is in.
fn without(text: &str, secrets: &[Secret]) -> String {
    let mut hidden = String::new();
    let mut rest = text;
    let mut before = None;
    while let Some(next) = rest.chars().next() {
        let length = if let Some(address) = address(rest, before) {
            hidden.push_str(&digest(address));
            address.len()
        } else {
            let found = secrets.iter().find_map(|secret| {
                let length = secret.length_in(rest, before)?;
                Some((length, secret))
            });
            if let Some((length, secret)) = found {
                hidden.push_str(&secret.shown);
                length
            } else {
                hidden.push(next);
                next.len_utf8()
            }
        };
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    hidden
}

/// The address or CIDR block at the beginning of a text. `before` is the character that precedes the text.
fn address(text: &str, before: Option<char>) -> Option<&str> {
    let is_of_address = |c: char| c.is_ascii_hexdigit() || ['.', ':', '/'].contains(&c);
    // A part of a longer word is no address.
    if before.is_some_and(|c| c.is_alphanumeric() || c == '.') {
        return None;
    }
    let length = text.find(|c| !is_of_address(c)).unwrap_or(text.len());
    let word = text[..length].trim_end_matches(['.', ':', '/']);
    let is_address = word.parse::<IpNet>().is_ok() || word.parse::<IpAddr>().is_ok();
    is_address.then_some(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::resources::common::redact::tests::group;
    use crate::resources::common::rule_blocks;

    #[test]
    fn no_message_has_a_peer_or_a_description() {
        let config = group(true.into(), &["10.1.2.3/8", "2001:DB8::/32x"], "vip");
        let error = || {
            Diagnostic::error(
                "\"10.1.2.3/8\" has host bits set",
                "The block is 10.0.0.0/8, the address \"10.1.2.3/32\". EC2 at 14:05 in eu-west-1 \
                 said: peer: 10.1.2.3, \"vip\"; [2001:db8::1], 2001:DB8::/32x.",
            )
        };
        let hidden = Redaction::of([&config], Catalog::built_in()).hide(error().into());
        let message = format!("{hidden:?}");
        for secret in ["10.", "vip", "2001", "db8"] {
            assert!(
                !message.to_lowercase().contains(secret),
                "{secret}: {message}"
            );
        }
        for left in [digest("10.1.2.3/8").as_str(), "at 14:05 in eu-west-1 said"] {
            assert!(message.contains(left), "{left}: {message}");
        }
        let plain = Diagnostics::from(error());
        let config = group(false.into(), &["10.1.2.3/8"], "vip");
        assert_eq!(
            Redaction::of([&config], Catalog::built_in()).hide(plain.clone()),
            plain
        );
        let later = group(Value::Unknown, &["10.1.2.3/8"], "vip");
        assert_ne!(
            Redaction::of([&later], Catalog::built_in()).hide(plain.clone()),
            plain
        );
    }

    #[test]
    fn a_secret_is_found_in_every_form_and_nothing_else_is_hidden() {
        let secret = |text: &str| Secret::all_of(text);
        for (text, message, left) in [
            (
                "a \"b\"",
                "described as \"a \\\"b\\\"\".",
                "described as \"#\".",
            ),
            ("new  york", "in new york today", "in # today"),
            ("vip", "the vip, not vipers", "the #, not vipers"),
            ("jump host of bob", "EC2: jump host…", "EC2: #…"),
            (
                "pl-0123abcd",
                "'pl-0123abcd' isn't there",
                "'#' isn't there",
            ),
            ("sha2", "a sha2", "a #"),
        ] {
            let expected = left.replace('#', &digest(text));
            assert_eq!(without(message, &secret(text)), expected, "{text}");
        }
        for plain in [
            "at 14:05 on 2026-11-29, version 1.2.3, face::x, ec2:Describe, http://127.0.0.1:80/",
            "10 rules, 0 left… é",
        ] {
            assert_eq!(without(plain, &secret("else")), plain);
        }
        let message = without("source:10.0.0.0/16, 10.0.0.0/1.", &secret("10.0.0.0/1"));
        let [wide, narrow] = ["10.0.0.0/16", "10.0.0.0/1"].map(digest);
        assert_eq!(message, format!("source:{wide}, {narrow}."));
    }

    #[test]
    fn the_id_of_the_group_itself_stays_and_that_of_a_peer_is_hidden() {
        let peers = ["sg-0000000a", "123456789012/sg-0000000b"];
        let rule = rule_blocks::schema("").empty().with("service", "ssh");
        let rule = rule.with("security_groups", Value::set(peers));
        let state = model::unset_group().with("id", "sg-0000000a");
        let state = state.with(NAME, true);
        let state = state.with("ingress", Value::set([rule]));
        let error = Diagnostic::error("sg-0000000a failed", "No sg-0000000b.");
        let hidden = Redaction::of([&state], Catalog::built_in()).hide(error.into());
        let hidden: Vec<Diagnostic> = hidden.into_iter().collect();
        assert_eq!(hidden[0].summary, "sg-0000000a failed");
        assert!(!hidden[0].detail.contains("sg-"), "{hidden:?}");
    }

    proptest! {
        #[test]
        fn whatever_is_around_a_secret_nothing_of_it_is_left(
            before in "[ g-z:,\"(é]{0,9}", secret in "Q[A-Z ]{2,8}Q", after in "[ g-z:,\")é…]{0,9}",
        ) {
            let message = format!("{before} {secret} {after}");
            let hidden = without(&message, &Secret::all_of(&secret));
            prop_assert_eq!(hidden, format!("{before} {} {after}", digest(&secret)));
        }
    }
}
