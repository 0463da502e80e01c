//! What a provider block or a resource looks like: attributes, nested blocks, and what is
//! known of each (documentation, default, validators, whether a change replaces the resource).
//!
//! A schema is built once, by constants of the provider; the passes in [`super::plan`] and
//! [`super::validate`] read it. It knows nothing of the wire.

use super::diagnostics::Diagnostics;
use super::path::{Path, Step};
use super::value::{Type, Value};

/// A check of one configured attribute. It is called with values that are known and not null,
/// and gives no, one or several diagnostics that point at the path it is handed.
pub type Validator = fn(&Value, &Path) -> Diagnostics;

/// A versioned block.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Counted up when stored states need more than tolerant reading.
    pub version: i64,
    /// The attributes and blocks.
    pub block: Block,
}

/// Attributes and nested blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// Attributes, in the order in which documentation shows them.
    pub attributes: Vec<Attribute>,
    /// Nested blocks, likewise.
    pub blocks: Vec<NestedBlock>,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The configuration must.
    Required,
    /// The configuration may.
    Optional,
    /// The provider does; configuring it is an error.
    Computed,
    /// The configuration may, else the provider does.
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
    /// Who sets it.
    pub mode: Mode,
    /// What it means, in Markdown: unit, default, source.
    pub description: &'static str,
    /// Not shown in plans.
    pub sensitive: bool,
    /// An address, which may have a password before its `@`.
    pub address: bool,
    /// A change makes another resource of it.
    pub replaces: bool,
    /// Given to the provider and never stored: states and plans have null for it.
    pub write_only: bool,
    /// What to use instead, where the attribute should no longer be set. Hosts warn who sets it.
    pub deprecated: Option<&'static str>,
    /// Attributes of the same block that must not be set together with this one.
    pub conflicts: Vec<&'static str>,
    /// What it is when the configuration doesn't say.
    pub default: Option<Value>,
    /// Checks of a configured value.
    pub validators: Vec<Validator>,
}

/// How often a nested block may be written, and whether order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once; absent is null.
    Single,
    /// In order; absent is the empty list.
    List,
    /// Without order; absent is the empty set.
    Set,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// As written in HCL.
    pub name: &'static str,
    /// How often.
    pub nesting: Nesting,
    /// How many a list or set of it holds at least; the host sees to it.
    pub min: u32,
    /// How many a list or set of it holds at most; the host sees to it. `None`: any number.
    pub max: Option<u32>,
    /// What is in it.
    pub block: Block,
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

    /// Not shown in plans, and no message quotes its line.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// An address: no message quotes its line where a password may be in it.
    pub fn address(mut self) -> Self {
        self.address = true;
        self
    }

    /// Given to the provider and never stored. Hosts before Terraform 1.11 refuse it.
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

    /// What it is when the configuration doesn't say. Terraform wants such an attribute to be
    /// optional and computed.
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Adds a check of configured values.
    pub fn check(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
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
    /// Whether the line that sets it to this must not be shown.
    pub fn hides(&self, value: &Value) -> bool {
        let text = value.as_str();
        let has_password = text.is_some_and(|text| text.contains('@'));
        (self.sensitive && !value.is_null()) || (self.address && has_password)
    }
}

impl NestedBlock {
    /// A block of the given kind.
    pub fn new(name: &'static str, nesting: Nesting, block: Block) -> Self {
        Self {
            name,
            nesting,
            min: 0,
            max: None,
            block,
        }
    }

    /// May be written once at most.
    pub fn once(self) -> Self {
        self.at_most(1)
    }

    /// Must be written so many times at least.
    pub fn at_least(mut self, number: u32) -> Self {
        self.min = number;
        self
    }

    /// May be written so many times at most.
    pub fn at_most(mut self, number: u32) -> Self {
        self.max = Some(number);
        self
    }

    /// The type of its slot in the surrounding object.
    pub fn ty(&self) -> Type {
        let object = self.block.ty();
        match self.nesting {
            Nesting::Single => object,
            Nesting::List => Type::List(Box::new(object)),
            Nesting::Set => Type::Set(Box::new(object)),
        }
    }
}

impl Block {
    /// Whether it has an attribute or a block of this name.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|a| a.name == name) || self.nested(name).is_some()
    }

    /// The block in this one that is called so.
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|nested| nested.name == name)
    }

    /// The attribute that this path leads through, or `None` where it ends at a block.
    pub fn attribute_on(&self, path: &Path) -> Option<&Attribute> {
        let mut block = self;
        for step in path.steps() {
            let Step::Attribute(name) = step else {
                continue;
            };
            match block.nested(name) {
                Some(nested) => block = &nested.block,
                None => return block.attributes.iter().find(|a| a.name == name),
            }
        }
        None
    }

    /// The object type that values of this block have: one entry an attribute, one a block.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter();
        let blocks = self.blocks.iter();
        Type::Object(
            attributes
                .map(|a| (a.name.to_owned(), a.ty.clone()))
                .chain(blocks.map(|b| (b.name.to_owned(), b.ty())))
                .collect(),
        )
    }

    /// A value of this block with nothing set: nulls, and empty lists and sets of blocks.
    pub fn empty(&self) -> Value {
        let attributes = self.attributes.iter();
        let blocks = self.blocks.iter();
        Value::Object(
            attributes
                .map(|a| (a.name.to_owned(), Value::Null))
                .chain(blocks.map(|b| (b.name.to_owned(), b.absent())))
                .collect(),
        )
    }

    /// The same value with null lists and sets of blocks made empty, at every depth: what a
    /// state that was written before a block existed is missing.
    pub fn complete(&self, value: Value) -> Value {
        let Value::Object(mut members) = value else {
            return value;
        };
        for nested in &self.blocks {
            if let Some(slot) = members.get_mut(nested.name) {
                *slot = nested.complete(std::mem::replace(slot, Value::Null));
            }
        }
        Value::Object(members)
    }
}

impl NestedBlock {
    fn absent(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::List => Value::List(Vec::new()),
            Nesting::Set => Value::Set(Vec::new()),
        }
    }

    fn complete(&self, slot: Value) -> Value {
        match slot {
            Value::Null => self.absent(),
            Value::Object(_) => self.block.complete(slot),
            Value::List(items) => Value::List(self.complete_all(items)),
            Value::Set(items) => Value::set(self.complete_all(items)),
            other => other,
        }
    }

    fn complete_all(&self, items: Vec<Value>) -> Vec<Value> {
        items.into_iter().map(|i| self.block.complete(i)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        let inner = Block {
            attributes: vec![Attribute::optional("port", Type::Number, "")],
            ..Block::default()
        };
        Block {
            attributes: vec![Attribute::required("name", Type::String, "")],
            blocks: vec![
                NestedBlock::new("rule", Nesting::Set, inner.clone()),
                NestedBlock::new("timeouts", Nesting::Single, inner),
            ],
            ..Block::default()
        }
    }

    #[test]
    fn a_block_is_an_object_of_its_attributes_and_blocks() {
        let Type::Object(members) = block().ty() else {
            panic!("not an object");
        };
        assert_eq!(members["name"], Type::String);
        assert!(matches!(members["rule"], Type::Set(_)));
        assert!(matches!(members["timeouts"], Type::Object(_)));
    }

    #[test]
    fn absent_blocks_are_empty_but_a_single_one_is_null() {
        let empty = block().empty();
        assert_eq!(empty.get("rule"), &Value::Set(Vec::new()));
        assert!(empty.get("timeouts").is_null());
        assert_eq!(block().complete(block().empty()), empty);
    }

    #[test]
    fn a_null_set_of_blocks_is_completed() {
        let stored = Value::Object(
            [
                ("name".to_owned(), Value::Null),
                ("rule".to_owned(), Value::Null),
                ("timeouts".to_owned(), Value::Null),
            ]
            .into(),
        );
        assert_eq!(block().complete(stored), block().empty());
    }
}
