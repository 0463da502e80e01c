//! Writes configuration as HCL.
//!
//! An id may be written as an expression: if a resource of the configuration creates the group, VPC
//! or prefix list, its address replaces the id, and stays right when the resource is replaced.

mod layout;

pub use layout::{Body, quoted};

use super::{Bundle, BundledTraffic, Configuration, Style};
use crate::rules::{Direction, Peer, short_form};

/// The resource type of groups.
pub const GROUP: &str = "curated_security_group";

/// The resource type of VPCs' default groups.
pub const DEFAULT_GROUP: &str = "curated_default_security_group";

/// The resource type of rules outside of their group.
pub const RULES: &str = "curated_security_group_rules";

/// The expression for an id, such as `aws_vpc.main.id`; `None` to write the id.
pub type Reference<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Writes every id as it is.
pub fn no_references(_id: &str) -> Option<String> {
    None
}

/// The resource block of a group: `resource "curated_security_group" "label" { … }`. `provider` is the
/// provider configuration that it names, if it isn't the default one.
pub fn group(
    label: &str,
    configuration: &Configuration,
    provider: Option<&str>,
    reference: Reference<'_>,
) -> String {
    let mut body = Body::new();
    if let Some(provider) = provider {
        body = body.attribute("provider", provider);
    }
    let body = group_body(body, configuration, reference);
    let header = format!("resource {} {}", quoted(GROUP), quoted(label));
    Body::new().block(header, body).to_hcl()
}

/// The resource block of a VPC's default group.
pub fn default_group(
    label: &str,
    configuration: &Configuration,
    reference: Reference<'_>,
) -> String {
    let body = group_body(Body::new(), configuration, reference);
    let header = format!("resource {} {}", quoted(DEFAULT_GROUP), quoted(label));
    Body::new().block(header, body).to_hcl()
}

/// The resource block of rules outside of their group, which an expression such as
/// `curated_security_group.web.id` names.
pub fn rules_of_group(
    label: &str,
    group: &str,
    configuration: &Configuration,
    reference: Reference<'_>,
) -> String {
    let body = Body::new().attribute("security_group_id", group);
    let body = match &configuration.region {
        Some(region) => body.attribute("region", quoted(region)),
        None => body,
    };
    let body = rules(body, configuration, reference);
    let header = format!("resource {} {}", quoted(RULES), quoted(label));
    Body::new().block(header, body).to_hcl()
}

/// An `import` block of an id to an address.
pub fn import(to: &str, id: &str, provider: Option<&str>) -> String {
    let mut body = Body::new();
    if let Some(provider) = provider {
        body = body.attribute("provider", provider);
    }
    let body = body.attribute("to", to).attribute("id", quoted(id));
    Body::new().block("import", body).to_hcl()
}

/// Rules as blocks, or in the maps of the short form, added to the body of a resource.
pub fn rules(body: Body, configuration: &Configuration, reference: Reference<'_>) -> Body {
    let mut body = body;
    for direction in Direction::BOTH {
        let mut blocks: Vec<&Bundle> = configuration.bundles_of(direction).collect();
        if configuration.style == Style::Short {
            blocks.retain(|bundle| !bundle.fits_a_line());
            let lines = configuration.lines(direction);
            let lines = lines
                .iter()
                .map(|(label, line)| (label.as_str(), short_line(line, reference)));
            body = body.map(&format!("{direction}_rules"), lines);
        }
        for bundle in blocks {
            body = body.block(direction.name(), rule_block(bundle, reference));
        }
    }
    body
}

fn group_body(body: Body, configuration: &Configuration, reference: Reference<'_>) -> Body {
    let mut body = body;
    for (name, value) in [
        ("preset", &configuration.preset),
        ("name", &configuration.name),
        ("description", &configuration.description),
    ] {
        if let Some(text) = value {
            body = body.attribute(name, quoted(text));
        }
    }
    if let Some(id) = &configuration.vpc_id {
        body = body.attribute("vpc_id", id_or_reference(id, reference));
    }
    if let Some(region) = &configuration.region {
        body = body.attribute("region", quoted(region));
    }
    let body = rules(body, configuration, reference);
    let tags = configuration.tags.iter();
    body.map(
        "tags",
        tags.map(|(key, value)| (key.as_str(), quoted(value))),
    )
}

fn rule_block(bundle: &Bundle, reference: Reference<'_>) -> Body {
    let mut body = Body::new();
    match &bundle.what {
        BundledTraffic::Service(name, _) => body = body.attribute("service", quoted(name)),
        BundledTraffic::Traffic(traffic) => {
            body = body.attribute("protocol", quoted(&traffic.protocol()));
            let is_icmp = traffic.protocol().starts_with("icmp");
            // Arguments that would say "all messages", "all codes" or the same port again are left
            // out.
            let (from, to) = match traffic.ports() {
                None | Some((-1, _)) => (None, None),
                Some((from, to)) if is_icmp => (Some(from), Some(to).filter(|code| *code >= 0)),
                Some((from, to)) => (Some(from), Some(to)),
            };
            for (name, port) in [("from_port", from), ("to_port", to)] {
                if let Some(port) = port {
                    body = body.attribute(name, port.to_string());
                }
            }
        }
    }
    if !bundle.description.is_empty() {
        body = body.attribute("description", quoted(&bundle.description));
    }
    let of = |is_wanted: fn(&Peer) -> bool| {
        let peers = bundle.peers.iter().filter(|peer| is_wanted(peer));
        let written = peers.map(|peer| id_or_reference(&peer.to_string(), reference));
        written.collect::<Vec<String>>()
    };
    body = body
        .list("cidr_blocks", of(|peer| matches!(peer, Peer::Ipv4(_))))
        .list("ipv6_cidr_blocks", of(|peer| matches!(peer, Peer::Ipv6(_))))
        .list(
            "prefix_list_ids",
            of(|peer| matches!(peer, Peer::PrefixList(_))),
        )
        .list(
            "security_groups",
            of(|peer| matches!(peer, Peer::Group { .. })),
        );
    if bundle.peers.contains(&Peer::SelfReference) {
        body = body.attribute("self", "true");
    }
    body
}

fn id_or_reference(text: &str, reference: Reference<'_>) -> String {
    reference(text).unwrap_or_else(|| quoted(text))
}

/// A line of the short form as an expression, which is a template if ids are references.
fn short_line(bundle: &Bundle, reference: Reference<'_>) -> String {
    let mut text = escaped(&format!(
        "{} {} ",
        bundle.what,
        bundle.direction.preposition()
    ));
    for (at, peer) in bundle.peers.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        match reference(&peer.to_string()) {
            Some(expression) => text.push_str(&format!("${{{expression}}}")),
            None => text.push_str(&escaped(&short_form::peer(peer))),
        }
    }
    if !bundle.description.is_empty() {
        text.push_str(&escaped(&format!(" # {}", bundle.description)));
    }
    format!("\"{text}\"")
}

/// A text, escaped for a place between quotes.
fn escaped(text: &str) -> String {
    let quoted = quoted(text);
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}
