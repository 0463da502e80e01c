//! `curated catalog`: prints services and presets, all or those that match a word.

use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;

use super::exit::Exit;
use super::inputs::catalog::CatalogArguments;
use super::output;
use crate::catalog::{Preset, Service};

/// Arguments of `curated catalog`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  curated catalog
  curated catalog search postgres
  curated catalog search 5432 --format json
  curated catalog --catalog catalog.hcl")]
pub(super) struct Arguments {
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Table, global = true)]
    format: Format,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(subcommand)]
    search: Option<Action>,
}

/// How the catalog is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs: `presets` and `services`.
    Json,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the services that a word finds.
    Search {
        /// A part of a name or description, the name of a category, or the number of a port.
        word: String,
    },
}

/// The JSON output. A search matches services only.
#[derive(Serialize)]
struct Found {
    #[serde(skip_serializing_if = "Option::is_none")]
    presets: Option<Vec<ShownPreset>>,
    services: Vec<ShownService>,
}

#[derive(Serialize)]
struct ShownPreset {
    name: String,
    description: String,
    rules: Vec<String>,
}

#[derive(Serialize)]
struct ShownService {
    name: String,
    category: String,
    traffic: Vec<String>,
    description: String,
}

/// Prints the catalog, or the services that match the word.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let catalog = match arguments.catalog.read() {
        Ok(catalog) => catalog,
        Err(failure) => return output::failure(&failure),
    };
    let (presets, services): (_, Vec<&Service>) = match &arguments.search {
        Some(Action::Search { word }) => (None, catalog.search(word)),
        None => {
            let presets = catalog.presets().iter().map(shown_preset);
            (Some(presets.collect()), catalog.services().iter().collect())
        }
    };
    if let (Some(Action::Search { word }), true) = (&arguments.search, services.is_empty()) {
        output::note(&format!(
            "No service of the catalog has {word:?} in its name, description, category or ports. \
             Run `curated catalog` to see all."
        ));
    }
    let services = services.into_iter().map(shown_service);
    let found = Found {
        presets,
        services: services.collect(),
    };
    output::print(&match arguments.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&found).expect("texts are JSON");
            text + "\n"
        }
        Format::Table => tables(&found, output::width()),
    })
}

fn shown_preset(preset: &Preset) -> ShownPreset {
    ShownPreset {
        name: preset.name.to_string(),
        description: preset.description.to_string(),
        rules: preset.rules().keys().map(ToString::to_string).collect(),
    }
}

fn shown_service(service: &Service) -> ShownService {
    ShownService {
        name: service.name.to_string(),
        category: service.category.to_string(),
        traffic: service.traffic.iter().map(ToString::to_string).collect(),
        description: service.description.to_string(),
    }
}

fn tables(found: &Found, width: u16) -> String {
    let mut text = String::new();
    if let Some(presets) = &found.presets {
        let mut table = table(width, ["preset", "rules", "description"]);
        for preset in presets {
            table.add_row([&preset.name, &preset.rules.join("\n"), &preset.description]);
        }
        text += &format!("{}\n\n", table.trim_fmt());
    }
    if !found.services.is_empty() {
        let mut table = table(width, ["service", "category", "traffic", "description"]);
        for service in &found.services {
            table.add_row([
                &service.name,
                &service.category,
                &service.traffic.join(", "),
                &service.description,
            ]);
        }
        text += &format!("{}\n", table.trim_fmt());
    }
    text
}

/// A table without lines, of so many columns at the most. Names are never broken.
fn table<const N: usize>(width: u16, header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    table.set_header(header);
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn a_name_was_broken_and_a_wide_terminal_was_used_by_half() {
        let services = Catalog::built_in().services().iter();
        let found = Found {
            presets: None,
            services: services.map(shown_service).collect(),
        };
        for width in [80, 140] {
            let text = tables(&found, width);
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(usize::from(width)), "{widest:?}");
            assert!(width == 80 || widest > Some(80), "{widest:?}");
            let words: Vec<&str> = text.split_whitespace().collect();
            for service in &found.services {
                assert!(words.contains(&&*service.name), "{}", service.name);
            }
        }
    }
}
