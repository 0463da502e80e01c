//! Texts of a report that share memory. Rules and evidence of an account have few different texts,
//! so that a report of a hundred thousand rules takes little memory.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A shared text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

/// Rules with their descriptions, sorted by rule; a map of texts in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleTexts(Box<[(Text, Text)]>);

/// The set of shared texts.
#[derive(Debug, Default)]
pub(super) struct Texts(HashSet<Text>);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl RuleTexts {
    /// Rules and descriptions as shared texts.
    pub(super) fn shared<'a>(
        texts: &mut Texts,
        rules: impl IntoIterator<Item = (String, &'a str)>,
    ) -> Self {
        let rules = rules.into_iter();
        let mut rules: Vec<_> = rules
            .map(|(rule, description)| (texts.of(&rule), texts.of(description)))
            .collect();
        rules.sort_unstable();
        Self(rules.into())
    }

    /// The rules, in the order of their texts.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(rule, _)| &**rule)
    }

    /// The number of rules.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Texts {
    /// The shared text.
    pub(super) fn of(&mut self, text: &str) -> Text {
        if let Some(held) = self.0.get(text) {
            return held.clone();
        }
        let held = Text::from(text);
        self.0.insert(held.clone());
        held
    }

    /// The shared texts.
    pub(super) fn all(&mut self, texts: &[String]) -> Vec<Text> {
        texts.iter().map(|text| self.of(text)).collect()
    }
}

impl Serialize for RuleTexts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(rule, text)| (&**rule, &**text)))
    }
}

impl<'de> Deserialize<'de> for RuleTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rules = BTreeMap::<String, String>::deserialize(deserializer)?;
        let rules = rules.into_iter();
        let shared = rules.map(|(rule, text)| (Text::from(rule), Text::from(text)));
        Ok(Self(shared.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_held_once_and_json_is_a_sorted_map() {
        let mut texts = Texts::default();
        let rules = |texts: &mut Texts| {
            let all = [("ingress b", "two"), ("egress a", "")];
            RuleTexts::shared(texts, all.map(|(rule, text)| (rule.to_owned(), text)))
        };
        let (one, other) = (rules(&mut texts), rules(&mut texts));
        assert_eq!(one, other);
        assert!(Arc::ptr_eq(&one.0[0].0.0, &other.0[0].0.0));
        let json = serde_json::to_string(&one).expect("JSON");
        assert_eq!(json, r#"{"egress a":"","ingress b":"two"}"#);
        assert_eq!(serde_json::from_str::<RuleTexts>(&json).expect("read"), one);
        assert_eq!(one.keys().collect::<Vec<_>>(), ["egress a", "ingress b"]);
        assert_eq!((one.len(), one.is_empty()), (2, false));
    }
}
