//! Paths to parts of a value: the steps from its root to an attribute or element. Diagnostics, codec
//! errors and "requires replace" use them. Must not know the wire format of a path.

use std::fmt;

/// One step down into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute or nested block of an object, by name.
    Attribute(String),
    /// An element of a map, by key.
    Key(String),
    /// An element of a list or tuple, counted from 0.
    Index(i64),
    /// Some element of a set. The protocol has no address for it: the code that sends a path to the
    /// host ends it before this step.
    Element,
}

/// The steps from the root of a value to a part of it. The root itself is the empty path.
///
/// It displays as in HCL: `ingress[0].cidr_blocks["a"]`, and `ingress[…]`
/// for some element of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// The path of a whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path, then the attribute or nested block `name`.
    #[must_use]
    pub fn attribute(&self, name: impl Into<String>) -> Self {
        self.then(Step::Attribute(name.into()))
    }

    /// This path, then the map element `key`.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// This path, then the list or tuple element at `index`, counted from 0.
    #[must_use]
    pub fn index(&self, index: i64) -> Self {
        self.then(Step::Index(index))
    }

    /// This path, then some element of a set.
    #[must_use]
    pub fn element(&self) -> Self {
        self.then(Step::Element)
    }

    /// This path, then `step`.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self { steps }
    }

    /// This path as seen from one level further up: `step`, then this path. An error in a nested value
    /// gets its path so, step by step, while it is returned.
    #[must_use]
    pub fn under(mut self, step: Step) -> Self {
        self.steps.insert(0, step);
        self
    }

    /// The steps, from the root downwards.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether this is the path of the whole value.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Element => f.write_str("[…]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_as_people_write_references() {
        let ingress = Path::root().attribute("ingress");
        for (path, text) in [
            (Path::root(), ""),
            (ingress.clone(), "ingress"),
            (
                ingress.index(0).attribute("cidr_blocks").key("a"),
                r#"ingress[0].cidr_blocks["a"]"#,
            ),
            (ingress.element().attribute("self"), "ingress[…].self"),
            (
                Path::root().attribute("tags").key("a \"b\""),
                r#"tags["a \"b\""]"#,
            ),
        ] {
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn under_puts_a_step_in_front() {
        let path = Path::root().attribute("name").under(Step::Index(2));
        assert_eq!(path, Path::root().index(2).attribute("name"));
        assert!(!path.is_root());
    }
}
