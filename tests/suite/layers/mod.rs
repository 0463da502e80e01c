//! Reads the sources and proves what ARCHITECTURE.md says is absent from them: who names whom,
//! how files begin, and how long they are. It reads words and not types: what is reached by way of a
//! re-export under another name isn't seen here.

use paths::{crates_named, layers_named, modules_named};
use sources::{Source, sources};
use tokens::tokens;

mod cycles;
mod facade;
mod imports;
mod models;
mod paths;
mod sources;
mod tokens;

/// Lines of one file.
const LONGEST: usize = 400;

/// Which modules of the crate each module may name, besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    // Rules are handed services, and know none.
    ("rules", &[]),
    ("aws_names", &["rules"]),
    ("catalog", &["rules"]),
    ("configuration", &["catalog", "rules"]),
    ("snapshot", &["rules"]),
    (
        "curation",
        &["catalog", "configuration", "rules", "snapshot"],
    ),
    ("report", &["curation", "rules"]),
    ("ec2", &["aws_names", "rules", "snapshot"]),
    // The command line knows nothing of Terraform's protocol.
    (
        "cli",
        &[
            "aws_names",
            "catalog",
            "connection_error",
            "curation",
            "ec2",
            "migration",
            "report",
            "rules",
            "snapshot",
        ],
    ),
    ("migration", &[]), // It edits texts, and knows neither rules nor EC2.
    ("bin", &[]),
    ("connection_error", &["ec2", "rules"]),
    ("tf_provider", &[]),
    (
        "data_sources",
        &[
            "catalog",
            "curation",
            "ec2",
            "rules",
            "session",
            "snapshot",
            "tf_provider",
        ],
    ),
    ("docs", &["catalog", "curation", "tf_provider"]),
    // Hosts call functions unconfigured, so they know neither the session nor EC2.
    ("functions", &["catalog", "rules", "tf_provider"]),
    (
        "list_resources",
        &[
            "catalog",
            "configuration",
            "curation",
            "ec2",
            "resources",
            "rules",
            "session",
            "tf_provider",
        ],
    ),
    (
        "provider",
        &[
            "aws_names",
            "catalog",
            "connection_error",
            "data_sources",
            "ec2",
            "functions",
            "list_resources",
            "resources",
            "rules",
            "session",
            "tf_provider",
        ],
    ),
    (
        "resources",
        &[
            "aws_names",
            "catalog",
            "configuration",
            "connection_error",
            "ec2",
            "rules",
            "session",
            "snapshot",
            "tf_provider",
        ],
    ),
    (
        "session",
        &["aws_names", "catalog", "ec2", "rules", "tf_provider"],
    ),
];

/// Where crates whose names begin so may be named. The first line that fits counts.
const CRATES: [(&str, &[&str]); 8] = [
    // A layer of this crate, which LAYERS is about.
    ("aws_names", &[""]),
    ("aws_lc_rs", &["ec2/http/", "tf_provider/plugin/"]),
    ("aws_", &["ec2/"]),
    ("tonic", WIRE),
    ("prost", WIRE),
    ("rustls", &["ec2/http/", "tf_provider/plugin/"]),
    ("rcgen", &["tf_provider/plugin/"]),
    (
        "tokio",
        &[
            "cli/",
            "data_sources/",
            "ec2/",
            "provider/",
            "resources/",
            "tf_provider/",
            "main.rs",
        ],
    ),
];

/// Where a protocol message may be named.
const WIRE: &[&str] = &[
    "tf_provider/plugin/",
    "tf_provider/proto.rs",
    "tf_provider/service/",
];

/// The layers that are pure.
const PURE: &[&str] = &[
    "rules/",
    "aws_names/",
    "catalog/",
    "configuration/",
    "curation/",
    "migration/",
    "report/",
    "snapshot/",
];

/// The files of resources that measure time or wait: those that carry plans out, the one that waits for
/// other resources' plans, and the one whose names begin with the time.
const WAITING: &[&str] = &[
    "resources/common/apply.rs",
    "resources/common/one_by_one.rs",
    "resources/common/other_plans.rs",
    "resources/default_group/converge.rs",
    "resources/owned_rules/apply.rs",
    "resources/owned_rules/apply/existing.rs",
    "resources/owned_rules/apply/reserving.rs",
    "resources/owned_rules/resource/read_rules.rs",
    "resources/security_group/associate.rs",
    "resources/security_group/create.rs",
    "resources/security_group/delete.rs",
    "resources/security_group/naming.rs",
    "resources/security_group/undo.rs",
];

/// Where something may be written to stdout: hosts read the handshake there, and users what a command
/// says.
const PRINTING: &[&str] = &["cli/", "main.rs", "tf_provider/plugin/mod.rs"];

/// What the pure layers may not touch: the world, and time.
const IMPURE: [&str; 6] = ["env", "fs", "io", "process", "thread", "time"];

/// Names `io::Write`, and opens nothing: it writes to what it is handed, piece by piece.
const WRITES_TO_WHAT_IT_IS_HANDED: &str = "report/json.rs";

#[test]
fn layers_name_only_those_below_them() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let own = source.name.split(['/', '.']).next().expect("one part");
        let allowed = LAYERS.iter().find(|(layer, _)| *layer == own);
        let Some((_, allowed)) = allowed else {
            assert!(
                ["lib", "main"].contains(&own),
                "{} has no layer",
                source.name
            );
            continue;
        };
        for module in layers_named(&source.name, &tokens(source.code())) {
            if module != own && !allowed.contains(&module.as_str()) {
                breaches.push(format!("{} names crate::{module}", source.name));
            }
        }
    }
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn every_layer_has_its_row_in_the_map_of_the_code() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the map");
    let rows: Vec<&str> = map.lines().filter(|line| line.starts_with("| `")).collect();
    let is_shown = |layer: &str| {
        rows.iter()
            .any(|row| row.contains(&format!("`src/{layer}/`")))
    };
    let layers = LAYERS.iter().map(|(layer, _)| *layer);
    let missing: Vec<&str> = layers
        .filter(|layer| *layer != "bin" && !is_shown(layer))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn crates_are_named_only_where_they_belong() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let tokens = tokens(&source.text);
        for name in crates_named(&tokens) {
            let rule = CRATES.iter().find(|(begin, _)| name.starts_with(begin));
            let Some((_, places)) = rule else {
                continue;
            };
            if !places.iter().any(|place| source.name.starts_with(place)) {
                breaches.push(format!("{} names {name}", source.name));
            }
        }
    }
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn protocol_messages_are_named_only_at_the_wire() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let tokens = tokens(&source.text);
        let named = tokens
            .windows(2)
            .any(|w| w[1] == "::" && ["proto", "pb", "tfplugin5"].contains(&w[0]));
        if named && !WIRE.iter().any(|place| source.name.starts_with(place)) {
            breaches.push(source.name);
        }
    }
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn the_pure_layers_touch_neither_the_world_nor_time() {
    let mut breaches = Vec::new();
    let sources = sources("src");
    let pure = |s: &&Source| PURE.iter().any(|p| s.name.starts_with(p));
    for source in sources.iter().filter(pure) {
        let tokens = tokens(&source.text);
        let may_write = source.name == WRITES_TO_WHAT_IT_IS_HANDED;
        let names = modules_named("std", &tokens).into_iter();
        let names = names.filter(|name| !(may_write && name == "io"));
        let impure = names.filter(|name| IMPURE.contains(&name.as_str()));
        breaches.extend(impure.map(|name| format!("{}: std::{name}", source.name)));
        let waits = tokens.contains(&"async") || tokens.contains(&"await");
        breaches.extend(waits.then(|| format!("{}: async", source.name)));
    }
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn only_what_carries_plans_out_waits_and_one_file_for_other_plans() {
    let mut breaches = Vec::new();
    let sources = sources("src");
    let layers = ["data_sources/", "provider/", "resources/", "session/"];
    for source in &sources {
        let is_bound = layers.iter().any(|layer| source.name.starts_with(layer));
        if !is_bound || WAITING.contains(&source.name.as_str()) {
            continue;
        }
        let tokens = tokens(source.code());
        let clocks = ["Instant", "SystemTime", "sleep", "timeout"];
        let waits = tokens.windows(2).any(|w| w == [".", "wait"]);
        let measures = tokens.iter().any(|token| clocks.contains(token));
        breaches.extend((waits || measures).then(|| source.name.clone()));
    }
    assert_eq!(breaches, [""; 0]);
    let is_there = |name: &&&str| sources.iter().any(|s| s.name == **name);
    assert_eq!(WAITING.iter().filter(is_there).count(), WAITING.len());
}

#[test]
fn only_the_handshake_and_commands_write_to_stdout() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let tokens = tokens(source.code());
        let writes = tokens.windows(3).any(|w| w == ["::", "stdout", "("]);
        if writes && !PRINTING.iter().any(|place| source.name.starts_with(place)) {
            breaches.push(source.name);
        }
    }
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut breaches = Vec::new();
    for folder in ["benches", "src", "tests"] {
        for source in sources(folder) {
            let place = format!("{folder}/{}", source.name);
            if !source.text.starts_with("//! ") {
                breaches.push(format!("{place} doesn't open with //!"));
            }
            let lines = source.text.lines().count();
            if lines > LONGEST {
                breaches.push(format!("{place} has {lines} lines"));
            }
        }
    }
    assert_eq!(breaches, [""; 0]);
}
