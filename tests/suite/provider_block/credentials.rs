//! Keys: which place counts before which, and what is said where there are none or they can't be.

use std::time::Duration;

use terraform_provider_curated::tf_provider::value::Value;

use super::scene::validate;
use super::signing::{Scene, nested};
use crate::support::host::{Host, provider_block, texts};
use crate::support::said::assert_says;

const CREDENTIALS: &str = "\
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = fake-default-secret
[named]
aws_access_key_id = AKIANAMED
aws_secret_access_key = fake-named-secret
";
const CONFIG: &str = "\
[default]
aws_access_key_id = AKIACONFIG
aws_secret_access_key = fake-config-secret
[profile other]
aws_access_key_id = AKIAOTHER
aws_secret_access_key = fake-other-secret
";

/// Credentials in every place.
fn everywhere() -> Scene {
    let scene = Scene::new()
        .with_metadata()
        .env_keys()
        .file(".aws/credentials", CREDENTIALS)
        .file(".aws/config", CONFIG);
    let uri = format!("{}/credentials", scene.aws.endpoint());
    scene.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)
}

fn with_keys(block: Value) -> Value {
    block
        .with("access_key", "AKIABLOCK")
        .with("secret_key", "fake-block-secret")
}

#[tokio::test]
async fn each_place_counts_before_the_next() {
    // The places are taken away one after the other.
    let mut scene = everywhere();
    let block = with_keys(scene.block()).with("token", "fake-block-token");
    let call = scene.ec2_call(&block).await;
    assert_eq!(call.access_key(), "AKIABLOCK");
    assert_eq!(call.session_token(), Some("fake-block-token"));
    assert_eq!(scene.signer(&scene.block()).await, "AKIAENVIRONMENT");

    scene = scene.env("AWS_ACCESS_KEY_ID", "");
    assert_eq!(scene.signer(&scene.block()).await, "AKIADEFAULT");
    scene.write(".aws/credentials", "");
    assert_eq!(scene.signer(&scene.block()).await, "AKIACONFIG");
    scene.write(".aws/config", "");
    let role_behind = async |scene: &Scene| {
        let signer = scene.signer(&scene.block()).await;
        let issued = scene.aws.issued().into_iter();
        let found = issued.rev().find(|i| i.access_key == signer);
        found.expect("it was issued").role
    };
    assert_eq!(role_behind(&scene).await, "fake-container-role");
    scene = scene.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    assert_eq!(role_behind(&scene).await, "fake-instance-role");
}

#[tokio::test]
async fn the_environments_token_comes_with_its_keys() {
    let scene = everywhere().env("AWS_SESSION_TOKEN", "fake-environment-token");
    let call = scene.ec2_call(&scene.block()).await;
    assert_eq!(call.session_token(), Some("fake-environment-token"));
}

#[tokio::test]
async fn a_profile_in_the_block_counts_before_the_environment() {
    let scene = everywhere();
    let block = scene.block().with("profile", "named");
    assert_eq!(scene.signer(&block).await, "AKIANAMED");
    assert_eq!(scene.signer(&with_keys(block)).await, "AKIABLOCK");
}

#[tokio::test]
async fn a_profile_in_the_environment_counts_after_its_keys() {
    let scene = everywhere().env("AWS_PROFILE", "other");
    assert_eq!(scene.signer(&scene.block()).await, "AKIAENVIRONMENT");
    let scene = scene.env("AWS_ACCESS_KEY_ID", "");
    assert_eq!(scene.signer(&scene.block()).await, "AKIAOTHER");
}

#[tokio::test]
async fn no_credentials_are_one_error_that_lists_the_places_in_order() {
    let scene = Scene::new().env("AWS_EC2_METADATA_DISABLED", "true");
    let said = scene.refused(&scene.block()).await;
    assert_eq!(
        (said.summary.as_str(), said.path.as_str()),
        ("No AWS credentials", "")
    );
    let places = [
        "the provider block",
        "AWS_ACCESS_KEY_ID isn't set",
        "AWS_WEB_IDENTITY_TOKEN_FILE isn't set",
        ".aws/credentials doesn't exist",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI aren't set",
        "AWS_EC2_METADATA_DISABLED is set",
    ];
    let found = places.map(|place| said.detail.find(place));
    assert!(found.iter().all(Option::is_some), "{said:?}");
    assert!(found.is_sorted(), "{said:?}");
    assert_eq!(scene.aws.names(), [""; 0]);
}

#[tokio::test]
async fn a_metadata_service_that_is_silent_costs_no_more_than_seconds() {
    let scene = Scene::new().with_metadata();
    scene
        .aws
        .delay("PUT /latest/api/token", Duration::from_secs(60));
    let said = scene.refused(&scene.block()).await;
    assert_says(
        &said,
        &["No AWS credentials", "the instance metadata service: "],
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_path_before_aws_is_asked() {
    let arn = "arn:aws:iam::123456789012:role/x";
    let role = |name: &'static str, value: Value| {
        let second = nested("assume_role", [("role_arn", arn.into())]);
        let first = second.clone();
        let blocks = Value::list([first, second.with(name, value)]);
        provider_block().empty().with("assume_role", blocks)
    };
    let token = |blocks: Vec<Value>| {
        let empty = provider_block().empty();
        empty.with("assume_role_with_web_identity", Value::List(blocks))
    };
    let web = |set: [(&'static str, Value); 2]| nested("assume_role_with_web_identity", set);
    let of = |name: &'static str, value: &str| provider_block().empty().with(name, value);
    let tagged = role("transitive_tag_keys", texts(["team"]));
    for (block, path, words) in [
        (
            role("role_arn", "x".into()),
            "assume_role.1.role_arn",
            "\"x\" is not the ARN of a role",
        ),
        (
            role("role_arn", "".into()),
            "assume_role.1.role_arn",
            "\"role_arn\" is missing",
        ),
        (
            role("duration", "5m".into()),
            "assume_role.1.duration",
            "can't last \"5m\"",
        ),
        (
            role("session_name", "a b".into()),
            "assume_role.1.session_name",
            "' ' can't be in it",
        ),
        (
            role("source_identity", "a".into()),
            "assume_role.1.source_identity",
            "1 characters",
        ),
        (
            role("external_id", "é".into()),
            "assume_role.1.external_id",
            "'é' can't be in it",
        ),
        (
            role("policy", "{".into()),
            "assume_role.1.policy",
            "The policy is not a JSON object",
        ),
        (
            role("policy_arns", texts([arn])),
            "assume_role.1.policy_arns",
            "the ARN of a policy",
        ),
        (
            tagged,
            "assume_role.1.transitive_tag_keys",
            "There is no tag \"team\"",
        ),
        (
            token(vec![web([
                ("web_identity_token", "t".into()),
                ("web_identity_token_file", "f".into()),
            ])]),
            "assume_role_with_web_identity.0.web_identity_token_file",
            "Conflicting configuration arguments",
        ),
        (
            token(vec![nested("assume_role_with_web_identity", []); 2]),
            "assume_role_with_web_identity.1",
            "More than one \"assume_role_with_web_identity\" block",
        ),
        (
            of("skip_metadata_api_check", "no"),
            "skip_metadata_api_check",
            "neither true nor false",
        ),
        (
            of("ec2_metadata_service_endpoint", "here"),
            "ec2_metadata_service_endpoint",
            "address",
        ),
        (
            of("ec2_metadata_service_endpoint_mode", "5"),
            "ec2_metadata_service_endpoint_mode",
            "mode",
        ),
        (of("access_key", "a"), "", "\"secret_key\" is missing"),
        (of("token", "a"), "", "\"access_key\" is missing"),
    ] {
        let said = validate(&Host::start(), &block).await;
        assert_eq!(said.len(), 1, "{path}: {said:?}");
        assert!(said[0].is_error, "{said:?}");
        assert_eq!(said[0].path, path);
        assert_says(&said[0], &[words]);
    }
}

#[tokio::test]
async fn what_is_not_known_yet_is_let_through() {
    let role = nested(
        "assume_role",
        [
            ("role_arn", Value::Unknown),
            ("tags", Value::Unknown),
            ("transitive_tag_keys", texts(["team"])),
        ],
    );
    let block = provider_block()
        .empty()
        .with("access_key", Value::Unknown)
        .with("secret_key", Value::Unknown)
        .with("shared_config_files", Value::Unknown)
        .with("skip_metadata_api_check", Value::Unknown)
        .with("assume_role", Value::list([role]))
        .with("assume_role_with_web_identity", Value::Unknown);
    assert_eq!(validate(&Host::start(), &block).await, []);
}
