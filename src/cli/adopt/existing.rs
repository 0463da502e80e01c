//! Reads the existing configuration: groups that it imports or describes, names that are taken, and
//! files that may be overwritten.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::write::is_unchanged;
use crate::cli::failure::Failure;
use crate::cli::inputs::state::GROUPS;
use crate::curation::adopt::Adoption;
use crate::snapshot::Snapshot;

/// The configuration that exists already.
#[derive(Clone, Debug, Default)]
pub(super) struct Existing {
    /// Addresses of resources and local values.
    pub(super) taken: BTreeSet<String>,
    /// Local values of the folder that are ids of VPCs, without `local.`, by the id.
    pub(super) locals: BTreeMap<String, String>,
    /// Names of files in the folder that must not be changed.
    pub(super) files: BTreeSet<String>,
    /// Names of files in the folder that may be replaced or removed.
    pub(super) replaceable: BTreeSet<String>,
    /// Whether the folder's configuration names the provider.
    pub(super) has_provider: bool,
    /// The region of its provider block.
    pub(super) provider_region: Option<String>,
    /// Groups that are imported, by id, with the place.
    imported: BTreeMap<String, String>,
    /// Groups that are described.
    described: Vec<Described>,
    /// Files that the command wrote itself, unchanged since.
    own: Vec<Source>,
    /// All other files.
    others: Vec<Source>,
    /// The names of all files in the folder.
    names: BTreeSet<String>,
}

/// A file of configuration.
#[derive(Clone, Debug)]
struct Source {
    path: PathBuf,
    body: Body,
    /// Whether it is in the folder that is written to.
    is_ours: bool,
}

/// A group that a resource describes by its name.
#[derive(Clone, Debug)]
struct Described {
    name: String,
    /// `None` if its value isn't known.
    vpc_id: Option<String>,
    place: String,
}

impl Existing {
    /// Reads the folder that is written to, and other configuration.
    pub(super) fn read(out: &Path, others: &[PathBuf]) -> Result<Self, Failure> {
        let mut existing = Self::default();
        if out.exists() {
            existing.add(out, "--out", true)?;
        }
        for folder in others {
            let same = fs::canonicalize(folder).ok();
            if same.is_none() || same != fs::canonicalize(out).ok() {
                existing.add(folder, "--config", false)?;
            }
        }
        let (own, others) = (existing.own.clone(), existing.others.clone());
        existing.index(own.iter().chain(&others));
        existing.files = existing.names.clone();
        existing.may_replace(|name| name.ends_with(".txt"));
        Ok(existing)
    }

    /// The same configuration without the files that the command itself has written.
    pub(super) fn without_own(&self) -> Self {
        let mut rest = Self {
            own: self.own.clone(),
            others: self.others.clone(),
            names: self.names.clone(),
            files: self.names.clone(),
            replaceable: self.replaceable.clone(),
            ..Self::default()
        };
        rest.index(self.others.iter());
        let own = self.own.iter().filter_map(|source| name_of(&source.path));
        let own: BTreeSet<String> = own.chain(self.replaceable.iter().cloned()).collect();
        rest.may_replace(|name| own.contains(name));
        rest
    }

    fn may_replace(&mut self, may: impl Fn(&str) -> bool) {
        let own = std::mem::take(&mut self.replaceable);
        let (replaceable, files) = std::mem::take(&mut self.files)
            .into_iter()
            .partition(|name| may(name) && (own.contains(name) || !name.ends_with(".txt")));
        self.replaceable = replaceable;
        self.files = files;
    }

    /// Whether an adoption has everything that the command wrote earlier, at the same addresses.
    pub(super) fn is_within(&self, adoption: &Adoption) -> bool {
        let mut had = Self::default();
        had.index(self.own.iter());
        let now: BTreeMap<String, &str> = adoption
            .groups()
            .map(|group| (group.address(), group.id.as_str()))
            .collect();
        let bundles = adoption.groups().filter(|group| group.bundle.is_some());
        let bundles: BTreeSet<String> = bundles.map(|group| group.bundle_address()).collect();
        // A resource without its import was applied, or wasn't written by this command.
        let addresses = had.taken.iter().filter(|it| !it.starts_with("local."));
        let mut addresses =
            addresses.map(|address| now.contains_key(address) || bundles.contains(address));
        let is_there = |id: &String| now.values().any(|now| now == id);
        had.described.is_empty()
            && addresses.all(|is_so| is_so)
            && had.imported.keys().all(is_there)
    }

    /// Groups that have configuration already, by id, with its place.
    pub(super) fn present(&self, snapshot: &Snapshot) -> BTreeMap<String, String> {
        let mut present = self.imported.clone();
        for group in snapshot.regions.iter().flat_map(|it| it.groups.values()) {
            let is_it = |one: &&Described| {
                let same_vpc = one.vpc_id.as_ref().is_none_or(|id| *id == group.vpc_id);
                one.name == group.name && same_vpc
            };
            if let Some(described) = self.described.iter().find(is_it) {
                let place = described.place.clone();
                present.entry(group.id.clone()).or_insert(place);
            }
        }
        present
    }

    fn add(&mut self, folder: &Path, option: &str, is_ours: bool) -> Result<(), Failure> {
        let refused = |what: &Path, why: String| {
            Failure::usage(
                format!("{} can't be read", what.display()),
                format!("{option} names it. {why}."),
            )
        };
        let entries = fs::read_dir(folder).map_err(|error| refused(folder, error.to_string()))?;
        let mut paths = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| refused(folder, error.to_string()))?;
            paths.push(entry.path());
        }
        paths.sort();
        for path in paths {
            let Some(name) = name_of(&path) else { continue };
            if is_ours {
                self.names.insert(name.clone());
            }
            let is_configuration = name.ends_with(".tf") || name.ends_with(".tofu");
            let is_report = is_ours && name.starts_with("left-out") && name.ends_with(".txt");
            if !is_configuration && !is_report {
                continue;
            }
            let text =
                fs::read_to_string(&path).map_err(|error| refused(&path, error.to_string()))?;
            let is_own = is_ours && is_unchanged(&text);
            if is_report {
                if is_own {
                    self.replaceable.insert(name);
                }
                continue;
            }
            let body = text.parse::<Body>();
            let body = body.map_err(|error| refused(&path, error.to_string()))?;
            let sources = if is_own {
                &mut self.own
            } else {
                &mut self.others
            };
            sources.push(Source {
                path,
                body,
                is_ours,
            });
        }
        Ok(())
    }

    fn index<'a>(&mut self, sources: impl Iterator<Item = &'a Source> + Clone) {
        let mut locals: BTreeMap<String, String> = BTreeMap::new();
        for source in sources.clone() {
            for block in source.body.get_blocks("locals") {
                for attribute in block.body.attributes() {
                    let name = format!("local.{}", attribute.key.as_str());
                    if let Some(text) = attribute.value.as_str() {
                        locals.insert(name.clone(), text.to_owned());
                        if source.is_ours && text.starts_with("vpc-") {
                            let name = attribute.key.as_str().to_owned();
                            self.locals.entry(text.to_owned()).or_insert(name);
                        }
                    }
                    self.taken.insert(name);
                }
            }
        }
        let mut imported: BTreeSet<String> = BTreeSet::new();
        for source in sources.clone() {
            for block in source.body.get_blocks("import") {
                let to = block.body.get_attribute("to").map(|it| text_of(&it.value));
                let id = text(block, "id").and_then(|id| group_id(&id));
                if let (Some(to), Some(id)) = (to, id)
                    && is_group(&to)
                {
                    self.imported.insert(id, source.path.display().to_string());
                    imported.insert(to);
                }
            }
        }
        for source in sources {
            for block in source.body.get_blocks("resource") {
                let label = |at: usize| block.labels.get(at).map_or("", |label| label.as_str());
                let address = format!("{}.{}", label(0), label(1));
                if GROUPS.contains(&label(0)) && !imported.contains(&address) {
                    let name = text(block, "name").or_else(|| text(block, "preset"));
                    let name =
                        name.or_else(|| label(0).contains("_default_").then(|| "default".into()));
                    let vpc = block.body.get_attribute("vpc_id");
                    let vpc_id = vpc.map(|vpc| match vpc.value.as_str() {
                        Some(id) => id.to_owned(),
                        None => locals
                            .get(&text_of(&vpc.value))
                            .cloned()
                            .unwrap_or_default(),
                    });
                    if let Some(name) = name {
                        self.described.push(Described {
                            name,
                            vpc_id: vpc_id.filter(|id| !id.is_empty()),
                            place: format!("{address} in {}", source.path.display()),
                        });
                    }
                }
                self.taken.insert(address);
            }
            if source.is_ours {
                self.index_providers(&source.body);
            }
        }
    }

    fn index_providers(&mut self, body: &Body) {
        for block in body.get_blocks("provider") {
            let is_curated = block
                .labels
                .first()
                .is_some_and(|it| it.as_str() == "curated");
            if is_curated && !block.body.has_attribute("alias") {
                self.has_provider = true;
                self.provider_region = text(block, "region");
            }
        }
        let terraform = body.get_blocks("terraform");
        let mut required = terraform.flat_map(|it| it.body.get_blocks("required_providers"));
        self.has_provider |=
            required.any(|it| it.body.has_attribute("curated") || it.body.has_blocks("curated"));
    }
}

fn name_of(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

fn text(block: &Block, name: &str) -> Option<String> {
    let attribute = block.body.get_attribute(name)?;
    attribute.value.as_str().map(str::to_owned)
}

fn text_of(expression: &Expression) -> String {
    expression.to_string().trim().to_owned()
}

/// Whether an address is a group's, as in `module.web.aws_security_group.app["a"]`.
fn is_group(address: &str) -> bool {
    let mut parts = address.split('.');
    parts.any(|part| GROUPS.contains(&part))
}

/// The id of a group in the id of an import, as in `us-east-1/sg-0000000a#short`.
fn group_id(import: &str) -> Option<String> {
    let start = import.find("sg-")?;
    let rest = &import[start..];
    let end = rest[3..].find(|c: char| !c.is_ascii_hexdigit());
    Some(rest[..end.map_or(rest.len(), |end| end + 3)].to_owned())
}
