//! Services, presets and guardrails of the user's own: blocks, and files that hold the same blocks.

use std::collections::BTreeMap;

use super::section::{Section, no_settings};
use crate::catalog::definitions::{
    Defined, DefinitionError, Definitions, GuardrailDefinition, Location, Origin, PresetDefinition,
    ServiceDefinition,
};
use crate::catalog::{Catalog, Extent, file};
use crate::ec2;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::{Attr, Type, Value};

pub(super) const SECTION: Section = Section {
    attributes,
    blocks,
    validate: |config| read(config).1,
    read: no_settings,
};

const FILES: &str = "catalog_files";

fn attributes() -> Vec<Attribute> {
    vec![Attribute::optional(
        FILES,
        Type::list(Type::String),
        "Files of HCL with `service`, `preset` and `guardrail` blocks as those below, in plain \
         values. Several configurations and the command curated can share one. Begin a path with \
         `${path.root}`.",
    )]
}

fn blocks() -> Vec<NestedBlock> {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let required = |name, description| Attribute::required(name, Type::String, description);
    let texts =
        |name, description| Attribute::optional(name, Type::list(Type::String), description);
    let map = |name, description| Attribute::optional(name, Type::map(Type::String), description);
    let block = |description, attributes| Block {
        description,
        attributes,
        blocks: Vec::new(),
    };
    vec![
        NestedBlock::new(
            "service",
            Nesting::List,
            block(
                "A service of your own, for `service`, `services`, the short form, presets and \
                 guardrails. Any number of such blocks.",
                vec![
                    required(
                        "name",
                        "Name: lower-case letters, digits and hyphens. Not one of the catalog's.",
                    ),
                    text("description", "What it is, in a few words."),
                    text(
                        "category",
                        "A category of the catalog: guardrails that name the category name the \
                         service then.",
                    ),
                    Attribute::required(
                        "traffic",
                        Type::list(Type::String),
                        "What it lets through, as in the keys of `rules`, such as \
                         `[\"tcp/8443\", \"udp/5000-5010\"]`; other services may be named too.",
                    ),
                ],
            ),
        ),
        NestedBlock::new(
            "preset",
            Nesting::List,
            block(
                "A preset of your own, for `preset` and `presets`. Any number of such blocks.",
                vec![
                    required(
                        "name",
                        "Name, which is that of its group. Not one of the catalog's.",
                    ),
                    required("description", "Description of its group."),
                    map(
                        "ingress_rules",
                        "What may come in: lines of the short form by label.",
                    ),
                    map(
                        "egress_rules",
                        "What may go out: lines of the short form by label.",
                    ),
                ],
            ),
        ),
        NestedBlock::new(
            "guardrail",
            Nesting::List,
            block(
                "What no group may let through, however its rules are written: they are judged by \
                 what they let through together. Any number of such blocks.",
                vec![
                    required("name", "Name, by which errors and exemptions call it."),
                    text(
                        "direction",
                        "Either `\"ingress\"` or `\"egress\"`. Default: `\"ingress\"`.",
                    ),
                    texts(
                        "traffic",
                        "Categories or services of the catalog, or traffic as in the keys of \
                         `rules`. A category leaves out ports 80 and 443, unless it is `\"web\"`. \
                         Default: all traffic.",
                    ),
                    texts(
                        "peers",
                        "`\"world\"`, which rules violate that let in every public address of a \
                         family together, or CIDR blocks, of which any address counts. Default: \
                         `\"world\"` alone.",
                    ),
                    text(
                        "action",
                        "What becomes of a plan that violates it: `\"error\"` or `\"warning\"`. \
                         Default: `\"error\"`.",
                    ),
                    required(
                        "reason",
                        "Why, and what to do instead. It is shown with violations.",
                    ),
                    Attribute::optional(
                        "exemptible",
                        Type::Bool,
                        "Whether a group may be exempted, by its `guardrail_exemptions`. Default: \
                         `true`.",
                    ),
                ],
            ),
        ),
    ]
}

/// The catalog that a configuration makes, and what is wrong with what it defines. While a part of
/// it isn't known, more may come.
pub(super) fn read(config: &Value) -> (Catalog, Diagnostics) {
    let mut found = Diagnostics::new();
    let (definitions, mut extent) = files(config, &mut found);
    let mut all = blocks_of(config, &mut extent);
    all.extend(definitions);
    if found.has_errors() {
        // The definitions of a file that can't be read aren't known.
        extent = Extent::Unknown;
    }
    let (catalog, errors) = all.catalog(extent);
    found.extend(errors.into_iter().map(diagnostic));
    (catalog, found)
}

/// Whether every guardrail is known, in blocks and in files.
pub(super) fn guardrails_are_known(config: &Value) -> bool {
    config.get("guardrail").is_wholly_known() && config.get(FILES).is_wholly_known()
}

fn files(config: &Value, found: &mut Diagnostics) -> (Definitions, Extent) {
    let mut definitions = Definitions::default();
    let mut extent = Extent::Whole;
    let paths = match config.get(FILES).elements() {
        Attr::Known(paths) => paths,
        Attr::Unknown => return (definitions, Extent::Unknown),
        Attr::Null => return (definitions, extent),
    };
    let mut seen: Vec<&str> = Vec::new();
    for (at, path) in (0..).zip(paths) {
        let Some(name) = path.as_str() else {
            if path.is_unknown() {
                extent = Extent::Unknown;
            }
            continue;
        };
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        match ec2::settings::read_text_file(name) {
            Ok(text) => {
                let (more, errors) = file::parse(name, &text);
                definitions.extend(more);
                found.extend(errors.into_iter().map(diagnostic));
            }
            Err(why) => {
                let error = Diagnostic::error(
                    format!("The catalog file {name:?} can't be read"),
                    format!("{why}. Correct the path in \"{FILES}\", or remove it."),
                );
                found.push(error.at(Path::root().attribute(FILES).index(at)));
            }
        }
    }
    (definitions, extent)
}

fn blocks_of(config: &Value, extent: &mut Extent) -> Definitions {
    let mut found = Definitions::default();
    for (origin, block) in known(config, "service", extent) {
        found.services.push(Defined {
            what: ServiceDefinition {
                name: text(block, "name"),
                description: text(block, "description"),
                category: text(block, "category"),
                traffic: list(block, "traffic").unwrap_or_default(),
            },
            origin,
        });
    }
    for (origin, block) in known(config, "preset", extent) {
        found.presets.push(Defined {
            what: PresetDefinition {
                name: text(block, "name"),
                description: text(block, "description"),
                ingress_rules: map(block, "ingress_rules"),
                egress_rules: map(block, "egress_rules"),
            },
            origin,
        });
    }
    // A guardrail that isn't known yet leaves no name open.
    let mut unused = *extent;
    for (origin, block) in known(config, "guardrail", &mut unused) {
        found.guardrails.push(Defined {
            what: GuardrailDefinition {
                name: text(block, "name"),
                direction: text(block, "direction"),
                traffic: list(block, "traffic"),
                peers: list(block, "peers"),
                action: text(block, "action"),
                reason: text(block, "reason"),
                exemptible: block.get("exemptible").as_bool().unwrap_or(true),
            },
            origin,
        });
    }
    found
}

/// The blocks of a kind that are wholly known. Where some aren't, more may come.
fn known<'a>(config: &'a Value, kind: &str, extent: &mut Extent) -> Vec<(Origin, &'a Value)> {
    let blocks = config.get(kind);
    if !blocks.is_wholly_known() {
        *extent = Extent::Unknown;
    }
    let blocks = blocks.as_elements().unwrap_or_default().iter().enumerate();
    blocks
        .filter(|(_, block)| block.is_wholly_known())
        .map(|(at, block)| (Origin::Block(at), block))
        .collect()
}

fn text(block: &Value, name: &str) -> String {
    block.get(name).as_str().unwrap_or_default().to_owned()
}

fn list(block: &Value, name: &str) -> Option<Vec<String>> {
    let elements = block.get(name).as_elements()?.iter();
    Some(
        elements
            .filter_map(|e| e.as_str().map(str::to_owned))
            .collect(),
    )
}

fn map(block: &Value, name: &str) -> BTreeMap<String, String> {
    let entries = block.get(name).as_entries().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

fn diagnostic(error: DefinitionError) -> Diagnostic {
    let root = Path::root();
    let (path, about) = match error.place {
        Location::Block {
            kind,
            index,
            argument,
            key,
        } => {
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            let path = root.attribute(kind).index(index).attribute(argument);
            let path = key.map_or(path.clone(), |key| path.key(key));
            (path, String::new())
        }
        Location::File { file, position } => {
            let (line, column) = (position.line, position.column);
            let about = format!("\n\nThis is in {file}, line {line}, column {column}.");
            (root.attribute(FILES), about)
        }
    };
    Diagnostic::error(error.summary, error.detail + &about).at(path)
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    fn service(name: Value, traffic: Value) -> Value {
        let block = &schema().block;
        let service = &block.nested("service").expect("the block").block;
        let service = service.empty().with("name", name).with("traffic", traffic);
        block.empty().with("service", Value::list([service]))
    }

    #[test]
    fn blocks_and_files_make_one_catalog_and_say_where_they_are_wrong() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("catalog.hcl");
        let write = |text: &str| std::fs::write(&path, text).expect("it can be written");
        write("service {\n  name = \"ledger\"\n  traffic = [\"billing\", \"tcp/1\"]\n}\n");
        let name = path.to_str().expect("text");
        let config = service("billing".into(), Value::list(["tcp/8443"]));
        let both = config.clone().with(FILES, Value::list([name, name]));
        let (catalog, found) = read(&both);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(
            catalog.service("ledger").map(|traffic| traffic.len()),
            Ok(2)
        );
        assert_eq!(catalog.extent(), Extent::Whole);

        write("service {\n  name = \"https\"\n  traffic = [\"tcp/1\"]\n}\n");
        let (_, found) = read(&both);
        let reported: Vec<String> = found
            .iter()
            .map(|d| format!("{}: {}", d.path, d.detail))
            .collect();
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].starts_with(FILES), "{reported:?}");
        assert!(
            reported[0].ends_with(&format!("This is in {name}, line 2, column 10.")),
            "{reported:?}"
        );

        let (_, found) = read(&service("https".into(), Value::list(["tcp/1"])));
        let paths: Vec<String> = found.iter().map(|d| d.path.to_string()).collect();
        assert_eq!(paths, ["service[0].name"]);
        for wrong in ["/dev/zero", folder.path().to_str().expect("text"), "/none"] {
            let (_, found) = read(&config.clone().with(FILES, Value::list([wrong])));
            let paths: Vec<String> = found.iter().map(|d| d.path.to_string()).collect();
            assert_eq!(paths, ["catalog_files[0]"], "{wrong}");
        }
    }

    #[test]
    fn what_is_not_known_may_define_any_name() {
        let empty = schema().block.empty();
        for config in [
            empty.clone().with("service", Value::Unknown),
            empty.clone().with("preset", Value::Unknown),
            empty.clone().with(FILES, Value::Unknown),
            empty.clone().with(FILES, Value::list([Value::Unknown])),
            service(Value::Unknown, Value::list(["tcp/1"])),
            service("billing".into(), Value::Unknown),
        ] {
            let (catalog, found) = read(&config);
            assert!(found.is_empty(), "{found:?}");
            assert!(catalog.may_get_service("billing"), "{config:?}");
        }
        let (catalog, _) = read(&empty);
        assert!(!catalog.may_get_service("billing"));
    }
}
