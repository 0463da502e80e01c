//! Creates a group of a backup, and not a second one if a reply is lost.

use crate::curation::prune::{MARK, SavedGroup};
use crate::ec2::{CarriedOut, Ec2, Error, Group, NewGroup, Scope, Tags};

/// Most attempts of a creation whose reply is lost.
const ATTEMPTS: usize = 3;

/// Creates a group, or finds the one that an attempt without a reply has created.
pub(super) async fn make(
    ec2: &Ec2,
    group: &SavedGroup,
    was_begun: bool,
    scope: &Scope,
) -> Result<String, Error> {
    let mut tags: Tags = group.tags.clone();
    // Tags with the prefix "aws:" can only be set by AWS, and a restored group isn't unused.
    tags.retain(|key, _| !key.starts_with("aws:") && key != MARK);
    let new = NewGroup {
        name: &group.name,
        description: &group.description,
        vpc_id: Some(&group.vpc_id)
            .filter(|id| !id.is_empty())
            .map(|id| id.as_str()),
        tags: &tags,
        ignored_tags: &Tags::new(),
    };
    if was_begun && let Some(id) = ours(ec2, group, &tags, scope).await? {
        return Ok(id);
    }
    let mut may_be_ours = was_begun;
    for attempt in 1.. {
        let error = match ec2.create_security_group(&new, scope).await {
            Ok(created) => return Ok(created.group.id),
            Err(error) => error,
        };
        may_be_ours |= error.carried_out == CarriedOut::Maybe;
        if may_be_ours && let Some(id) = ours(ec2, group, &tags, scope).await? {
            return Ok(id);
        }
        if error.carried_out == CarriedOut::No || attempt == ATTEMPTS {
            return Err(error);
        }
    }
    unreachable!("attempts have an end")
}

/// The group of an earlier attempt: it has the same name and VPC, and the rules of a new group.
async fn ours(
    ec2: &Ec2,
    group: &SavedGroup,
    tags: &Tags,
    scope: &Scope,
) -> Result<Option<String>, Error> {
    let found = ec2
        .describe_security_groups("group-name", &group.name, scope)
        .await?;
    let is_ours = |it: &&Group| {
        // A filter interprets * and ? in a name as wildcards.
        it.name == group.name
            && it.vpc_id == group.vpc_id
            && it.description == group.description
            && it.tags == *tags
            && it.has_initial_rules()
    };
    Ok(found.iter().find(is_ours).map(|it| it.id.clone()))
}
