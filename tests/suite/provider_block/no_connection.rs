//! Ways not to reach EC2: each ends in one clear error within seconds, never in a long silence.

use std::time::{Duration, Instant};

use crate::support::emulator::{Emulator, python};
use crate::support::said::{assert_says, only_error};
use crate::support::stage::REGION;
use crate::support::terraform::{Outcome, Terraform, WorkDir};

/// Nothing listens there: the port is reserved, and no user may take it.
const NOBODY: &str = "http://127.0.0.1:1";
/// An address for documentation: no metadata service is there, on whatever machine this runs.
const NO_METADATA: (&str, &str) = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://192.0.2.1");

/// One group, and a provider block with these arguments.
fn with_provider(arguments: &str) -> WorkDir {
    let mut work = Terraform::find().work_dir(&format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}
provider "curated" {{
{arguments}
}}
resource "curated_security_group" "ssh" {{
  preset = "ssh"
}}
"#
    ));
    work.env(NO_METADATA.0, NO_METADATA.1);
    work
}

/// The one error of a command that ends in time.
#[track_caller]
fn soon(at_most: Duration, run: impl FnOnce() -> Outcome) -> String {
    let started = Instant::now();
    let outcome = run();
    let took = started.elapsed();
    assert!(took < at_most, "took {took:?}: {outcome}");
    only_error(&outcome)
}

fn endpoints(ec2: &str, sts: &str) -> String {
    format!("endpoints {{\n  ec2 = \"{ec2}\"\n  sts = \"{sts}\"\n}}\n")
}

fn keys() -> String {
    format!("region = \"{REGION}\"\naccess_key = \"test\"\nsecret_key = \"test\"\n")
}

#[test]
fn endpoint_where_nobody_listens_ends_in_one_error_soon() {
    let work = with_provider(&(keys() + &endpoints(NOBODY, NOBODY)));
    let message = soon(Duration::from_secs(15), || work.try_plan());
    assert_says(&message, &["GetCallerIdentity", "endpoints", "refused"]);
}

#[test]
fn endpoint_of_ec2_where_nobody_listens_ends_in_one_error_soon() {
    let emulator = Emulator::start();
    let work = with_provider(&(keys() + &endpoints(NOBODY, emulator.endpoint())));
    let message = soon(Duration::from_secs(15), || work.try_apply());
    let words = ["CreateSecurityGroup", REGION, "endpoints", "refused"];
    assert_says(&message, &words);
}

#[test]
fn endpoint_that_is_no_address_is_refused_by_validate() {
    let work = with_provider(&(keys() + &endpoints("127.0.0.1:5000", "")));
    let message = only_error(&work.try_validate());
    let words = ["\"127.0.0.1:5000\" is not an address", "\"http://"];
    assert_says(&message, &words);
}

#[test]
fn credentials_that_are_nowhere_end_in_one_error_that_lists_the_places() {
    let work = with_provider(&format!("region = \"{REGION}\""));
    let message = soon(Duration::from_secs(10), || work.try_plan());
    let words = [
        "No AWS credentials",
        "access_key and secret_key",
        "AWS_ACCESS_KEY_ID",
        "~/.aws/credentials",
        "instance metadata",
    ];
    assert_says(&message, &words);
    assert_eq!(message.matches("metadata").count(), 1, "{message}");
}

#[test]
fn credentials_half_given_are_refused_by_validate() {
    let work = with_provider("region = \"eu-west-1\"\naccess_key = \"test\"");
    let message = only_error(&work.try_validate());
    assert_says(&message, &["\"secret_key\" is missing"]);
}

#[test]
fn credentials_of_a_profile_that_is_nowhere_are_not_looked_for_elsewhere() {
    let emulator = Emulator::start();
    let arguments = format!("region = \"{REGION}\"\nprofile = \"network\"\n");
    let mut work =
        with_provider(&(arguments + &endpoints(emulator.endpoint(), emulator.endpoint())));
    // These may be of another account.
    work.env("AWS_ACCESS_KEY_ID", "test");
    work.env("AWS_SECRET_ACCESS_KEY", "test");
    let message = soon(Duration::from_secs(10), || work.try_plan());
    assert_says(&message, &["There is no profile \"network\""]);
    assert!(emulator.counts().is_empty());
}

#[test]
fn credentials_in_a_profile_and_its_region_are_found() {
    let emulator = Emulator::start();
    let arguments = format!(
        "profile = \"network\"\n{}",
        endpoints(emulator.endpoint(), emulator.endpoint())
    );
    let work = with_provider(&arguments);
    std::fs::create_dir(work.path().join(".aws")).expect("the directory is ours");
    work.write(
        ".aws/credentials",
        "[network]\naws_access_key_id = test\naws_secret_access_key = test\n",
    );
    work.write(".aws/config", "[profile network]\nregion = eu-west-1\n");
    work.apply();
    assert!(!emulator.group(REGION, "ssh").is_null());
}

#[test]
fn region_that_nothing_names_ends_in_one_error_that_says_where_to_name_it() {
    let work = with_provider("access_key = \"test\"\nsecret_key = \"test\"");
    let message = soon(Duration::from_secs(10), || work.try_plan());
    assert_says(&message, &["No region", "\"region\"", "AWS_REGION"]);
}

#[test]
fn region_of_the_provider_that_is_none_is_refused_by_validate() {
    let work = with_provider("region = \"eu-west-1a\"");
    let message = only_error(&work.try_validate());
    let words = ["\"eu-west-1a\" is not a region", "\"eu-west-1\""];
    assert_says(&message, &words);
}

/// Credentials for five seconds, which the SDK takes for run out: so every call asks for new ones.
const SHORT_LIVED: &str = r#"
import datetime, json, os, sys
if os.path.exists(os.path.join(os.path.dirname(__file__), "revoked")):
    sys.exit("no more")
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=5)
print(json.dumps({
    "Version": 1,
    "AccessKeyId": "test",
    "SecretAccessKey": "test",
    "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
}))
"#;

#[test]
fn credentials_that_run_out_on_the_way_end_in_one_error_soon() {
    let emulator = Emulator::start();
    let arguments = format!("region = \"{REGION}\"\n");
    let work = with_provider(&(arguments + &endpoints(emulator.endpoint(), emulator.endpoint())));
    let script = work.path().join("credentials.py");
    work.write("credentials.py", SHORT_LIVED);
    std::fs::create_dir(work.path().join(".aws")).expect("the directory is ours");
    let process = format!("{} {}", python().display(), script.display());
    let profile = format!("[default]\ncredential_process = {process}\n");
    work.write(".aws/config", &profile);
    let fault = serde_json::json!({ "action": "CreateSecurityGroup", "do": "hold" });
    emulator.config(&serde_json::json!({ "faults": [fault] }));

    let message = std::thread::scope(|scope| {
        let apply = scope.spawn(|| soon(Duration::from_secs(25), || work.try_apply()));
        emulator.wait_for_held(Duration::from_secs(15));
        work.write("revoked", "");
        emulator.release(true);
        apply
            .join()
            .unwrap_or_else(|e| std::panic::resume_unwind(e))
    });
    assert_says(
        &message,
        &["RevokeSecurityGroupEgress", "wasn't sent", "renew them"],
    );
    let id = &emulator.group(REGION, "ssh")["id"];
    let attributes = work.attributes("curated_security_group.ssh");
    assert_eq!(attributes["id"], *id, "what was made is known");
}
