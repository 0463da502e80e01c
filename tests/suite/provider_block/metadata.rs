//! Credentials of the machine: the instance metadata service and the container's.

use terraform_provider_curated::tf_provider::value::Value;

use super::signing::Scene;
use crate::support::said::assert_says;

#[tokio::test]
async fn the_instances_role_is_found_where_the_block_says() {
    let scene = Scene::new().env("AWS_EC2_METADATA_DISABLED", "false");
    let endpoint = scene.aws.endpoint();
    let block = scene
        .block()
        .with("ec2_metadata_service_endpoint", &*endpoint);
    let signer = scene.signer(&block).await;
    let issued = scene.aws.issued();
    assert_eq!(issued[0].role, "fake-instance-role");
    assert_eq!(signer, issued[0].access_key);
    assert_eq!(scene.aws.names()[0], "PUT /latest/api/token");
}

#[tokio::test]
async fn the_switch_has_three_positions() {
    // What the block says, what the environment says, and whether the service is asked.
    for (block, disabled, asked) in [
        (Value::Null, "false", true),
        ("".into(), "true", false),
        ("true".into(), "false", false),
        ("false".into(), "true", true),
        ("false".into(), "false", true),
    ] {
        let scene = Scene::new()
            .with_metadata()
            .env("AWS_EC2_METADATA_DISABLED", disabled);
        let config = scene.block().with("skip_metadata_api_check", block.clone());
        if asked {
            let signer = scene.signer(&config).await;
            assert_eq!(signer, scene.aws.issued()[0].access_key);
        } else {
            let said = scene.refused(&config).await;
            assert_says(&said, &["No AWS credentials", "metadata"]);
            assert_eq!(scene.aws.names(), [""; 0], "{block:?} {disabled}");
        }
    }
}

/// A container that sends this token, beside a metadata service.
fn in_a_container(token: &str) -> Scene {
    let scene = Scene::new();
    scene.aws.ask_container_for("fake-container-token");
    let uri = format!("{}/v1/credentials", scene.aws.endpoint());
    scene
        .with_metadata()
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)
}

#[tokio::test]
async fn the_containers_credentials_are_had_with_their_token() {
    let scene = in_a_container("fake-container-token");
    let signer = scene.signer(&scene.block()).await;
    let issued = scene.aws.issued();
    assert_eq!(issued[0].role, "fake-container-role");
    assert_eq!(signer, issued[0].access_key);
    assert_eq!(scene.aws.requests_of("PUT /latest/api/token"), []);
}

#[tokio::test]
async fn a_container_that_refuses_ends_the_search_and_is_named() {
    let scene = in_a_container("fake-wrong-token");
    let said = scene.refused(&scene.block()).await;
    assert_says(
        &said,
        &["No AWS credentials", "the container's credentials: "],
    );
    let text = format!("{said:?}");
    assert!(!text.contains("fake-wrong-token"), "{text}");
    assert_eq!(scene.aws.requests_of("PUT /latest/api/token"), []);
}
