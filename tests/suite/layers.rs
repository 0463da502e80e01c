//! Reads the sources and proves what ARCHITECTURE.md says is absent from them: who names whom,
//! how files begin, and how long they are. Looks at words, not at types: a layer that needs a
//! disguise to reach another has earned its success.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of one file.
const LONGEST: usize = 400;

/// Which modules of the crate each module may name, besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    // Rules are handed services, and know none.
    ("rules", &[]),
    ("catalog", &["rules"]),
    ("configuration", &["catalog", "rules"]),
    ("snapshot", &["rules"]),
    ("curation", &["catalog", "rules", "snapshot"]),
    ("report", &["curation", "rules"]),
    ("ec2", &["catalog", "rules", "snapshot"]),
    // The command line knows nothing of Terraform's protocol.
    (
        "cli",
        &[
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
    // It edits texts, and knows neither rules nor EC2.
    ("migration", &[]),
    ("bin", &[]),
    ("connection_error", &["ec2", "rules"]),
    ("tf_provider", &[]),
    (
        "data_sources",
        &["catalog", "ec2", "rules", "session", "tf_provider"],
    ),
    ("docs", &["catalog", "curation", "tf_provider"]),
    // Hosts call functions unconfigured, so they know neither the session nor EC2.
    ("functions", &["catalog", "rules", "tf_provider"]),
    (
        "list_resources",
        &[
            "catalog",
            "configuration",
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
            "catalog",
            "configuration",
            "connection_error",
            "ec2",
            "rules",
            "session",
            "tf_provider",
        ],
    ),
    ("session", &["catalog", "ec2", "rules", "tf_provider"]),
];

/// Where crates whose names begin so may be named. The first line that fits counts.
const CRATES: [(&str, &[&str]); 7] = [
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
    "catalog/",
    "configuration/",
    "curation/",
    "migration/",
    "report/",
    "snapshot/",
];

/// What the pure layers may not touch: the world, and time.
const IMPURE: [&str; 6] = ["env", "fs", "io", "process", "thread", "time"];

/// A source file.
struct Source {
    /// Relative to its folder of the package, with `/` between the parts.
    name: String,
    text: String,
}

impl Source {
    /// Without its tests, which stand at the end, or in a file of their own.
    fn code(&self) -> &str {
        if self.name.ends_with("/tests.rs") {
            return "";
        }
        let tests = self.text.find("#[cfg(test)]\nmod tests");
        &self.text[..tests.unwrap_or(self.text.len())]
    }
}

/// All sources below a folder of the package.
fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).expect("it is below");
                found.push(Source {
                    name: name.to_string_lossy().replace('\\', "/"),
                    text: fs::read_to_string(&path).expect("text"),
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The words and marks of code, without comments and literals.
fn tokens(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(length) = literal(rest) {
            length
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            found.push(&rest[..length]);
            length
        } else if rest.starts_with("::") {
            found.push("::");
            2
        } else {
            if !first.is_whitespace() {
                found.push(&rest[..first.len_utf8()]);
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// How long the string or character is that `code` begins with, if it begins with one.
fn literal(code: &str) -> Option<usize> {
    let plain = code.trim_start_matches(['b', 'c']);
    let prefix = code.len() - plain.len();
    if prefix > 1 {
        return None;
    }
    if let Some(raw) = plain.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inner = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let before = code.len() - inner.len();
        return Some(
            inner
                .find(&end)
                .map_or(code.len(), |at| before + at + end.len()),
        );
    }
    if let Some(inner) = plain.strip_prefix('"') {
        let mut escaped = false;
        let end = inner.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        return Some(end.map_or(code.len(), |at| prefix + 1 + at + 1));
    }
    let inner = plain.strip_prefix('\'')?;
    if let Some(escape) = inner.strip_prefix('\\') {
        // The character after the backslash may itself be a quote.
        let end = escape.char_indices().skip(1).find(|(_, c)| *c == '\'')?.0;
        return Some(prefix + 2 + end + 1);
    }
    // One character and a quote; anything else is a lifetime.
    let character = inner.chars().next()?;
    inner[character.len_utf8()..]
        .starts_with('\'')
        .then(|| prefix + 1 + character.len_utf8() + 1)
}

/// The modules that are named right below `root`, which is `crate` or the name of one.
fn modules_named(root: &str, tokens: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair != [root, "::"] {
            continue;
        }
        let rest = &tokens[at + 2..];
        match rest.first() {
            Some(&"{") => found.extend(heads(&rest[1..])),
            Some(name) => drop(found.insert((*name).to_owned())),
            None => {}
        }
    }
    found
}

/// The first name of each item in a group of imports, whose opening brace is gone.
fn heads(group: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut is_head) = (0_u32, true);
    for token in group {
        match *token {
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "{" => depth += 1,
            "," if depth == 0 => is_head = true,
            name if is_head => {
                found.push(name.to_owned());
                is_head = false;
            }
            _ => {}
        }
    }
    found
}

/// The crates that paths begin with.
fn crates_named<'a>(tokens: &[&'a str]) -> BTreeSet<&'a str> {
    let begins = |window: &&[&'a str]| window[2] == "::" && !["::", "."].contains(&window[0]);
    tokens.windows(3).filter(begins).map(|w| w[1]).collect()
}

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
        for module in modules_named("crate", &tokens(source.code())) {
            if module != own && !allowed.contains(&module.as_str()) {
                breaches.push(format!("{} names crate::{module}", source.name));
            }
        }
    }
    assert_eq!(breaches, [""; 0]);
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
        let names = modules_named("std", &tokens).into_iter();
        let impure = names.filter(|name| IMPURE.contains(&name.as_str()));
        breaches.extend(impure.map(|name| format!("{}: std::{name}", source.name)));
        let waits = tokens.contains(&"async") || tokens.contains(&"await");
        breaches.extend(waits.then(|| format!("{}: async", source.name)));
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

#[test]
fn the_reader_sees_names_and_not_what_is_said_of_them() {
    let code = r####"
        use crate::{rules::{Rule, Set}, ec2, catalog as c};
        // crate::comment tokio::spawn
        fn f<'a>(x: &'a str) -> char { let _ = "crate::text \" tonic::x"; '"' }
        const R: &str = r#"crate::raw "tonic::y" "#;
        const B: &[u8] = b"crate::bytes";
        fn g() { let _ = ('\'', '\\', 'é'); crate::tf_provider::x(); std::fs::read(aws_config::y) }
    "####;
    let tokens = tokens(code);
    let modules = modules_named("crate", &tokens);
    let expected = ["catalog", "ec2", "rules", "tf_provider"].map(str::to_owned);
    assert_eq!(modules, expected.into());
    let crates = crates_named(&tokens);
    assert!(crates.contains("aws_config") && crates.contains("std"));
    assert!(!crates.contains("fs") && !crates.contains("tonic") && !crates.contains("tokio"));
}
