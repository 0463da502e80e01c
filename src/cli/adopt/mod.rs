//! `curated adopt`: writes configuration that imports existing groups. It changes nothing in AWS,
//! and what it writes changes nothing there when it is applied.

mod existing;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use self::existing::Existing;
use super::audit::now;
use super::called::quoted;
use super::connection::{self, ConnectionArguments};
use super::exit::Exit;
use super::failure::Failure;
use super::inputs::catalog::CatalogArguments;
use super::inputs::state_rules::Owners;
use super::inputs::{state, used_by};
use super::output;
use super::reading::{self, Read};
use crate::catalog::Catalog;
use crate::curation::adopt::{
    self, Adoption, CatalogFile, File, Provider, Request, Selection, SingleRule, Style, adopt,
};
use crate::curation::report::Report;
use crate::curation::{self, Inputs};

/// The groups that are adopted, and how their configuration is written.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Only groups with these ids or names. They are taken in though they are default, unused or
    /// service-managed ones.
    #[arg(value_name = "GROUP")]
    groups: Vec<String>,
    /// The form of the rules.
    #[arg(long, value_enum, default_value_t = Form::Short)]
    style: Form,
    /// Write the files into this folder. It is made if it isn't there.
    #[arg(long, short, value_name = "DIR", default_value = "adopted")]
    out: PathBuf,
    /// Only groups of this VPC, by its id or its name; may be repeated.
    #[arg(long, value_name = "VPC")]
    vpc: Vec<String>,
    /// Only groups with this tag; may be repeated, for groups that have all of them.
    #[arg(long, value_name = "KEY[=VALUE]")]
    tag: Vec<String>,
    /// Take in VPCs' default groups.
    #[arg(long)]
    include_default: bool,
    /// Take in groups that an AWS service or a stack manages.
    #[arg(long)]
    include_service_managed: bool,
    /// Take in unused groups.
    #[arg(long)]
    include_unused: bool,
    /// A state file of Terraform or OpenTofu, or what `terraform show -json` prints: groups and rules
    /// that it manages are left to it. May be repeated.
    #[arg(long, value_name = "FILE")]
    state: Vec<PathBuf>,
    /// A folder with configuration: groups that it has or imports are left out. May be repeated; the
    /// folder of --out counts anyway.
    #[arg(long, value_name = "DIR")]
    config: Vec<PathBuf>,
    /// Any text: every id of a group in it counts as a use of that group. May be repeated.
    #[arg(long, value_name = "FILE")]
    used_by: Vec<PathBuf>,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// The forms of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One line for each rule, in `ingress_rules` and `egress_rules`.
    Short,
    /// `ingress` and `egress` blocks.
    Blocks,
}

const EXAMPLES: &str = "Examples:
  curated adopt                              All groups in use, into adopted
  curated adopt --vpc main --out infra/main  The groups of one VPC
  curated adopt web db --style blocks        Two groups, with blocks
  curated adopt --catalog catalog.hcl        With your own services and presets
  curated adopt --all-regions --state terraform.tfstate
  terraform -chdir=adopted init && terraform -chdir=adopted plan

The plan says that everything is imported, and nothing is added, changed or destroyed. Run the command \
again at any time: with --state, or into a folder that it has written, it adds what is new. A file that \
it didn't write, or that was changed since, stays as it is.

Exit codes: 0 done; 2 wrong usage; 3 not everything needed could be read or written.";

/// Writes the configuration.
pub(super) async fn run(arguments: &Arguments) -> Exit {
    let done = carry_out(arguments).await;
    done.unwrap_or_else(|failure| output::failure(&failure))
}

async fn carry_out(arguments: &Arguments) -> Result<Exit, Failure> {
    let catalog = arguments.catalog.read()?;
    let mut managed = state::Addresses::new();
    let mut owners = Owners::default();
    for path in &arguments.state {
        state::add(path, &mut managed)?;
        owners.add(path)?;
    }
    for path in &arguments.used_by {
        used_by::check(path)?;
    }
    let existing = Existing::read(&arguments.out, &arguments.config)?;
    let mut read = reading::read(&arguments.connection).await?;
    if let Some((last, others)) = read.failures.split_last() {
        for failure in others {
            output::failure(failure);
        }
        output::failure(last);
        return Err(Failure::unread(
            "Nothing was written",
            "Not all regions could be read.",
        ));
    }
    for path in &arguments.used_by {
        used_by::add(path, &mut read.snapshot.regions)?;
    }
    read.snapshot.managed = managed;
    let report = curation::audit(&read.snapshot, &Inputs::new(&now()?));
    one_account(&report)?;
    let single_rules = single_rules(&read, &owners).await?;
    let job = Job {
        arguments,
        catalog: &catalog,
        read: &read,
        report: &report,
        selection: selection(arguments),
        single_rules,
    };
    // Files of an earlier run are overwritten if the new ones have everything in them; otherwise
    // they stay, and new groups get files of their own.
    let anew = job.plan(&existing.without_own())?;
    let planned = if existing.is_within(&anew.adoption) {
        anew
    } else {
        job.plan(&existing)?
    };
    if !planned.adoption.unknown.is_empty() {
        return Err(Failure::usage(
            format!("There is no {}", planned.adoption.unknown.join(", and no ")),
            "Nothing was written. Correct or remove what names it: names, ids and tags have to be the same \
             to the letter.",
        ));
    }
    let names: BTreeSet<&str> = planned.files.iter().map(|file| &*file.name).collect();
    let stale = planned.replaceable.iter();
    let stale: Vec<&String> = stale
        .filter(|name| !names.contains(name.as_str()))
        .collect();
    write::all(&arguments.out, &planned.files, &stale)?;
    let mut text = reported(&planned, &arguments.out);
    if planned.has_own_provider && !arguments.catalog.files().is_empty() {
        text += "The provider block has to name the files of --catalog in catalog_files.\n";
    }
    Ok(output::print(&text))
}

/// The paths of files relative to a folder, if there is such a path.
fn catalog_files(folder: &Path, files: &[PathBuf]) -> Vec<CatalogFile> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = whole(folder);
    let mut named: Vec<CatalogFile> = Vec::new();
    for file in files {
        let file = whole(file);
        let name = match from(&folder, &file) {
            Some(path) => CatalogFile::BesideTheRoot(path),
            None => CatalogFile::Whole(file.display().to_string()),
        };
        if !named.contains(&name) {
            named.push(name);
        }
    }
    named
}

/// The relative path from a folder to a file, with `/` as separator.
fn from(folder: &Path, file: &Path) -> Option<String> {
    let parts = |path: &Path| -> Vec<String> {
        let parts = path.components();
        parts
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect()
    };
    let (folder, file) = (parts(folder), parts(file));
    let common = folder.iter().zip(&file).take_while(|(a, b)| a == b).count();
    // The two paths share only the root, or are on different drives.
    if common <= 1 || file.iter().any(|part| part == "..") {
        return None;
    }
    let up = folder[common..].iter().map(|_| "..");
    let down = file[common..].iter().map(String::as_str);
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// Fails if the options name several accounts: a configuration has one.
fn one_account(report: &Report) -> Result<(), Failure> {
    match report.accounts.as_slice() {
        [_, _, ..] => Err(Failure::usage(
            format!(
                "Several accounts were named: {}",
                report.accounts.join(", ")
            ),
            "Adopt one account after the other, each into a folder of its own.",
        )),
        _ => Ok(()),
    }
}

fn selection(arguments: &Arguments) -> Selection {
    let tags = arguments.tag.iter().map(|text| match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text.clone(), None),
    });
    Selection {
        named: arguments.groups.iter().cloned().collect(),
        vpcs: arguments.vpc.iter().cloned().collect(),
        tags: tags.collect(),
        with_default: arguments.include_default,
        with_service_managed: arguments.include_service_managed,
        with_unused: arguments.include_unused,
    }
}

/// Each rule of all groups with its tags, which name the owner.
async fn single_rules(
    read: &Read,
    owners: &Owners,
) -> Result<BTreeMap<String, Vec<SingleRule>>, Failure> {
    let mut found: BTreeMap<String, Vec<SingleRule>> = BTreeMap::new();
    let scope = connection::reading();
    for target in &read.targets {
        let rules = target.ec2.security_group_rules(&scope).await;
        let rules = rules.map_err(|error| {
            connection::refused(
                format!("The rules of {} can't be listed", target.ec2.region()),
                &error,
                "Allow ec2:DescribeSecurityGroupRules: it tells which rules have resources of their own.",
            )
        })?;
        for shown in rules {
            let rule = shown.rule.seen_from(&shown.account, &shown.group_id);
            let owner = owners.of(&shown.id, &shown.group_id, &shown.account, &rule);
            let managed_by = owner.map(str::to_owned);
            found.entry(shown.group_id).or_default().push(SingleRule {
                id: shown.id,
                rule,
                has_owner: shown.owner.is_some(),
                managed_by,
            });
        }
    }
    Ok(found)
}

/// The inputs of an adoption.
struct Job<'a> {
    arguments: &'a Arguments,
    catalog: &'a Catalog,
    read: &'a Read,
    report: &'a Report,
    selection: Selection,
    single_rules: BTreeMap<String, Vec<SingleRule>>,
}

/// An adoption with its files, whose text was read back and compared.
struct Planned {
    adoption: Adoption,
    files: Vec<File>,
    /// Names of files that may be replaced or removed.
    replaceable: BTreeSet<String>,
    /// Whether the folder has a provider block that stays as it is.
    has_own_provider: bool,
}

impl Job<'_> {
    fn plan(&self, existing: &Existing) -> Result<Planned, Failure> {
        let snapshot = &self.read.snapshot;
        let home = self.read.targets.first();
        let home = home
            .map(|target| target.ec2.region().to_owned())
            .unwrap_or_default();
        let provider = (!existing.has_provider).then(|| Provider {
            region: home.clone(),
            profile: self.arguments.connection.profile().map(str::to_owned),
            role_arn: self.arguments.connection.role_arn().map(str::to_owned),
            catalog_files: catalog_files(&self.arguments.out, self.arguments.catalog.files()),
        });
        let provider_region = match &provider {
            Some(provider) => Some(provider.region.as_str()),
            None => existing.provider_region.as_deref(),
        };
        let request = Request {
            style: match self.arguments.style {
                Form::Short => Style::Short,
                Form::Blocks => Style::Blocks,
            },
            selection: &self.selection,
            present: &existing.present(snapshot),
            taken: &existing.taken,
            locals: &existing.locals,
            provider_region,
            single_rules: &self.single_rules,
            catalog: self.catalog,
        };
        let adoption = adopt(snapshot, self.report, &request);
        let files = adopt::files(&adoption, provider.as_ref(), &existing.files);
        adopt::prove(&adoption, &files, &request).map_err(|faults| {
            Failure::unread(
                "The configuration doesn't say what EC2 holds",
                format!("Nothing was written. This is a bug:\n{}", faults.join("\n")),
            )
        })?;
        Ok(Planned {
            adoption,
            files,
            replaceable: existing.replaceable.clone(),
            has_own_provider: existing.has_provider,
        })
    }
}

/// The message at the end: the files that were written, and the next steps.
fn reported(planned: &Planned, folder: &Path) -> String {
    let adoption = &planned.adoption;
    let mut text = String::new();
    for file in &planned.files {
        text += &format!("wrote {}\n", folder.join(&file.name).display());
    }
    let groups = adoption.groups().count();
    let apart = adoption.imports() - groups;
    let left = adoption.left_out.len();
    text += &format!(
        "\n{} adopted, {apart} of them with rules in a resource of their own; {left} left out.\n",
        super::prune::counted(groups)
    );
    if groups == 0 {
        return text;
    }
    let folder = quoted(&folder.to_string_lossy());
    text += &format!(
        "\nNext:\n  terraform -chdir={folder} init\n  terraform -chdir={folder} plan\n\
         The plan says: {} to import, 0 to add, 0 to change, 0 to destroy.\n",
        adoption.imports()
    );
    text
}
