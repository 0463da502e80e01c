//! Whom the provider believes: the system's authorities, a bundle's, or everybody.

use std::fs;
use std::time::{Duration, Instant};

use super::way::{endpoints, planned, refused, work};
use crate::support::fake_aws::{FakeAws, FakeProxy, PrivateCa};
use crate::support::said::assert_says;

#[test]
fn a_private_authority_is_believed_only_with_its_bundle() {
    let ca = PrivateCa::new();
    let aws = FakeAws::start_tls(&ca);
    let begin = Instant::now();
    let without = work(&endpoints(&aws.endpoint()));
    let said = refused(&without, &[]);
    assert_says(
        &said,
        &[
            "no authority that is trusted here",
            "custom_ca_bundle",
            "AWS_CA_BUNDLE",
        ],
    );
    assert!(!said.contains("Check that the region"), "{said}");
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert!(aws.requests().is_empty());

    // The same where the first call is one to EC2.
    let unproven = "  skip_credentials_validation = true\n  skip_requesting_account_id = true\n";
    let unproven = work(&format!("{unproven}{}", endpoints(&aws.endpoint())));
    let said = unproven.try_apply().failure();
    assert_says(
        &said,
        &[
            "no authority that is trusted here",
            "custom_ca_bundle",
            "AWS_CA_BUNDLE",
        ],
    );
    assert!(!said.contains("a region, and can"), "{said}");

    let bundle = "  custom_ca_bundle = \"~/private-ca.pem\"\n";
    let with = work(&format!("{bundle}{}", endpoints(&aws.endpoint())));
    ca.write(with.path());
    planned(&with);
    assert_eq!(aws.requests_of("GetCallerIdentity").len(), 1);
    assert!(!aws.requests_of("DescribeSecurityGroups").is_empty());
}

#[test]
fn a_request_that_cannot_be_made_is_not_tried_again() {
    let aws = FakeAws::start();
    let mut work = work(&endpoints(&aws.endpoint()));
    work.env("AWS_EXECUTION_ENV", "a\nb");
    let begin = Instant::now();
    let said = refused(&work, &[]);
    assert_says(
        &said,
        &["the request can't be made", "does AWS_EXECUTION_ENV hold"],
    );
    assert!(begin.elapsed() < Duration::from_secs(10));
    assert!(aws.requests().is_empty());
}

#[test]
fn the_environment_names_a_bundle_and_the_provider_block_wins() {
    let ca = PrivateCa::new();
    let aws = FakeAws::start_tls(&ca);
    let mut by_environment = work(&endpoints(&aws.endpoint()));
    let path = ca.write(by_environment.path());
    by_environment.env("AWS_CA_BUNDLE", &path.to_string_lossy());
    planned(&by_environment);

    let bundle = "  custom_ca_bundle = \"other.pem\"\n";
    let mut other = work(&format!("{bundle}{}", endpoints(&aws.endpoint())));
    other.write("other.pem", PrivateCa::new().pem());
    other.env("AWS_CA_BUNDLE", &path.to_string_lossy());
    assert_says(&refused(&other, &[]), &["certificate"]);
}

#[test]
fn certificates_are_for_a_name_unless_insecure() {
    let ca = PrivateCa::new();
    let aws = FakeAws::start_tls(&ca);
    let proxy = FakeProxy::start().leading_to(aws.port());
    let work = |argument: &str| {
        let proxy = format!("  https_proxy = \"{}\"\n", proxy.address());
        let elsewhere = endpoints("https://elsewhere.invalid");
        let work = work(&format!("{argument}{proxy}{elsewhere}"));
        ca.write(work.path());
        work
    };
    let strict = work("  custom_ca_bundle = \"private-ca.pem\"\n");
    let said = refused(&strict, &[]);
    assert_says(
        &said,
        &["for another name than \"elsewhere.invalid\". It names localhost, 127.0.0.1"],
    );
    assert!(aws.requests().is_empty());
    planned(&work("  insecure = true\n"));
    assert_eq!(aws.requests_of("GetCallerIdentity").len(), 1);
}

#[test]
fn a_bad_bundle_is_said_with_its_path() {
    let said = |content: Option<&str>, insecure: &str| {
        let bundle = format!("  custom_ca_bundle = \"bundle.pem\"\n{insecure}");
        let work = work(&format!("{bundle}{}", endpoints("http://127.0.0.1:9")));
        if let Some(content) = content {
            work.write("bundle.pem", content);
        }
        refused(&work, &[])
    };
    let place = "custom_ca_bundle = \"bundle.pem\"";
    let missing = said(None, "");
    assert_says(
        &missing,
        &["Can't read the CA bundle", place, "No such file"],
    );
    let none = said(Some("nothing\n"), "");
    assert_says(
        &none,
        &[place, "bundle.pem: it holds no certificate in PEM form"],
    );
    let damaged = "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n";
    assert_says(&said(Some(damaged), ""), &[place, "no certificate"]);
    let wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let insecure = "  insecure = true\n";
    assert_says(
        &said(Some(wrong), insecure),
        &[place, "no certificate that can be read"],
    );
}

#[test]
fn a_bad_bundle_of_the_environment_is_said_by_the_variables_name() {
    let mut work = work(&endpoints("http://127.0.0.1:9"));
    let path = work.path().join("empty.pem");
    fs::write(&path, "").expect("the directory can be written");
    work.env("AWS_CA_BUNDLE", &path.to_string_lossy());
    assert_says(&refused(&work, &[]), &["AWS_CA_BUNDLE", "empty.pem"]);
}
