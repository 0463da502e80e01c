//! Signs that a tool such as Terraform made a group. They prove nothing; where no state file says what is
//! managed, they are reason enough to leave the group to a person.

use crate::configuration::DEFAULT_DESCRIPTION;
use crate::snapshot::Group;

/// Tools whose names in a tag say that they manage a group.
const TOOLS: [&str; 4] = ["terraform", "opentofu", "terragrunt", "pulumi"];
/// Values of a tag that say the opposite of its key.
const DENIALS: [&str; 3] = ["false", "no", "0"];
/// How the AWS provider and this one begin a name that the configuration doesn't give.
const PREFIX: &str = "terraform-";
/// The length of what stands behind [`PREFIX`]: the time and a counter.
const SUFFIX: usize = 26;

/// The sign, as the beginning of a sentence.
pub(super) fn sign(group: &Group) -> Option<String> {
    if group.description == DEFAULT_DESCRIPTION {
        return Some(format!("Its description is \"{DEFAULT_DESCRIPTION}\""));
    }
    let suffix = group.name.strip_prefix(PREFIX);
    if suffix.is_some_and(|it| it.len() == SUFFIX && it.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Some("Its name is one that Terraform makes up".to_owned());
    }
    let mut tags = group.tags.iter();
    let (key, value) = tags.find(|(key, value)| {
        let (key, value) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
        let has_tool = TOOLS
            .iter()
            .any(|it| key.contains(it) || value.contains(it));
        has_tool && !DENIALS.contains(&value.as_str())
    })?;
    Some(format!("Its tag {key} is \"{value}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_terraform_made_showed_no_sign_of_it() {
        let group = |name: &str, description: &str, tag: Option<(&str, &str)>| Group {
            name: name.to_owned(),
            description: description.to_owned(),
            tags: tag
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into_iter()
                .collect(),
            ..Group::default()
        };
        for (name, description, tag, expected) in [
            ("web", "Managed by Terraform", None, Some("description")),
            (
                "terraform-20261125120001123400000002",
                "",
                None,
                Some("name"),
            ),
            ("terraform-web", "", None, None),
            (
                "web",
                "",
                Some(("ManagedBy", "Terraform")),
                Some("ManagedBy"),
            ),
            ("web", "", Some(("terraform", "true")), Some("terraform")),
            ("web", "", Some(("terraform", "False")), None),
            ("web", "The web servers", Some(("Name", "web")), None),
        ] {
            let sign = sign(&group(name, description, tag));
            let has = |word: &str| sign.as_ref().is_some_and(|it| it.contains(word));
            assert_eq!(sign.is_some(), expected.is_some(), "{name} {tag:?}");
            assert!(expected.is_none_or(has), "{sign:?}");
        }
    }
}
