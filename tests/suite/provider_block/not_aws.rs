//! Places that give credentials, where something else than AWS replies: a login page, nothing, half a
//! reply, a reply without end. Each is one error at once, which names the place.

use terraform_provider_curated::tf_provider::value::Value;

use super::signing::{Scene, nested};
use crate::support::said::assert_says;

const PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>welcome</body>";
const ROLES: &str = "GET /latest/meta-data/iam/security-credentials/";
const SSO_CACHE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// A place that a provider gets credentials from.
struct Place {
    /// The request whose reply is another.
    request: String,
    scene: Scene,
    block: Value,
    /// How it is named.
    words: &'static str,
}

fn places() -> Vec<Place> {
    let place = |request: &str, scene: Scene, block: Value, words| Place {
        request: request.to_owned(),
        scene,
        block,
        words,
    };
    let keys = || Scene::new().env_keys();
    let identity = keys();
    let of_identity = identity.block().with("max_retries", 1);
    let role = keys();
    let of_role = nested(
        "assume_role",
        [("role_arn", "arn:aws:iam::1:role/a".into())],
    );
    let of_role = role.block().with("assume_role", Value::list([of_role]));
    let mut all = vec![
        place(
            "GetCallerIdentity",
            identity,
            of_identity,
            "GetCallerIdentity in eu-west-1",
        ),
        place(
            "AssumeRole",
            role,
            of_role.with("max_retries", 1),
            "AssumeRole in eu-west-1",
        ),
    ];
    for request in [
        "PUT /latest/api/token",
        ROLES,
        &format!("{ROLES}fake-instance-role"),
    ] {
        let scene = Scene::new().with_metadata();
        let block = scene.block();
        all.push(place(
            request,
            scene,
            block,
            "the instance metadata service: ",
        ));
    }
    let container = Scene::new();
    let uri = format!("{}/v1/credentials", container.aws.endpoint());
    let container = container.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri);
    let block = container.block();
    all.push(place(
        "GET /v1/credentials",
        container,
        block,
        "the container's credentials: ",
    ));
    let sso = signed_in();
    let block = sso.block().with("profile", "dev");
    all.push(place("GET /federation/credentials", sso, block, "\"dev\""));
    all
}

fn signed_in() -> Scene {
    let start = "https://corp.awsapps.com/start";
    let config = format!(
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = {start}\n\
         [profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n"
    );
    let token = format!(
        r#"{{"accessToken":"fake-sso-token","expiresAt":"2099-01-01T00:00:00Z","region":"us-east-1",
        "startUrl":"{start}"}}"#
    );
    let scene = Scene::new().file(".aws/config", &config);
    scene.file(SSO_CACHE, &token)
}

#[tokio::test]
async fn something_else_than_aws_is_no_place_of_credentials() {
    let bodies = [
        PAGE,
        "",
        "{\"AccessKeyId\":",
        "[]",
        "<GetCallerIdentityResponse>",
    ];
    for (number, _) in places().iter().enumerate() {
        for body in bodies {
            let place = places().remove(number);
            place.scene.aws.on(&place.request, 200, body);
            let said = place.scene.refused(&place.block).await;
            assert_says(&said, &[place.words]);
            let text = format!("{said:?}");
            assert!(text.len() < 3000, "{}: {text}", place.request);
        }
    }
}

/// All that came back was in the message, in terms of the program's own.
#[tokio::test]
async fn a_metadata_service_that_fails_is_said_by_its_status() {
    for status in [302, 500] {
        let scene = Scene::new().with_metadata();
        let body = "fake-secret".repeat(1000);
        let request = format!("{ROLES}fake-instance-role");
        scene.aws.on(&request, status, &body);
        let said = scene.refused(&scene.block()).await;
        let words = format!("it answered with HTTP status {status}");
        assert_says(&said, &["the instance metadata service: ", &words]);
        let text = format!("{said:?}");
        assert!(text.len() < 3000 && !text.contains("fake-secret"), "{text}");
    }
}

/// STS never answers without a token. It was signed with what there was, and EC2 refused that.
#[tokio::test]
async fn a_role_of_which_a_part_is_missing_is_not_signed_with() {
    let scene = Scene::new().env_keys();
    let role = nested(
        "assume_role",
        [("role_arn", "arn:aws:iam::1:role/a".into())],
    );
    let block = scene.block().with("assume_role", Value::list([role]));
    let credentials = "<AccessKeyId>ASIAFAKE</AccessKeyId><SecretAccessKey>fake</SecretAccessKey>\
                       <Expiration>2099-01-01T00:00:00Z</Expiration>";
    let reply = format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials>{credentials}</Credentials>\
         </AssumeRoleResult></AssumeRoleResponse>"
    );
    scene.aws.on("AssumeRole", 200, &reply);
    let said = scene.refused(&block).await;
    assert_says(&said, &["a part of the credentials only"]);
}

#[tokio::test]
async fn a_reply_without_end_is_no_place_of_credentials() {
    for place in places() {
        place.scene.aws.on_endless(&place.request, 200);
        let said = place.scene.refused(&place.block).await;
        assert_says(&said, &[place.words]);
    }
}

/// What came back was said in the words of a parser, where it was said.
#[tokio::test]
async fn a_login_page_is_told_as_one_wherever_it_comes_from() {
    for place in places() {
        place.scene.aws.on(&place.request, 200, PAGE);
        let said = place.scene.refused(&place.block).await;
        let words = "a web page came back (HTTP status 200, \"Sign in\"), so it wasn't";
        assert_says(&said, &[place.words, words]);
    }
}

#[tokio::test]
async fn a_page_that_comes_once_is_asked_past() {
    for place in places().into_iter().skip(2) {
        place.scene.aws.on_times(&place.request, 1, 200, PAGE);
        place.scene.open(&place.block).await;
    }
}

/// They could be read in what a parser quotes.
#[tokio::test]
async fn credentials_in_a_garbled_reply_are_not_quoted() {
    let body = r#"{"AccessKeyId":"AKIAQUOTED","SecretAccessKey":"quoted-secret" "quoted-too","#;
    for place in places().into_iter().skip(4) {
        for body in [body, &body.replace("\" \"", "\",\"")] {
            place.scene.aws.on(&place.request, 200, body);
            let said = format!("{:?}", place.scene.refused(&place.block).await);
            for secret in ["AKIAQUOTED", "quoted-secret", "quoted-too"] {
                assert!(!said.contains(secret), "{}: {said}", place.request);
            }
        }
    }
}

/// What STS doesn't implement, it doesn't implement the next time either.
#[tokio::test]
async fn what_is_not_implemented_is_asked_for_once() {
    let place = places().remove(1);
    let body = "<ErrorResponse><Error><Code>InternalFailure</Code><Message>The API action isn't \
                implemented</Message></Error></ErrorResponse>";
    place.scene.aws.on(&place.request, 501, body);
    let block = place.block.with("max_retries", Value::Null);
    let said = place.scene.refused(&block).await;
    assert_says(&said, &[place.words, "InternalFailure"]);
    assert_eq!(place.scene.aws.requests_of("AssumeRole").len(), 1);
}

#[tokio::test]
async fn a_login_page_in_place_of_sts_is_told_as_one() {
    for place in places().into_iter().take(2) {
        place.scene.aws.on(&place.request, 200, PAGE);
        let said = place.scene.refused(&place.block).await;
        assert_says(
            &said,
            &[
                "a web page came back (HTTP status 200, \"Sign in\"), so it wasn't STS",
                "It was tried once, as often as max_retries allows",
            ],
        );
    }
}

#[tokio::test]
async fn a_login_page_in_place_of_metadata_is_no_region() {
    for any in [false, true] {
        let scene = Scene::new().with_metadata().env_keys();
        let block = scene.block().with("region", Value::Null);
        let block = block.with("skip_region_validation", any);
        scene
            .aws
            .on("GET /latest/meta-data/placement/region", 200, PAGE);
        let said = scene.refused(&block).await;
        assert_eq!(said.path, "region");
        assert_says(&said, &["The instance metadata service says so"]);
        assert!(said.summary.ends_with("is not a region"), "{said:?}");
        assert!(said.summary.len() < 120, "{said:?}");
    }
}
