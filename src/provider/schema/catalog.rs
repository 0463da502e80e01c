//! Services, presets and guardrails of the user's own: blocks, and files that hold the same blocks.

mod blocks;

use std::collections::BTreeMap;

use super::section::{Arguments, Section, texts};
use crate::catalog::definitions::{
    Defined, DefinitionError, Definitions, GuardrailDefinition, Location, Origin, PresetDefinition,
    ServiceDefinition,
};
use crate::catalog::{Catalog, Extent, file};
use crate::ec2;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, NestedBlock};
use crate::tf_provider::value::{Attr, Type, Value};

const FILES: &str = "catalog_files";

/// The catalog with the services, presets and guardrails of a provider block.
pub(super) struct OwnCatalog {
    pub(super) catalog: Catalog,
    /// Whether every guardrail is known, in blocks and in files.
    pub(super) guardrails_are_known: bool,
    /// What is wrong with the definitions.
    faults: Diagnostics,
}

impl<'a> Section<'a> for OwnCatalog {
    fn attributes() -> Vec<Attribute> {
        vec![Attribute::optional(
            FILES,
            Type::list(Type::String),
            "HCL files with `service`, `preset` and `guardrail` blocks like those below, whose \
             values are literals. Several configurations and the curated command can share a \
             file. Begin a path with `${path.root}`.",
        )]
    }

    fn blocks() -> Vec<NestedBlock> {
        blocks::blocks()
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        let sources = Sources {
            catalog_files: arguments.elements(FILES),
            service: arguments.get("service"),
            preset: arguments.get("preset"),
            guardrail: arguments.get("guardrail"),
        };
        let (catalog, faults) = sources.catalog();
        Self {
            catalog,
            guardrails_are_known: sources.guardrail.is_wholly_known()
                && arguments.get(FILES).is_wholly_known(),
            faults,
        }
    }

    fn validate(&self) -> Diagnostics {
        self.faults.clone()
    }
}

/// The values of the arguments that define names.
struct Sources<'a> {
    catalog_files: Attr<&'a [Value]>,
    service: &'a Value,
    preset: &'a Value,
    guardrail: &'a Value,
}

impl Sources<'_> {
    /// The catalog that the blocks and files make, and what is wrong with their definitions. While a part
    /// isn't known, more names may come.
    fn catalog(&self) -> (Catalog, Diagnostics) {
        let mut found = Diagnostics::new();
        let (definitions, mut extent) = files(self.catalog_files, &mut found);
        let mut all = self.definitions(&mut extent);
        all.extend(definitions);
        if found.has_errors() {
            // The definitions of a file that can't be read aren't known.
            extent = Extent::Unknown;
        }
        let (catalog, errors) = all.catalog(extent);
        found.extend(errors.into_iter().map(diagnostic));
        (catalog, found)
    }

    /// The definitions in blocks.
    fn definitions(&self, extent: &mut Extent) -> Definitions {
        let mut found = Definitions::default();
        for (origin, block) in known(self.service, extent) {
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
        for (origin, block) in known(self.preset, extent) {
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
        for (origin, block) in known(self.guardrail, &mut unused) {
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
}

/// The definitions in files, and whether all of them are known.
fn files(paths: Attr<&[Value]>, found: &mut Diagnostics) -> (Definitions, Extent) {
    let mut definitions = Definitions::default();
    let mut extent = Extent::Whole;
    let paths = match paths {
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

/// The wholly known ones of a list of blocks, and where they are. Where some aren't known, more names may
/// come.
fn known<'a>(blocks: &'a Value, extent: &mut Extent) -> Vec<(Origin, &'a Value)> {
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
    let value = block.get(name);
    value.as_elements()?;
    Some(texts(value).map(str::to_owned).collect())
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

    fn read(config: &Value) -> (Catalog, Diagnostics) {
        let section: OwnCatalog = super::super::section::read(config);
        (section.catalog, section.faults)
    }

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
