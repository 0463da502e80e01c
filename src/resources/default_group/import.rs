//! Imports a VPC's default group: by the id of the group or of the VPC, with `region/` before it or `@region`
//! behind it for another region than the provider's. With `#short` at the end, rules become labels.

use crate::ec2::{Connection, Group, Scope};
use crate::resources::common::import_form::{self, Form};
use crate::resources::common::{errors, identity, ids};
use crate::rules::normalise;
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::ImportBy;
use crate::tf_provider::value::{Attr, Value};

/// The name of the group that EC2 makes with each VPC.
const NAME: &str = "default";

/// The first state of the group of an import, in the form that its id selects.
///
/// # Errors
/// The id or the region is malformed, or there is no such group.
pub(super) async fn state(
    session: &Session,
    connection: &Connection,
    by: ImportBy<'_>,
    empty: Value,
    scope: &Scope,
    host: &Host,
) -> Result<Value, Diagnostics> {
    let (by, form) = match by {
        // In blocks, since a default group has no presets.
        ImportBy::Identity(_) => (by, Form::Blocks),
        ImportBy::Id(_) => import_form::split(by)?,
    };
    let here = connection.default_region();
    let (region, id) = match by {
        ImportBy::Id(text) => read_id(text, here),
        ImportBy::Identity(named) => identity::read(named, connection)?,
    };
    if let Some(wrong) = session.check_region(Attr::Known(region)) {
        return Err(wrong.into());
    }
    let id = if ids::is_vpc(id) {
        let doing = format!("look for the default group of {id}");
        let found = connection.ec2(region).default_group(id, scope).await;
        match found.map_err(|error| errors::failed(&doing, &error, host))? {
            Some(group) => group.id,
            None => return Err(not_found(id, region).into()),
        }
    } else if normalise::group(id).is_ok() && !id.contains('/') {
        id.to_owned()
    } else {
        return Err(no_id(id).into());
    };
    if !matches!(form, Form::Blocks | Form::Short) {
        return Err(no_preset().into());
    }
    let state = empty.with("id", id).with("region", region);
    form.begin(state, &session.catalog())
}

/// The region and the id in the id of an import.
fn read_id<'a>(text: &'a str, here: &'a str) -> (&'a str, &'a str) {
    if let Some((id, region)) = text.rsplit_once('@') {
        return (region, id);
    }
    text.split_once('/').unwrap_or((here, text))
}

/// Checks that a group can be imported: it is a default group, and of this account.
pub(super) fn check(group: &Group, ours: Option<&str>) -> Result<(), Diagnostic> {
    if identity::is_of_another_account(group, ours) {
        return Err(identity::of_another_account(group, ours));
    }
    if group.name == NAME {
        return Ok(());
    }
    Err(Diagnostic::error(
        format!("{} is not the default group of a VPC", group.id),
        format!(
            "Its name is \"{}\". Import it as a curated_security_group, or import the default group \
             by the id of its VPC, \"{}\".",
            group.name, group.vpc_id
        ),
    )
    .at(Path::root().attribute("id")))
}

/// The error of an import that finds no group.
pub(super) fn not_found(id: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no default group of {id} in {region}"),
        "Is it in this region, and of the account of these credentials?",
    )
    .at(Path::root().attribute("id"))
}

fn no_id(id: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{id:?} is the id of neither a VPC nor a security group"),
        "Import by the VPC (\"vpc-0123456789abcdef0\") or by the group (\"sg-0123456789abcdef0\"); \
         for another region than the provider's, with \"eu-west-1/\" before it or \"@eu-west-1\" \
         behind it.",
    )
    .at(Path::root().attribute("id"))
}

fn no_preset() -> Diagnostic {
    Diagnostic::error(
        "A default group takes no preset",
        "Import it in blocks, or with \"#short\" at the end of the id.",
    )
    .at(Path::root().attribute("id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_region_before_or_behind() {
        for (text, expected) in [
            ("vpc-1", ("here-1", "vpc-1")),
            ("us-east-1/vpc-1", ("us-east-1", "vpc-1")),
            ("sg-1@us-east-1", ("us-east-1", "sg-1")),
            ("a/sg-1@us-east-1", ("us-east-1", "a/sg-1")),
            ("", ("here-1", "")),
        ] {
            assert_eq!(read_id(text, "here-1"), expected, "{text}");
        }
    }
}
