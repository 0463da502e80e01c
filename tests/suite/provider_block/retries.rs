//! How often calls are sent again, by what the emulator counts: `max_retries`, `retry_mode` and
//! `token_bucket_rate_limiter_capacity`, with their forms in environment and profile.

use std::fs;

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{Host, provider_config, web_from};
use crate::support::stage::provider_with;
use crate::support::terraform::{Terraform, WorkDir};

const REGION: &str = "eu-west-1";

/// A call that EC2 throttles, or fails to carry out, for ever.
fn always(action: &str, code: &str) -> Json {
    let status = if code == "InternalError" { 500 } else { 503 };
    let times = 100_000;
    json!({ "faults": [
        { "action": action, "do": "error", "code": code, "status": status, "times": times },
    ]})
}

fn throttled(action: &str) -> Json {
    always(action, "RequestLimitExceeded")
}

async fn host(emulator: &Emulator, env: &[(&str, &str)], arguments: &[(&str, Value)]) -> Host {
    let host = Host::start_with(env);
    let config = provider_config(emulator.endpoint(), REGION);
    let config = arguments.iter().fold(config, |config, (name, value)| {
        config.with(*name, value.clone())
    });
    assert_eq!(host.configure(&config).await, []);
    host
}

/// Creates a group while this goes wrong: what the user is told.
async fn create(host: &Host, emulator: &Emulator, fault: &Json) -> String {
    let config = web_from("10.0.0.0/8");
    let planned = host.plan(&Value::Null, &config).await.clean();
    emulator.config(fault);
    emulator.reset_counts();
    let answer = host.apply(&Value::Null, &planned, &config).await;
    answer.error().detail.clone()
}

fn count(emulator: &Emulator, action: &str) -> u64 {
    emulator.counts().get(action).copied().unwrap_or(0)
}

/// As in terraform-provider-aws, whose `max_retries` counts the first attempt too.
#[tokio::test]
async fn max_retries_is_the_number_of_attempts() {
    for code in ["RequestLimitExceeded", "InternalError"] {
        for (action, attempts) in [
            ("CreateSecurityGroup", 1),
            ("CreateSecurityGroup", 3),
            ("AuthorizeSecurityGroupIngress", 3),
        ] {
            let emulator = Emulator::start();
            let host = host(&emulator, &[], &[("max_retries", attempts.into())]).await;
            let said = create(&host, &emulator, &always(action, code)).await;
            let case = format!("{code}, {action}, {attempts}: {said}");
            assert_eq!(count(&emulator, action), attempts as u64, "{case}");
            let words = match attempts {
                1 => "It was tried once, as often as max_retries allows".to_owned(),
                n => format!("It was tried {n} times, as often as max_retries allows"),
            };
            assert!(said.contains(&words), "{case}");
        }
    }
}

#[tokio::test]
async fn max_retries_limits_reads_changes_and_deletions() {
    let emulator = Emulator::start();
    let host = host(&emulator, &[], &[("max_retries", 2.into())]).await;
    let (old, new) = (web_from("10.0.0.0/8"), web_from("11.0.0.0/8"));
    let state = host.settle(&Value::Null, &old).await;
    let planned = host.plan(&state, &new).await.clean();
    for code in ["RequestLimitExceeded", "InternalError"] {
        for action in [
            "DescribeSecurityGroups",
            "CreateTags",
            "DeleteSecurityGroup",
        ] {
            emulator.config(&always(action, code));
            emulator.reset_counts();
            let answer = match action {
                "DescribeSecurityGroups" => host.read(&state).await,
                "CreateTags" => host.apply(&state, &planned, &new).await,
                _ => host.apply(&state, &Value::Null, &Value::Null).await,
            };
            let said = &answer.error().detail;
            assert_eq!(count(&emulator, action), 2, "{code}, {action}: {said}");
        }
    }
}

#[tokio::test]
async fn max_retries_limits_the_question_who_we_are() {
    let emulator = Emulator::start();
    emulator.config(&throttled("GetCallerIdentity"));
    let host = Host::start();
    let config = provider_config(emulator.endpoint(), REGION)
        .with("skip_credentials_validation", false)
        .with("max_retries", 2);
    let said = host.configure(&config).await;
    assert!(said[0].detail.contains("as max_retries allows"), "{said:?}");
    assert_eq!(count(&emulator, "GetCallerIdentity"), 2);
}

/// Each place wins over the next.
#[tokio::test]
async fn attempts_of_block_environment_and_profile() {
    let dir = TempDir::new().expect("a directory");
    let file = dir.path().join("config");
    fs::write(&file, "[default]\nmax_attempts = 4\n").expect("it can be written");
    let file = file.to_str().expect("a plain path");
    let profile = ("AWS_CONFIG_FILE", file);
    let variable = ("AWS_MAX_ATTEMPTS", "3");
    let argument = ("max_retries", Value::from(2));
    let zero = ("max_retries", Value::from(0));
    for (env, arguments, attempts, by) in [
        (vec![profile], vec![], 4, "max_attempts of the profile"),
        (vec![profile, variable], vec![], 3, "AWS_MAX_ATTEMPTS"),
        (vec![profile, variable], vec![argument], 2, "max_retries"),
        (vec![profile, variable], vec![zero], 3, "AWS_MAX_ATTEMPTS"),
    ] {
        let emulator = Emulator::start();
        let host = host(&emulator, &env, &arguments).await;
        let said = create(&host, &emulator, &throttled("CreateSecurityGroup")).await;
        let words = format!("{attempts} times, as often as {by} allows");
        assert!(said.contains(&words), "{said}");
        assert_eq!(count(&emulator, "CreateSecurityGroup"), attempts);
    }
}

#[tokio::test]
async fn a_variable_that_cannot_be_read_is_an_error_at_configure() {
    let emulator = Emulator::start();
    for (variable, value, argument) in [
        ("AWS_MAX_ATTEMPTS", "many", "max_retries"),
        ("AWS_RETRY_MODE", "fast", "retry_mode"),
    ] {
        let host = Host::start_with(&[(variable, value)]);
        let config = provider_config(emulator.endpoint(), REGION);
        let said = host.configure(&config).await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said[0].path, argument);
        assert!(said[0].summary.contains(variable), "{said:?}");
        assert!(said[0].detail.contains(value), "{said:?}");
    }
    assert!(emulator.log().is_empty());
}

#[tokio::test]
async fn retries_end_when_their_tokens_are_used_up() {
    let emulator = Emulator::start();
    let capacity = ("token_bucket_rate_limiter_capacity", Value::from(12));
    let host = host(&emulator, &[], &[capacity]).await;
    let said = create(&host, &emulator, &throttled("CreateSecurityGroup")).await;
    // The first attempt is free, and twelve tokens are two retries.
    assert_eq!(count(&emulator, "CreateSecurityGroup"), 3);
    let words = "had used up token_bucket_rate_limiter_capacity (12), 3 times";
    assert!(said.contains(words), "{said}");
    // All calls share them.
    let said = create(&host, &emulator, &throttled("CreateSecurityGroup")).await;
    assert_eq!(count(&emulator, "CreateSecurityGroup"), 1, "{said}");
}

fn work_dir(emulator: &Emulator, arguments: &str) -> WorkDir {
    let block = provider_with(emulator.endpoint(), arguments);
    let group = "resource \"curated_security_group\" \"web\" {\n  preset = \"https\"\n}\n";
    Terraform::find().work_dir(&format!("{block}{group}"))
}

#[test]
fn what_cannot_be_is_an_error_of_validate() {
    let emulator = Emulator::start();
    for (arguments, expected) in [
        ("max_retries = -1", "-1 is not a count"),
        ("max_retries = 2.5", "2.5 is not a count"),
        (
            "token_bucket_rate_limiter_capacity = -5",
            "-5 is not a count",
        ),
        ("retry_mode = \"fast\"", "\"fast\" is not a retry mode"),
    ] {
        let said = work_dir(&emulator, arguments).try_validate().failure();
        assert!(said.contains(expected), "{said}");
        assert!(said.contains(arguments), "no path: {said}");
    }
}

/// One action is throttled. Do the others wait?
#[test]
fn in_adaptive_mode_the_region_slows_down_together() {
    for (arguments, variable, together) in [
        ("retry_mode = \"adaptive\"", "standard", true),
        ("", "adaptive", true),
        ("retry_mode = \"standard\"", "adaptive", false),
        ("", "", false),
    ] {
        let emulator = Emulator::start();
        let mut work = work_dir(&emulator, arguments);
        work.env("TF_LOG_PROVIDER", "debug");
        work.env("AWS_RETRY_MODE", variable);
        let mut fault = throttled("CreateSecurityGroup");
        fault["faults"][0]["times"] = 2.into();
        emulator.config(&fault);
        let told = work.apply();
        let waits = told.lines().filter(|l| l.contains("waited for EC2's rate"));
        let others = waits.filter(|l| !l.contains("action=CreateSecurityGroup"));
        assert_eq!(
            others.count() > 0,
            together,
            "{arguments}, {variable}: {told}"
        );
    }
}
