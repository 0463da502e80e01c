//! The rules that Terraform enforces on a provider's answers, checked before an answer is sent.
//!
//! A breach is a bug of the provider, which Terraform reports in words that don't help a user. Debug
//! builds and tests make an error of each breach; release builds leave the check to Terraform.

mod lookups;
mod offer;

pub use self::lookups::{called, generated, listed, read};
pub use self::offer::offer;
use super::diagnostics::{Diagnostic, Diagnostics};
use super::path::Path;
use super::schema::{Attribute, Block, Mode, NestedBlock};
use super::value::Value;

/// Whether answers are checked in this build.
pub const ENFORCED: bool = cfg!(debug_assertions);

/// Checks a planned state against the configuration and the prior state.
pub fn plan(block: &Block, config: &Value, prior: Option<&Value>, planned: &Value) -> Diagnostics {
    let mut breaches = Breaches::default();
    breaches.block(block, config, prior, planned, &Path::root());
    breaches.0
}

/// Checks a new state against the planned one.
pub fn apply(planned: &Value, new: &Value) -> Diagnostics {
    let mut breaches = Breaches::default();
    breaches.compatible(planned, new, &Path::root());
    breaches.0.extend(known(new));
    breaches.0
}

/// Checks that a state holds nothing unknown: after a read, an import, an upgrade or an apply.
pub fn known(state: &Value) -> Diagnostics {
    if state.is_wholly_known() {
        return Diagnostics::new();
    }
    breach(&Path::root(), "a state holds an unknown value").into()
}

/// Checks that the attributes exist whose change replaces the resource.
pub fn replace(block: &Block, paths: &[Path]) -> Diagnostics {
    let known = |path: &Path| {
        block
            .attributes
            .iter()
            .any(|a| *path == Path::root().attribute(a.name))
    };
    let mut found = Diagnostics::new();
    for path in paths.iter().filter(|p| !known(p)) {
        found.push(breach(
            path,
            "it is marked for replacement, and there is no such attribute",
        ));
    }
    found
}

#[derive(Default)]
struct Breaches(Diagnostics);

impl Breaches {
    fn add(&mut self, path: &Path, what: &str) {
        self.0.push(breach(path, what));
    }

    fn block(
        &mut self,
        block: &Block,
        config: &Value,
        prior: Option<&Value>,
        planned: &Value,
        path: &Path,
    ) {
        if config.is_null() != planned.is_null() {
            return self.add(
                path,
                "the plan is null where the configuration isn't, or not",
            );
        }
        if !matches!(planned, Value::Object(_)) {
            return;
        }
        let before = |name: &str| prior.filter(|p| !p.is_null()).map(|p| p.get(name));
        for attribute in &block.attributes {
            let name = attribute.name;
            self.attribute(
                attribute,
                config.get(name),
                before(name),
                planned.get(name),
                &path.attribute(name),
            );
        }
        for nested in &block.blocks {
            let name = nested.name;
            self.nested(
                nested,
                config.get(name),
                before(name),
                planned.get(name),
                &path.attribute(name),
            );
        }
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        config: &Value,
        prior: Option<&Value>,
        planned: &Value,
        path: &Path,
    ) {
        let as_before = prior.is_some_and(|p| !p.is_null() && p == planned) && !config.is_null();
        let free =
            attribute.mode == Mode::Computed || (config.is_null() && attribute.mode.is_computed());
        if attribute.write_only {
            if !planned.is_null() {
                self.add(path, "the plan holds a write-only value");
            }
            return;
        }
        if planned != config && !as_before && !free {
            self.add(path, "the plan differs from the configuration");
        }
    }

    fn nested(
        &mut self,
        nested: &NestedBlock,
        config: &Value,
        prior: Option<&Value>,
        planned: &Value,
        path: &Path,
    ) {
        if config == planned {
            return;
        }
        match (config, planned) {
            (Value::Unknown, _) => self.add(path, "the plan knows a block that isn't known"),
            (_, Value::Unknown) => self.add(path, "the plan doesn't know a block that is known"),
            (Value::List(c), Value::List(p)) if c.len() != p.len() => {
                self.add(path, "the plan has another number of blocks");
            }
            (Value::List(c), Value::List(p)) => {
                for (index, (c, p)) in c.iter().zip(p).enumerate() {
                    let path = path.index(index as i64);
                    self.block(&nested.block, c, None, p, &path);
                }
            }
            (Value::Set(_), Value::Set(p)) if p.iter().any(Value::is_unknown) => {
                self.add(path, "a planned block is unknown as a whole");
            }
            (Value::Set(_), Value::Set(_)) => {}
            (Value::Set(_) | Value::List(_), _) => self.add(path, "planned blocks are null"),
            _ => self.block(&nested.block, config, prior, planned, path),
        }
    }

    fn compatible(&mut self, planned: &Value, new: &Value, path: &Path) {
        match (planned, new) {
            (Value::Unknown, _) => {}
            (Value::Object(p), Value::Object(n)) | (Value::Map(p), Value::Map(n)) => {
                if !p.keys().eq(n.keys()) {
                    self.add(path, "other members came than were planned");
                }
                let is_map = matches!(planned, Value::Map(_));
                for (name, planned) in p {
                    let step = if is_map {
                        path.key(name)
                    } else {
                        path.attribute(name)
                    };
                    if let Some(new) = n.get(name) {
                        self.compatible(planned, new, &step);
                    }
                }
            }
            (Value::List(p), Value::List(n)) if p.len() == n.len() => {
                for (index, (planned, new)) in p.iter().zip(n).enumerate() {
                    self.compatible(planned, new, &path.index(index as i64));
                }
            }
            (Value::Set(p), Value::Set(n)) => {
                if !sets_fit(p, n) {
                    self.add(path, "other set elements came than were planned");
                }
            }
            _ if planned == new => {}
            _ => self.add(path, "another value came than was planned"),
        }
    }
}

/// Whether a value may come of one that was planned. Ends at the first part that doesn't fit, since the
/// elements of sets are compared with one another.
pub fn fits(planned: &Value, new: &Value) -> bool {
    match (planned, new) {
        (Value::Unknown, _) => true,
        (Value::Object(p), Value::Object(n)) | (Value::Map(p), Value::Map(n)) => {
            let mut pairs = p.iter().zip(n);
            p.len() == n.len() && pairs.all(|((a, p), (b, n))| a == b && fits(p, n))
        }
        (Value::List(p), Value::List(n)) => {
            p.len() == n.len() && p.iter().zip(n).all(|(p, n)| fits(p, n))
        }
        (Value::Set(p), Value::Set(n)) => sets_fit(p, n),
        _ => planned == new,
    }
}

/// Whether each element that was planned has come, and no other.
fn sets_fit(planned: &[Value], new: &[Value]) -> bool {
    new.len() <= planned.len()
        && planned.iter().all(|p| new.iter().any(|n| fits(p, n)))
        && new.iter().all(|n| planned.iter().any(|p| fits(p, n)))
}

fn breach(path: &Path, what: &str) -> Diagnostic {
    let at = path.to_string();
    let at = if at.is_empty() { "the block" } else { &at };
    Diagnostic::error(
        "The provider broke Terraform's rules",
        format!("At {at}: {what}. This is a bug of the provider: please report it."),
    )
    .at(path.clone())
}

#[cfg(test)]
mod tests;
