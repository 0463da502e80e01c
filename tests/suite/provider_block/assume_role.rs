//! Roles: what STS is asked, whose signature each call bears, and what a refusal says.

use std::time::Duration;

use terraform_provider_curated::tf_provider::value::Value;

use super::scene::validate;
use super::signing::{REGION, Scene, nested};
use crate::support::fake_aws::Request;
use crate::support::host::texts;
use crate::support::said::assert_says;

fn arn(name: &str) -> String {
    format!("arn:aws:iam::210987654321:role/{name}")
}

fn role(name: &str) -> Value {
    nested("assume_role", [("role_arn", arn(name).into())])
}

fn roles<const N: usize>(scene: &Scene, roles: [Value; N]) -> Value {
    scene.block().with("assume_role", Value::list(roles))
}

#[tokio::test]
async fn a_chain_of_three_is_assumed_once_and_each_signs_for_the_next() {
    let scene = Scene::new().env_keys();
    let block = roles(&scene, [role("one"), role("two"), role("three")]);
    let call = scene.ec2_call(&block).await;

    let asked = scene.aws.requests_of("AssumeRole");
    let arns: Vec<_> = asked.iter().filter_map(|r| r.field("RoleArn")).collect();
    assert_eq!(arns, [arn("one"), arn("two"), arn("three")]);
    let issued = scene.aws.issued();
    let keys: Vec<String> = asked.iter().map(Request::access_key).collect();
    let signers = [
        "AKIAENVIRONMENT",
        &issued[0].access_key,
        &issued[1].access_key,
    ];
    assert_eq!(keys, signers);
    assert_eq!(asked[0].session_token(), None);
    assert_eq!(asked[2].session_token(), Some(&*issued[1].session_token));
    assert_eq!(call.access_key(), issued[2].access_key);
    assert_eq!(call.session_token(), Some(&*issued[2].session_token));
    let identity = &scene.aws.requests_of("GetCallerIdentity")[0];
    assert_eq!(identity.access_key(), issued[2].access_key);

    // Names of sessions are made up once.
    let names: Vec<_> = asked.iter().map(|r| r.field("RoleSessionName")).collect();
    assert!(names[0].is_some_and(|n| n.starts_with("terraform-provider-curated-")));
    assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
}

#[tokio::test]
async fn every_parameter_reaches_sts() {
    let scene = Scene::new().env_keys();
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let managed = ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"];
    let block = role("all")
        .with("session_name", "a.session@here")
        .with("duration", "1h30m")
        .with("external_id", "shared/word")
        .with("policy", policy)
        .with("policy_arns", texts(managed))
        .with("source_identity", "somebody")
        .with("tags", Value::map([("team", "web"), ("cost", "42")]))
        .with("transitive_tag_keys", texts(["team"]));
    scene.open(&roles(&scene, [block])).await;

    let asked = scene.aws.requests_of("AssumeRole").remove(0);
    for (name, value) in [
        ("RoleArn", arn("all").as_str()),
        ("RoleSessionName", "a.session@here"),
        ("DurationSeconds", "5400"),
        ("ExternalId", "shared/word"),
        ("Policy", policy),
        ("PolicyArns.member.1.arn", managed[0]),
        ("PolicyArns.member.2.arn", managed[1]),
        ("SourceIdentity", "somebody"),
        ("Tags.member.1.Key", "cost"),
        ("Tags.member.1.Value", "42"),
        ("Tags.member.2.Key", "team"),
        ("Tags.member.2.Value", "web"),
        ("TransitiveTagKeys.member.1", "team"),
    ] {
        assert_eq!(asked.field(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_role_alone_asks_for_nothing_else() {
    let scene = Scene::new().env_keys();
    scene.open(&roles(&scene, [role("plain")])).await;
    let asked = scene.aws.requests_of("AssumeRole").remove(0);
    let fields: Vec<&str> = asked.form.keys().map(String::as_str).collect();
    assert_eq!(fields, ["Action", "RoleArn", "RoleSessionName", "Version"]);
    let credential = asked.credential().expect("it is signed");
    assert_eq!((&*credential.region, &*credential.service), (REGION, "sts"));
}

#[tokio::test]
async fn a_role_that_is_empty_is_none_and_says_so() {
    let scene = Scene::new().env_keys();
    let block = roles(&scene, [nested("assume_role", [("role_arn", "".into())])]);
    let host = crate::support::host::Host::start_with(&[
        ("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT"),
        ("AWS_SECRET_ACCESS_KEY", "fake-environment-secret"),
    ]);
    let early = validate(&host, &block).await;
    assert!(early.is_empty(), "configuring says it: {early:?}");
    let said = host.configure(&block).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(!said[0].is_error);
    assert_eq!(said[0].path, "assume_role.0.role_arn");
    assert_eq!(scene.call_of(&host).await.access_key(), "AKIAENVIRONMENT");
    assert_eq!(scene.aws.requests_of("AssumeRole"), []);
}

#[tokio::test]
async fn credentials_that_are_about_to_end_are_had_again() {
    let scene = Scene::new().env_keys();
    // Shorter than the SDK keeps any.
    scene.aws.issue_for(Duration::from_secs(5));
    let block = roles(&scene, [role("one"), role("two")]);
    let host = scene.open(&block).await;
    let first = scene.call_in(&host, "eu-west-1").await.access_key();
    let second = scene.call_in(&host, "us-east-1").await.access_key();
    assert_ne!(first, second);
    let issued = scene.aws.issued();
    let last = issued.iter().rfind(|i| i.role == arn("two"));
    assert_eq!(last.map(|i| &i.access_key), Some(&second));
}

#[tokio::test]
async fn credentials_that_last_are_had_once_for_all_regions() {
    let scene = Scene::new().env_keys();
    let host = scene.open(&roles(&scene, [role("one")])).await;
    let mut signers = Vec::new();
    for region in ["eu-west-1", "us-east-1", "ap-south-1"] {
        signers.push(scene.call_in(&host, region).await.access_key());
    }
    assert_eq!(scene.aws.requests_of("AssumeRole").len(), 1);
    assert!(
        signers
            .iter()
            .all(|s| *s == scene.aws.issued()[0].access_key)
    );
}

#[tokio::test]
async fn the_second_role_that_is_refused_is_named() {
    let scene = Scene::new().env_keys();
    let denied = "User: x is not authorized to perform: sts:AssumeRole";
    // The first goes through, as the fake would answer it.
    let reply = "<AssumeRoleResponse><AssumeRoleResult><Credentials>\
        <AccessKeyId>ASIAONE</AccessKeyId><SecretAccessKey>fake-one-secret</SecretAccessKey>\
        <SessionToken>fake-one-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
        </Credentials></AssumeRoleResult></AssumeRoleResponse>";
    scene.aws.on_times("AssumeRole", 1, 200, reply);
    scene.aws.refuse("AssumeRole", "AccessDenied", denied);
    let said = scene
        .refused(&roles(&scene, [role("one"), role("two")]))
        .await;
    assert_eq!(said.path, "assume_role.1.role_arn");
    let two = arn("two");
    let words = [&*two, "assume_role[1]", "AccessDenied", denied];
    assert_says(&said, &words);
    assert_says(&said, &["the role of assume_role[0]"]);
    let text = format!("{said:?}");
    assert!(
        !text.contains("fake-one-") && !text.contains("fake-environment-"),
        "{text}"
    );
    assert_eq!(scene.aws.requests_of("GetCallerIdentity"), []);
}

#[tokio::test]
async fn throttling_of_sts_is_waited_out() {
    let scene = Scene::new().env_keys();
    scene
        .aws
        .refuse_times("AssumeRole", 2, "Throttling", "Rate exceeded");
    scene.open(&roles(&scene, [role("one")])).await;
    assert_eq!(scene.aws.requests_of("AssumeRole").len(), 3);
}
