//! Terraform prints the line that a message's path leads to, as it stands in the file. No line with
//! a password in it is printed, whatever is wrong with it.

use super::stage::provider_with;
use crate::support::emulator::Emulator;
use crate::support::terraform::Terraform;

/// Arguments of the provider block with a secret in each, and what is said of them.
const ROWS: [(&str, &str); 9] = [
    (
        "  http_proxy = \"socks5://me:fake-password@127.0.0.1:1\"",
        "not the address of a proxy",
    ),
    (
        "  https_proxy = \"http://me:fake-password@:x\"",
        "not the address of a proxy",
    ),
    (
        "  endpoints {\n    ec2 = \"http://me:fake-password@127.0.0.1:1\"\n  }",
        "The address holds a name or a password",
    ),
    (
        "  endpoints { sts = \"http://me:fake-password@127.0.0.1:1\" }",
        "The address holds a name or a password",
    ),
    (
        "  ec2_metadata_service_endpoint = \"http://me:fake-password@127.0.0.1:1\"",
        "The address holds a name or a password",
    ),
    (
        "  secret_key = \"fake-password\"",
        "\"access_key\" is missing",
    ),
    ("  token = \"fake-password\"", "\"access_key\" is missing"),
    (
        "  access_key = \"AKIATEST\"\n  secret_key = \"fake-password\\n\"",
        "\"secret_key\" can't be sent",
    ),
    (
        "  assume_role_with_web_identity { web_identity_token = \"fake-password\\n\" }",
        "\"web_identity_token\" can't be sent",
    ),
];

/// All of them in one configuration.
fn configuration() -> String {
    let mut text = "terraform {\n  required_providers {\n    curated = { source = \
                    \"curated/curated\" }\n  }\n}\n"
        .to_owned();
    for (number, (lines, _)) in ROWS.iter().enumerate() {
        text += &format!(
            "provider \"curated\" {{\n  alias = \"p{number}\"\n  region = \"eu-west-1\"\n{lines}\n}}\n\
             resource \"curated_security_group\" \"g{number}\" {{\n  provider = curated.p{number}\n  \
             name = \"g\"\n}}\n"
        );
    }
    text
}

#[test]
fn no_password_is_in_a_line_that_a_host_prints() {
    for terraform in Terraform::find_all() {
        let work = terraform.work_dir(&configuration());
        let outcome = work.try_validate();
        let text = outcome.text();
        let squeezed = text.replace('│', " ");
        let squeezed: Vec<&str> = squeezed.split_whitespace().collect();
        let squeezed = squeezed.join(" ");
        for (lines, words) in ROWS {
            assert!(squeezed.contains(words), "{lines}: {outcome}");
        }
        assert!(!text.contains("fake-password"), "{outcome}");
        // The block is shown, so that a user knows which one of several it is.
        assert!(squeezed.contains("provider \"curated\" {"), "{outcome}");
    }
}

#[test]
fn a_warning_about_a_proxy_prints_no_line_with_its_password() {
    for terraform in Terraform::find_all() {
        let proxy = "http://me:fake-password@127.0.0.1:1";
        let lines = format!("  http_proxy = \"{proxy}\"\n  no_proxy = \"127.0.0.1\"\n");
        let emulator = Emulator::start();
        let provider = provider_with(emulator.endpoint(), &lines);
        let group = "resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n";
        let said = terraform
            .work_dir(&format!("{provider}{group}"))
            .plan()
            .text;
        assert!(said.contains("http_proxy serves https too"), "{said}");
        assert!(!said.contains("fake-password"), "{said}");
    }
}
