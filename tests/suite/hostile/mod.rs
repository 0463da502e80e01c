//! An EC2 that can't be trusted: replies that aren't EC2's, that aren't whole, that name what can't
//! be, or that never end. None of them is believed, in any call of a group's life; what a reply hid is
//! looked up, and what can't be had is said in words.
//!
//! [`kinds`] has the replies, [`life`] the calls, and [`pages`] the listings. The places that give
//! credentials are the matter of `provider_block`.

mod default_groups;
mod kinds;
mod life;
mod pages;

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{Emulator, element};
use crate::support::host::{group, rule, texts};

const REGION: &str = "eu-west-1";

/// A block of this direction's kind for TCP on one port.
fn tcp(port: i64, cidr: &str, description: &str) -> Value {
    rule([
        ("protocol", "tcp".into()),
        ("from_port", port.into()),
        ("cidr_blocks", texts([cidr])),
        ("description", description.into()),
    ])
}

/// A group with these blocks in either direction, and one tag.
fn web<const N: usize>(blocks: [Value; N], tag: (&str, &str)) -> Value {
    let blocks = Value::set(blocks);
    group()
        .with("name", "web")
        .with("ingress", blocks.clone())
        .with("egress", blocks)
        .with("tags", Value::map([tag]))
}

/// From here to [`after`] takes every call that changes a group.
fn before() -> Value {
    let kept = tcp(22, "10.0.0.0/8", "office");
    web([kept, tcp(80, "10.0.0.0/8", "")], ("team", "web"))
}

fn after() -> Value {
    let kept = tcp(22, "10.0.0.0/8", "head office");
    web([kept, tcp(443, "10.0.0.0/8", "")], ("cost", "1"))
}

/// Makes a prefix list with room for so many entries; its id.
fn list(emulator: &Emulator, name: &str, entries: &str) -> String {
    let parameters = [
        ("PrefixListName", name),
        ("AddressFamily", "IPv4"),
        ("MaxEntries", entries),
    ];
    let reply = emulator.call(REGION, "CreateManagedPrefixList", &parameters);
    element(&reply, "prefixListId").to_owned()
}

/// A group with one rule, from a prefix list.
fn from_list(list: &str) -> Value {
    let rule = rule([
        ("service", "https".into()),
        ("prefix_list_ids", texts([list])),
    ]);
    group()
        .with("name", "lists")
        .with("ingress", Value::set([rule]))
}
