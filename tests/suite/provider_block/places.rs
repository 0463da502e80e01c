//! Where calls go: the regions that they are signed for, and the hosts that they are sent to.

use terraform_provider_curated::tf_provider::value::Value;
use tokio::task::JoinSet;

use super::scene::{
    ELSEWHERE, Env, REGION, block, block_for, config_file, configured, ec2_calls, look, scopes,
    shared_config, unproven,
};
use crate::support::fake_aws::{FakeAws, FakeProxy};
use crate::support::host::{Host, endpoints, group};

fn scope(service: &str, region: &str) -> (String, String) {
    (service.to_owned(), region.to_owned())
}

#[tokio::test]
async fn calls_are_signed_for_the_region_of_the_block() {
    let aws = FakeAws::start();
    let host = configured(&block_for(&aws), &[]).await;
    look(&host, None).await;
    assert_eq!(scopes(&aws), [scope("sts", REGION), scope("ec2", REGION)]);
}

#[tokio::test]
async fn sts_is_asked_in_its_own_region_and_ec2_in_the_resources() {
    let aws = FakeAws::start();
    let config = block_for(&aws).with("sts_region", ELSEWHERE);
    let host = configured(&config, &[]).await;
    look(&host, Some("ap-southeast-2")).await;
    look(&host, None).await;
    let expected = [
        scope("sts", ELSEWHERE),
        scope("ec2", "ap-southeast-2"),
        scope("ec2", REGION),
    ];
    assert_eq!(scopes(&aws), expected);
}

#[tokio::test]
async fn regions_are_looked_for_in_order() {
    let file = shared_config("[default]\nregion = us-west-1\n[profile two]\nregion = us-west-2\n");
    let files = config_file(&file);
    let none = ("AWS_REGION", "");
    let rows: [(&str, Env<'_>, &str); 5] = [
        (REGION, &[("AWS_REGION", ELSEWHERE), files], REGION),
        (
            "",
            &[
                ("AWS_REGION", ELSEWHERE),
                ("AWS_DEFAULT_REGION", "us-east-2"),
                files,
            ],
            ELSEWHERE,
        ),
        (
            "",
            &[none, ("AWS_DEFAULT_REGION", "us-east-2"), files],
            "us-east-2",
        ),
        ("", &[none, files], "us-west-1"),
        ("", &[("AWS_PROFILE", "two"), files], "us-west-2"),
    ];
    for (region, env, expected) in rows {
        let aws = FakeAws::start();
        let config = block_for(&aws).with("region", region);
        let _host = configured(&config, env).await;
        assert_eq!(scopes(&aws), [scope("sts", expected)], "{region} {env:?}");
    }
}

#[tokio::test]
async fn any_region_is_taken_where_the_block_says_so() {
    let aws = FakeAws::start();
    let config = block_for(&aws)
        .with("region", "mars-1")
        .with("sts_region", "moon")
        .with("skip_region_validation", true);
    let host = configured(&config, &[("AWS_REGION", "venus")]).await;
    let elsewhere = group().with("name", "web").with("region", "pluto-9");
    assert_eq!(host.validate(&elsewhere).await, []);
    look(&host, Some("pluto-9")).await;
    look(&host, None).await;
    let expected = [
        scope("sts", "moon"),
        scope("ec2", "pluto-9"),
        scope("ec2", "mars-1"),
    ];
    assert_eq!(scopes(&aws), expected);
}

#[tokio::test]
async fn addresses_are_looked_for_in_order() {
    let (here, there) = (FakeAws::start(), FakeAws::start());
    let (right, wrong) = (here.endpoint(), there.endpoint());
    let all = |address: &str| format!("[default]\nendpoint_url = {address}\n");
    let by_service = format!(
        "[default]\nendpoint_url = {wrong}\nservices = local\n\
         [services local]\nec2 =\n  endpoint_url = {right}\nsts =\n  endpoint_url = {right}\n"
    );
    let (of_profile, not_of_profile) = (shared_config(&all(&right)), shared_config(&all(&wrong)));
    let of_services = shared_config(&by_service);
    let (of_profile, not_of_profile) = (config_file(&of_profile), config_file(&not_of_profile));
    let of_services = config_file(&of_services);
    let everywhere = ("AWS_ENDPOINT_URL", right.as_str());
    let nowhere = ("AWS_ENDPOINT_URL", wrong.as_str());
    let ec2 = ("AWS_ENDPOINT_URL_EC2", right.as_str());
    let sts = ("AWS_ENDPOINT_URL_STS", right.as_str());
    let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let rows: [(bool, Env<'_>); 8] = [
        (false, &[of_profile]),
        (false, &[of_services]),
        (false, &[everywhere, not_of_profile]),
        (false, &[nowhere, ec2, sts]),
        (true, &[nowhere, not_of_profile]),
        (
            true,
            &[
                ("AWS_ENDPOINT_URL_EC2", &wrong),
                ("AWS_ENDPOINT_URL_STS", &wrong),
            ],
        ),
        (true, &[nowhere, ignored]),
        (true, &[("AWS_ENDPOINT_URL", "no address")]),
    ];
    for (in_block, env) in rows {
        let config = if in_block {
            block_for(&here)
        } else {
            block().with("region", REGION)
        };
        here.forget();
        let host = configured(&config, env).await;
        look(&host, None).await;
        let called = [scope("sts", REGION), scope("ec2", REGION)];
        assert_eq!(scopes(&here), called, "{in_block} {env:?}");
        assert_eq!(there.names(), [""; 0], "{in_block} {env:?}");
    }
}

#[tokio::test]
async fn one_service_has_its_own_address_and_the_other_the_environments() {
    let (ec2, sts) = (FakeAws::start(), FakeAws::start());
    let config = block().with("region", REGION).with(
        "endpoints",
        endpoints([("ec2", &ec2.endpoint()), ("s3", "anything")]),
    );
    let host = configured(&config, &[("AWS_ENDPOINT_URL", &sts.endpoint())]).await;
    look(&host, None).await;
    assert_eq!(scopes(&ec2), [scope("ec2", REGION)]);
    assert_eq!(scopes(&sts), [scope("sts", REGION)]);
}

#[tokio::test]
async fn old_variables_of_the_aws_provider_name_sts() {
    for name in ["TF_AWS_STS_ENDPOINT", "AWS_STS_ENDPOINT"] {
        let (ec2, sts) = (FakeAws::start(), FakeAws::start());
        let config = block()
            .with("region", REGION)
            .with("endpoints", endpoints([("ec2", &ec2.endpoint())]));
        let host = configured(&config, &[(name, &sts.endpoint())]).await;
        look(&host, None).await;
        assert_eq!(scopes(&sts), [scope("sts", REGION)], "{name}");
        assert!(!ec2_calls(&ec2).is_empty());
    }
}

/// What of a block and an environment the hosts of AWS depend on, and the hosts.
type Row = (
    &'static str,
    Value,
    Vec<(String, String)>,
    [&'static str; 2],
);

fn rows() -> Vec<Row> {
    let plain = |region: &str| block().with("region", region);
    let fips = |region: &str| plain(region).with("use_fips_endpoint", true);
    let variable = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    vec![
        (
            "neither",
            plain(REGION),
            vec![],
            ["sts.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"],
        ),
        (
            "FIPS",
            fips(ELSEWHERE),
            vec![],
            [
                "sts-fips.us-east-1.amazonaws.com",
                "ec2-fips.us-east-1.amazonaws.com",
            ],
        ),
        (
            "FIPS by the environment",
            plain(ELSEWHERE),
            variable("AWS_USE_FIPS_ENDPOINT", "true"),
            [
                "sts-fips.us-east-1.amazonaws.com",
                "ec2-fips.us-east-1.amazonaws.com",
            ],
        ),
        (
            "dual stack",
            plain(REGION).with("use_dualstack_endpoint", true),
            vec![],
            ["sts.eu-west-1.api.aws", "ec2.eu-west-1.api.aws"],
        ),
        (
            "both",
            fips(ELSEWHERE).with("use_dualstack_endpoint", true),
            vec![],
            ["sts-fips.us-east-1.api.aws", "ec2-fips.us-east-1.api.aws"],
        ),
        (
            "the block against the environment",
            plain(REGION).with("use_dualstack_endpoint", false),
            variable("AWS_USE_DUALSTACK_ENDPOINT", "true"),
            ["sts.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"],
        ),
        (
            "another region for STS, addresses ignored",
            plain(REGION).with("sts_region", ELSEWHERE),
            vec![
                (
                    "AWS_ENDPOINT_URL".to_owned(),
                    "http://127.0.0.1:9".to_owned(),
                ),
                (
                    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS".to_owned(),
                    "true".to_owned(),
                ),
            ],
            ["sts.us-east-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"],
        ),
    ]
}

/// The hosts that STS and EC2 are called at, as seen by a proxy that lets nobody through.
async fn hosts((name, config, env, _): &Row) -> [Vec<String>; 2] {
    let proxy = FakeProxy::start();
    let address = proxy.address();
    let through = [("HTTPS_PROXY", address.as_str())];
    let env = env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let env: Vec<_> = through.into_iter().chain(env).collect();
    let host = Host::start_with(&env);
    let said = host.configure(config).await;
    assert!(
        said.iter().any(|m| m.is_error),
        "{name}: the proxy lets nobody through"
    );
    let of_sts = proxy.connects();

    let host = configured(&unproven(config.clone()), &env).await;
    look(&host, None).await;
    [of_sts.clone(), proxy.connects().split_off(of_sts.len())]
}

#[tokio::test]
async fn hosts_are_of_the_kind_that_was_asked_for() {
    let mut tasks = JoinSet::new();
    for row in rows() {
        tasks.spawn(async move {
            let found = hosts(&row).await;
            for (mut found, expected) in found.into_iter().zip(row.3) {
                found.dedup();
                assert_eq!(found, [format!("{expected}:443")], "{}", row.0);
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()));
    }
}

#[tokio::test]
async fn addresses_of_the_block_are_called_as_they_are_whatever_kind_is_asked_for() {
    let aws = FakeAws::start();
    let config = block_for(&aws)
        .with("use_fips_endpoint", true)
        .with("use_dualstack_endpoint", true);
    let host = configured(&config, &[("AWS_USE_FIPS_ENDPOINT", "true")]).await;
    look(&host, None).await;
    assert_eq!(scopes(&aws), [scope("sts", REGION), scope("ec2", REGION)]);
}
