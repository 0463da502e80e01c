//! Holds our proto/tfplugin5.proto to what the hosts speak, as tests/listing/tfplugin5.json lists
//! it: every rpc, every field's number, name, type and label, every enum value. Both ways: nothing
//! is missing, and nothing is there that hosts don't know.

use std::collections::BTreeMap;

use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};
use prost_types::{FileDescriptorProto, FileDescriptorSet, ServiceDescriptorProto};
use serde_json::Value;
use terraform_provider_curated::tf_provider::proto::DESCRIPTORS;

const LISTING: &str = include_str!("../listing/tfplugin5.json");

/// One line per fact, so that a difference names what differs.
type Facts = BTreeMap<String, String>;

#[test]
fn our_proto_is_the_hosts_own() {
    let (ours, theirs) = (ours(), theirs());
    assert!(theirs.len() > 350, "the listing is cut: {}", theirs.len());
    let differences: Vec<String> = ours
        .keys()
        .chain(theirs.keys().filter(|key| !ours.contains_key(*key)))
        .filter(|key| ours.get(*key) != theirs.get(*key))
        .map(|key| {
            format!(
                "{key}: ours {:?}, theirs {:?}",
                ours.get(key),
                theirs.get(key)
            )
        })
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_small_services_are_where_hosts_call_them() {
    let mut facts = Facts::new();
    for service in &file("plugin").service {
        add_service(&mut facts, "plugin", service);
    }
    let facts: Vec<String> = facts.into_iter().map(|(k, v)| format!("{k} {v}")).collect();
    assert_eq!(
        facts,
        [
            "/plugin.GRPCBroker/StartStream stream ConnInfo -> stream ConnInfo",
            "/plugin.GRPCController/Shutdown Empty -> Empty",
            "/plugin.GRPCStdio/StreamStdio google.protobuf.Empty -> stream StdioData",
        ]
    );
}

fn theirs() -> Facts {
    let listing: Value = serde_json::from_str(LISTING).expect("the listing is JSON");
    let mut facts = Facts::new();
    let object = |value: &Value| value.as_object().expect("an object").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    for (path, signature) in object(&listing["rpcs"]) {
        facts.insert(path, text(&signature));
    }
    for section in ["messages", "enums"] {
        for (name, members) in object(&listing[section]) {
            facts.insert(name.clone(), section.to_owned());
            for (number, member) in object(&members) {
                facts.insert(format!("{name} {number}"), text(&member));
            }
        }
    }
    facts
}

fn ours() -> Facts {
    let file = file("tfplugin5");
    let mut facts = Facts::new();
    for service in &file.service {
        add_service(&mut facts, "tfplugin5", service);
    }
    for item in &file.enum_type {
        add_enum(&mut facts, "", item);
    }
    for item in &file.message_type {
        add_message(&mut facts, "", item);
    }
    facts
}

fn file(package: &str) -> FileDescriptorProto {
    FileDescriptorSet::decode(DESCRIPTORS)
        .expect("build.rs writes a descriptor set")
        .file
        .into_iter()
        .find(|file| file.package() == package)
        .expect("the package is compiled")
}

fn add_service(facts: &mut Facts, package: &str, service: &ServiceDescriptorProto) {
    for method in &service.method {
        let side = |streams: bool, message: &str| {
            let stream = if streams { "stream " } else { "" };
            format!("{stream}{}", short(message, package))
        };
        let input = side(method.client_streaming(), method.input_type());
        let output = side(method.server_streaming(), method.output_type());
        let path = format!("/{package}.{}/{}", service.name(), method.name());
        facts.insert(path, format!("{input} -> {output}"));
    }
}

fn add_enum(facts: &mut Facts, scope: &str, item: &EnumDescriptorProto) {
    let name = format!("{scope}{}", item.name());
    for value in &item.value {
        facts.insert(
            format!("{name} {}", value.number()),
            value.name().to_owned(),
        );
    }
    facts.insert(name, "enums".to_owned());
}

fn add_message(facts: &mut Facts, scope: &str, message: &DescriptorProto) {
    let name = format!("{scope}{}", message.name());
    for field in &message.field {
        let fact = format!("{}: {}", field.name(), kind(field, message));
        facts.insert(format!("{name} {}", field.number()), fact);
    }
    let inner = format!("{name}.");
    for item in &message.enum_type {
        add_enum(facts, &inner, item);
    }
    for item in message
        .nested_type
        .iter()
        .filter(|item| !is_map_entry(item))
    {
        add_message(facts, &inner, item);
    }
    facts.insert(name, "messages".to_owned());
}

/// Label and type, as the listing spells them.
fn kind(field: &FieldDescriptorProto, message: &DescriptorProto) -> String {
    let entry = message
        .nested_type
        .iter()
        .filter(|item| is_map_entry(item))
        .find(|item| field.type_name().ends_with(&format!(".{}", item.name())));
    if let Some(entry) = entry {
        let part = |number| {
            let field = entry.field.iter().find(|field| field.number() == number);
            base(field.expect("a map entry has a key and a value"))
        };
        return format!("map<{},{}>", part(1), part(2));
    }
    let label = if field.proto3_optional() {
        "optional ".to_owned()
    } else if let Some(index) = field.oneof_index {
        let index = usize::try_from(index).expect("an index is not negative");
        format!("oneof {} ", message.oneof_decl[index].name())
    } else {
        match field.label() {
            Label::Optional => String::new(),
            Label::Repeated => "repeated ".to_owned(),
            Label::Required => "required ".to_owned(),
        }
    };
    label + &base(field)
}

fn base(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => short(field.type_name(), "tfplugin5").to_owned(),
        Type::String => "string".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int64 => "int64".to_owned(),
        other => other.as_str_name().to_owned(),
    }
}

/// A full name without its package, if that is the given one.
fn short<'a>(name: &'a str, package: &str) -> &'a str {
    let name = name.trim_start_matches('.');
    name.strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(name)
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|o| o.map_entry())
}
