//! `curated catalog`: the services and presets, or what a word finds of them.

use clap::{Args, Subcommand};
use comfy_table::{Table, presets};

use super::exit::Exit;
use super::output;
use crate::catalog::{Catalog, Service};

/// What `curated catalog` is asked for.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  curated catalog\n  curated catalog search postgres\n  \
                        curated catalog search 5432"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    search: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the services that a word finds.
    Search {
        /// A part of a name or description, the name of a category, or the number of a port.
        word: String,
    },
}

/// Prints the catalog, or what the word finds.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let Some(Action::Search { word }) = &arguments.search else {
        let services = services(Catalog::built_in().services());
        return output::print(&format!("{}\n\n{services}\n", all_presets()));
    };
    let found = Catalog::built_in().search(word);
    if found.is_empty() {
        output::error_line(&format!(
            "No service of the catalog has {word:?} in its name, description, category or ports. \
             Run `curated catalog` to see all."
        ));
        return Exit::Done;
    }
    output::print(&format!("{}\n", services(found)))
}

fn services<'a>(services: impl IntoIterator<Item = &'a Service>) -> Table {
    let mut table = table(["service", "category", "lets through", "description"]);
    for service in services {
        let traffic: Vec<String> = service.traffic.iter().map(ToString::to_string).collect();
        table.add_row([
            &service.name,
            &service.category,
            &traffic.join(", "),
            &service.description,
        ]);
    }
    table
}

fn all_presets() -> Table {
    let mut table = table(["preset", "", "rules", "description"]);
    for preset in Catalog::built_in().presets() {
        let rules: Vec<String> = preset.rules().keys().map(ToString::to_string).collect();
        table.add_row([&preset.name, "", &rules.join(", "), &preset.description]);
    }
    table
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table
}
