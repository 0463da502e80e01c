//! Calls through a proxy: tunnels to AWS's own names, requests that the proxy makes itself,
//! passwords, hosts that go without, and proxies that don't lead anywhere.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::way::{endpoints, planned, refused, work};
use crate::support::fake_aws::{FakeAws, FakeProxy, PrivateCa, Request};
use crate::support::said::assert_says;
use crate::support::terraform::WorkDir;

const STS: &str = "sts.eu-west-1.amazonaws.com:443";
const EC2: &str = "ec2.eu-west-1.amazonaws.com:443";
const SERVES_BOTH: &str = "http_proxy serves https too";
/// A name that no resolver knows.
const PLAIN: &str = "http://ec2.invalid";

/// AWS behind its own names, for those who go through the proxy and believe the authority.
struct Scene {
    ca: PrivateCa,
    aws: FakeAws,
    proxy: FakeProxy,
}

impl Scene {
    fn new() -> Self {
        let ca = PrivateCa::new();
        let aws = FakeAws::start_tls(&ca);
        let proxy = FakeProxy::start().leading_to(aws.port());
        Self { ca, aws, proxy }
    }

    /// A configuration that believes the authority, with these arguments more.
    fn work(&self, arguments: &str) -> WorkDir {
        let bundle = "  custom_ca_bundle = \"private-ca.pem\"\n";
        let work = work(&format!("{bundle}{arguments}"));
        self.ca.write(work.path());
        work
    }

    #[track_caller]
    fn assert_tunnelled(&self) {
        let connects = self.proxy.connects();
        assert!(connects.contains(&STS.to_owned()), "{connects:?}");
        assert!(connects.contains(&EC2.to_owned()), "{connects:?}");
        assert!(!self.aws.requests_of("DescribeSecurityGroups").is_empty());
    }
}

#[test]
fn calls_to_aws_go_through_a_tunnel_with_the_password() {
    let mut scene = Scene::new();
    scene.proxy = scene.proxy.asking_for("me", "p@ss-word");
    let port = scene.proxy.port();
    let address = format!("http://me:p%40ss-word@127.0.0.1:{port}");
    let work = scene.work(&format!("  https_proxy = \"{address}\"\n"));
    let said = planned(&work);
    assert!(!said.contains(SERVES_BOTH), "{said}");
    scene.assert_tunnelled();
    let user = scene.proxy.seen()[0].user();
    assert_eq!(user.as_deref(), Some("me:p@ss-word"));
    let leaked = |r: &Request| r.headers.contains_key("proxy-authorization");
    assert!(!scene.aws.requests().iter().any(leaked));
}

#[test]
fn http_proxy_alone_serves_https_too_and_a_warning_says_so() {
    let scene = Scene::new();
    let address = scene.proxy.address();
    let said = planned(&scene.work(&format!("  http_proxy = \"{address}\"\n")));
    assert_eq!(said.matches(SERVES_BOTH).count(), 1, "{said}");
    scene.assert_tunnelled();
}

#[test]
fn the_environments_proxies_are_used_in_both_spellings() {
    for name in ["HTTPS_PROXY", "https_proxy"] {
        let scene = Scene::new();
        let mut work = scene.work("");
        work.env(name, &scene.proxy.address());
        work.env("NO_PROXY", "example.com");
        planned(&work);
        scene.assert_tunnelled();
    }
}

#[test]
fn an_empty_argument_and_no_proxy_go_without() {
    let scene = Scene::new();
    // Without a proxy, these names lead nowhere that answers.
    let address = format!("https://aws.invalid:{}", scene.aws.port());
    let around = [
        "  https_proxy = \"\"\n",
        "  no_proxy = \"other, .invalid\"\n",
    ];
    for arguments in around {
        let mut work = scene.work(&format!("{arguments}{}", endpoints(&address)));
        work.env("HTTPS_PROXY", &scene.proxy.address());
        refused(&work, &[]);
        assert!(scene.proxy.seen().is_empty(), "{arguments}");
    }
    let mut work = scene.work(&endpoints(&address));
    work.env("HTTPS_PROXY", &scene.proxy.address());
    work.env("no_proxy", "aws.invalid:1");
    // The certificate isn't for that name; what matters is that the proxy was asked.
    refused(&work, &[]);
    assert!(!scene.proxy.connects().is_empty());
}

#[test]
fn plain_addresses_are_asked_for_by_the_proxy_itself() {
    let aws = FakeAws::start();
    let proxy = FakeProxy::start().leading_to(aws.port());
    let proxy = proxy.asking_for("me", "pass");
    let arguments = format!(
        "  http_proxy = \"me:pass@127.0.0.1:{}\"\n  https_proxy = \"\"\n{}",
        proxy.port(),
        endpoints(PLAIN)
    );
    let said = planned(&work(&arguments));
    assert!(!said.contains(SERVES_BOTH), "{said}");
    let seen = proxy.seen();
    assert!(
        seen.iter()
            .all(|s| s.method == "POST" && s.target.starts_with(PLAIN))
    );
    assert_eq!(aws.requests_of("GetCallerIdentity").len(), 1);
    assert_eq!(aws.requests()[0].host(), "ec2.invalid");
}

#[test]
fn a_proxy_itself_may_be_reached_over_tls_and_insecure_covers_it() {
    let ca = PrivateCa::new();
    let aws = FakeAws::start_tls(&ca);
    let proxy = FakeProxy::start_tls(&ca).leading_to(aws.port());
    let address = proxy.address();
    let insecure = format!("  insecure = true\n  https_proxy = \"{address}\"\n");
    planned(&work(&insecure));
    assert!(proxy.connects().contains(&EC2.to_owned()));

    let strict = work(&format!("  https_proxy = \"{address}\"\n"));
    let said = refused(&strict, &[]);
    assert_says(&said, &["the proxy https://localhost", "certificate"]);
}

#[test]
fn loopback_never_goes_through_a_proxy() {
    let aws = FakeAws::start();
    let proxy = FakeProxy::start();
    let mut work = work(&endpoints(&aws.endpoint()));
    work.env("HTTP_PROXY", &proxy.address());
    work.env("HTTPS_PROXY", &proxy.address());
    planned(&work);
    assert!(!aws.requests_of("DescribeSecurityGroups").is_empty());
    assert!(proxy.seen().is_empty());
}

#[test]
fn a_proxy_that_leads_nowhere_is_one_clear_error_soon() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let dead = nobody.local_addr().expect("it is bound");
    drop(nobody);
    let refusing = FakeProxy::start();
    let asking = FakeProxy::start().asking_for("me", "another");
    let said = |host: &str| {
        let begin = Instant::now();
        let work = work(&format!(
            "  https_proxy = \"http://me:hidden-word@{host}\"\n"
        ));
        let said = refused(&work, &["hidden-word"]);
        assert!(begin.elapsed() < Duration::from_secs(20), "{said}");
        assert_eq!(said.matches("Error:").count(), 1, "{said}");
        said
    };
    let dead = dead.to_string();
    let unreached = said(&dead);
    let proxy = format!("the proxy http://{dead} can't be reached");
    assert_says(&unreached, &[&proxy, "\"https_proxy\"", "HTTPS_PROXY"]);
    assert!(!unreached.contains("is \"sts\" the right"), "{unreached}");
    let refused = said(&format!("127.0.0.1:{}", refusing.port()));
    assert_says(
        &refused,
        &[
            "doesn't lead to sts.eu-west-1.amazonaws.com",
            "lets this through",
        ],
    );
    let unknown = said(&format!("127.0.0.1:{}", asking.port()));
    assert_says(&unknown, &["proxy authorization required"]);
}

#[test]
fn a_bad_address_is_an_error_that_does_not_repeat_it() {
    let bad = "socks5://me:hidden-word@127.0.0.1:1080";
    let work_of =
        |arguments: &str| work(&format!("{arguments}{}", endpoints("http://127.0.0.1:9")));
    let in_file = work_of(&format!("  http_proxy = \"{bad}\"\n"));
    let said = refused(&in_file, &["hidden-word"]);
    assert_says(
        &said,
        &["not the address of a proxy", "\"http_proxy\"", "SOCKS"],
    );
    let mut by_variable = work_of("  http_proxy = var.proxy\n");
    by_variable.write("variables.tf", "variable \"proxy\" {}\n");
    by_variable.env("TF_VAR_proxy", bad);
    let said = refused(&by_variable, &["hidden-word"]);
    assert_says(
        &said,
        &[
            "not the address of a proxy",
            "The argument is \"http_proxy\"",
            "SOCKS",
        ],
    );
    let mut by_environment = work_of("");
    by_environment.env("HTTPS_PROXY", bad);
    let said = refused(&by_environment, &["hidden-word"]);
    assert_says(&said, &["HTTPS_PROXY is not the address of a proxy"]);
}
