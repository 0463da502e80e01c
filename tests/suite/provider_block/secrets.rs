//! A run at Terraform's loudest, with secrets in every place that can hold one: none is in the
//! log, in a message, in the plan or in the state.

use std::sync::LazyLock;

use super::signing::REGION;
use crate::support::emulator::Emulator;
use crate::support::fake_aws::{FakeAws, FakeProxy};
use crate::support::terraform::{Outcome, Terraform, WorkDir};

static TERRAFORM: LazyLock<Terraform> = LazyLock::new(Terraform::find);

/// What is in the block, the environment and the files. What STS and the others issue is known
/// only to the fake.
const SECRETS: [&str; 8] = [
    "fake-block-secret",
    "fake-block-token",
    "fake-environment-secret",
    "fake-web-token",
    "fake-process-secret",
    "fake-process-token",
    "fake-sso-token",
    "fake-proxy-password",
];

/// Where no resolver leads, and the proxy does.
const PROXIED: &str = "http://aws.invalid";

/// An EC2 behind an STS that issues credentials, and all that a run has said so far.
struct Run {
    emulator: Emulator,
    aws: FakeAws,
    proxy: FakeProxy,
    work: WorkDir,
    said: String,
}

impl Run {
    /// A group, and a provider block with these lines.
    fn new(lines: &str) -> Self {
        let emulator = Emulator::start();
        let aws = FakeAws::start().with_ec2(&emulator);
        let proxy = FakeProxy::start()
            .leading_to(aws.port())
            .asking_for("somebody", "fake-proxy-password");
        let mut work = TERRAFORM.work_dir("");
        let proxied = format!(
            "http://somebody:fake-proxy-password@127.0.0.1:{}",
            proxy.port()
        );
        for (name, value) in [
            ("TF_LOG", "trace"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("HTTP_PROXY", &proxied),
            ("AWS_ENDPOINT_URL_SSO", PROXIED),
        ] {
            work.env(name, value);
        }
        let run = Self {
            emulator,
            aws,
            proxy,
            work,
            said: String::new(),
        };
        run.configure(lines, "one");
        run
    }

    fn configure(&self, lines: &str, team: &str) {
        let main_tf = format!(
            r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}
variable "secret" {{
  sensitive = true
  default   = null
}}
variable "token" {{
  sensitive = true
  default   = null
}}
provider "curated" {{
  region = "{REGION}"
{lines}
  endpoints {{
    ec2 = "{PROXIED}"
    sts = "{PROXIED}"
  }}
}}
resource "curated_security_group" "web" {{
  preset = "https"
  tags   = {{ team = "{team}" }}
}}
"#
        );
        self.work.write("main.tf", &main_tf);
    }

    /// Keeps what a command said, which must have ended so.
    #[track_caller]
    fn keep(&mut self, outcome: &Outcome, code: i32) {
        assert_eq!(outcome.code, code, "{outcome}");
        self.said += &outcome.text();
    }

    /// What was said, in all of which there is something to find, and no secret.
    #[track_caller]
    fn assert_silent(&self) {
        let provider = "provider.terraform-provider-curated";
        assert!(self.said.contains(provider), "nothing was logged");
        let proxied = self.proxy.seen();
        let users = proxied.iter().filter_map(|request| request.user());
        assert!(users.count() > 0, "the proxy's password wasn't used");
        self.assert_none("the log", &self.said);
    }

    #[track_caller]
    fn assert_none(&self, place: &str, text: &str) {
        let issued = self.aws.issued();
        let issued = issued
            .iter()
            .flat_map(|i| [&*i.secret_key, &*i.session_token]);
        for secret in SECRETS.into_iter().chain(issued) {
            let line = text.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} is in {place}");
        }
    }
}

const ROLES: &str = r#"
  access_key = "AKIABLOCK"
  secret_key = var.secret
  token      = var.token
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/one"
  }
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/two"
  }
"#;

#[test]
fn a_whole_life_with_keys_and_roles_tells_no_secret() {
    let mut run = Run::new(ROLES);
    let values = "secret = \"fake-block-secret\"\ntoken = \"fake-block-token\"\n";
    run.work.write("terraform.tfvars", values);
    let outcome = run.work.try_apply();
    run.keep(&outcome, 0);
    let state = std::fs::read_to_string(run.work.path().join("terraform.tfstate"));
    run.assert_none("the state", &state.expect("an apply writes a state"));

    run.configure(ROLES, "two");
    // What is configured is in a plan as the user gave it; the rest is the provider's.
    let plan = run.work.plan_json();
    for part in ["planned_values", "resource_changes", "prior_state"] {
        assert!(!plan[part].is_null(), "{part}");
        run.assert_none(part, &plan[part].to_string());
    }
    let denied = serde_json::json!({ "faults": [{
        "action": "CreateTags", "do": "error", "code": "AuthFailure", "status": 403,
    }] });
    run.emulator.config(&denied);
    let outcome = run.work.try_apply();
    run.keep(&outcome, 1);
    run.emulator.config(&serde_json::json!({ "faults": [] }));
    let outcome = run.work.try_apply();
    run.keep(&outcome, 0);
    run.aws
        .refuse_times("AssumeRole", 1, "AccessDenied", "not you");
    let outcome = run.work.try_plan();
    run.keep(&outcome, 1);
    let outcome = run.work.try_destroy();
    run.keep(&outcome, 0);
    assert!(
        run.aws.issued().len() >= 8,
        "each command assumes both roles"
    );
    run.assert_silent();
}

#[test]
fn a_web_identity_tells_no_secret() {
    let lines = r#"
  assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/ci"
    web_identity_token = var.token
  }
"#;
    let mut run = Run::new(lines);
    run.work
        .write("terraform.tfvars", "token = \"fake-web-token\"\n");
    let outcome = run.work.try_plan();
    run.keep(&outcome, 2);
    let refused = "AssumeRoleWithWebIdentity";
    run.aws
        .refuse(refused, "InvalidIdentityToken", "No provider found");
    let outcome = run.work.try_plan();
    run.keep(&outcome, 1);
    run.assert_silent();
}

#[test]
fn profiles_and_the_environment_tell_no_secret() {
    let mut run = Run::new("  profile = \"tool\"");
    std::fs::create_dir_all(run.work.path().join(".aws/sso/cache")).expect("it is ours");
    run.work.env("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
    run.work
        .env("AWS_SECRET_ACCESS_KEY", "fake-environment-secret");
    let reply = r#"{"Version":1,"AccessKeyId":"AKIAPROCESS",
        "SecretAccessKey":"fake-process-secret","SessionToken":"fake-process-token"}"#;
    run.work.write("reply.json", reply);
    run.work
        .write("broken.json", &reply.replace("\"Version\":1,", "{"));
    let folder = run.work.path().display().to_string();
    run.work.write(
        ".aws/config",
        &format!(
            "[profile tool]\ncredential_process = cat {folder}/reply.json\n\
             [profile broken]\ncredential_process = cat {folder}/broken.json\n\
             [profile dev]\nsso_session = corp\nsso_account_id = 123456789012\n\
             sso_role_name = Dev\n\
             [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.test\n"
        ),
    );
    let token = r#"{"accessToken":"fake-sso-token","expiresAt":"2099-01-01T00:00:00Z"}"#;
    // Named by the SHA-1 of "corp".
    let cache = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    run.work.write(cache, token);
    for (lines, code) in [
        ("  profile = \"tool\"", 2),
        ("  profile = \"broken\"", 1),
        ("  profile = \"dev\"", 2),
        ("", 2),
    ] {
        run.configure(lines, "one");
        let outcome = run.work.try_plan();
        run.keep(&outcome, code);
    }
    assert_eq!(run.aws.requests_of("GET /federation/credentials").len(), 1);
    run.aws.ask_sso_for("another");
    run.configure("  profile = \"dev\"", "one");
    let outcome = run.work.try_plan();
    run.keep(&outcome, 1);
    run.assert_silent();
}
