//! One attribute of a block: its type, who sets it, and what may be set.

use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::value::{Type, Value};

/// A check of one configured attribute, and its description.
#[derive(Clone, Copy, Debug)]
pub struct Validator {
    /// The description of valid values in documentation, such as "1 or more". It follows "Must be", and has
    /// no full stop.
    pub description: &'static str,
    /// Called with a value that is known and not null, and its path. Its diagnostics point at that path.
    pub check: fn(&Value, &Path) -> Diagnostics,
}

/// Whether the user or the provider sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The configuration must set it.
    Required,
    /// The configuration may set it.
    Optional,
    /// The provider sets it. Configuring it is an error.
    Computed,
    /// The configuration may set it; otherwise the provider does.
    OptionalComputed,
}

impl Mode {
    /// Whether the provider may set it.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// As written in HCL.
    pub name: &'static str,
    /// The type of its value.
    pub ty: Type,
    /// Whether the user or the provider sets it.
    pub mode: Mode,
    /// Its meaning, in Markdown: unit, default, source.
    pub description: &'static str,
    /// Whether plans hide its value.
    pub sensitive: bool,
    /// Whether it is an address, which may have a password before its `@`.
    pub address: bool,
    /// Whether a change replaces the resource.
    pub replaces: bool,
    /// Whether it is only sent to the provider and never stored: it is null in states and plans.
    pub write_only: bool,
    /// The attribute to use instead, where this one should no longer be set. Hosts then warn.
    pub deprecated: Option<&'static str>,
    /// Attributes of the same block that must not be set together with this one.
    pub conflicts: Vec<&'static str>,
    /// Its value where the configuration has none.
    pub default: Option<Value>,
    /// Checks of a configured value.
    pub validators: Vec<Validator>,
}

impl Attribute {
    /// An attribute that the configuration must set.
    pub fn required(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(Mode::Required, name, ty, description)
    }

    /// An attribute that the configuration may set.
    pub fn optional(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(Mode::Optional, name, ty, description)
    }

    /// An attribute that only the provider sets.
    pub fn computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(Mode::Computed, name, ty, description)
    }

    /// An attribute that the provider sets where the configuration doesn't.
    pub fn optional_computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(Mode::OptionalComputed, name, ty, description)
    }

    /// A change replaces the resource.
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Plans hide its value, and no message quotes its line.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// It is an address: no message quotes its line where a password may be in it.
    pub fn address(mut self) -> Self {
        self.address = true;
        self
    }

    /// It is only sent to the provider and never stored. Hosts before Terraform 1.11 refuse it.
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Should no longer be set; the text says what to use instead.
    pub fn deprecated(mut self, instead: &'static str) -> Self {
        self.deprecated = Some(instead);
        self
    }

    /// Must not be set together with another attribute of its block.
    pub fn conflicts_with(mut self, other: &'static str) -> Self {
        self.conflicts.push(other);
        self
    }

    /// Its value where the configuration has none. Terraform requires such an attribute to be optional and
    /// computed.
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Adds a check of configured values, with a description of valid ones.
    pub fn must_be(
        mut self,
        description: &'static str,
        check: fn(&Value, &Path) -> Diagnostics,
    ) -> Self {
        self.validators.push(Validator { description, check });
        self
    }

    fn new(mode: Mode, name: &'static str, ty: Type, description: &'static str) -> Self {
        Self {
            name,
            ty,
            mode,
            description,
            sensitive: false,
            address: false,
            replaces: false,
            write_only: false,
            deprecated: None,
            conflicts: Vec::new(),
            default: None,
            validators: Vec::new(),
        }
    }
}

impl Attribute {
    /// Whether no message may quote the line that sets it to this value.
    pub fn hides(&self, value: &Value) -> bool {
        let text = value.as_str();
        let has_password = text.is_some_and(|text| text.contains('@'));
        (self.sensitive && !value.is_null()) || (self.address && has_password)
    }
}
