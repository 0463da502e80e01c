//! Regions and addresses that can't be: refused before anybody is called, with the argument's path.

use terraform_provider_curated::tf_provider::value::Value;

use super::scene::{
    Env, REGION, block, block_for, config_file, configured, refusal, shared_config, unproven,
    validate,
};
use crate::support::emulator::Emulator;
use crate::support::fake_aws::FakeAws;
use crate::support::host::{Host, endpoints, group};
use crate::support::terraform::Terraform;

const HERE: &str = "http://127.0.0.1:9";

#[tokio::test]
async fn validate_points_at_what_is_wrong() {
    let ids = |id: &str| Value::set([id]);
    let plain = || block().with("region", REGION);
    let skipping = || plain().with("skip_requesting_account_id", true);
    let rows = [
        (
            plain().with("region", "eu-wset-1"),
            "region",
            "\"eu-west-1\"",
        ),
        (
            plain().with("sts_region", "us-esat-1"),
            "sts_region",
            "\"us-east-1\"",
        ),
        (
            plain().with("endpoints", endpoints([("ec2", "localhost:4566")])),
            "endpoints.0.ec2",
            "\"localhost:4566\" is not an address",
        ),
        (
            plain().with("endpoints", endpoints([("sso", "http://h:99999")])),
            "endpoints.0.sso",
            "is not an address",
        ),
        (
            plain().with("allowed_account_ids", ids("1234")),
            "allowed_account_ids",
            "\"1234\" is not the id of an account",
        ),
        (
            plain().with("forbidden_account_ids", ids("12345678901x")),
            "forbidden_account_ids",
            "twelve digits",
        ),
        (
            plain()
                .with("allowed_account_ids", ids("123456789012"))
                .with("forbidden_account_ids", ids("210987654321")),
            "forbidden_account_ids",
            "Conflicting configuration arguments \"forbidden_account_ids\" and \"allowed_account_ids\" are",
        ),
        (
            skipping().with("allowed_account_ids", ids("123456789012")),
            "allowed_account_ids",
            "Conflicting configuration arguments \"allowed_account_ids\" can't be kept with",
        ),
        (
            skipping().with("forbidden_account_ids", ids("123456789012")),
            "forbidden_account_ids",
            "Conflicting configuration arguments \"forbidden_account_ids\" can't be kept with",
        ),
    ];
    let host = Host::start();
    for (config, path, words) in rows {
        let said = validate(&host, &config).await;
        assert_eq!(said.len(), 1, "{path}: {said:?}");
        let text = format!("{} {}", said[0].summary, said[0].detail);
        assert!(said[0].is_error && text.contains(words), "{path}: {text}");
        assert_eq!(said[0].path, path, "{text}");
    }
}

#[tokio::test]
async fn a_region_from_elsewhere_is_checked_and_it_is_said_where_it_comes_from() {
    let file = shared_config("[profile west]\nregion = us-wset-2\n");
    let files = config_file(&file);
    let aws = FakeAws::start();
    let config = block_for(&aws).with("region", Value::Null);
    let rows: [(Env<'_>, &str); 3] = [
        (
            &[("AWS_REGION", "us-wset-2")],
            "AWS_REGION in the environment",
        ),
        (
            &[("AWS_DEFAULT_REGION", "us-wset-2"), files],
            "AWS_DEFAULT_REGION in the environment",
        ),
        (&[("AWS_PROFILE", "west"), files], "in the profile \"west\""),
    ];
    for (env, source) in rows {
        let said = refusal(&config, env).await;
        assert_eq!(said.path, "region");
        assert_eq!(said.summary, "\"us-wset-2\" is not a region");
        for words in [source, "\"us-west-2\"", "skip_region_validation"] {
            assert!(said.detail.contains(words), "{words}: {}", said.detail);
        }
    }
    assert_eq!(aws.names(), [""; 0]);

    let taken = config.with("skip_region_validation", true);
    let _host = configured(&taken, &[("AWS_REGION", "us-wset-2")]).await;
    assert_eq!(aws.names(), ["GetCallerIdentity"]);
}

#[tokio::test]
async fn a_region_of_a_resource_is_checked_unless_the_block_takes_any() {
    let typo = group().with("name", "web").with("region", "eu-wset-1");
    let host = Host::start();
    let plain = block().with("region", REGION);
    for (skip, expected) in [
        (Value::Null, 1),
        (true.into(), 0),
        (false.into(), 1),
        (Value::Unknown, 0),
    ] {
        let config = plain.clone().with("skip_region_validation", skip);
        assert_eq!(validate(&host, &config).await, []);
        let said = host.validate(&typo).await;
        assert_eq!(said.len(), expected, "{said:?}");
        for message in said {
            assert_eq!(message.path, "region");
            assert!(message.detail.contains("\"eu-west-1\""), "{message:?}");
        }
    }
}

#[tokio::test]
async fn an_address_in_the_environment_is_checked() {
    let config = block().with("region", REGION);
    for name in [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_EC2",
        "AWS_ENDPOINT_URL_STS",
    ] {
        for value in ["localhost:4566", ""] {
            let said = refusal(&config, &[(name, value)]).await;
            assert_eq!(said.path, "endpoints");
            assert!(said.summary.contains(&format!("{name} ")), "{said:?}");
            assert!(said.summary.contains(&format!("\"{value}\"")), "{said:?}");
        }
    }
}

#[tokio::test]
async fn a_kind_of_endpoint_and_an_address_from_elsewhere_contradict_each_other() {
    let by_profile = format!("[default]\nuse_dualstack_endpoint = true\nendpoint_url = {HERE}\n");
    let file = shared_config(&by_profile);
    let plain = || block().with("region", REGION);
    let fips = plain().with("use_fips_endpoint", true);
    let rows: [(Value, Env<'_>, &str, &str); 3] = [
        (
            fips.clone(),
            &[("AWS_ENDPOINT_URL", HERE)],
            "use_fips_endpoint",
            "FIPS",
        ),
        (
            unproven(fips),
            &[("AWS_ENDPOINT_URL_EC2", HERE)],
            "use_fips_endpoint",
            "FIPS",
        ),
        (
            plain(),
            &[config_file(&file)],
            "use_dualstack_endpoint",
            "AWS_USE_DUALSTACK_ENDPOINT or the profile",
        ),
    ];
    for (config, env, path, words) in rows {
        let said = refusal(&config, env).await;
        assert_eq!(said.path, path, "{said:?}");
        assert!(
            said.summary.contains("endpoint to call \"ec2\" at"),
            "{said:?}"
        );
        for words in [words, HERE, "AWS_ENDPOINT_URL_EC2"] {
            assert!(said.detail.contains(words), "{words}: {}", said.detail);
        }
    }
}

/// As people have it for an emulator, label apart.
const OF_AN_AWS_PROVIDER: &str = r#"
terraform {
  required_providers {
    curated = { source = "curated/curated" }
  }
}
provider "curated" {
  region                         = "eu-west-1"
  access_key                     = "test"
  secret_key                     = "test"
  allowed_account_ids            = ["123456789012"]
  s3_use_path_style              = true
  s3_us_east_1_regional_endpoint = "regional"
  skip_credentials_validation    = true
  skip_region_validation         = true
  use_fips_endpoint              = false
  use_dualstack_endpoint         = false
  sts_region                     = "us-east-1"
  endpoints {
    apigateway    = "ENDPOINT"
    ec2           = "ENDPOINT"
    iam           = "ENDPOINT"
    s3            = "ENDPOINT"
    stepfunctions = "ENDPOINT"
  }
  endpoints {
    sts = "ENDPOINT"
  }
}
resource "curated_security_group" "ssh" {
  preset = "ssh"
  region = "home-1"
}
"#;

#[test]
fn the_block_of_an_aws_provider_carries_over() {
    let emulator = Emulator::start();
    let main_tf = OF_AN_AWS_PROVIDER.replace("ENDPOINT", emulator.endpoint());
    let work = Terraform::find().work_dir(&main_tf.replace("home-1", REGION));
    let validated = work.try_validate();
    assert_eq!(validated.code, 0, "{validated}");
    work.apply();
    assert!(!emulator.group(REGION, "ssh").is_null());

    // What no region is passes `validate` only where the block says so.
    work.write("main.tf", &main_tf);
    let validated = work.try_validate();
    assert_eq!(validated.code, 0, "{validated}");
    let checked = main_tf.replace("skip_region_validation         = true", "");
    work.write("main.tf", &checked);
    let refused = work.try_validate().failure();
    assert!(refused.contains("\"home-1\" is not a region"), "{refused}");
}
