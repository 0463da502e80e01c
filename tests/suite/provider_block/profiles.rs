//! Profiles of the shared files: which files, what a profile leads to, and what is said of one
//! that leads nowhere.

use terraform_provider_curated::tf_provider::value::Value;

use super::signing::{Scene, takes_endpoint};
use crate::support::said::assert_says;

/// A day that doesn't come.
const LATER: &str = "2099-01-01T00:00:00Z";
/// Where the SSO session "corp" keeps its token: named by the SHA-1 of its name.
const SESSION_CACHE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
/// Likewise the start address, where there is no session.
const START_CACHE: &str = ".aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json";
const START: &str = "https://corp.awsapps.com/start";

fn keys(name: &str, access_key: &str) -> String {
    format!("[{name}]\naws_access_key_id = {access_key}\naws_secret_access_key = fake-secret\n")
}

fn profile(scene: &Scene, name: &str) -> Value {
    scene.block().with("profile", name)
}

#[tokio::test]
async fn listed_files_take_the_place_of_the_usual_ones_and_later_ones_count() {
    let scene = Scene::new()
        .env("DIR", "files")
        .file(".aws/credentials", &keys("default", "AKIAUSUAL"))
        .file(
            "files/one",
            &(keys("default", "AKIAONE") + &keys("one", "AKIAONLYONE")),
        )
        .file("files/two", &keys("default", "AKIATWO"))
        .file("files/config", &keys("profile three", "AKIATHREE"));
    let variable = scene.path(".aws/credentials");
    let scene = scene.env("AWS_SHARED_CREDENTIALS_FILE", &variable);
    let files = Value::list(["~/files/one", "$HOME/${DIR}/two"]);
    let config = Value::list([scene.path("files/config")]);
    let block = scene
        .block()
        .with("shared_credentials_files", files)
        .with("shared_config_files", config);
    assert_eq!(scene.signer(&block).await, "AKIATWO");
    for (name, signer) in [("one", "AKIAONLYONE"), ("three", "AKIATHREE")] {
        assert_eq!(
            scene.signer(&block.clone().with("profile", name)).await,
            signer
        );
    }
}

#[tokio::test]
async fn files_that_the_environment_names_are_read() {
    let scene = Scene::new()
        .file("mine", &keys("default", "AKIAMINE"))
        .file(".aws/credentials", &keys("default", "AKIAUSUAL"));
    let mine = scene.path("mine");
    let scene = scene.env("AWS_SHARED_CREDENTIALS_FILE", &mine);
    assert_eq!(scene.signer(&scene.block()).await, "AKIAMINE");
}

#[tokio::test]
async fn the_region_of_a_listed_file_counts() {
    let config = "[profile far]\nregion = ap-south-1\n".to_owned();
    let scene = Scene::new().file("config", &(config + &keys("profile x", "AKIAX")));
    let files = Value::list([scene.path("config")]);
    let block = scene
        .block()
        .with("region", Value::Null)
        .with("shared_config_files", files)
        .with("profile", "far")
        .with("access_key", "AKIABLOCK")
        .with("secret_key", "fake-block-secret");
    scene.open(&block).await;
    let identity = &scene.aws.requests_of("GetCallerIdentity")[0];
    let credential = identity.credential().expect("it is signed");
    assert_eq!(credential.region, "ap-south-1");
    assert_eq!(credential.access_key, "AKIABLOCK");
}

#[tokio::test]
async fn a_role_of_a_profile_is_assumed_at_the_blocks_sts() {
    let config = "[profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/deploy\n\
                  source_profile = base\nexternal_id = shared\nrole_session_name = me\n";
    let scene = Scene::new()
        .file(".aws/config", config)
        .file(".aws/credentials", &keys("base", "AKIABASE"));
    let signer = scene.signer(&profile(&scene, "deploy")).await;
    let asked = scene.aws.requests_of("AssumeRole");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].access_key(), "AKIABASE");
    assert_eq!(asked[0].field("ExternalId"), Some("shared"));
    assert_eq!(asked[0].field("RoleSessionName"), Some("me"));
    assert_eq!(signer, scene.aws.issued()[0].access_key);
}

#[tokio::test]
async fn a_role_of_a_profile_can_come_from_the_environments_keys() {
    let config = "[profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/deploy\n\
                  credential_source = Environment\n";
    let scene = Scene::new().env_keys().file(".aws/config", config);
    let signer = scene.signer(&profile(&scene, "deploy")).await;
    let asked = scene.aws.requests_of("AssumeRole");
    assert_eq!(asked[0].access_key(), "AKIAENVIRONMENT");
    assert_eq!(signer, scene.aws.issued()[0].access_key);
}

#[tokio::test]
async fn a_role_of_a_profile_can_come_from_the_instance_at_the_blocks_address() {
    let config = "[profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/deploy\n\
                  credential_source = Ec2InstanceMetadata\n";
    let scene = Scene::new().file(".aws/config", config);
    let endpoint = scene.aws.endpoint();
    let scene = scene.env("AWS_EC2_METADATA_DISABLED", "false");
    let block = profile(&scene, "deploy").with("ec2_metadata_service_endpoint", &*endpoint);
    scene.open(&block).await;
    let issued = scene.aws.issued();
    let roles: Vec<&str> = issued.iter().map(|i| &*i.role).collect();
    let deploy = "arn:aws:iam::210987654321:role/deploy";
    assert_eq!(roles, ["fake-instance-role", deploy]);

    scene.aws.forget();
    let skipping = block.with("skip_metadata_api_check", "true");
    let said = scene.refused(&skipping).await;
    assert_says(&said, &["\"deploy\"", "skip_metadata_api_check is set"]);
    assert_eq!(scene.aws.names(), [""; 0]);
}

#[tokio::test]
async fn a_role_of_a_profile_can_come_from_a_token_file() {
    let scene = Scene::new().file("token", "fake-profile-token");
    let token = scene.path("token");
    let config = format!(
        "[profile pod]\nrole_arn = arn:aws:iam::210987654321:role/pod\n\
         web_identity_token_file = {token}\n"
    );
    scene.write(".aws/config", &config);
    scene.open(&profile(&scene, "pod")).await;
    let asked = scene.aws.requests_of("AssumeRoleWithWebIdentity");
    assert_eq!(
        asked[0].field("WebIdentityToken"),
        Some("fake-profile-token")
    );
}

#[tokio::test]
async fn a_process_gives_credentials() {
    let scene = Scene::new();
    let reply = format!(
        r#"{{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"fake-secret",
        "SessionToken":"fake-process-token","Expiration":"{LATER}"}}"#
    );
    scene.write("reply.json", &reply);
    let file = scene.path("reply.json");
    let config = format!("[default]\ncredential_process = cat '{file}'\n");
    scene.write(".aws/config", &config);
    let call = scene.ec2_call(&scene.block()).await;
    assert_eq!(call.access_key(), "AKIAPROCESS");
    assert_eq!(call.session_token(), Some("fake-process-token"));
}

#[tokio::test]
async fn a_process_that_fails_is_an_error_of_its_profile() {
    // What programs print may hold what they were given.
    let tool = "echo fake-password >&2; echo '{\"fake-token\": '";
    for (end, words) in [
        (
            "; exit 3",
            "echo, which credential_process starts, ended with exit status: 3",
        ),
        ("", "must print a JSON object"),
        (
            ">/dev/null; echo '{\"Version\":1,\"AccessKeyId\":\"a\"}'",
            "no \"SecretAccessKey\"",
        ),
    ] {
        let config = format!(
            "[profile tool]\ncredential_process = {tool}{end}\n\
             [profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/deploy\n\
             source_profile = tool\n"
        );
        let scene = Scene::new().env_keys().file(".aws/config", &config);
        for name in ["tool", "deploy"] {
            let said = scene.refused(&profile(&scene, name)).await;
            assert_eq!(said.path, "profile");
            let summary = format!("The profile \"{name}\" gives no credentials");
            assert_says(&said, &[&summary, words]);
            assert!(!format!("{said:?}").contains("fake"), "{said:?}");
        }
    }
}

/// A home where somebody is signed in, with a session or, as in old times, without.
fn signed_in(cache: &str, expires: &str) -> Scene {
    let config = format!(
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = {START}\n\
         [profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n\
         [profile old]\nsso_region = us-east-1\nsso_start_url = {START}\n\
         sso_account_id = 111122223333\nsso_role_name = Dev\n"
    );
    let token = format!(
        r#"{{"accessToken":"fake-sso-token","expiresAt":"{expires}","region":"us-east-1",
        "startUrl":"{START}"}}"#
    );
    let scene = Scene::new()
        .file(".aws/config", &config)
        .file(cache, &token);
    scene.aws.ask_sso_for("fake-sso-token");
    if takes_endpoint("sso") {
        return scene;
    }
    let endpoint = scene.aws.endpoint();
    scene.env("AWS_ENDPOINT_URL_SSO", &endpoint)
}

#[tokio::test]
async fn who_is_signed_in_gets_the_roles_credentials() {
    for (name, cache) in [("dev", SESSION_CACHE), ("old", START_CACHE)] {
        let scene = signed_in(cache, LATER);
        let signer = scene.signer(&profile(&scene, name)).await;
        let asked = &scene.aws.requests_of("GET /federation/credentials")[0];
        assert_eq!(
            asked.query_field("account_id").as_deref(),
            Some("111122223333")
        );
        assert_eq!(asked.query_field("role_name").as_deref(), Some("Dev"));
        assert_eq!(
            asked.header("x-amz-sso_bearer_token"),
            Some("fake-sso-token")
        );
        assert_eq!(signer, scene.aws.issued()[0].access_key, "{name}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_how() {
    let scene = signed_in(SESSION_CACHE, "2020-01-01T00:00:00Z");
    let refused = scene.refused(&profile(&scene, "dev")).await;
    let nobody = signed_in("elsewhere.json", LATER);
    let missing = nobody.refused(&profile(&nobody, "dev")).await;
    let revoked = signed_in(START_CACHE, LATER);
    revoked.aws.ask_sso_for("fake-newer-token");
    let revoked = revoked.refused(&profile(&revoked, "old")).await;
    for (said, name) in [(&refused, "dev"), (&missing, "dev"), (&revoked, "old")] {
        assert_eq!(said.path, "profile");
        let command = format!("aws sso login --profile {name}");
        assert_says(said, &["gives no credentials", &command]);
        assert!(!format!("{said:?}").contains("fake-sso-token"));
    }
}

#[tokio::test]
async fn a_profile_that_is_not_there_lists_those_that_are_and_the_nearest() {
    let scene = Scene::new()
        .env_keys()
        .file(".aws/credentials", &keys("staging", "AKIA1"))
        .file(".aws/config", &keys("profile production", "AKIA2"));
    let said = scene.refused(&profile(&scene, "prodution")).await;
    assert_eq!(said.path, "profile");
    let files = [scene.path(".aws/config"), scene.path(".aws/credentials")];
    let words = [
        "There is no profile \"prodution\"",
        "production, staging",
        "Did you mean \"production\"?",
        &files[0],
        &files[1],
    ];
    assert_says(&said, &words);

    let scene = Scene::new()
        .env("AWS_PROFILE", "gone")
        .file(".aws/credentials", &keys("staging", "AKIA1"));
    let said = scene.refused(&scene.block()).await;
    assert_eq!(said.path, "");
    assert_says(
        &said,
        &["There is no profile \"gone\"", "AWS_PROFILE", "staging"],
    );
}

#[tokio::test]
async fn a_profile_that_leads_nowhere_is_an_error_of_its_own() {
    let config = "[profile lost]\nrole_arn = arn:aws:iam::210987654321:role/x\n\
                  source_profile = gone\n";
    let scene = Scene::new().file(".aws/config", config);
    let said = scene.refused(&profile(&scene, "lost")).await;
    assert_eq!(said.path, "profile");
    assert_says(
        &said,
        &["The profile \"lost\" gives no credentials", "gone"],
    );
}

#[tokio::test]
async fn a_role_of_a_profile_that_is_refused_says_what_sts_said() {
    let config = "[profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/deploy\n\
                  source_profile = base\n";
    let scene = Scene::new()
        .file(".aws/config", config)
        .file(".aws/credentials", &keys("base", "AKIABASE"));
    scene.aws.refuse("AssumeRole", "AccessDenied", "not you");
    let said = scene.refused(&profile(&scene, "deploy")).await;
    assert_says(&said, &["\"deploy\"", "AccessDenied: not you"]);
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named() {
    let scene = Scene::new()
        .env_keys()
        .file("good", &keys("default", "AKIA"))
        .file("bad", "[default]\nregion = x\nfake-secret-without-equals\n");
    let [good, bad, none] = ["good", "bad", "none"].map(|name| scene.path(name));
    let listed = |name: &str, files: [&str; 2]| scene.block().with(name, Value::list(files));

    let block = listed("shared_credentials_files", [&good, &none]);
    let said = scene.refused(&block).await;
    assert_eq!(said.path, "shared_credentials_files.1");
    assert_says(&said, &[&none, "No such file"]);

    let said = scene
        .refused(&listed("shared_config_files", [&bad, &good]))
        .await;
    assert_eq!(said.path, "shared_config_files.0");
    assert_says(&said, &[&bad, "line 3"]);
    assert!(!format!("{said:?}").contains("fake-secret"), "{said:?}");

    let scene = scene.env("AWS_CONFIG_FILE", &bad);
    let said = scene.refused(&scene.block()).await;
    assert_eq!(said.path, "");
    assert_says(&said, &[&bad, "AWS_CONFIG_FILE", "line 3"]);
}
