//! The schema, against every rule that hosts enforce when they load one; breaking some of them
//! makes Terraform itself panic. And the capabilities, which hosts believe.

use std::collections::BTreeSet;

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Type;

use crate::support::host::{Host, TYPE};

/// The breaches of a schema, in words.
fn breaches(schema: &pb::Schema) -> Vec<String> {
    let mut found = Vec::new();
    if schema.version < 0 {
        found.push("a negative version".to_owned());
    }
    block(schema.block.as_ref(), false, "", &mut found);
    found
}

fn block(block: Option<&pb::schema::Block>, in_set: bool, at: &str, found: &mut Vec<String>) {
    let Some(block) = block else {
        return found.push(format!("{at}: no block"));
    };
    let mut names = BTreeSet::new();
    for a in &block.attributes {
        let at = format!("{at}.{}", a.name);
        if !is_name(&a.name) || !names.insert(&a.name) {
            found.push(format!("{at}: not a name, or one that is taken"));
        }
        if !(a.required || a.optional || a.computed) || a.required && (a.optional || a.computed) {
            found.push(format!("{at}: nobody may set it, or too many"));
        }
        match Type::from_json(&a.r#type) {
            Err(error) => found.push(format!("{at}: {error}")),
            Ok(ty) if holds_dynamic(&ty) && (in_set || ty != Type::Dynamic) => {
                found.push(format!("{at}: dynamic where it can't be"));
            }
            Ok(_) => {}
        }
        if in_set && a.write_only {
            found.push(format!("{at}: write-only in a set"));
        }
        if !a.deprecation_message.is_empty() && !a.deprecated {
            found.push(format!("{at}: a deprecation message without deprecation"));
        }
    }
    for nested in &block.block_types {
        use pb::schema::nested_block::NestingMode;

        let at = format!("{at}.{}", nested.type_name);
        if !is_name(&nested.type_name) || !names.insert(&nested.type_name) {
            found.push(format!("{at}: not a name, or one that is taken"));
        }
        let (min, max) = (nested.min_items, nested.max_items);
        let fits = match nested.nesting() {
            NestingMode::Invalid => false,
            NestingMode::Single => min == max && (0..=1).contains(&min),
            NestingMode::Group | NestingMode::Map => (min, max) == (0, 0),
            NestingMode::List | NestingMode::Set => min >= 0 && (max == 0 || min <= max),
        };
        if !fits {
            found.push(format!("{at}: {:?} {min}..{max}", nested.nesting()));
        }
        let in_set = in_set || nested.nesting() == NestingMode::Set;
        self::block(nested.block.as_ref(), in_set, &at, found);
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    !name.is_empty() && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn holds_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::List(of) | Type::Set(of) | Type::Map(of) => holds_dynamic(of),
        Type::Tuple(of) => of.iter().any(holds_dynamic),
        Type::Object(of) => of.values().any(holds_dynamic),
        Type::String | Type::Number | Type::Bool => false,
    }
}

async fn loaded() -> pb::get_provider_schema::Response {
    let request = pb::get_provider_schema::Request {};
    let answer = Host::start().client().get_schema(request).await;
    answer.expect("an answer").into_inner()
}

fn capabilities() -> Option<pb::ServerCapabilities> {
    Some(pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    })
}

#[tokio::test]
async fn hosts_can_load_it() {
    let loaded = loaded().await;
    assert_eq!(loaded.diagnostics, []);
    let provider = loaded.provider.as_ref().expect("Terraform refuses without");
    assert_eq!(breaches(provider), [""; 0]);
    for schema in schemas(&loaded) {
        assert_eq!(breaches(schema), [""; 0]);
    }
    assert_eq!(loaded.server_capabilities, capabilities());
    assert_eq!(loaded.provider_meta, None);
    let offered = offered();
    assert_eq!(sorted(loaded.resource_schemas.keys()), offered.resources);
    assert_eq!(
        sorted(loaded.data_source_schemas.keys()),
        offered.data_sources
    );
    assert_eq!(sorted(loaded.functions.keys()), offered.functions);
    assert_eq!(
        sorted(loaded.list_resource_schemas.keys()),
        offered.list_resources
    );
    let none = [
        loaded.ephemeral_resource_schemas.len(),
        loaded.action_schemas.len(),
    ];
    assert_eq!(none, [0; 2]);
}

/// The names of what the provider offers, each kind in order.
struct Offered {
    resources: Vec<String>,
    data_sources: Vec<String>,
    functions: Vec<String>,
    list_resources: Vec<String>,
}

fn offered() -> Offered {
    let curated = Curated::new();
    let resources = curated.resources().iter().map(|r| r.type_name());
    let data_sources = curated.data_sources().iter().map(|d| d.type_name());
    let functions = curated.functions().iter().map(|f| f.name());
    let list_resources = curated.list_resources().iter().map(|l| l.type_name());
    Offered {
        resources: sorted(resources),
        data_sources: sorted(data_sources),
        functions: sorted(functions),
        list_resources: sorted(list_resources),
    }
}

fn sorted<T: ToString>(names: impl Iterator<Item = T>) -> Vec<String> {
    let mut names: Vec<String> = names.map(|name| name.to_string()).collect();
    names.sort();
    names
}

/// The schemas of everything that is written as a block.
fn schemas(loaded: &pb::get_provider_schema::Response) -> impl Iterator<Item = &pb::Schema> {
    let resources = loaded.resource_schemas.values();
    resources
        .chain(loaded.data_source_schemas.values())
        .chain(loaded.list_resource_schemas.values())
        .chain(&loaded.provider)
}

#[tokio::test]
async fn everything_in_it_is_described() {
    fn undescribed(block: &pb::schema::Block, at: &str, found: &mut Vec<String>) {
        if block.description.is_empty() {
            found.push(at.to_owned());
        }
        for a in block.attributes.iter().filter(|a| a.description.is_empty()) {
            found.push(format!("{at}.{}", a.name));
        }
        for nested in &block.block_types {
            let inner = nested.block.as_ref().expect("hosts_can_load_it");
            undescribed(inner, &format!("{at}.{}", nested.type_name), found);
        }
    }

    let loaded = loaded().await;
    let mut found = Vec::new();
    for schema in schemas(&loaded) {
        undescribed(
            schema.block.as_ref().expect("hosts_can_load_it"),
            "",
            &mut found,
        );
    }
    for (name, function) in &loaded.functions {
        let parameters = function.parameters.iter();
        let mut all = parameters.chain(&function.variadic_parameter);
        if function.summary.is_empty() || all.any(|p| p.description.is_empty()) {
            found.push(format!("{name}()"));
        }
    }
    assert_eq!(found, [""; 0]);
}

#[tokio::test]
async fn blocks_that_may_stand_once_say_so() {
    let provider = loaded().await.provider.and_then(|p| p.block);
    let blocks = provider.expect("hosts_can_load_it").block_types;
    let once = blocks.iter().filter(|b| b.max_items == 1);
    let once: BTreeSet<&str> = once.map(|b| b.type_name.as_str()).collect();
    let expected = [
        "assume_role_with_web_identity",
        "default_tags",
        "ignore_tags",
    ];
    assert_eq!(once, expected.into());
}

#[tokio::test]
async fn secrets_are_marked() {
    let provider = loaded().await.provider.and_then(|p| p.block);
    let attributes = provider.expect("hosts_can_load_it").attributes;
    let marked = attributes.iter().filter(|a| a.sensitive);
    let marked: BTreeSet<&str> = marked.map(|a| a.name.as_str()).collect();
    assert!(
        marked.is_superset(&["secret_key", "token"].into()),
        "{marked:?}"
    );
}

#[tokio::test]
async fn metadata_say_the_same() {
    let request = pb::get_metadata::Request {};
    let answer = Host::start().client().get_metadata(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert_eq!(answer.server_capabilities, capabilities());
    let offered = offered();
    let resources = answer.resources.iter().map(|r| &r.type_name);
    assert_eq!(sorted(resources), offered.resources);
    let data_sources = answer.data_sources.iter().map(|d| &d.type_name);
    assert_eq!(sorted(data_sources), offered.data_sources);
    let functions = answer.functions.iter().map(|f| &f.name);
    assert_eq!(sorted(functions), offered.functions);
    let list_resources = answer.list_resources.iter().map(|l| &l.type_name);
    assert_eq!(sorted(list_resources), offered.list_resources);
}

#[tokio::test]
async fn a_group_is_identified_by_id_region_and_account() {
    let request = pb::get_resource_identity_schemas::Request {};
    let host = Host::start();
    let answer = host.client().get_resource_identity_schemas(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert_eq!(sorted(answer.identity_schemas.keys()), offered().resources);
    let identity = &answer.identity_schemas[TYPE];
    assert_eq!(identity.version, 0);
    let attributes = identity.identity_attributes.iter().map(|a| {
        assert!(!a.description.is_empty(), "{}", a.name);
        assert_eq!(a.r#type, br#""string""#, "{}", a.name);
        // Terraform refuses one that is both, or neither.
        assert_ne!(a.required_for_import, a.optional_for_import, "{}", a.name);
        (a.name.as_str(), a.required_for_import)
    });
    let expected = [("id", true), ("region", false), ("account_id", false)];
    assert_eq!(attributes.collect::<Vec<_>>(), expected);
}

#[test]
fn the_rules_find_what_breaks_them() {
    use pb::schema::nested_block::NestingMode;

    let attribute = |name: &str, ty: &[u8]| pb::schema::Attribute {
        name: name.to_owned(),
        r#type: ty.to_vec(),
        optional: true,
        ..Default::default()
    };
    let string = || attribute("a", b"\"string\"");
    let schema = |attributes, block_types| pb::Schema {
        version: 0,
        block: Some(pb::schema::Block {
            attributes,
            block_types,
            ..Default::default()
        }),
    };
    let nested = |nesting: NestingMode, max_items, attributes| pb::schema::NestedBlock {
        type_name: "b".to_owned(),
        block: schema(attributes, Vec::new()).block,
        nesting: nesting.into(),
        min_items: 0,
        max_items,
    };
    let good = [
        schema(vec![string()], Vec::new()),
        schema(vec![attribute("a", b"\"dynamic\"")], Vec::new()),
        schema(Vec::new(), vec![nested(NestingMode::Single, 0, Vec::new())]),
        schema(Vec::new(), vec![nested(NestingMode::List, 3, Vec::new())]),
    ];
    for good in good {
        assert_eq!(breaches(&good), [""; 0]);
    }
    let nobodys = pb::schema::Attribute {
        optional: false,
        ..string()
    };
    let dynamic = attribute("a", b"\"dynamic\"");
    let bad = [
        pb::Schema::default(),
        schema(vec![attribute("A", b"\"string\"")], Vec::new()),
        schema(vec![string(), string()], Vec::new()),
        schema(vec![nobodys], Vec::new()),
        schema(vec![attribute("a", b"")], Vec::new()),
        schema(vec![attribute("a", br#"["list","dynamic"]"#)], Vec::new()),
        schema(Vec::new(), vec![nested(NestingMode::Single, 1, Vec::new())]),
        schema(
            Vec::new(),
            vec![nested(NestingMode::Invalid, 0, Vec::new())],
        ),
        schema(Vec::new(), vec![nested(NestingMode::Set, 0, vec![dynamic])]),
    ];
    for bad in bad {
        assert_eq!(breaches(&bad).len(), 1, "{bad:?}");
    }
}
