//! Roles for tokens of other identity providers.

use terraform_provider_curated::tf_provider::value::Value;

use super::signing::{Scene, nested};
use crate::support::fake_aws::Request;
use crate::support::said::assert_says;

const ACTION: &str = "AssumeRoleWithWebIdentity";
const ARN: &str = "arn:aws:iam::210987654321:role/ci";

fn block<const N: usize>(scene: &Scene, set: [(&str, Value); N]) -> Value {
    let nested = nested("assume_role_with_web_identity", set);
    let block = scene.block();
    block.with("assume_role_with_web_identity", Value::list([nested]))
}

fn asked(scene: &Scene) -> Request {
    let mut asked = scene.aws.requests_of(ACTION);
    assert_eq!(asked.len(), 1);
    asked.remove(0)
}

#[tokio::test]
async fn a_token_in_the_block_is_changed_for_a_role_and_that_for_the_next() {
    let scene = Scene::new().env_keys();
    let policy = r#"{"Statement":[]}"#;
    let block = block(
        &scene,
        [
            ("role_arn", ARN.into()),
            ("session_name", "ci-run".into()),
            ("duration", "15m".into()),
            ("policy", policy.into()),
            ("policy_arns", Value::set(["arn:aws:iam::aws:policy/A"])),
            ("web_identity_token", "fake-web-token".into()),
        ],
    );
    let second = "arn:aws:iam::210987654321:role/second";
    let role = nested("assume_role", [("role_arn", second.into())]);
    let block = block.with("assume_role", Value::list([role]));
    let signer = scene.signer(&block).await;

    let asked = asked(&scene);
    for (name, value) in [
        ("RoleArn", ARN),
        ("RoleSessionName", "ci-run"),
        ("DurationSeconds", "900"),
        ("Policy", policy),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/A"),
        ("WebIdentityToken", "fake-web-token"),
    ] {
        assert_eq!(asked.field(name), Some(value), "{name}");
    }
    assert_eq!(
        asked.credential(),
        None,
        "the token is all that speaks for us"
    );
    let issued = scene.aws.issued();
    let next = scene.aws.requests_of("AssumeRole").remove(0);
    assert_eq!(next.field("RoleArn"), Some(second));
    assert_eq!(next.access_key(), issued[0].access_key);
    assert_eq!(signer, issued[1].access_key);
}

#[tokio::test]
async fn a_token_file_is_read_anew_for_each_session() {
    let scene = Scene::new().file("token", "fake-token-1\n");
    scene.aws.issue_for(std::time::Duration::from_secs(5));
    let block = block(
        &scene,
        [
            ("role_arn", ARN.into()),
            ("web_identity_token_file", "~/token".into()),
        ],
    );
    let host = scene.open(&block).await;
    scene.write("token", "fake-token-2");
    scene.call_of(&host).await;
    let asked = scene.aws.requests_of(ACTION);
    let tokens: Vec<_> = asked.iter().map(|r| r.field("WebIdentityToken")).collect();
    assert_eq!(tokens.first(), Some(&Some("fake-token-1")));
    assert_eq!(tokens.last(), Some(&Some("fake-token-2")));
}

#[tokio::test]
async fn what_the_block_leaves_out_is_in_the_environment() {
    let scene = Scene::new()
        .env("AWS_ROLE_ARN", ARN)
        .env("AWS_ROLE_SESSION_NAME", "from-environment")
        .env("TF_AWS_WEB_IDENTITY_TOKEN", "fake-environment-token");
    scene.open(&block(&scene, [])).await;
    let asked = asked(&scene);
    assert_eq!(asked.field("RoleArn"), Some(ARN));
    assert_eq!(asked.field("RoleSessionName"), Some("from-environment"));
    let token = asked.field("WebIdentityToken");
    assert_eq!(token, Some("fake-environment-token"));
}

#[tokio::test]
async fn the_block_counts_more_than_the_environment() {
    let scene = Scene::new()
        .env("AWS_ROLE_ARN", "arn:aws:iam::210987654321:role/other")
        .env("TF_AWS_WEB_IDENTITY_TOKEN", "fake-other-token")
        .file("token", "fake-file-token");
    let file = scene.path("token");
    let block = block(
        &scene,
        [
            ("role_arn", ARN.into()),
            ("web_identity_token_file", file.as_str().into()),
        ],
    );
    scene.open(&block).await;
    let asked = asked(&scene);
    assert_eq!(asked.field("RoleArn"), Some(ARN));
    assert_eq!(asked.field("WebIdentityToken"), Some("fake-file-token"));
}

#[tokio::test]
async fn the_environments_web_identity_needs_no_block() {
    let scene = Scene::new().file("token", "fake-pod-token");
    let file = scene.path("token");
    let scene = scene
        .env("AWS_ROLE_ARN", ARN)
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
    let signer = scene.signer(&scene.block()).await;
    assert_eq!(
        asked(&scene).field("WebIdentityToken"),
        Some("fake-pod-token")
    );
    assert_eq!(signer, scene.aws.issued()[0].access_key);
}

#[tokio::test]
async fn a_refusal_names_the_role_and_not_the_token() {
    let scene = Scene::new();
    scene.aws.refuse(
        ACTION,
        "InvalidIdentityToken",
        "No OpenIDConnect provider found",
    );
    let set = [
        ("role_arn", ARN.into()),
        ("web_identity_token", "fake-web-token".into()),
    ];
    let said = scene.refused(&block(&scene, set)).await;
    assert_eq!(said.path, "assume_role_with_web_identity.0.role_arn");
    assert_says(&said, &[ARN, "InvalidIdentityToken", "No OpenIDConnect"]);
    assert!(!format!("{said:?}").contains("fake-web-token"));
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_variable() {
    let scene = Scene::new();
    let token = ("web_identity_token", Value::from("fake-web-token"));
    let said = scene.refused(&block(&scene, [token])).await;
    assert_eq!(said.path, "assume_role_with_web_identity.0.role_arn");
    assert_says(&said, &["\"role_arn\" is missing", "AWS_ROLE_ARN"]);

    let said = scene
        .refused(&block(&scene, [("role_arn", ARN.into())]))
        .await;
    assert_eq!(
        said.path,
        "assume_role_with_web_identity.0.web_identity_token"
    );
    assert_says(&said, &["AWS_WEB_IDENTITY_TOKEN_FILE"]);

    let file = ("web_identity_token_file", Value::from("/nowhere/token"));
    let set = [("role_arn", ARN.into()), file];
    let said = scene.refused(&block(&scene, set)).await;
    let path = "assume_role_with_web_identity.0.web_identity_token_file";
    assert_eq!(said.path, path);
    assert_says(&said, &["/nowhere/token", "No such file"]);
}
