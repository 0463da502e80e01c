//! One provider block for each mistake that the checks know, and what they say to it, against which
//! the table of problems is held that documentation lists. Knows no single check.

use super::schema::{self, ProviderBlock};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Block, NestedBlock};
use crate::tf_provider::validate;
use crate::tf_provider::value::Value;

/// An argument by name, that of a nested block as `block.argument`, and what it is set to.
type Argument = (&'static str, Value);

/// Blocks of which there may be one.
const SINGLE: [&str; 3] = [
    "assume_role_with_web_identity",
    "default_tags",
    "ignore_tags",
];

/// A role that exists nowhere.
const ROLE: &str = "arn:aws:iam::123456789012:role/terraform";

/// An account that exists nowhere.
const ACCOUNT: &str = "123456789012";

fn reported(block: &Block, config: &Value) -> Diagnostics {
    let mut found = validate::validate(block, config);
    found.extend(ProviderBlock::of(config).validate());
    found
}

fn configurations(block: &Block) -> Vec<Value> {
    let mistakes = single_values()
        .into_iter()
        .map(|argument| vec![argument])
        .chain(combinations());
    let mut all: Vec<Value> = mistakes.map(|mistake| written(block, &mistake)).collect();
    for nested in block.blocks.iter().filter(|b| SINGLE.contains(&b.name)) {
        let twice = Value::list([nested.block.empty(), nested.block.empty()]);
        all.push(block.empty().with(nested.name, twice));
    }
    let endpoints = &nested(block, "endpoints").block;
    let addresses = ["http://127.0.0.1:5000", "http://127.0.0.1:5001"];
    let both = addresses.map(|address| endpoints.empty().with("ec2", address));
    all.push(block.empty().with("endpoints", Value::list(both)));
    all
}

/// Values that are wrong whatever else is said.
fn single_values() -> Vec<Argument> {
    let texts = [
        ("region", "eu-wset-1"),
        ("sts_region", "eu-wset-1"),
        ("endpoints.ec2", "localhost:5000"),
        ("endpoints.sts", "localhost:5000"),
        ("endpoints.sso", "localhost:5000"),
        ("access_key", "x"),
        ("secret_key", "x"),
        ("token", "x"),
        ("access_key", "x\n"),
        ("secret_key", "x\n"),
        ("token", "x\n"),
        ("assume_role_with_web_identity.web_identity_token", "x\n"),
        ("skip_metadata_api_check", "yes"),
        ("ec2_metadata_service_endpoint", "localhost:1338"),
        ("ec2_metadata_service_endpoint_mode", "v6"),
        ("assume_role.role_arn", ""),
        ("retry_mode", "legacy"),
    ];
    let roles = [
        ("assume_role.role_arn", "terraform"),
        ("assume_role.session_name", "a b"),
        ("assume_role.duration", "5m"),
        ("assume_role.policy", "[]"),
        ("assume_role.external_id", "a b"),
        ("assume_role.source_identity", "a b"),
        ("assume_role_with_web_identity.role_arn", "terraform"),
        ("assume_role_with_web_identity.session_name", "a b"),
        ("assume_role_with_web_identity.duration", "5m"),
        ("assume_role_with_web_identity.policy", "[]"),
    ];
    let sets = [
        ("assume_role.policy_arns", "ReadOnlyAccess"),
        (
            "assume_role_with_web_identity.policy_arns",
            "ReadOnlyAccess",
        ),
        ("allowed_account_ids", "12345"),
        ("forbidden_account_ids", "12345"),
        ("ignore_tags.keys", ""),
        ("ignore_tags.key_prefixes", ""),
    ];
    let numbers = [
        ("max_rules_per_group", 0),
        ("max_retries", -1),
        ("token_bucket_rate_limiter_capacity", -1),
    ];
    let tags = [("aws:team", "web"), ("", "web")];
    let texts = texts.into_iter().chain(roles);
    let texts = texts.map(|(path, text)| (path, Value::from(text)));
    let sets = sets.map(|(path, element)| (path, Value::set([element])));
    let numbers = numbers.map(|(path, number)| (path, Value::from(number)));
    let tags = tags.map(|tag| ("default_tags.tags", Value::map([tag])));
    let products = [("user_agent", Value::list(["(comment)"]))];
    texts
        .chain(sets)
        .chain(numbers)
        .chain(tags)
        .chain(products)
        .collect()
}

/// Values that are wrong together.
fn combinations() -> Vec<Vec<Argument>> {
    let account = || Value::set([ACCOUNT]);
    let socks = || Value::from("socks5://127.0.0.1:1080");
    let mut all = vec![
        vec![
            ("allowed_account_ids", account()),
            ("forbidden_account_ids", account()),
        ],
        // With both set, nothing depends on the proxies that the environment names.
        vec![("http_proxy", socks()), ("https_proxy", socks())],
        vec![
            ("assume_role.role_arn", ROLE.into()),
            ("assume_role.transitive_tag_keys", Value::set(["team"])),
        ],
        vec![
            (
                "assume_role_with_web_identity.web_identity_token",
                "x".into(),
            ),
            (
                "assume_role_with_web_identity.web_identity_token_file",
                "token".into(),
            ),
        ],
    ];
    for list in ["allowed_account_ids", "forbidden_account_ids"] {
        let unasked = ("skip_requesting_account_id", Value::from(true));
        all.push(vec![(list, account()), unasked]);
    }
    all
}

/// A configuration with these arguments; all that stand in one block stand in the same.
fn written(block: &Block, mistake: &[Argument]) -> Value {
    let set = |config: Value, (path, value): &Argument| match path.split_once('.') {
        None => config.with(*path, value.clone()),
        Some((outer, name)) => {
            let first = config.get(outer).as_elements().and_then(<[Value]>::first);
            let inner = first.cloned();
            let inner = inner.unwrap_or_else(|| nested(block, outer).block.empty());
            config.with(outer, Value::list([inner.with(name, value.clone())]))
        }
    };
    mistake.iter().fold(block.empty(), set)
}

fn nested<'a>(block: &'a Block, name: &str) -> &'a NestedBlock {
    let found = block.nested(name);
    found.unwrap_or_else(|| panic!("there is no block {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::problems;

    #[test]
    fn the_table_of_problems_is_what_is_said_to_each_mistake_where_it_stands() {
        let block = schema::schema().block;
        let mut all = Diagnostics::new();
        for config in configurations(&block) {
            let found = reported(&block, &config);
            assert!(!found.is_empty(), "{config:?}");
            let placed = found.iter().all(|d| !d.path.is_root());
            assert!(placed, "{found:?}");
            all.extend(found);
        }
        problems::matches("src/provider/problems.tsv", all);
    }
}
