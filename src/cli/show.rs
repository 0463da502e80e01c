//! `curated show`: one group, and everything that holds it.

mod sheet;

use clap::{Args, ValueEnum};

use super::connection::{self, ConnectionArguments};
use super::exit::Exit;
use super::failure::Failure;
use super::numbers;
use super::output;
use super::reading::{self, Read};
use crate::rules::nearest;
use crate::snapshot::{Group, Region};

/// Which group is shown, and how.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  curated show sg-0123456789abcdef0
  curated show web --region eu-west-1 --region eu-west-2
  curated show web --profile staging --format json

Exit codes: 0 done; 2 wrong usage; 3 there is no such group, several have the name, or AWS can't be \
read.")]
pub(super) struct Arguments {
    /// The group's id, or its name.
    group: String,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Rules that a group may have in one direction, for each of IPv4 and IPv6: the quota of the
    /// account.
    #[arg(long, value_name = "NUMBER", default_value_t = 60, value_parser = numbers::quota)]
    max_rules_per_group: u16,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// How a group is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// What `aws ec2 describe-security-groups` prints for it.
    Json,
}

/// Shows a group.
pub(super) async fn run(arguments: &Arguments) -> Exit {
    match show(arguments).await {
        Ok(text) => output::print(&text),
        Err(failure) => output::failure(&failure),
    }
}

async fn show(arguments: &Arguments) -> Result<String, Failure> {
    let Read {
        snapshot,
        mut failures,
        targets,
    } = reading::read(&arguments.connection).await?;
    let found = find(&snapshot.regions, &arguments.group);
    let (region, group) = match found.as_slice() {
        [one] => *one,
        // It may be in a region that couldn't be read.
        [] if !failures.is_empty() => return Err(failures.remove(0)),
        [] => return Err(absent(&snapshot.regions, &arguments.group)),
        several => return Err(ambiguous(several, &arguments.group)),
    };
    match arguments.format {
        Format::Text => Ok(sheet::write(
            region,
            group,
            usize::from(arguments.max_rules_per_group),
        )),
        Format::Json => {
            let target = connection::target_of(&targets, &region.account, &region.name);
            let target = target.expect("the group was read there");
            let scope = connection::reading();
            let described = target.ec2.aws_cli_json(&group.id, &scope).await;
            described.map_err(|error| {
                let summary = format!("{} can't be read", group.id);
                connection::refused(summary, &error, "Try again.")
            })
        }
    }
}

/// The groups with this id, or else with this name.
fn find<'a>(regions: &'a [Region], wanted: &str) -> Vec<(&'a Region, &'a Group)> {
    let groups = regions
        .iter()
        .flat_map(|region| region.groups.values().map(move |group| (region, group)));
    let fits = |(_, group): &(&Region, &Group)| group.id == wanted || group.name == wanted;
    groups.filter(fits).collect()
}

fn absent(regions: &[Region], wanted: &str) -> Failure {
    let groups = regions.iter().flat_map(|region| region.groups.values());
    let names: Vec<&str> = groups
        .flat_map(|group| [group.name.as_str(), group.id.as_str()])
        .collect();
    let guess = match nearest(wanted, names).as_slice() {
        [] => String::new(),
        [one] => format!(" The nearest is {}.", output::plain(one)),
        near => format!(" The nearest are {}.", output::plain(&near.join(", "))),
    };
    let names: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
    Failure::unread(
        format!(
            "There is no security group {wanted:?} in {}",
            names.join(", ")
        ),
        format!("Correct the id or the name, or look elsewhere with --region.{guess}"),
    )
}

fn ambiguous(found: &[(&Region, &Group)], wanted: &str) -> Failure {
    let line = |(region, group): &(&Region, &Group)| {
        format!("{} in {}, {}", group.id, group.vpc_id, region.name)
    };
    let lines: Vec<String> = found.iter().map(line).collect();
    Failure::unread(
        format!("{} security groups are called {wanted:?}", found.len()),
        format!("Name one by its id:\n{}", lines.join("\n")),
    )
}
