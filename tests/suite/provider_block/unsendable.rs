//! Keys and tokens that can't stand in a request, from each place that may have some: one error,
//! at once, that names the place and says what to write. Nobody is asked with them.

use terraform_provider_curated::tf_provider::value::Value;

use super::scene::validate;
use super::signing::{Scene, nested};
use crate::support::host::{Host, Message, provider_block};

pub(super) const ROLE: &str = "arn:aws:iam::210987654321:role/deploy";

/// One error with these words, and without anything of a credential.
#[track_caller]
pub(super) fn assert_told(said: &Message, words: &[&str]) {
    let text = format!("{}\n{}", said.summary, said.detail);
    for part in words {
        assert!(text.contains(part), "{part:?} isn't in: {text}");
    }
    assert!(said.summary.contains("can't be sent: it "), "{text}");
    assert!(!text.contains("fake"), "{text}");
}

/// Says no to a block, and has asked nobody but for these.
pub(super) async fn refused(scene: &Scene, block: &Value, asked: &[&str]) -> Message {
    let said = scene.refused(block).await;
    assert_eq!(scene.aws.names(), asked, "{said:?}");
    said
}

/// The body of STS's answer, with a line break in the token.
fn broken_role(action: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>\
         <Credentials><AccessKeyId>ASIAFAKE</AccessKeyId>\
         <SecretAccessKey>fake-secret</SecretAccessKey>\
         <SessionToken>fake&#10;token</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></{action}Result>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
    )
}

/// What a program, an instance and a container tell, with a line break in the secret.
pub(super) fn broken_json() -> String {
    serde_json::json!({
        "Version": 1, "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2020-01-01T00:00:00Z",
        "AccessKeyId": "ASIAFAKE", "SecretAccessKey": "fake-secret\n",
        "SessionToken": "fake-token", "Token": "fake-token", "Expiration": "2099-01-01T00:00:00Z",
    })
    .to_string()
}

#[tokio::test]
async fn arguments_are_refused_when_they_are_checked_and_when_they_are_used() {
    let scene = Scene::new();
    let keys = scene
        .block()
        .with("access_key", "AKIAfake")
        .with("secret_key", "fake-secret")
        .with("token", "fake-token");
    let web = |token: &str| {
        let set = [
            ("role_arn", ROLE.into()),
            ("web_identity_token", token.into()),
        ];
        let block = nested("assume_role_with_web_identity", set);
        scene
            .block()
            .with("assume_role_with_web_identity", Value::list([block]))
    };
    for (block, words) in [
        (
            keys.clone().with("access_key", "AKIAfake\n"),
            [
                "\"access_key\"",
                "ends with a line break",
                "trimspace(file(",
            ],
        ),
        (
            keys.clone().with("secret_key", "fake-secret\r\n"),
            [
                "\"secret_key\"",
                "ends with a carriage return",
                "trimspace(file(",
            ],
        ),
        (
            keys.clone().with("token", "fake\ntoken"),
            ["\"token\"", "holds a line break", "copy it anew"],
        ),
        (
            keys.clone().with("token", "fake\u{7f}token"),
            ["\"token\"", "U+007F", "copy it anew"],
        ),
        (
            keys.clone().with("secret_key", "fake\0"),
            ["\"secret_key\"", "NUL", "copy it anew"],
        ),
        (
            keys.clone().with("secret_key", "fakeé"),
            ["\"secret_key\"", "isn't ASCII", "copy it anew"],
        ),
        (
            web("fake-web-token\n"),
            [
                "\"web_identity_token\"",
                "ends with a line break",
                "trimspace(file(",
            ],
        ),
    ] {
        let said = validate(&Host::start(), &block).await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_told(&said[0], &words);
        assert_told(&refused(&scene, &block, &[]).await, &words);
        // Terraform would quote the line.
        assert_eq!(said[0].path, "", "{said:?}");
    }
}

#[tokio::test]
async fn variables_are_named() {
    for (name, value, words) in [
        (
            "AWS_ACCESS_KEY_ID",
            "AKIAfake\n",
            "AWS_ACCESS_KEY_ID can't be sent: it ends with",
        ),
        (
            "AWS_SECRET_ACCESS_KEY",
            "fake\u{7f}",
            "AWS_SECRET_ACCESS_KEY can't be sent: it ends",
        ),
        (
            "AWS_SESSION_TOKEN",
            "fake\ntoken",
            "AWS_SESSION_TOKEN can't be sent: it holds",
        ),
    ] {
        let scene = Scene::new().env_keys().env(name, value);
        assert_told(
            &refused(&scene, &scene.block(), &[]).await,
            &[words, "variable"],
        );
        let role = "[profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/deploy\n\
                    credential_source = Environment\n";
        let scene = scene.file(".aws/config", role);
        let deploy = scene.block().with("profile", "deploy");
        assert_told(&refused(&scene, &deploy, &[]).await, &[words]);
    }
    let scene = Scene::new()
        .env("AWS_ROLE_ARN", ROLE)
        .env("TF_AWS_WEB_IDENTITY_TOKEN", "fake-token\n");
    let web = nested("assume_role_with_web_identity", []);
    let block = scene
        .block()
        .with("assume_role_with_web_identity", Value::list([web]));
    let said = refused(&scene, &block, &[]).await;
    assert_told(&said, &["TF_AWS_WEB_IDENTITY_TOKEN", "CI system"]);
}

#[tokio::test]
async fn the_environments_token_may_end_with_white_space_as_ever() {
    let scene = Scene::new()
        .env_keys()
        .env("AWS_SESSION_TOKEN", "fake-token\n");
    let call = scene.ec2_call(&scene.block()).await;
    assert_eq!(call.session_token(), Some("fake-token"));
}

#[tokio::test]
async fn files_and_profiles_are_named() {
    // The second line goes on with the first.
    let broken =
        "[default]\naws_access_key_id = AKIAfake\naws_secret_access_key = fake\n  secret\n";
    let scene = Scene::new()
        .file(
            ".aws/config",
            "[default]\naws_secret_access_key = fake-other-secret\n",
        )
        .file(".aws/credentials", broken);
    let file = scene.path(".aws/credentials");
    let said = refused(&scene, &scene.block(), &[]).await;
    let words = format!("aws_secret_access_key of the profile \"default\" in {file}");
    assert_told(
        &said,
        &[&words, "holds a line break", "begins with white space"],
    );

    // The SDK would sign with them for a role.
    let role = format!("[profile deploy]\nrole_arn = {ROLE}\nsource_profile = default\n");
    scene.write(".aws/config", &role);
    let deploy = scene.block().with("profile", "deploy");
    assert_told(&refused(&scene, &deploy, &[]).await, &[&words]);

    let web = nested(
        "assume_role_with_web_identity",
        [
            ("role_arn", ROLE.into()),
            ("web_identity_token_file", "~/token".into()),
        ],
    );
    scene.write("token", "fake\0token");
    let block = scene
        .block()
        .with("assume_role_with_web_identity", Value::list([web]));
    let said = refused(&scene, &block, &[]).await;
    assert_eq!(
        said.path,
        "assume_role_with_web_identity.0.web_identity_token_file"
    );
    assert_told(&said, &[&scene.path("token"), "NUL"]);
}

#[tokio::test]
async fn programs_are_named_also_where_a_role_follows() {
    let scene = Scene::new();
    scene.write("reply.json", &broken_json());
    let reply = scene.path("reply.json");
    let config = format!(
        "[profile tool]\ncredential_process = cat {reply} --password=fake\n\
         [profile deploy]\nrole_arn = {ROLE}\nsource_profile = tool\n"
    )
    .replace(" --password=fake", "");
    scene.write(".aws/config", &config);
    for name in ["tool", "deploy"] {
        let block = scene.block().with("profile", name);
        let said = refused(&scene, &block, &[]).await;
        let words = "secret access key that cat prints, credential_process of the profile \"tool\"";
        assert_told(
            &said,
            &[words, "ends with a line break", "Correct what cat prints"],
        );
    }
}

#[tokio::test]
async fn a_program_whose_credentials_are_good_is_run_once_for_a_role() {
    let scene = Scene::new();
    let good = broken_json().replace("\\n", "");
    scene.write("reply.json", &good);
    let (reply, runs) = (scene.path("reply.json"), scene.path("runs"));
    let config = format!(
        "[profile tool]\ncredential_process = echo run >>{runs}; cat {reply}\n\
         [profile deploy]\nrole_arn = {ROLE}\nsource_profile = tool\n"
    );
    scene.write(".aws/config", &config);
    let block = scene.block().with("profile", "deploy");
    let signer = scene.signer(&block).await;
    assert_eq!(signer, scene.aws.issued()[0].access_key);
    let asked = scene.aws.requests_of("AssumeRole");
    assert_eq!(asked[0].access_key(), "ASIAFAKE");
    assert_eq!(std::fs::read_to_string(runs).expect("it ran"), "run\n");
}

#[tokio::test]
async fn services_are_named() {
    let scene = Scene::new().with_metadata();
    let roles = "GET /latest/meta-data/iam/security-credentials/";
    scene.aws.on(roles, 200, "fake-instance-role");
    let role = format!("{roles}fake-instance-role");
    scene.aws.on(&role, 200, &broken_json());
    let said = scene.refused(&scene.block()).await;
    assert_told(
        &said,
        &["of the instance metadata service", "ends with a line break"],
    );
    assert_eq!(scene.aws.requests_of("GetCallerIdentity"), []);

    let scene = Scene::new();
    scene.aws.on("GET /credentials", 200, &broken_json());
    let uri = format!("{}/credentials", scene.aws.endpoint());
    let scene = scene.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri);
    let said = refused(&scene, &scene.block(), &["GET /credentials"]).await;
    assert_told(
        &said,
        &["of the container's endpoint", "ends with a line break"],
    );
    scene.aws.forget();
    let scene = scene.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "fake\ntoken");
    let said = refused(&scene, &scene.block(), &[]).await;
    assert_told(
        &said,
        &["AWS_CONTAINER_AUTHORIZATION_TOKEN", "holds a line break"],
    );
    let scene = scene.file("token", "fake-token\n");
    let token = scene.path("token");
    let scene = scene.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token);
    let said = refused(&scene, &scene.block(), &[]).await;
    assert_told(
        &said,
        &[
            &token,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names the file",
        ],
    );
}

#[tokio::test]
async fn what_sts_and_the_portal_send_is_named_by_its_role_or_profile() {
    let scene = Scene::new().env_keys();
    scene.aws.on("AssumeRole", 200, &broken_role("AssumeRole"));
    let second = nested("assume_role", [("role_arn", ROLE.into())]);
    let block = scene.block().with("assume_role", Value::list([second]));
    let said = refused(&scene, &block, &["AssumeRole"]).await;
    let words = format!("session token that STS sent for the role {ROLE}");
    assert_told(&said, &[&words, "holds a line break"]);

    let action = "AssumeRoleWithWebIdentity";
    scene.aws.forget();
    scene.aws.on(action, 200, &broken_role(action));
    let web = nested(
        "assume_role_with_web_identity",
        [
            ("role_arn", ROLE.into()),
            ("web_identity_token", "fake-web-token".into()),
        ],
    );
    let block = scene
        .block()
        .with("assume_role_with_web_identity", Value::list([web]));
    assert_told(&refused(&scene, &block, &[action]).await, &[&words]);

    scene.aws.forget();
    let config = format!("[profile deploy]\nrole_arn = {ROLE}\ncredential_source = Environment\n");
    scene.write(".aws/config", &config);
    let block = scene.block().with("profile", "deploy");
    let said = refused(&scene, &block, &["AssumeRole"]).await;
    assert_told(
        &said,
        &["session token that the profile \"deploy\" leads to"],
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_no_other_thing_than_that() {
    // What an emulator takes is left to it.
    let block = provider_block()
        .empty()
        .with("access_key", "a b")
        .with("secret_key", "two words");
    assert_eq!(validate(&Host::start(), &block).await, []);
}
