//! What a host has asked in a run. It asks once for each group that is to be made: a test that asks for
//! another one of the same name means another run, before which the provider is configured once more.

use terraform_provider_curated::tf_provider::value::Value;

/// A run, from one configuration of the provider to the next.
#[derive(Default)]
pub(super) struct Run {
    /// The version and the configuration that the provider was told.
    configured: Option<(String, Value)>,
    /// Name, preset, VPC and region of groups that are to be made, in small letters.
    planned: Vec<[String; 4]>,
}

impl Run {
    /// A run begins.
    pub(super) fn new(version: &str, config: &Value) -> Self {
        Self {
            configured: Some((version.to_owned(), config.clone())),
            planned: Vec::new(),
        }
    }

    /// Notes a plan. How the provider is to be configured before it, where it is of another run.
    pub(super) fn plan(&mut self, prior: &Value, config: &Value) -> Option<(String, Value)> {
        let text = |name| config.get(name).as_str().unwrap_or_default();
        let group =
            ["name", "preset", "vpc_id", "region"].map(|name| text(name).to_ascii_lowercase());
        if !prior.is_null() || group[0].is_empty() && group[1].is_empty() {
            return None;
        }
        let is_again = self.planned.contains(&group);
        if is_again {
            self.planned.clear();
        }
        self.planned.push(group);
        self.configured.clone().filter(|_| is_again)
    }

    /// A group has been made, and isn't to be made any more.
    pub(super) fn apply(&mut self, prior: &Value) {
        if prior.is_null() {
            self.planned.clear();
        }
    }
}
