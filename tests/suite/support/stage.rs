//! What tests of a feature stand on: an EC2, a Terraform, and a configuration with a provider block for
//! that EC2. A module's own stage adds what its tests ask for. Must not know what they expect.

use serde_json::{Value as Json, json};

use super::emulator::Emulator;
use super::held::{Rules, names, rules_in, rules_of};
use super::terraform::{self, Outcome, Plan, Terraform, WorkDir};

/// The region of the provider block, and so of every group that doesn't name its own.
pub const REGION: &str = "eu-west-1";

/// Another region.
pub const ELSEWHERE: &str = "us-east-1";
/// The resource that most tests are about.
pub const WEB: &str = "curated_security_group.web";

/// The calls that add an ingress rule, take it away, and describe it anew.
pub const AUTHORIZE: &str = "AuthorizeSecurityGroupIngress";
pub const REVOKE: &str = "RevokeSecurityGroupIngress";
pub const DESCRIBE: &str = "UpdateSecurityGroupRuleDescriptionsIngress";

/// An EC2, and a directory with a configuration for it.
pub struct Stage {
    /// The EC2.
    pub emulator: Emulator,
    /// The directory.
    pub work: WorkDir,
    /// Lines of the provider block, beside those that lead to this EC2.
    pub provider: String,
}

impl Stage {
    /// An empty EC2 and these resources, nothing of them applied.
    pub fn new(resources: &str) -> Self {
        Self::with_provider("", resources)
    }

    /// The same, with these lines in the provider block.
    pub fn with_provider(lines: &str, resources: &str) -> Self {
        Self::with_terraform(&Terraform::find(), lines, resources)
    }

    /// The same, for a certain Terraform.
    pub fn under(terraform: &Terraform, resources: &str) -> Self {
        Self::with_terraform(terraform, "", resources)
    }

    /// The same, with these lines in the provider block.
    pub fn with_terraform(terraform: &Terraform, lines: &str, resources: &str) -> Self {
        let stage = Self {
            emulator: Emulator::start(),
            work: terraform.work_dir(""),
            provider: lines.to_owned(),
        };
        stage.write(resources);
        stage
    }

    /// An EC2 with these resources; the calls that made them don't count.
    #[track_caller]
    pub fn applied(resources: &str) -> Self {
        let stage = Self::new(resources);
        stage.work.apply();
        stage.emulator.reset_counts();
        stage
    }

    /// Puts other resources in the place of the configuration's.
    pub fn write(&self, resources: &str) {
        self.write_all(&self.provider, resources);
    }

    /// Puts another configuration in the place of the one before: lines of the provider block, beside
    /// those that lead to this EC2, and resources.
    pub fn write_all(&self, provider: &str, resources: &str) {
        let provider = provider_with(self.emulator.endpoint(), provider);
        self.work
            .write("main.tf", &format!("{provider}{resources}"));
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> String {
        self.work.run(arguments).expect(&[0]).text()
    }

    /// Applies these resources, however it ends.
    pub fn try_apply(&self, resources: &str) -> Outcome {
        self.write(resources);
        self.work.try_apply()
    }

    /// Applies these resources.
    #[track_caller]
    pub fn apply(&self, resources: &str) {
        let outcome = self.try_apply(resources);
        assert_eq!(outcome.code, 0, "{outcome}");
    }

    /// From now on, this goes wrong and nothing else; the calls until then don't count.
    pub fn go_wrong(&self, faults: &Json) {
        self.emulator.reset_counts();
        self.emulator.config(&json!({ "faults": faults }));
    }

    /// Applies, and proves that nothing is left to do; what Terraform said.
    #[track_caller]
    pub fn settle(&self) -> String {
        let said = self.work.apply();
        self.assert_settled();
        said
    }

    /// The same; the calls of the apply that changed EC2.
    #[track_caller]
    pub fn settle_counting(&self) -> Vec<String> {
        self.emulator.reset_counts();
        self.work.apply();
        let writes = self.writes();
        self.assert_settled();
        writes
    }

    /// Applies what needs no change in EC2.
    #[track_caller]
    pub fn settle_without_a_write(&self) -> String {
        self.emulator.reset_counts();
        let said = self.settle();
        self.assert_no_writes();
        said
    }

    /// Nothing has been changed in EC2 since the calls were last forgotten.
    #[track_caller]
    pub fn assert_no_writes(&self) {
        assert_eq!(self.writes(), [""; 0]);
    }

    /// A plan finds nothing to do.
    #[track_caller]
    pub fn assert_settled(&self) -> Plan {
        let plan = self.work.plan();
        assert!(!plan.changes, "{}", plan.text);
        plan
    }

    /// The calls that changed EC2 since they were last forgotten, in order.
    pub fn writes(&self) -> Vec<String> {
        let writes = self.emulator.writes();
        let actions = writes.iter().filter_map(|call| call["action"].as_str());
        actions.map(str::to_owned).collect()
    }

    /// The same, for calls that have no order among them.
    pub fn sorted_writes(&self) -> Vec<String> {
        let mut writes = self.writes();
        writes.sort();
        writes
    }

    /// The groups of a region that are not a VPC's default, by name.
    pub fn names(&self, region: &str) -> Vec<String> {
        names(&self.emulator, region)
    }

    /// The rules of a group in EC2.
    #[track_caller]
    pub fn held(&self, name: &str) -> Rules {
        let group = self.emulator.group(REGION, name);
        assert!(group.is_object(), "EC2 has no group {name}");
        rules_of(&group)
    }

    /// The attribute `rules` of a resource in state.
    #[track_caller]
    pub fn rules(&self, address: &str) -> Rules {
        rules_in(&self.work.attributes(address))
    }

    /// The keys of these, sorted.
    #[track_caller]
    pub fn keys(&self, address: &str) -> Vec<String> {
        self.rules(address).into_keys().collect()
    }

    /// The id of a group in EC2.
    #[track_caller]
    pub fn id(&self, name: &str) -> String {
        self.emulator.id(REGION, name)
    }

    /// Adds (`Authorize`) or removes (`Revoke`) an ingress rule for a port of tcp by hand.
    pub fn ingress_by_hand(&self, verb: &str, group: &str, port: u16, cidr: &str) {
        let action = format!("{verb}SecurityGroupIngress");
        self.by_hand(&action, group, &port.to_string(), cidr, "");
    }

    /// Calls an action that takes a rule for a port of tcp, by hand. An empty description is none.
    pub fn by_hand(&self, action: &str, group: &str, port: &str, cidr: &str, about: &str) {
        by_hand(&self.emulator, action, group, port, cidr, about);
    }
}

/// The provider block for an EC2, with these lines in it.
pub fn provider_with(endpoint: &str, lines: &str) -> String {
    let head = "provider \"curated\" {\n";
    let text = terraform::provider(endpoint, REGION);
    assert!(text.contains(head), "{text}");
    text.replacen(head, &format!("{head}{lines}\n"), 1)
}

/// A directory with these resources and the provider block for an EC2, which several may share.
pub fn work_dir(terraform: &Terraform, emulator: &Emulator, resources: &str) -> WorkDir {
    terraform.work_dir(&(terraform::provider(emulator.endpoint(), REGION) + resources))
}

/// Calls an action that takes a rule for a port of tcp, without a stage. An empty description is none.
pub fn by_hand(
    emulator: &Emulator,
    action: &str,
    group: &str,
    port: &str,
    cidr: &str,
    about: &str,
) {
    let id = emulator.id(REGION, group);
    let mut parameters = vec![
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.IpRanges.1.CidrIp", cidr),
    ];
    if !about.is_empty() {
        parameters.push(("IpPermissions.1.IpRanges.1.Description", about));
    }
    emulator.call(REGION, action, &parameters);
}
