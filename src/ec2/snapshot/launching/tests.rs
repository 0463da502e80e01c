//! Tests of what could launch an instance into a group.

use aws_sdk_ec2::types::ResponseLaunchTemplateData;

use super::*;

fn version(number: i64, is_default: bool, group: &str) -> LaunchTemplateVersion {
    let data = ResponseLaunchTemplateData::builder().security_group_ids(group);
    LaunchTemplateVersion::builder()
        .launch_template_id("lt-1")
        .launch_template_name("web")
        .version_number(number)
        .default_version(is_default)
        .launch_template_data(data.build())
        .build()
}

fn templates(versions: &[(i64, bool, &str)]) -> Templates {
    let mut found = Templates::default();
    for (number, is_default, group) in versions {
        found.add(&version(*number, *is_default, group));
    }
    found
}

#[test]
fn only_templates_with_versions_that_are_not_known_yet_are_asked_again() {
    for (versions, expected) in [
        (&[(1, true, "sg-1")][..], false),
        (&[(1, true, "sg-1"), (2, false, "sg-2")], false),
        (&[(1, true, "sg-1"), (3, false, "sg-3")], true),
        (&[(4, true, "sg-4")], true),
    ] {
        let asked = !templates(versions).with_older_versions().is_empty();
        assert_eq!(asked, expected, "{versions:?}");
    }
}

#[test]
fn versions_say_which_they_are() {
    let found = templates(&[(1, false, "sg-1"), (2, true, "sg-2"), (3, false, "sg-3")]).uses();
    let said: Vec<(UseKind, &str)> = found
        .iter()
        .map(|found| (found.kind, found.detail.as_str()))
        .collect();
    let expected = [
        (
            UseKind::OldLaunchTemplate,
            "version 1, neither default nor latest",
        ),
        (UseKind::LaunchTemplate, "version 2, the default"),
        (UseKind::LaunchTemplate, "version 3, the latest"),
    ];
    assert_eq!(said, expected);
    assert!(found.iter().all(|found| found.by == "lt-1 (web)"));
}

#[test]
fn a_fleet_uses_the_version_that_it_names() {
    let templates = templates(&[(1, false, "sg-1"), (2, true, "sg-2"), (3, false, "sg-3")]);
    for (template, version, expected) in [
        ("lt-1", "1", Some("sg-1")),
        ("web", "$Default", Some("sg-2")),
        ("lt-1", "", Some("sg-2")),
        ("lt-1", "$Latest", Some("sg-3")),
        ("lt-1", "9", None),
        ("other", "1", None),
    ] {
        let fleet = FromTemplate {
            kind: UseKind::Fleet,
            by: "fleet-1".to_owned(),
            template: template.to_owned(),
            version: version.to_owned(),
        };
        let found = templates.uses_of(&[fleet]);
        let groups: Vec<Named> = found.into_iter().map(|found| found.group).collect();
        let expected = expected.map(|id| Named::Id(id.to_owned()));
        assert_eq!(groups, expected.into_iter().collect::<Vec<_>>());
    }
}
