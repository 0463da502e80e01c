//! Writes configuration for existing security groups: from a group's facts to a model of its
//! configuration, and from there to HCL and back.
//!
//! Pure. Knows rules and the catalog. Must not know EC2 or Terraform's protocol: the caller reads
//! the group, and uses the model or the text.
//!
//! `vocabulary` has the names that may stand for traffic and rules, `bundles` puts together the
//! rules that one block or line can say, `labels` names the lines of the short form, [`text`] writes
//! HCL in the form of `terraform fmt`, and [`read`] reads such HCL back.

mod bundles;
mod labels;
pub mod read;
pub mod text;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use bundles::{Bundle, BundledTraffic};
pub use labels::slug;
pub use vocabulary::{KnownPreset, KnownService, Vocabulary};

use crate::rules::{Direction, RuleSet, rules_where};

/// The description of a group whose configuration has none.
pub const DEFAULT_DESCRIPTION: &str = "Managed by Terraform";

/// The facts of a group that its configuration must express.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its VPC; `None` for the region's default VPC.
    pub vpc_id: Option<&'a str>,
    /// Its region; `None` for the provider's.
    pub region: Option<&'a str>,
    /// Its own tags, without the provider's default ones.
    pub tags: &'a BTreeMap<String, String>,
    /// All its rules.
    pub rules: &'a RuleSet,
}

/// The form in which rules are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// `ingress` and `egress` blocks.
    #[default]
    Blocks,
    /// The maps `ingress_rules` and `egress_rules`.
    Short,
}

/// The configuration of one group. Values that are `None` or empty are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The preset whose rules the group has exactly.
    pub preset: Option<String>,
    /// The name, unless the preset gives it.
    pub name: Option<String>,
    /// The description, unless it is the preset's or the default.
    pub description: Option<String>,
    /// The VPC.
    pub vpc_id: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// The form of the rules.
    pub style: Style,
    /// The rules in the order in which they are written; empty if the preset has them.
    pub bundles: Vec<Bundle>,
}

impl Configuration {
    /// The configuration of a group with these facts.
    pub fn of(facts: &Facts<'_>, vocabulary: &Vocabulary, style: Style) -> Self {
        let preset = vocabulary.preset_of(facts.rules);
        let name = preset.map(|preset| preset.name.as_str());
        let description = preset.map_or(DEFAULT_DESCRIPTION, |preset| &preset.description);
        let bundles = match preset {
            Some(_) => Vec::new(),
            None => bundles::bundles(facts.rules, vocabulary),
        };
        let unless =
            |text: &str, default: Option<&str>| (Some(text) != default).then(|| text.to_owned());
        Self {
            preset: name.map(str::to_owned),
            name: unless(facts.name, name),
            description: unless(facts.description, Some(description)),
            vpc_id: facts.vpc_id.map(str::to_owned),
            region: facts.region.map(str::to_owned),
            tags: facts.tags.clone(),
            style,
            bundles,
        }
    }

    /// The configuration of rules without their group.
    pub fn of_rules(
        rules: &RuleSet,
        region: Option<&str>,
        vocabulary: &Vocabulary,
        style: Style,
    ) -> Self {
        Self {
            region: region.map(str::to_owned),
            style,
            bundles: bundles::bundles(rules, vocabulary),
            ..Self::default()
        }
    }

    /// The bundles of one direction.
    pub fn bundles_of(&self, direction: Direction) -> impl Iterator<Item = &Bundle> {
        let bundles = self.bundles.iter();
        bundles.filter(move |bundle| bundle.direction == direction)
    }

    /// The lines of the short form of one direction with their labels, in the order in which they
    /// are written.
    pub fn lines(&self, direction: Direction) -> Vec<(String, &Bundle)> {
        labels::labelled(self.bundles_of(direction))
    }
}

/// The short form of rules of one direction, by label: what an import derives from a group's rules.
/// Each service, or traffic that no service has to itself, is one line for each description, and its
/// label is its name or what it lets through. Rules whose description begins or ends with a blank, which a
/// line can't say, are left to blocks.
pub fn short_form(
    rules: &RuleSet,
    direction: Direction,
    vocabulary: &Vocabulary,
) -> BTreeMap<String, String> {
    let of_direction = rules_where(rules, |rule, _| rule.direction == direction);
    let bundles = bundles::bundles(&of_direction, vocabulary);
    let lines = labels::labelled(bundles.iter()).into_iter();
    lines
        .map(|(label, bundle)| (label, bundle.to_string()))
        .collect()
}
