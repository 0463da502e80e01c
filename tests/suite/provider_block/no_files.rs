//! What is named in place of a file, and isn't any: a device without end, a pipe that nobody writes
//! to, a folder. Each is an error at once that names it, and nothing hangs or fills the memory.

use std::process::Command;

use terraform_provider_curated::tf_provider::value::Value;

use super::signing::{Scene, nested};
use crate::support::said::assert_says;

const ROLE: &str = "arn:aws:iam::123456789012:role/a";

/// A pipe, a device and a folder, in the home of a scene.
fn no_files(scene: &Scene) -> [String; 3] {
    scene.write("folder/file", "");
    let pipe = scene.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is there").success());
    [pipe, "/dev/zero".to_owned(), scene.path("folder")]
}

/// What names a file.
#[derive(Clone, Copy, Debug)]
enum By {
    /// An argument of the provider block, a list of files.
    List(&'static str),
    Argument(&'static str),
    Variable(&'static str),
    /// The block of a web identity.
    WebIdentity,
    /// A profile that has a web identity.
    Profile,
}

#[tokio::test]
async fn what_is_no_file_is_refused_at_once_and_named() {
    let cases = [
        By::List("shared_config_files"),
        By::List("shared_credentials_files"),
        By::Argument("custom_ca_bundle"),
        By::Variable("AWS_CONFIG_FILE"),
        By::Variable("AWS_SHARED_CREDENTIALS_FILE"),
        By::Variable("AWS_CA_BUNDLE"),
        By::Variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
        By::Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        By::WebIdentity,
        By::Profile,
    ];
    for by in cases {
        for kind in 0..3 {
            let scene = Scene::new();
            let path = no_files(&scene)[kind].clone();
            let uri = format!("{}/v1/credentials", scene.aws.endpoint());
            let scene = match by {
                By::Variable("AWS_WEB_IDENTITY_TOKEN_FILE") => scene.env("AWS_ROLE_ARN", ROLE),
                By::Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") => {
                    scene.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)
                }
                By::Profile => scene.file(
                    ".aws/config",
                    &format!("[default]\nrole_arn = {ROLE}\nweb_identity_token_file = {path}\n"),
                ),
                _ => scene,
            };
            let block = scene.block();
            let (scene, block) = match by {
                By::List(name) => (scene, block.with(name, Value::list([path.as_str()]))),
                By::Argument(name) => (scene, block.with(name, path.as_str())),
                By::Variable(name) => (scene.env(name, &path), block),
                By::WebIdentity => {
                    let set = [
                        ("role_arn", ROLE.into()),
                        ("web_identity_token_file", path.as_str().into()),
                    ];
                    let identity = nested("assume_role_with_web_identity", set);
                    let name = "assume_role_with_web_identity";
                    (scene, block.with(name, Value::list([identity])))
                }
                By::Profile => (scene, block),
            };
            let said = scene.refused(&block).await;
            assert_says(&said, &[&path, "must be a file"]);
            if let By::Variable(name) | By::Argument(name) | By::List(name) = by {
                assert!(format!("{said:?}").contains(name), "{by:?}: {said:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_usual_files_may_be_switched_off_by_the_null_device() {
    let scene = Scene::new()
        .env_keys()
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    assert_eq!(scene.signer(&scene.block()).await, "AKIAENVIRONMENT");
}

#[tokio::test]
async fn a_program_that_prints_without_end_is_ended_and_named() {
    for command in ["cat /dev/zero", "yes fake-process-secret"] {
        let config = format!("[default]\ncredential_process = {command}\n");
        let scene = Scene::new().file(".aws/config", &config);
        let said = scene.refused(&scene.block()).await;
        let program = command.split(' ').next().expect("a program");
        assert_says(
            &said,
            &[
                &format!("{program}, which credential_process starts, prints more than 64 KiB"),
                "\"default\"",
            ],
        );
        assert!(!format!("{said:?}").contains("fake-process-secret"));
    }
}
