//! The type of a message about a failed connection, with the argument at fault. The layer that
//! shows it adds the attribute path.

use crate::ec2::errors::SettingSource;

/// The place where users write settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// The provider block of a configuration.
    ProviderBlock,
    /// The options of the command `curated`.
    CommandLine,
}

/// A message about a failed connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// One line that can be understood without the rest.
    pub(crate) summary: String,
    /// Whole sentences: the facts, and what to do.
    pub(crate) detail: String,
    /// The argument of the provider block that is at fault.
    pub(crate) argument: Option<Argument>,
}

/// An argument of the provider block: `name`, `name[index]` or `name[index].inner`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) index: Option<usize>,
    pub(crate) inner: Option<&'static str>,
}

impl Explanation {
    pub(super) fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
            argument: None,
        }
    }

    pub(super) fn at(self, argument: Argument) -> Self {
        Self {
            argument: Some(argument),
            ..self
        }
    }
}

impl Argument {
    pub(super) const fn named(name: &'static str) -> Self {
        Self {
            name,
            index: None,
            inner: None,
        }
    }

    pub(super) const fn element(name: &'static str, index: usize) -> Self {
        Self {
            name,
            index: Some(index),
            inner: None,
        }
    }

    pub(super) const fn attribute(self, inner: &'static str) -> Self {
        Self {
            inner: Some(inner),
            ..self
        }
    }
}

/// The explanation with the argument at fault, if the setting came from one.
pub(super) fn at(origin: SettingSource, explanation: Explanation) -> Explanation {
    match origin {
        SettingSource::Argument(name @ "web_identity_token_file") => {
            let block = Argument::element("assume_role_with_web_identity", 0);
            explanation.at(block.attribute(name))
        }
        SettingSource::Argument(name) => explanation.at(Argument::named(name)),
        SettingSource::Element(name, index) => explanation.at(Argument::element(name, index)),
        SettingSource::Variable(_)
        | SettingSource::Profile(_)
        | SettingSource::Metadata
        | SettingSource::Default => explanation,
    }
}
