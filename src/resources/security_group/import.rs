//! Finds the group of an import: by id, or by name and VPC, each with or without its region; or by identity.

use std::iter;

use crate::aws_names;
use crate::ec2::{Connection, Group, Scope};
use crate::resources::common::identity;
use crate::resources::security_group::errors;
use crate::rules::{InputError, normalise};
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::ImportBy;
use crate::tf_provider::value::Attr;

/// A group that is to be imported.
pub(super) struct Found {
    /// `sg-…`
    pub(super) id: String,
    /// Its region.
    pub(super) region: String,
}

/// Finds the group of an import. EC2 is asked only for imports by name.
///
/// # Errors
/// The id or the region is malformed, or there is no group of that name.
pub(super) async fn find(
    session: &Session,
    connection: &Connection,
    by: ImportBy<'_>,
    scope: &Scope,
    host: &Host,
) -> Result<Found, Diagnostics> {
    let here = connection.default_region();
    match by {
        ImportBy::Identity(named) => {
            let (region, id) = identity::read(named, connection)?;
            by_id(session, region, id)
        }
        ImportBy::Id(text) => match read_id(text, here) {
            ImportTarget::Id { region, id } => by_id(session, region, id),
            ImportTarget::Named(named) => by_name(session, connection, named, scope, host).await,
        },
    }
}

/// The name of the group that EC2 makes with each VPC.
pub(super) const DEFAULT_GROUP: &str = "default";

/// The error of an import of a VPC's default group, which this resource type can't describe.
pub(super) fn default_group(group: &Group) -> Diagnostic {
    Diagnostic::error(
        format!("{} is the default group of {}", group.id, group.vpc_id),
        "EC2 makes it with the VPC and keeps it: it can be neither renamed nor deleted, and no other \
         group may have its name. It has a resource of its own: import it as a \
         curated_default_security_group, or import a group of your own here.",
    )
    .at(Path::root().attribute("id"))
}

/// What the id of an import names.
#[derive(Debug, PartialEq, Eq)]
enum ImportTarget<'a> {
    Id { region: &'a str, id: &'a str },
    Named(Named<'a>),
}

/// A group by its name and VPC.
#[derive(Debug, PartialEq, Eq)]
struct Named<'a> {
    region: &'a str,
    name: &'a str,
    vpc_id: &'a str,
    /// Another reading of the name: a region, and the rest of it.
    or: Option<(&'a str, &'a str)>,
}

/// Parses the id of an import: the group's id, or its name and VPC, with `region/` before it or `@region`
/// behind it for another region than `here`.
fn read_id<'a>(text: &'a str, here: &'a str) -> ImportTarget<'a> {
    let (group, region) = match text.rsplit_once('@') {
        Some((group, last)) if !last.starts_with("vpc-") => (group, Some(last)),
        _ => (text, None),
    };
    if let Some((name, vpc_id)) = group
        .rsplit_once('@')
        .filter(|(_, id)| id.starts_with("vpc-"))
    {
        // A name may hold `/` itself: it is read as a region and a name only if no group has it.
        let parts = name.split_once('/').filter(|_| region.is_none());
        return ImportTarget::Named(Named {
            region: region.unwrap_or(here),
            name,
            vpc_id,
            or: parts.filter(|(region, _)| aws_names::region(region).is_ok()),
        });
    }
    let (region, id) = match (region, group.split_once('/')) {
        (Some(region), _) => (region, group),
        (None, Some(parts)) => parts,
        (None, None) => (here, group),
    };
    ImportTarget::Id { region, id }
}

/// The error of an import that finds no group.
pub(super) fn not_found(id: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no security group {id} in {region}"),
        "Only a group that exists can be imported. Is it in this region, and of the account of \
         these credentials?",
    )
}

fn by_id(session: &Session, region: &str, id: &str) -> Result<Found, Diagnostics> {
    let refused = |fault: InputError| {
        Diagnostic::error(
            "That is not the id of a security group",
            format!(
                "{}. {} Import by id (\"sg-0123456789abcdef0\") or by name and VPC \
                 (\"web@vpc-…\"); for another region than the provider's, with \"eu-west-1/\" \
                 before it or \"@eu-west-1\" behind it.",
                fault.summary, fault.detail
            ),
        )
        .at(Path::root().attribute("id"))
    };
    checked_region(session, region)?;
    if id.contains('/') {
        return Err(refused(InputError::new(
            "id",
            format!("{id:?} is not the id of a security group"),
            "Name the region once, and no account: a group is imported with the credentials of the \
             account that owns it.",
        ))
        .into());
    }
    normalise::group(id).map_err(|fault| {
        // The detail of the fault is about peers.
        refused(InputError {
            detail: "An id is \"sg-\" and 8 or 17 hexadecimal digits in lower case.".to_owned(),
            ..fault
        })
    })?;
    Ok(Found {
        id: id.to_owned(),
        region: region.to_owned(),
    })
}

fn checked_region(session: &Session, region: &str) -> Result<(), Diagnostics> {
    match session.check_region(Attr::Known(region)) {
        Some(wrong) => Err(wrong.into()),
        None => Ok(()),
    }
}

async fn by_name(
    session: &Session,
    connection: &Connection,
    named: Named<'_>,
    scope: &Scope,
    host: &Host,
) -> Result<Found, Diagnostics> {
    checked_region(session, named.region)?;
    let as_written = (named.region, named.name);
    for (region, name) in iter::once(as_written).chain(named.or) {
        let ec2 = connection.ec2(region);
        let groups = ec2.describe_security_groups("vpc-id", named.vpc_id, scope);
        let groups = groups.await.map_err(|error| {
            errors::failed(
                &format!("look for the security group \"{name}\""),
                &error,
                host,
            )
        })?;
        let with_name = groups
            .into_iter()
            .filter(|g| g.name.eq_ignore_ascii_case(name));
        // In a VPC that is shared, each account has names of its own.
        let ours_first =
            with_name.min_by_key(|g| identity::is_of_another_account(g, connection.account_id()));
        if let Some(group) = ours_first {
            return Ok(Found {
                id: group.id,
                region: ec2.region().to_owned(),
            });
        }
    }
    let (region, name) = named.or.unwrap_or(as_written);
    let group = format!("\"{name}\" of {}", named.vpc_id);
    Err(not_found(&group, region).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_region_before_or_behind() {
        let id = |region, id| ImportTarget::Id { region, id };
        let named = |region, name, or| {
            let vpc_id = "vpc-1";
            ImportTarget::Named(Named {
                region,
                name,
                vpc_id,
                or,
            })
        };
        for (text, meant) in [
            ("sg-1", id("here-1", "sg-1")),
            ("us-east-1/sg-1", id("us-east-1", "sg-1")),
            ("sg-1@us-east-1", id("us-east-1", "sg-1")),
            (
                "us-east-1/sg-1@eu-west-1",
                id("eu-west-1", "us-east-1/sg-1"),
            ),
            ("sg-1@", id("", "sg-1")),
            ("web", id("here-1", "web")),
            ("", id("here-1", "")),
            ("web@vpc-1", named("here-1", "web", None)),
            ("web@vpc-1@us-east-1", named("us-east-1", "web", None)),
            ("a@b@vpc-1@us-east-1", named("us-east-1", "a@b", None)),
            ("team/web@vpc-1", named("here-1", "team/web", None)),
            (
                "us-east-1/web@vpc-1",
                named("here-1", "us-east-1/web", Some(("us-east-1", "web"))),
            ),
            (
                "us-east-1/web@vpc-1@eu-west-1",
                named("eu-west-1", "us-east-1/web", None),
            ),
        ] {
            assert_eq!(read_id(text, "here-1"), meant, "{text}");
        }
    }

    #[test]
    fn ids_and_regions_are_checked_before_anybody_is_asked() {
        let session = Session::default();
        assert!(by_id(&session, "eu-west-1", "sg-0123abcd").is_ok());
        for (region, id) in [
            ("eu-wset-1", "sg-0123abcd"),
            ("eu-west-1", "web"),
            ("", "sg-1"),
        ] {
            assert!(by_id(&session, region, id).is_err(), "{region} {id}");
        }
    }
}
