//! Reads the files of an adoption back as the provider does, and compares them with EC2's groups,
//! so that no file is written that would plan a change.

use std::collections::{BTreeMap, BTreeSet};

use super::files::File;
use super::model::{Adopted, Adoption, Request};
use crate::configuration::read::{self, Meaning};
use crate::configuration::text::{self, DEFAULT_GROUP, GROUP, RULES};
use crate::configuration::{Configuration, DEFAULT_DESCRIPTION, Facts, Vocabulary};
use crate::rules::RuleSet;
use crate::snapshot::Group;

/// Checks that the files describe the groups as EC2 has them.
///
/// # Errors
/// The differences, in whole sentences.
pub fn prove(
    adoption: &Adoption,
    files: &[File],
    request: &Request<'_>,
) -> Result<(), Vec<String>> {
    let parsed = ParsedFiles::read(adoption, files, request).map_err(|error| vec![error])?;
    let mut faults = Vec::new();
    for (vpc, group) in adoption
        .vpcs
        .iter()
        .flat_map(|vpc| vpc.groups.iter().map(move |group| (vpc, group)))
    {
        faults.extend(parsed.faults(group, &vpc.region));
    }
    let expected = adoption.imports();
    if parsed.resources.len() != expected || parsed.imports.len() != expected {
        faults.push(format!(
            "There are {} resources and {} imports for {expected} objects.",
            parsed.resources.len(),
            parsed.imports.len()
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// Whether configuration can describe a group by itself.
///
/// # Errors
/// Why it can't, in whole sentences.
pub(super) fn can_be_described(
    group: &Group,
    vocabulary: &Vocabulary,
    request: &Request<'_>,
) -> Result<(), String> {
    let facts = Facts {
        name: &group.name,
        description: &group.description,
        vpc_id: Some(&group.vpc_id),
        region: None,
        tags: &group.tags,
        rules: &group.rules,
    };
    let configuration = Configuration::of(&facts, vocabulary, request.style);
    let text = text::group("it", &configuration, None, &text::no_references);
    let catalog = request.catalog;
    let meaning = Meaning {
        service: &|name| catalog.service(name).ok(),
        preset: &|name| catalog.preset(name).ok().map(|preset| preset.rules()),
        resolve: &|_| None,
    };
    let why = match read::groups(&text, &meaning) {
        Ok(read) => {
            let is_same = |it: &read::Group| {
                let text = |name: &str| it.texts.get(name);
                it.rules == group.rules
                    && it.tags == group.tags
                    && text("name") == configuration.name.as_ref()
                    && text("description") == configuration.description.as_ref()
            };
            if read.iter().any(is_same) {
                return Ok(());
            }
            "it would read back as another group.".to_owned()
        }
        Err(error) => error.message,
    };
    Err(format!("Configuration can't describe it: {why}"))
}

/// The resources and imports that the files declare.
struct ParsedFiles<'a> {
    request: &'a Request<'a>,
    /// The resources by their addresses.
    resources: BTreeMap<String, read::Group>,
    /// The ids of imports by addresses.
    imports: BTreeMap<String, String>,
}

impl<'a> ParsedFiles<'a> {
    fn read(adoption: &Adoption, files: &[File], request: &'a Request<'a>) -> Result<Self, String> {
        let failed =
            |file: &File, error: read::ReadError| format!("{}: {}", file.name, error.message);
        let is_configuration = |file: &&File| file.name.ends_with(".tf");
        let known = request.locals.iter();
        let mut ids: BTreeMap<String, String> = known
            .map(|(id, name)| (format!("local.{name}"), id.clone()))
            .collect();
        let mut imports = BTreeMap::new();
        for file in files.iter().filter(is_configuration) {
            let locals = read::locals(&file.text).map_err(|error| failed(file, error))?;
            for (name, value) in locals {
                if ids.insert(format!("local.{name}"), value).is_some() {
                    return Err(format!("local.{name} is there twice."));
                }
            }
            for import in read::imports(&file.text).map_err(|error| failed(file, error))? {
                if imports.insert(import.to.clone(), import.id).is_some() {
                    return Err(format!("{} is imported twice.", import.to));
                }
            }
        }
        for group in adoption.groups() {
            ids.insert(format!("{}.id", group.address()), group.id.clone());
        }
        let catalog = request.catalog;
        let meaning = Meaning {
            service: &|name| catalog.service(name).ok(),
            preset: &|name| catalog.preset(name).ok().map(|preset| preset.rules()),
            resolve: &|expression| ids.get(expression).cloned(),
        };
        let mut resources = BTreeMap::new();
        for file in files.iter().filter(is_configuration) {
            let read = read::resources(&file.text, &meaning);
            for resource in read.map_err(|error| failed(file, error))? {
                let address = format!("{}.{}", resource.resource_type, resource.label);
                if request.taken.contains(&address) || resources.contains_key(&address) {
                    return Err(format!("{address} is there twice."));
                }
                resources.insert(address, resource);
            }
        }
        Ok(Self {
            request,
            resources,
            imports,
        })
    }

    /// The differences between the files and a group.
    fn faults(&self, adopted: &Adopted, region: &str) -> Vec<String> {
        let address = adopted.address();
        let Some(declared) = self.resources.get(&address) else {
            return vec![format!("{address} is missing.")];
        };
        let mut faults = Vec::new();
        let mut expect = |what: &str, is_so: bool| {
            if !is_so {
                faults.push(format!("{address} differs from {} in {what}.", adopted.id));
            }
        };
        let group = &adopted.group;
        let text = |name: &str| declared.texts.get(name).map(String::as_str);
        let preset = text("preset").and_then(|name| self.request.catalog.preset(name).ok());
        if declared.resource_type == GROUP {
            let name = text("name").or(preset.map(|preset| &*preset.name));
            expect("its name", name == Some(&group.name));
            let otherwise = preset.map_or(DEFAULT_DESCRIPTION, |preset| &*preset.description);
            let description = text("description").unwrap_or(otherwise);
            expect("its description", description == group.description);
        } else {
            expect(
                "its type",
                declared.resource_type == DEFAULT_GROUP && adopted.is_default,
            );
        }
        expect("its VPC", text("vpc_id") == Some(&group.vpc_id));
        let is_there = |declared: &read::Group| {
            let named = declared.texts.get("region").map(String::as_str);
            named.or(self.request.provider_region) == Some(region)
        };
        expect("its region", is_there(declared));
        let mut tags = group.tags.clone();
        tags.retain(|key, _| !key.starts_with("aws:"));
        expect("its tags", declared.tags == tags);
        let mut rules: RuleSet = declared.rules.clone();
        let mut imports = BTreeSet::from([(address.clone(), adopted.import.clone())]);
        if let Some((_, id)) = &adopted.bundle {
            imports.insert((adopted.bundle_address(), id.clone()));
            expect("its own rules", rules.is_empty());
            match self.resources.get(&adopted.bundle_address()) {
                Some(bundle) => {
                    let of = bundle.texts.get("security_group_id");
                    expect("the group of its rules", of == Some(&adopted.id));
                    expect("the region of its rules", is_there(bundle));
                    expect("the type of its rules", bundle.resource_type == RULES);
                    rules.extend(bundle.rules.clone());
                }
                None => expect("the place of its rules", false),
            }
        }
        expect("its rules", rules == adopted.rules);
        let is_imported = |(to, id): &(String, String)| self.imports.get(to) == Some(id);
        expect("its import", imports.iter().all(is_imported));
        faults
    }
}
