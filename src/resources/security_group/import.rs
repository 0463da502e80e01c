//! What a group is called, and how one that exists is found by what a user calls it: by id, by
//! region and id, by name and VPC, or by identity.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::ec2::{Connection, Group, Scope};
use crate::resources::security_group::errors;
use crate::rules::{Fault, normalise, text};
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{IdentityAttribute, IdentitySchema, ImportBy};
use crate::tf_provider::value::{Type, Value};

/// A group that is to be imported.
pub(super) struct Found {
    /// `sg-…`
    pub(super) id: String,
    /// Where it is.
    pub(super) region: String,
}

/// What identifies a group to hosts that keep identities.
pub(super) fn identity_schema() -> IdentitySchema {
    let attribute = |name, required, description| IdentityAttribute {
        name,
        ty: Type::String,
        required,
        description,
    };
    IdentitySchema {
        version: 0,
        attributes: vec![
            attribute("id", true, "The group's id, `sg-…`."),
            attribute("region", false, "Its region. Default: the provider's."),
            attribute("account_id", false, "The account that owns it."),
        ],
    }
}

/// The identity of a group's state.
pub(super) fn identity(state: &Value) -> Value {
    Value::object([
        ("id", state.get("id").clone()),
        ("region", state.get("region").clone()),
        ("account_id", state.get("owner_id").clone()),
    ])
}

/// Finds the group that is meant. Only a name is looked up: the rest is what it says.
pub(super) async fn find(
    session: &Session,
    connection: &Connection,
    by: ImportBy<'_>,
    scope: &Scope,
    host: &Host,
) -> Result<Found, Diagnostics> {
    let here = connection.default_region();
    match by {
        ImportBy::Identity(identity) => {
            let text = |name: &str| identity.get(name).as_str();
            if let (Some(named), Some(ours)) = (text("account_id"), connection.account_id())
                && named != ours
            {
                return Err(other_account(named, ours).into());
            }
            let region = text("region").unwrap_or(here);
            by_id(session, region, text("id").unwrap_or_default())
        }
        ImportBy::Id(text) => match (text.rsplit_once('@'), text.split_once('/')) {
            (Some((name, vpc_id)), _) if vpc_id.starts_with("vpc-") => {
                by_name(connection, name, vpc_id, scope, host).await
            }
            (_, Some((region, id))) => by_id(session, region, id),
            _ => by_id(session, here, text),
        },
    }
}

/// A name that begins with `prefix` and that nobody else has: 26 characters of time and chance.
pub(super) fn unique_name(prefix: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = now.map_or(0, |since| since.as_millis());
    let chance = fastrand::u64(..) & 0xffff_ffff_ffff;
    format!("{prefix}{millis:014}{chance:012x}")
}

/// Whether [`unique_name`] may have made a name from this prefix.
pub(super) fn is_made_from(prefix: &str, name: &str) -> bool {
    let suffix = name.strip_prefix(prefix);
    suffix.is_some_and(|suffix| {
        suffix.len() == text::SUFFIX && suffix.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// An import that finds nothing.
pub(super) fn nobodys(id: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no security group {id} in {region}"),
        "Only a group that exists can be imported. Is it in this region, and of the account of \
         these credentials?",
    )
}

fn by_id(session: &Session, region: &str, id: &str) -> Result<Found, Diagnostics> {
    let refused = |fault: Fault| {
        Diagnostic::error(
            "That is not the id of a security group",
            format!(
                "{}. {} Import by id (\"sg-0123456789abcdef0\"), by region and id \
                 (\"eu-west-1/sg-…\"), or by name and VPC (\"web@vpc-…\").",
                fault.summary, fault.detail
            ),
        )
        .at(Path::root().attribute("id"))
    };
    let region_refused = |fault: Fault| {
        Diagnostic::error(fault.summary, fault.detail).at(Path::root().attribute("region"))
    };
    session.region(region).map_err(region_refused)?;
    normalise::group(id).map_err(refused)?;
    Ok(Found {
        id: id.to_owned(),
        region: region.to_owned(),
    })
}

async fn by_name(
    connection: &Connection,
    name: &str,
    vpc_id: &str,
    scope: &Scope,
    host: &Host,
) -> Result<Found, Diagnostics> {
    let ec2 = connection.ec2(connection.default_region());
    let groups = ec2.describe_security_groups("vpc-id", vpc_id, scope).await;
    let groups = groups.map_err(|error| {
        errors::failed(
            &format!("look for the security group \"{name}\""),
            &error,
            host,
        )
    })?;
    let mut named: Vec<Group> = groups
        .into_iter()
        .filter(|g| g.name.eq_ignore_ascii_case(name))
        .collect();
    // In a VPC that is shared, each account has names of its own.
    named.sort_by_key(|group| is_anothers(group, connection.account_id()));
    let group = named
        .into_iter()
        .next()
        .ok_or_else(|| nobodys(&format!("\"{name}\" of {vpc_id}"), ec2.region()))?;
    Ok(Found {
        id: group.id,
        region: ec2.region().to_owned(),
    })
}

/// Whether a group is known to be another account's.
pub(super) fn is_anothers(group: &Group, ours: Option<&str>) -> bool {
    ours.is_some_and(|ours| ours != group.owner_id)
}

/// The import of a group that these credentials may see and not change: its VPC is shared.
pub(super) fn anothers(group: &Group, ours: Option<&str>) -> Diagnostic {
    let Group { id, owner_id, .. } = group;
    let ours = ours.unwrap_or_default();
    Diagnostic::error(
        format!("The group {id} is of the account {owner_id}"),
        format!(
            "These credentials are of the account {ours}. They see the group because its VPC is \
             shared, but only the account that owns it can change or delete it. Import it with \
             credentials of {owner_id}, or remove the import."
        ),
    )
    .at(Path::root().attribute("id"))
}

fn other_account(named: &str, ours: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The group is of the account {named}"),
        format!("These credentials are of the account {ours}. Import it with that account's."),
    )
    .at(Path::root().attribute("account_id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_names_begin_with_the_prefix_and_differ() {
        let names: Vec<String> = (0..100).map(|_| unique_name("web-")).collect();
        for name in &names {
            assert!(is_made_from("web-", name), "{name}");
            assert!(!is_made_from("we", name) && !is_made_from("app-", name));
        }
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
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
