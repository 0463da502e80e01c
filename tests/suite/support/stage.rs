//! What tests of a feature stand on: an EC2, a Terraform, and a configuration with a provider block for
//! that EC2. A module's own stage adds what its tests ask for. Must not know what they expect.

use std::collections::BTreeMap;

use super::bench::Bench;
use super::terraform::{self, Plan, Terraform, WorkDir};

/// The region of the provider block, and so of every group that doesn't name its own.
pub const REGION: &str = "eu-west-1";

/// An EC2, and a directory with a configuration for it.
pub struct Stage {
    /// The EC2.
    pub bench: Bench,
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
            bench: Bench::start(),
            work: terraform.work_dir(""),
            provider: lines.to_owned(),
        };
        stage.write(resources);
        stage
    }

    /// Puts other resources in the place of the configuration's.
    pub fn write(&self, resources: &str) {
        self.write_all(&self.provider, resources);
    }

    /// Puts another configuration in the place of the one before: lines of the provider block, beside
    /// those that lead to this EC2, and resources.
    pub fn write_all(&self, provider: &str, resources: &str) {
        let provider = provider_with(self.bench.endpoint(), provider);
        self.work
            .write("main.tf", &format!("{provider}{resources}"));
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
        self.bench.reset_counts();
        self.work.apply();
        let writes = self.writes();
        self.assert_settled();
        writes
    }

    /// Applies what needs no change in EC2.
    #[track_caller]
    pub fn settle_without_a_write(&self) -> String {
        self.bench.reset_counts();
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
        let writes = self.bench.writes();
        let actions = writes.iter().filter_map(|call| call["action"].as_str());
        actions.map(str::to_owned).collect()
    }

    /// The attribute `rules` of a resource in state.
    #[track_caller]
    pub fn rules(&self, address: &str) -> BTreeMap<String, String> {
        let rules = self.work.attributes(address)["rules"].clone();
        serde_json::from_value(rules).expect("a map of texts")
    }

    /// The id of a group in EC2.
    #[track_caller]
    pub fn id(&self, name: &str) -> String {
        let id = self.bench.group(REGION, name)["id"]
            .as_str()
            .map(str::to_owned);
        id.unwrap_or_else(|| panic!("EC2 has no group {name}"))
    }

    /// Calls an action that takes a rule for a port of tcp, by hand. An empty description is none.
    pub fn by_hand(&self, action: &str, group: &str, port: &str, cidr: &str, about: &str) {
        let id = self.id(group);
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
        self.bench.call(REGION, action, &parameters);
    }
}

/// The provider block for an EC2, with these lines in it.
pub fn provider_with(endpoint: &str, lines: &str) -> String {
    let head = "provider \"curated\" {\n";
    let text = terraform::provider(endpoint, REGION);
    assert!(text.contains(head), "{text}");
    text.replacen(head, &format!("{head}{lines}\n"), 1)
}
