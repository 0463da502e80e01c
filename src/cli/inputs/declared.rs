//! Where configurations declare the resources that state files name: the file and line of a
//! `resource` block, found through the calls of modules as Terraform finds them. A module that was
//! downloaded isn't the user's text: what it declares counts as declared by the outermost call that
//! leads to it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};
use serde::Deserialize;

use super::state::Addresses;
use crate::cli::failure::Failure;
use crate::cli::paths::lexically_normal;
use crate::snapshot::SourceLine;

/// The option that names a configuration's directory.
const OPTION: &str = "--config";
/// Longest file in bytes; longer ones aren't read.
const LONGEST: u64 = 16 * 1024 * 1024;
/// The directory into which `init` downloads modules.
const DOWNLOADED: &str = ".terraform";

/// A configuration. A directory is read when an address first leads there.
#[derive(Debug)]
pub(in crate::cli) struct Configuration {
    root: PathBuf,
    /// The directories of called modules, by the names of the calls joined with dots, from the list
    /// that `init` wrote.
    installed: BTreeMap<String, PathBuf>,
    directories: BTreeMap<PathBuf, Directory>,
}

/// The declarations in the files of one directory.
#[derive(Debug, Default)]
struct Directory {
    /// Resources by type and name.
    resources: BTreeMap<(String, String), SourceLine>,
    /// Calls of modules by name: where, and the literal source.
    calls: BTreeMap<String, (SourceLine, Option<String>)>,
}

/// The list of modules that `terraform init` writes.
#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    directory: PathBuf,
}

impl Configuration {
    /// The configuration of a directory.
    ///
    /// # Errors
    /// It is no directory.
    pub(in crate::cli) fn of(root: &Path) -> Result<Self, Failure> {
        if !root.is_dir() {
            return Err(Failure::usage(
                format!("{} is no directory", root.display()),
                format!("{OPTION} names it. Name the directory that has the configuration."),
            ));
        }
        // Without the list, local modules are still found by their sources.
        let manifest = fs::read(root.join(DOWNLOADED).join("modules/modules.json"));
        let manifest: Option<Manifest> = manifest
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let installed = manifest.into_iter().flat_map(|manifest| manifest.modules);
        Ok(Self {
            root: root.to_owned(),
            installed: installed.map(|it| (it.key, it.directory)).collect(),
            directories: BTreeMap::new(),
        })
    }

    /// Where an address is declared.
    fn find(&mut self, address: &str) -> Option<SourceLine> {
        let steps = steps(address);
        let mut steps = steps.iter().map(String::as_str);
        let mut directory = PathBuf::new();
        let mut key = Vec::new();
        // The address is in a module that this configuration doesn't call.
        let mut outermost = None;
        loop {
            match (steps.next()?, steps.next()?) {
                ("module", name) => {
                    key.push(name);
                    let known = self.installed.get(&key.join(".")).cloned();
                    let (place, source) = self.directory(&directory).calls.get(name)?.clone();
                    let source = source.filter(|source| source.starts_with('.'));
                    let next = known.or(source.map(|source| directory.join(source)));
                    let Some(next) = next.map(|next| lexically_normal(&next)) else {
                        return outermost.or(Some(place));
                    };
                    if is_downloaded(&next) && outermost.is_none() {
                        outermost = Some(place);
                    }
                    directory = next;
                }
                (kind, name) => {
                    if outermost.is_some() {
                        return outermost;
                    }
                    let wanted = (kind.to_owned(), name.to_owned());
                    return self.directory(&directory).resources.get(&wanted).cloned();
                }
            }
        }
    }

    /// The declarations of a directory, by its path from the root.
    fn directory(&mut self, path: &Path) -> &Directory {
        let root = &self.root;
        let read = || Directory::read(root, path);
        self.directories.entry(path.to_owned()).or_insert_with(read)
    }
}

/// Notes where the resources are declared, each in the first configuration that has it.
pub(in crate::cli) fn note(managed: &mut Addresses, configurations: &mut [Configuration]) {
    for managed in managed.values_mut().flatten() {
        let mut places = configurations.iter_mut();
        managed.declared_in = places.find_map(|it| it.find(&managed.address));
    }
}

impl Directory {
    /// Reads the files. Those that can't be read or parsed are left out: Terraform reports their
    /// errors.
    fn read(root: &Path, path: &Path) -> Self {
        let folder = root.join(path);
        let mut found = Self::default();
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let file = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_read = name.ends_with(".tf") || name.ends_with(".tofu");
            let is_short = file
                .metadata()
                .is_ok_and(|it| it.is_file() && it.len() <= LONGEST);
            if !is_read || name.starts_with('.') || !is_short {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap_or_default();
            if let Ok(body) = hcl_edit::parser::parse_body(&text) {
                found.add(&shown(&lexically_normal(&folder.join(name))), &text, &body);
            }
        }
        found
    }

    fn add(&mut self, file: &str, text: &str, body: &Body) {
        for block in body.iter().filter_map(Structure::as_block) {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            let offset = block.ident.span().map_or(0, |span| span.start);
            let before = text.get(..offset).unwrap_or_default();
            let place = SourceLine {
                file: file.to_owned(),
                line: before.matches('\n').count() + 1,
            };
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [kind, name]) => {
                    let resource = ((*kind).to_owned(), (*name).to_owned());
                    // Override files come after the others, as in Terraform.
                    self.resources.entry(resource).or_insert(place);
                }
                ("module", [name]) => {
                    let call = (place, source(block));
                    self.calls.entry((*name).to_owned()).or_insert(call);
                }
                _ => {}
            }
        }
    }
}

/// The source of a call, where it is a plain text.
fn source(block: &Block) -> Option<String> {
    let attribute = block.body.get_attribute("source")?;
    match &attribute.value {
        Expression::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// The names in an address, without the keys of instances, which may have dots and brackets.
fn steps(address: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut characters = address.chars();
    while let Some(character) = characters.next() {
        match character {
            '.' => steps.push(String::new()),
            '[' => {
                let mut in_text = false;
                while let Some(inner) = characters.next() {
                    match inner {
                        '\\' if in_text => drop(characters.next()),
                        '"' => in_text = !in_text,
                        ']' if !in_text => break,
                        _ => {}
                    }
                }
            }
            other => steps.last_mut().expect("there is one").push(other),
        }
    }
    steps
}

fn is_downloaded(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == DOWNLOADED)
}

/// A path as reports write it.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, file: &str, text: &str) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }

    #[test]
    fn a_resource_is_found_in_its_file_its_module_or_behind_a_call() {
        let folder = tempfile::tempdir().expect("there is room");
        let root = folder.path().join("infra");
        let block = |name: &str| {
            format!("\n# {name}\nresource \"curated_security_group\" \"{name}\" {{\n}}\n")
        };
        write(&root, "main.tf", &block("web"));
        write(&root, "broken.tf", "resource {{{");
        write(
            &root,
            "calls.tofu",
            "module \"own\" {\n  source = \"../modules/own\"\n}\n\nmodule \"far\" {\n  source = \"acme/sg/aws\"\n}\nmodule \"not_there\" {\n  source = \"acme/other/aws\"\n}\n",
        );
        write(
            folder.path(),
            "modules/own/sg.tf",
            &(block("a") + &block("b")),
        );
        write(&root, ".terraform/modules/far/main.tf", &block("inner"));
        let manifest = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "far", "Dir": ".terraform/modules/far"}]}"#;
        write(&root, ".terraform/modules/modules.json", manifest);
        let mut configuration = Configuration::of(&root).expect("it is there");
        let top = shown(folder.path());
        for (address, expected) in [
            ("curated_security_group.web", Some("infra/main.tf:3")),
            (
                "curated_security_group.web[\"a.b]\\\"[\"]",
                Some("infra/main.tf:3"),
            ),
            (
                "module.own[0].curated_security_group.b[\"x\"]",
                Some("modules/own/sg.tf:7"),
            ),
            (
                "module.far.curated_security_group.inner",
                Some("infra/calls.tofu:5"),
            ),
            (
                "module.not_there.curated_security_group.x",
                Some("infra/calls.tofu:8"),
            ),
            ("module.none.curated_security_group.x", None),
            ("curated_security_group.none", None),
            ("aws_security_group.web", None),
            ("module", None),
            ("", None),
        ] {
            let found = configuration.find(address);
            let found = found.map(|it| format!("{}:{}", it.file, it.line));
            let expected = expected.map(|it| format!("{top}/{it}"));
            assert_eq!(found, expected, "{address}");
        }
        assert!(Configuration::of(&root.join("main.tf")).is_err());
    }
}
