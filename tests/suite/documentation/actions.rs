//! The guide to the IAM policy names the actions that the code calls, and no others.

use std::collections::BTreeSet;

use super::source::Code;
use super::{blocks, files, read, root};

/// Called by the AWS SDK, for profiles and environments that name a role.
const BY_THE_SDK: [&str; 2] = ["AssumeRole", "AssumeRoleWithWebIdentity"];

/// No action, though it is called like one: what policies ask of a tag that is made with its group.
const CONDITION_KEY: &str = "ec2:CreateAction";

/// What the names of actions begin with.
const VERBS: [&str; 11] = [
    "Associate",
    "Assume",
    "Authorize",
    "Create",
    "Delete",
    "Describe",
    "Disassociate",
    "Get",
    "Modify",
    "Revoke",
    "Update",
];

/// Whether this is a verb and more.
fn begins_with_verb(text: &str) -> bool {
    let rests = VERBS.iter().filter_map(|verb| text.strip_prefix(verb));
    rests
        .into_iter()
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// As the SDK's methods are called: `DescribeVpcs` is `describe_vpcs`.
fn method(action: &str) -> String {
    let words = action.char_indices().map(|(at, c)| match c {
        c if c.is_ascii_uppercase() && at > 0 => format!("_{}", c.to_ascii_lowercase()),
        c => c.to_ascii_lowercase().to_string(),
    });
    words.collect()
}

fn with_service(action: &str) -> String {
    let sts = action == "GetCallerIdentity" || action.starts_with("AssumeRole");
    format!("{}:{action}", if sts { "sts" } else { "ec2" })
}

/// The actions that the code names and calls.
fn called() -> BTreeSet<String> {
    let sources: Vec<String> = files("src/ec2", ".rs")
        .iter()
        .map(|path| read(path))
        .collect();
    let code = sources.concat();
    let is_action = |text: &String| {
        begins_with_verb(text)
            && text.chars().all(|c| c.is_ascii_alphanumeric())
            && code.contains(&method(text))
    };
    let texts = sources
        .iter()
        .flat_map(|text| Code::read(text).literals().to_vec());
    texts
        .filter(is_action)
        .map(|action| with_service(&action))
        .collect()
}

/// The actions that a text names, with their services.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':');
    words
        .filter(|word| word.starts_with("ec2:") || word.starts_with("sts:"))
        .filter(|word| begins_with_verb(&word[4..]) && *word != CONDITION_KEY)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_guide_names_the_actions_that_are_called() {
    let page = read(&root().join("docs/guides/iam-policy.md"));
    let (called, named) = (called(), named(&page));
    assert!(called.len() > 12, "{called:?}");
    let unnamed: Vec<_> = called.difference(&named).collect();
    assert!(unnamed.is_empty(), "the guide lacks {unnamed:?}");
    let by_the_sdk: BTreeSet<String> = BY_THE_SDK.iter().map(|a| with_service(a)).collect();
    let idle: Vec<_> = named
        .difference(&called)
        .filter(|a| !by_the_sdk.contains(*a))
        .collect();
    assert!(idle.is_empty(), "nobody calls {idle:?}");
}

/// Together the policies allow everything that the page speaks of, and are policies.
#[test]
fn the_policies_are_json_and_leave_nothing_out() {
    let page = read(&root().join("docs/guides/iam-policy.md"));
    let policies = blocks(&page, "json");
    assert!(policies.len() > 1);
    let mut allowed = BTreeSet::new();
    for policy in policies {
        let policy: serde_json::Value = serde_json::from_str(policy).expect("JSON");
        assert_eq!(policy["Version"], "2012-10-17");
        for statement in policy["Statement"].as_array().expect("a list") {
            assert_eq!(statement["Effect"], "Allow");
            assert!(!statement["Resource"].is_null());
            allowed.extend(named(&statement["Action"].to_string()));
        }
    }
    // Anybody may ask who they are, and a token is the permission to change it for a role.
    let free = ["sts:GetCallerIdentity", "sts:AssumeRoleWithWebIdentity"];
    allowed.extend(free.map(str::to_owned));
    assert_eq!(allowed, named(&page));
}
