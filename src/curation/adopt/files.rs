//! Writes the files of an adoption: one for each VPC, one with the imports, one with the provider,
//! and a list of the groups that are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Adopted, Adoption, Vpc};
use super::names::LONGEST_NAME;
use super::select::LeftOut;
use crate::configuration::text::{self, Body, quoted};

/// The provider's address in a registry.
const SOURCE: &str = "curated/curated";
/// The versions of the provider that can read the files.
const VERSION: &str = concat!(
    "~> ",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The provider block that goes with the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// Its region.
    pub region: String,
    /// The profile that the command was called with.
    pub profile: Option<String>,
    /// The role that it assumed.
    pub role_arn: Option<String>,
    /// The catalog files that it was called with.
    pub catalog_files: Vec<CatalogFile>,
}

/// How a configuration names a catalog file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogFile {
    /// By its path from the root module's folder.
    BesideTheRoot(String),
    /// By its absolute path.
    Whole(String),
}

impl CatalogFile {
    fn to_hcl(&self) -> String {
        match self {
            Self::BesideTheRoot(path) => {
                let quoted = quoted(path);
                format!(
                    "\"${{path.root}}/{}",
                    quoted.strip_prefix('"').unwrap_or(&quoted)
                )
            }
            Self::Whole(path) => quoted(path),
        }
    }
}

/// The files of an adoption. `provider` is `None` if the configuration has a provider block; file
/// names in `taken` are in use.
pub fn files(
    adoption: &Adoption,
    provider: Option<&Provider>,
    taken: &BTreeSet<String>,
) -> Vec<File> {
    let mut files = Vec::new();
    let name = |base: &str, ending: &str| {
        let numbered = (2..).map(|number| format!("{base}-{number}.{ending}"));
        let mut names = std::iter::once(format!("{base}.{ending}")).chain(numbered);
        let free = names.find(|name| !taken.contains(name));
        free.unwrap_or_default()
    };
    if adoption.imports() > 0 {
        if let Some(provider) = provider {
            let name = name("terraform", "tf");
            let text = setup(provider);
            files.push(File { name, text });
        }
        // Imports come first: if writing stops half-way, imports without resources are an error,
        // while resources without imports would create groups.
        files.push(File {
            name: name("imports", "tf"),
            text: imports(adoption),
        });
        for vpc in &adoption.vpcs {
            files.push(File {
                name: name(&vpc.local.replace('_', "-"), "tf"),
                text: of_vpc(adoption, vpc),
            });
        }
    }
    if !adoption.left_out.is_empty() {
        files.push(File {
            name: name("left-out", "txt"),
            text: left_out(&adoption.left_out),
        });
    }
    files
}

fn setup(provider: &Provider) -> String {
    let requirement = Body::new().map(
        "curated",
        [("source", quoted(SOURCE)), ("version", quoted(VERSION))],
    );
    let terraform = Body::new()
        .attribute("required_version", quoted(">= 1.5"))
        .block("required_providers", requirement);
    let mut block = Body::new();
    if let Some(profile) = &provider.profile {
        block = block.attribute("profile", quoted(profile));
    }
    block = block.attribute("region", quoted(&provider.region));
    if !provider.catalog_files.is_empty() {
        let files: Vec<String> = provider
            .catalog_files
            .iter()
            .map(CatalogFile::to_hcl)
            .collect();
        block = block.attribute("catalog_files", format!("[{}]", files.join(", ")));
    }
    if let Some(role) = &provider.role_arn {
        let role = Body::new().attribute("role_arn", quoted(role));
        block = block.block("assume_role", role);
    }
    Body::new()
        .block("terraform", terraform)
        .block("provider \"curated\"", block)
        .to_hcl()
}

fn imports(adoption: &Adoption) -> String {
    let mut text = "# These blocks may be deleted once \"terraform apply\" has run.\n".to_owned();
    for group in adoption.groups() {
        text.push('\n');
        text.push_str(&text::import(&group.address(), &group.import, None));
        if let Some((_, id)) = &group.bundle {
            text.push('\n');
            text.push_str(&text::import(&group.bundle_address(), id, None));
        }
    }
    text
}

fn of_vpc(adoption: &Adoption, vpc: &Vpc) -> String {
    let addresses: BTreeMap<&str, String> = adoption
        .groups()
        .map(|group| (&*group.id, format!("{}.id", group.address())))
        .collect();
    let title = match vpc.title.as_str() {
        "" => String::new(),
        title => format!(" {}", crate::rules::quoted(title, LONGEST_NAME)),
    };
    let locals = Body::new().attribute(&vpc.local, quoted(&vpc.id));
    let about = format!("The VPC{title} in {}.", vpc.region);
    let mut text = if vpc.has_local {
        format!("# {about}\n")
    } else {
        Body::new().comment(about).block("locals", locals).to_hcl()
    };
    for group in &vpc.groups {
        let reference = |id: &str| {
            if id == vpc.id {
                return Some(format!("local.{}", vpc.local));
            }
            let address = addresses.get(id)?;
            (!group.by_id.contains(id)).then(|| address.clone())
        };
        text.push('\n');
        text.push_str(&of_group(group, &reference));
    }
    text
}

fn of_group(group: &Adopted, reference: text::Reference<'_>) -> String {
    let mut text = String::new();
    let notes: String = group.notes.iter().map(|it| format!("# {it}\n")).collect();
    if group.bundle.is_none() {
        text.push_str(&notes);
    }
    let (label, configuration) = (&group.label, &group.configuration);
    text.push_str(&if group.is_default {
        text::default_group(label, configuration, reference)
    } else {
        text::group(label, configuration, None, reference)
    });
    if let Some((rules, _)) = &group.bundle {
        text.push_str(&format!(
            "\n# These rules stand apart from their group: in it they would {}.\n\
             # The group ignores rules that it doesn't declare, also those that somebody adds by hand.\n\
             # To have these shown and revoked, run \"curated migrate --tag-rules --write\" after the\n\
             # apply, and then set exclusive = true on the group.\n",
            group.apart_because
        ));
        text.push_str(&notes);
        let id = format!("{}.id", group.address());
        text.push_str(&text::rules_of_group(label, &id, rules, reference));
    }
    text
}

fn left_out(all: &[LeftOut]) -> String {
    let mut text = "These groups are left out, each with the reason.\n".to_owned();
    let mut place = ("", "");
    for one in all {
        if place != (&one.region, &one.vpc_id) {
            place = (&one.region, &one.vpc_id);
            text.push_str(&format!("\n{} {}\n", one.region, one.vpc_id));
        }
        let plain = |text: &str| crate::rules::quoted(text, LONGEST_NAME);
        text.push_str(&format!("  {}  {}\n", one.id, plain(&one.name)));
        text.push_str(&format!(
            "      {}\n",
            crate::rules::quoted(&one.reason, 2000)
        ));
    }
    text
}
