//! A catalog of the user's own and its guardrails, in the provider block and in files, asked through
//! a real Terraform.

mod dodges;
mod guardrails;
mod outside;
mod prefix_lists;
mod services;

use std::ops::{Deref, DerefMut};

use crate::support::bench::Bench;
use crate::support::stage::{REGION, Stage as Base, provider_with};

/// The resource that the tests are about.
const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
struct Stage(Base);

impl Deref for Stage {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.0
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Base {
        &mut self.0
    }
}

impl Stage {
    /// A provider block with these definitions, and resources.
    fn new(definitions: &str, resources: &str) -> Self {
        Self(Base::with_provider(definitions, resources))
    }

    /// Puts another configuration in the place of the one before.
    fn write(&self, definitions: &str, resources: &str) {
        self.write_all(definitions, resources);
    }

    /// The keys of the attribute `rules` of a resource in state.
    #[track_caller]
    fn keys(&self, address: &str) -> Vec<String> {
        self.rules(address).into_keys().collect()
    }
}

/// A configuration whose provider block has these definitions.
fn configuration(bench: &Bench, definitions: &str, resources: &str) -> String {
    provider_with(bench.endpoint(), definitions) + resources
}

/// The group that the tests are about, with these lines.
fn web(lines: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{lines}\n}}\n")
}
