//! A catalog of the user's own and its guardrails, in the provider block and in files, asked through
//! a real Terraform.

mod dodges;
mod guardrails;
mod outside;
mod prefix_lists;
mod services;

use crate::support::emulator::Emulator;
use crate::support::stage::provider_with;

/// A configuration whose provider block has these definitions.
fn configuration(emulator: &Emulator, definitions: &str, resources: &str) -> String {
    provider_with(emulator.endpoint(), definitions) + resources
}

/// The group that the tests are about, with these lines.
fn web(lines: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{lines}\n}}\n")
}
