//! What AWS sees of the caller.

use super::way::{endpoints, planned, work};
use crate::support::fake_aws::FakeAws;
use crate::support::said::assert_says;

const OWN: &str = concat!("terraform-provider-curated/", env!("CARGO_PKG_VERSION"));

#[test]
fn the_provider_the_products_and_the_environments_are_in_every_call() {
    let aws = FakeAws::start();
    let products = "  user_agent = [\"module/1.0 (+https://example.com)\", \"team\"]\n";
    let mut work = work(&format!("{products}{}", endpoints(&aws.endpoint())));
    work.env("TF_APPEND_USER_AGENT", "ci/7");
    planned(&work);
    let end = format!(" {OWN} module/1.0 (+https://example.com) team ci/7");
    for action in ["GetCallerIdentity", "DescribeSecurityGroups"] {
        let calls = aws.requests_of(action);
        assert!(!calls.is_empty(), "{:?}", aws.names());
        for call in calls {
            let user_agent = call.user_agent();
            assert!(user_agent.starts_with("aws-sdk-rust/"), "{user_agent}");
            assert!(user_agent.ends_with(&end), "{user_agent}");
        }
    }
}

#[test]
fn nothing_but_the_provider_is_said_unasked() {
    let aws = FakeAws::start();
    planned(&work(&endpoints(&aws.endpoint())));
    for call in aws.requests() {
        assert!(call.user_agent().ends_with(OWN), "{}", call.user_agent());
    }
}

#[test]
fn products_that_no_header_holds_are_errors_with_their_place() {
    let work = work("  user_agent = [\"good/1\", \"bad\\tone\"]\n");
    let said = work.try_validate().failure();
    assert_says(&said, &["not a product for the user agent", "U+0009"]);
}
