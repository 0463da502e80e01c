//! Generates configuration for groups that exist, for `-generate-config-out`: by [`crate::configuration`],
//! without values that are defaults.

use std::time::Duration;

use async_trait::async_trait;

use super::model;
use super::resource::SecurityGroup;
use crate::catalog::Catalog;
use crate::configuration::{Bundle, BundledTraffic, Configuration, Facts, Style, Vocabulary};
use crate::ec2::{Scope, Vpc};
use crate::resources::common::desired_rules::rules_from;
use crate::resources::common::redact;
use crate::rules::{Direction, Peer, RuleSet};
use crate::tf_provider::generated;
use crate::tf_provider::resource::{Call, GenerateConfig};
use crate::tf_provider::value::{Attr, Value};

/// Longest time of the look-up of the region's default VPC.
const DEFAULT_VPC_LIMIT: Duration = Duration::from_secs(60);

#[async_trait]
impl GenerateConfig for SecurityGroup {
    async fn generate_config(&self, state: &Value, call: &Call) -> Value {
        let region = self.session.default_region();
        let catalog = self.session.catalog();
        let default_vpc = self.default_vpc_of(state, call).await;
        let config = config(self, state, &region, &catalog);
        let vpc_id = model::of(state).vpc_id().known();
        if default_vpc.is_some() && default_vpc.as_deref() == vpc_id {
            return config.with("vpc_id", Value::Null);
        }
        config
    }
}

impl SecurityGroup {
    /// The default VPC of a group's region, which is the VPC of a group that names none. `None` if there is
    /// none or it can't be looked up.
    async fn default_vpc_of(&self, state: &Value, call: &Call) -> Option<String> {
        let ec2 = self.session.ec2(model::of(state).region()).ok()?;
        let scope = Scope::new(call.cancel.clone(), DEFAULT_VPC_LIMIT);
        match ec2.default_vpc(&scope).await? {
            Vpc::Id(id) => Some(id),
            Vpc::None => None,
        }
    }
}

fn config(of: &SecurityGroup, state: &Value, region: &Attr<String>, catalog: &Catalog) -> Value {
    let block = &of.schema.block;
    let attributes = model::of(state);
    let own_region = attributes.region().known();
    let is_default = matches!(region, Attr::Known(region) if own_region == Some(region.as_str()));
    let tags = model::tags_from(attributes.tags());
    let rules: RuleSet = rules_from(attributes.rules());
    let facts = Facts {
        name: attributes.name().known().unwrap_or_default(),
        description: attributes.description().known().unwrap_or_default(),
        vpc_id: attributes.vpc_id().known(),
        region: own_region.filter(|_| !is_default),
        tags: &tags,
        rules: &rules,
    };
    // A preset that the imported state doesn't have would be a change: it is written only where
    // `import_form` has set it in the state.
    let vocabulary = Vocabulary::of(catalog).without_presets();
    let written = Configuration::of(&facts, &vocabulary, Style::Blocks);
    let optional = |text: Option<String>| text.map_or(Value::Null, Value::from);
    let unless_default = |value: Attr<bool>, default: bool| {
        if value == Attr::Known(default) {
            Value::Null
        } else {
            value.into()
        }
    };
    let tags = if tags.is_empty() {
        Value::Null
    } else {
        attributes.tags().clone()
    };
    let generated = generated::config(block, state)
        .with("name_prefix", Value::Null)
        .with("tags", tags)
        .with("exclusive", unless_default(attributes.exclusive(), true))
        .with(
            "revoke_rules_on_delete",
            unless_default(attributes.revoke_rules_on_delete(), false),
        )
        .with("region", optional(written.region.clone()));
    if let Some(preset) = attributes
        .preset()
        .known()
        .and_then(|name| catalog.preset(name).ok())
    {
        let unless = |text: Attr<&str>, default: &str| match text {
            Attr::Known(text) if text != default => text.into(),
            _ => Value::Null,
        };
        return generated
            .with("name", unless(attributes.name(), &preset.name))
            .with(
                "description",
                unless(attributes.description(), &preset.description),
            );
    }
    let generated = generated.with("description", optional(written.description.clone()));
    // A state with presets or labels is written in that form. Redacted rules can't be written.
    let has_own_form = ["presets", "ingress_rules", "egress_rules"]
        .iter()
        .any(|name| !state.get(name).is_null());
    if has_own_form || redact::is_on(state) {
        return generated;
    }
    let blocks = |direction| {
        let rule_block = super::schema::rule(block).empty();
        let bundles = written.bundles_of(direction);
        Value::set(
            bundles
                .map(|bundle| rule(rule_block.clone(), bundle))
                .collect::<Vec<_>>(),
        )
    };
    generated
        .with("ingress", blocks(Direction::Ingress))
        .with("egress", blocks(Direction::Egress))
}

/// A block of rules.
fn rule(empty: Value, bundle: &Bundle) -> Value {
    let mut block = match &bundle.what {
        BundledTraffic::Service(name, _) => empty.with("service", name.as_str()),
        BundledTraffic::Traffic(traffic) => {
            let block = empty.with("protocol", traffic.protocol().as_ref());
            match traffic.ports() {
                None => block,
                Some((from, to)) => block
                    .with("from_port", i64::from(from))
                    .with("to_port", i64::from(to)),
            }
        }
    };
    if !bundle.description.is_empty() {
        block = block.with("description", bundle.description.as_str());
    }
    if bundle.peers.contains(&Peer::SelfReference) {
        block = block.with("self", true);
    }
    type IsOfKind = fn(&Peer) -> bool;
    let kinds: [(&str, IsOfKind); 4] = [
        ("cidr_blocks", |peer| matches!(peer, Peer::Ipv4(_))),
        ("ipv6_cidr_blocks", |peer| matches!(peer, Peer::Ipv6(_))),
        ("prefix_list_ids", |peer| {
            matches!(peer, Peer::PrefixList(_))
        }),
        ("security_groups", |peer| matches!(peer, Peer::Group { .. })),
    ];
    for (attribute, is_of_kind) in kinds {
        let peers = bundle.peers.iter().filter(|peer| is_of_kind(peer));
        let peers: Vec<String> = peers.map(ToString::to_string).collect();
        if !peers.is_empty() {
            block = block.with(attribute, Value::set(peers));
        }
    }
    block
}
