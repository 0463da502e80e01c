//! Roles of profiles that have their own source: what it gives is looked at before the role is assumed
//! with it, and each role is assumed once.

use super::signing::Scene;
use super::unsendable::{ROLE, assert_told, broken_json, refused};

/// The SDK signed for the role with what the profile's own program or sign-in gave.
#[tokio::test]
async fn a_role_whose_source_is_its_own_profile_is_assumed_with_what_was_looked_at() {
    let own = format!("role_arn = {ROLE}\nsource_profile = deploy\n");
    let scene = Scene::new();
    scene.write("reply.json", &broken_json());
    let reply = scene.path("reply.json");
    let config = format!(
        "[profile deploy]\n{own}credential_process = cat {reply}\n\
         [profile over]\nrole_arn = {ROLE}\nsource_profile = deploy\n"
    );
    scene.write(".aws/config", &config);
    for name in ["deploy", "over"] {
        let block = scene.block().with("profile", name);
        let said = refused(&scene, &block, &[]).await;
        let words = "cat prints, credential_process of the profile \"deploy\"";
        assert_told(&said, &[words, "ends with a line break"]);
    }

    // Good ones sign for the profile's role, and that role for the next.
    scene.write("reply.json", &broken_json().replace("\\n", ""));
    for (name, roles) in [("deploy", 1), ("over", 2)] {
        scene.aws.forget();
        let signer = scene.signer(&scene.block().with("profile", name)).await;
        let asked = scene.aws.requests_of("AssumeRole");
        assert_eq!(asked.len(), roles, "{name}");
        assert_eq!(asked[0].access_key(), "ASIAFAKE");
        let last = scene.aws.issued().pop().expect("it was assumed");
        assert_eq!(signer, last.access_key, "{name}");
    }
}

#[tokio::test]
async fn a_role_whose_source_is_its_own_sign_in_is_assumed_with_what_was_looked_at() {
    let start = "https://corp.awsapps.com/start";
    let config = format!(
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = {start}\n\
         [profile dev]\nrole_arn = {ROLE}\nsource_profile = dev\nsso_session = corp\n\
         sso_account_id = 111122223333\nsso_role_name = Dev\n"
    );
    let token = format!(
        r#"{{"accessToken":"fake-sso-token","expiresAt":"2099-01-01T00:00:00Z","region":"us-east-1",
        "startUrl":"{start}"}}"#
    );
    let cache = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    let scene = Scene::new()
        .file(".aws/config", &config)
        .file(cache, &token);
    let block = scene.block().with("profile", "dev");
    let keys = |secret: &str| {
        format!(
            r#"{{"roleCredentials":{{"accessKeyId":"ASIASSO","secretAccessKey":"{secret}",
            "sessionToken":"fake","expiration":4070908800000}}}}"#
        )
    };
    let portal = "GET /federation/credentials";
    scene.aws.on(portal, 200, &keys("fake\\nsecret"));
    let said = refused(&scene, &block, &[portal]).await;
    assert_told(&said, &["profile \"dev\"", "holds a line break"]);

    scene.aws.forget();
    scene.aws.as_usual(portal);
    scene.aws.on(portal, 200, &keys("fake-secret"));
    let signer = scene.signer(&block).await;
    let asked = scene.aws.requests_of("AssumeRole");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].access_key(), "ASIASSO");
    assert_eq!(signer, scene.aws.issued()[0].access_key);
}

/// A profile between, whose own role comes from the environment: that role was assumed twice.
#[tokio::test]
async fn a_role_between_whose_source_is_named_is_assumed_once() {
    let config = format!(
        "[profile deploy]\nrole_arn = {ROLE}\ncredential_source = Environment\n\
         [profile over]\nrole_arn = {ROLE}\nsource_profile = deploy\n"
    );
    let scene = Scene::new().env_keys().file(".aws/config", &config);
    let signer = scene.signer(&scene.block().with("profile", "over")).await;
    let asked = scene.aws.requests_of("AssumeRole");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].access_key(), "AKIAENVIRONMENT");
    assert_eq!(signer, scene.aws.issued()[1].access_key);
}
