//! The place where a setting is made.

use std::fmt;

/// The place where a setting is made. Code that displays it adds how users reach that place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// An argument of the caller's settings, by the name that users write.
    Argument(&'static str),
    /// An element of an argument that is a list, counted from 0.
    Element(&'static str, usize),
    /// A variable of the environment.
    Variable(&'static str),
    /// A key of the profile in use.
    Profile(&'static str),
    /// The instance metadata service.
    Metadata,
    /// No setting: the default place of AWS tools.
    Default,
}

impl SettingSource {
    /// The name of the argument, variable or key; empty for the other places.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Argument(name)
            | Self::Element(name, _)
            | Self::Variable(name)
            | Self::Profile(name) => name,
            Self::Metadata | Self::Default => "",
        }
    }
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) | Self::Element(name, _) | Self::Variable(name) => {
                f.write_str(name)
            }
            Self::Profile(key) => write!(f, "{key} of the profile"),
            Self::Metadata => f.write_str("the instance metadata service"),
            Self::Default => f.write_str("the default"),
        }
    }
}
