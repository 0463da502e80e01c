//! What the program says to a person: without a host, with arguments, with a certificate that is
//! none. Nothing of it may hang or speak of a provider's insides.

use std::process::{Command, Output, Stdio};

use crate::support::plugin_process::{COOKIE, command};

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn a_person_is_told_in_two_lines_who_starts_it_and_how_to_install_it() {
    for cookie in ["", "wrong"] {
        let told = run(command().env(COOKIE.0, cookie));
        assert_eq!(told.status.code(), Some(1));
        assert_eq!(text(&told.stdout), "");
        let stderr = text(&told.stderr);
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
        assert!(
            stderr.contains("Terraform") && stderr.contains("make install"),
            "{stderr}"
        );
    }
}

#[test]
fn version_and_help_answer_on_stdout() {
    let version = run(command().arg("--version"));
    let want = concat!(
        "terraform-provider-curated ",
        env!("CARGO_PKG_VERSION"),
        "\n"
    );
    assert_eq!(text(&version.stdout), want);
    assert_eq!(version.status.code(), Some(0));

    for name in ["--help", "-h"] {
        let help = run(command().arg(name));
        assert_eq!(help.status.code(), Some(0));
        assert!(text(&help.stdout).contains("-debug"));
    }
}

#[test]
fn anything_else_is_a_usage_error_even_from_a_host() {
    let wrong = run(command().envs([COOKIE]).args(["-debug", "now"]));
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(text(&wrong.stdout), "");
    assert!(text(&wrong.stderr).contains("-debug now"));
}

#[test]
fn a_certificate_that_is_none_is_said_so_before_the_line() {
    let wrong = run(command().envs([COOKIE, ("PLUGIN_CLIENT_CERT", "junk")]));
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(text(&wrong.stdout), "");
    assert!(text(&wrong.stderr).contains("PLUGIN_CLIENT_CERT must hold a certificate"));
}
