//! Schemas: attributes and nested blocks, each with its documentation, default, validators, and whether
//! a change replaces the resource.
//!
//! A schema is built once; [`super::plan`] and [`super::validate`] read it. Must not know the wire
//! format.

mod attribute;

use std::sync::OnceLock;

pub use self::attribute::{Attribute, Mode, Validator};
use super::path::{Path, Step};
use super::value::{Type, Value};

/// A versioned block.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Incremented when stored states of the former version can't be read tolerantly.
    pub version: i64,
    /// The attributes and blocks.
    pub block: Block,
    /// The type of the block's values, once it was asked for.
    ty: OnceLock<Type>,
}

impl Schema {
    /// A schema of this block.
    pub fn new(version: i64, block: Block) -> Self {
        Self {
            version,
            block,
            ty: OnceLock::new(),
        }
    }

    /// The type of its values, which is built at the first call.
    pub fn ty(&self) -> &Type {
        self.ty.get_or_init(|| self.block.ty())
    }
}

/// Attributes and nested blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Its purpose, in Markdown.
    pub description: &'static str,
    /// Attributes, in the order in which documentation shows them.
    pub attributes: Vec<Attribute>,
    /// Nested blocks, in the order in which documentation shows them.
    pub blocks: Vec<NestedBlock>,
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
    /// Whether it may be repeated, and whether order counts.
    pub nesting: Nesting,
    /// Least number of these blocks in a list or set, which hosts check.
    pub min: u32,
    /// Largest number of these blocks in a list or set, which hosts check. `None`: any number.
    pub max: Option<u32>,
    /// Its attributes and blocks.
    pub block: Block,
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

    /// Must be written at least this number of times.
    pub fn at_least(mut self, number: u32) -> Self {
        self.min = number;
        self
    }

    /// May be written at most this number of times.
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

    /// The nested block of this name.
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|nested| nested.name == name)
    }

    /// The first attribute on a path, or `None` where the path ends at a block.
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

    /// The object type of the block's values: an entry for each attribute and each block.
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

    /// A value of this block in which nothing is set: attributes are null, and lists and sets of blocks
    /// empty.
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

    /// The same value with empty lists and sets of blocks in place of null ones, at every depth. They are
    /// null in a state that was written before the schema had the block.
    pub fn complete(&self, value: Value) -> Value {
        let Value::Object(mut members) = value else {
            return value;
        };
        for nested in &self.blocks {
            if let Some(slot) = members.get_mut(nested.name) {
                *slot = nested.complete(std::mem::take(slot));
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
