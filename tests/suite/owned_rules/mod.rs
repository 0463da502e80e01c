//! Rules outside of their group, asked for through a real Terraform: the four types of resources that
//! own some rules of a group, whatever else it holds.

mod calls;
mod drift;
mod first_own_rule;
mod guardrails;
mod handing_over;
mod importing;
mod lifecycle;
mod meanwhile;
mod moving;
mod owners;
mod redacting;
mod refusals;
mod replacing;
mod shapes;
mod short_form;
mod two_owners;

use std::ops::Deref;

use serde_json::Value as Json;

use crate::support::emulator::{Emulator, element};
use crate::support::held::Rules;
use crate::support::stage::{REGION, Stage as Base};

/// A stage with a group that somebody else keeps.
struct Stage {
    base: Base,
    /// The group's id.
    group: String,
}

impl Deref for Stage {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

impl Stage {
    /// `GROUP` in the resources stands for the group's id. Nothing of them is applied.
    fn new(resources: &str) -> Self {
        let base = Base::new("");
        let group = make_group(&base.emulator, "shared");
        let stage = Self { base, group };
        stage.write(resources);
        stage
    }

    /// The same, applied; the calls until then don't count.
    #[track_caller]
    fn applied(resources: &str) -> Self {
        let stage = Self::new(resources);
        stage.work.apply();
        stage.emulator.reset_counts();
        stage
    }

    /// Puts other resources in the place of the configuration's.
    fn write(&self, resources: &str) {
        self.write_with("", resources);
    }

    /// The same, with definitions such as guardrails in the provider block.
    fn write_with(&self, definitions: &str, resources: &str) {
        self.write_all(definitions, &resources.replace("GROUP", &self.group));
    }

    /// The rules that EC2 holds of the group, without the one that it gave it.
    fn rules(&self) -> Rules {
        let mut rules = self.held("shared");
        rules.remove("egress all to 0.0.0.0/0");
        rules
    }

    /// The keys of these.
    fn keys(&self) -> Vec<String> {
        self.rules().into_keys().collect()
    }

    /// The ingress rule for a port, as EC2 holds it.
    #[track_caller]
    fn rule(&self, port: i64) -> Json {
        let group = self.emulator.group(REGION, "shared");
        let rules = group["ingress"].as_array().expect("a list of rules");
        let rule = rules.iter().find(|rule| rule["from_port"] == port);
        rule.unwrap_or_else(|| panic!("no rule for port {port}"))
            .clone()
    }

    /// Does something to an ingress rule for tcp from 10.0.0.0/8 by hand.
    fn by_hand(&self, verb: &str, port: &str) {
        let action = format!("{verb}SecurityGroupIngress");
        self.base.by_hand(&action, "shared", port, "10.0.0.0/8", "");
    }
}

/// Makes a group without Terraform.
fn make_group(emulator: &Emulator, name: &str) -> String {
    let about = [("GroupName", name), ("GroupDescription", "Shared")];
    let made = emulator.call(REGION, "CreateSecurityGroup", &about);
    element(&made, "groupId").to_owned()
}

/// The body of a rule for a port of tcp from 10.0.0.0/8, as `curated_vpc_security_group_ingress_rule`
/// has it.
fn tcp(port: &str) -> String {
    format!(
        "  security_group_id = \"GROUP\"\n  ip_protocol = \"tcp\"\n  from_port = {port}\n  \
         to_port = {port}\n  cidr_ipv4 = \"10.0.0.0/8\"\n"
    )
}

/// A resource of that type.
fn ingress(name: &str, body: &str) -> String {
    format!("resource \"curated_vpc_security_group_ingress_rule\" \"{name}\" {{\n{body}\n}}\n")
}

/// A bundle.
fn bundle(name: &str, body: &str) -> String {
    format!(
        "resource \"curated_security_group_rules\" \"{name}\" {{\n  security_group_id = \
         \"GROUP\"\n{body}\n}}\n"
    )
}

/// An `ingress` block for a port of tcp from 10.0.0.0/8.
fn block(port: &str) -> String {
    format!(
        "  ingress {{\n    protocol = \"tcp\"\n    from_port = {port}\n    cidr_blocks = \
         [\"10.0.0.0/8\"]\n  }}\n"
    )
}
