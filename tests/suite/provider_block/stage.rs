//! An emulator and a configuration with one group, where the tests choose what else the provider block
//! says. It must not know what they expect.

use std::ops::{Deref, DerefMut};

use serde_json::Value as Json;

use crate::support::stage::Stage as Base;
pub(super) use crate::support::stage::{REGION, provider_with};

pub(super) const WEB: &str = "curated_security_group.web";

/// An EC2, and a directory with a configuration for it.
pub(super) struct Stage(Base);

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
    /// An empty EC2, and a provider block and a group with these lines. Nothing is applied.
    pub(super) fn new(provider: &str, group: &str) -> Self {
        Self(Base::with_provider(provider, &web(group)))
    }

    /// Puts other lines in the place of those.
    pub(super) fn write(&self, provider: &str, group: &str) {
        self.write_all(provider, &web(group));
    }

    /// Applies, and proves that nothing is left to do; the calls that changed EC2.
    #[track_caller]
    pub(super) fn settle(&self) -> Vec<String> {
        self.settle_counting()
    }

    /// The tags that EC2 holds.
    #[track_caller]
    pub(super) fn tags(&self) -> Json {
        self.emulator.group(REGION, "web")["tags"].clone()
    }

    /// `tags` and `tags_all` in state.
    #[track_caller]
    pub(super) fn state(&self) -> [Json; 2] {
        let attributes = self.work.attributes(WEB);
        ["tags", "tags_all"].map(|name| attributes[name].clone())
    }

    /// What another tool does to a tag of the group.
    pub(super) fn by_hand(&self, action: &str, tag: &[(&str, &str)]) {
        let id = self.emulator.group(REGION, "web")["id"].clone();
        let id = ("ResourceId.1", id.as_str().expect("the group exists"));
        let tag = tag.iter().copied();
        let all: Vec<(&str, &str)> = std::iter::once(id).chain(tag).collect();
        self.emulator.call(REGION, action, &all);
    }
}

/// The group with these lines in it.
pub(super) fn web(lines: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{lines}\n}}\n")
}
