//! The attributes beside the blocks, of the resource and of the provider.

use std::collections::BTreeSet;

use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::schema::Mode;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{Emulator, element};
use crate::support::host::{
    Host, Message, assert_refused, block, encode, group, messages, provider_block, provider_config,
    tcp, web,
};
use crate::support::stage::REGION;

/// A configuration that is right but for one attribute.
fn wrong(attribute: &str, value: impl Into<Value>) -> Value {
    web([tcp(22, ["10.0.0.0/8"])]).with(attribute, value)
}

/// A text attribute, its value, and what is said of it.
const TEXTS: [(&str, &str, &str, &str); 16] = [
    ("name", "", "\"\" is not a name", "at least one character"),
    (
        "name",
        "sg-web",
        "\"sg-web\" starts with \"sg-\"",
        "Choose a name that starts otherwise.",
    ),
    (
        "name",
        "Default",
        "\"Default\" is reserved",
        "Choose another one.",
    ),
    ("name", "web ", "\"web \" ends in a blank", "Write \"web\"."),
    (
        "name",
        "wéb",
        "'é' (U+00E9) is not allowed: character 2 of the name",
        "Replace the character or leave it out.",
    ),
    (
        "name",
        "web|api",
        "'|' (U+007C) is not allowed: character 4 of the name",
        "ASCII letters, digits, blanks and ._-:/()#,@[]+=&;{}!$*",
    ),
    (
        "description",
        "",
        "\"\" cannot be the description of a group",
        "Leave the attribute out for a default",
    ),
    (
        "description",
        "Bob's group",
        "'\\'' (U+0027) is not allowed: character 4 of the description",
        "Replace the character or leave it out.",
    ),
    (
        "description",
        "web — api",
        "'—' (U+2014) is not allowed: character 5 of the description",
        "Replace the character or leave it out.",
    ),
    (
        "region",
        "eu-wset-1",
        "\"eu-wset-1\" is not a region",
        "Did you mean \"eu-west-1\"",
    ),
    (
        "region",
        "us-east-1a",
        "\"us-east-1a\" is not a region",
        "\"us-east-1\"",
    ),
    (
        "region",
        "",
        "\"\" is not a region",
        "A region is written like \"eu-west-1\".",
    ),
    (
        "preset",
        "htps",
        "\"htps\" is not a preset",
        "Did you mean \"https\" or \"http\"?",
    ),
    (
        "preset",
        "Exodus",
        "\"Exodus\" is not a preset",
        "Did you mean \"exodus\"?",
    ),
    (
        "preset",
        "launch-wizard-7",
        "\"launch-wizard-7\" is not a preset",
        "The presets are exodus, http, https, ssh, openvpn, shiny, flask.",
    ),
    (
        "preset",
        "",
        "\"\" is not a preset",
        "The presets are exodus, http, https, ssh, openvpn, shiny, flask.",
    ),
];

/// The same for ids, which a plan judges: tests with mocks make them up.
const IDS: [(&str, &str, &str, &str); 3] = [
    (
        "vpc_id",
        "",
        "\"\" is not the id of a VPC",
        "Leave vpc_id out for the region's default VPC.",
    ),
    (
        "vpc_id",
        "main",
        "\"main\" is not the id of a VPC",
        "\"vpc-\" and 8 or 17 digits of 0-9 and a-f",
    ),
    (
        "vpc_id",
        "vpc-0123ABCD",
        "\"vpc-0123ABCD\" is not the id of a VPC",
        "\"vpc-\" and 8 or 17 digits of 0-9 and a-f",
    ),
];

#[tokio::test]
async fn every_bad_text_is_refused_where_it_is_written() {
    // A provider block that isn't known yet may define further presets.
    let host = Host::without_ec2("eu-west-1").await;
    for (attribute, value, summary, mend) in TEXTS {
        let said = host.validate(&wrong(attribute, value)).await;
        assert_refused(&said, attribute, summary, mend);
    }
}

#[tokio::test]
async fn every_bad_id_is_refused_by_the_plan_alone() {
    let host = Host::without_ec2("eu-west-1").await;
    for (attribute, value, summary, mend) in IDS {
        let config = wrong(attribute, value);
        assert_eq!(host.validate(&config).await, []);
        let said = host.plan(&Value::Null, &config).await.messages;
        assert_refused(&said, attribute, summary, mend);
    }
}

#[tokio::test]
async fn what_is_too_long_says_by_how_much() {
    let host = Host::start();
    let long = "x".repeat(256);
    for attribute in ["name", "description"] {
        let said = host.validate(&wrong(attribute, long.as_str())).await;
        let summary = format!("A {attribute} of 256 characters is too long");
        assert_refused(
            &said,
            attribute,
            &summary,
            "The most is 255: shorten it by 1.",
        );
    }
    let block = tcp(22, ["10.0.0.0/8"]).with("description", long.as_str());
    let said = host.validate(&web([block])).await;
    let summary = "A description of 256 characters is too long";
    assert_refused(&said, "ingress", summary, "shorten it by 1.");
}

#[tokio::test]
async fn a_rules_description_names_the_character_and_its_place() {
    let block = tcp(22, ["10.0.0.0/8"]).with("description", "jump\thost");
    let said = Host::start().validate(&web([block])).await;
    let summary = "'\\t' (U+0009) is not allowed: character 5 of the description";
    assert_refused(
        &said,
        "ingress",
        summary,
        "\"description\" in the ingress block with protocol = \"tcp\", from_port = 22",
    );
}

#[tokio::test]
async fn a_name_prefix_is_held_to_what_names_are() {
    let host = Host::start();
    let long = "x".repeat(230);
    let cases = [
        ("sg-", "\"sg-\" starts with \"sg-\"", "starts otherwise"),
        (
            "web|",
            "'|' (U+007C) is not allowed: character 4 of the name prefix",
            "Replace the character",
        ),
        (
            long.as_str(),
            "A name prefix of 230 characters is too long",
            "The most is 229: shorten it by 1.",
        ),
    ];
    for (prefix, summary, mend) in cases {
        let said = host.validate(&group().with("name_prefix", prefix)).await;
        assert_refused(&said, "name_prefix", summary, mend);
    }
}

#[tokio::test]
async fn a_group_has_one_name() {
    let host = Host::start();
    let said = host.validate(&wrong("name_prefix", "web-")).await;
    // Pulumi fills in a name by itself, and withdraws it only on just these words and this path.
    let summary = "Conflicting configuration arguments";
    let mend = "\"name\" and \"name_prefix\" are both set. A name is either given whole, or made";
    assert_refused(&said, "name", summary, mend);

    // As a host writes it that generates a configuration.
    let made = group().with("name", "web-20261125000000000000000001");
    assert_eq!(host.validate(&made.with("name_prefix", "web-")).await, []);

    for name in ["name", "name_prefix", "preset"] {
        let later = group().with(name, Value::Unknown);
        assert_eq!(host.validate(&later).await, [], "{name}");
    }
}

#[tokio::test]
async fn what_is_read_only_cannot_be_configured() {
    let host = Host::start();
    let map = || Value::map([("a", "b")]);
    let computed = [
        ("id", "sg-0123abcd".into()),
        ("arn", "arn:aws:ec2:::".into()),
        ("owner_id", "123456789012".into()),
        ("rules", map()),
        ("tags_all", map()),
    ];
    let all = block().attributes.iter();
    let all: BTreeSet<&str> = all
        .filter(|a| a.mode == Mode::Computed)
        .map(|a| a.name)
        .collect();
    let tried: BTreeSet<&str> = computed.iter().map(|(name, _)| *name).collect();
    assert_eq!(tried, all);
    for (name, value) in computed {
        let said = host.validate(&wrong(name, value)).await;
        let summary = format!("\"{name}\" is read-only");
        assert_refused(&said, name, &summary, "remove it from the configuration");
    }
}

#[tokio::test]
async fn tags_are_what_ec2_keeps() {
    let host = Host::start();
    let long = "k".repeat(129);
    let wide = "v".repeat(257);
    let key = |key: &str| format!("tags.{key}");
    let cases = [
        ("", "v", "A tag's key is 0 characters long", "1 to 128"),
        (&long, "v", "A tag's key is 129 characters long", "1 to 128"),
        (
            "aws:team",
            "v",
            "The tag \"aws:team\" is reserved",
            "Take another key.",
        ),
        (
            "team",
            &wide,
            "The tag \"team\" has a value of 257 characters",
            "at most 256",
        ),
    ];
    for (name, value, summary, mend) in cases {
        let said = host
            .validate(&wrong("tags", Value::map([(name, value)])))
            .await;
        assert_refused(&said, &key(name), summary, mend);
    }
    let null = wrong("tags", Value::map([("aws:team", Value::Null)]));
    assert_eq!(host.validate(&null).await, [], "there is no such tag");
    let many = Value::map((0..51).map(|n| (format!("k{n}"), "v")));
    let said = host.validate(&wrong("tags", many)).await;
    assert_refused(&said, "tags", "51 tags are too many", "at most 50");
}

#[tokio::test]
async fn timeouts_are_durations() {
    let host = Host::start();
    let empty = &block().blocks[2];
    assert_eq!(empty.name, "timeouts");
    let cases = [
        ("5", "Write a number with its unit"),
        ("", "Write a number with its unit"),
        ("soon", "\"90s\", \"5m\" or \"1h30m\""),
        ("-5m", "Write a number with its unit"),
        ("0s", "greater than zero"),
    ];
    for name in ["create", "read", "update", "delete"] {
        for (text, mend) in cases {
            let timeouts = empty.block.empty().with(name, text);
            let said = host.validate(&wrong("timeouts", timeouts)).await;
            let summary = format!("\"{text}\" is not a valid duration");
            assert_refused(&said, &format!("timeouts.{name}"), &summary, mend);
        }
    }
}

/// What is said of a provider's configuration.
async fn prepared(host: &Host, config: &Value) -> Vec<Message> {
    let request = pb::prepare_provider_config::Request {
        config: encode(config, &provider_block().ty()),
    };
    let answer = host.client().prepare_provider_config(request).await;
    messages(answer.expect("an answer").into_inner().diagnostics)
}

#[tokio::test]
async fn the_provider_block_is_checked_too() {
    let host = Host::start();
    let config = || provider_config("http://127.0.0.1:9", "eu-west-1");
    assert_eq!(prepared(&host, &config()).await, []);
    for max in [1, 60, 1000] {
        let config = config().with("max_rules_per_group", max);
        assert_eq!(prepared(&host, &config).await, []);
    }
    let half: Value = "60.5".parse().map(Value::Number).expect("a number");
    for max in [0.into(), Value::from(-1), 1001.into(), half] {
        let said = prepared(&host, &config().with("max_rules_per_group", max)).await;
        let summary = "max_rules_per_group is out of range";
        assert_refused(&said, "max_rules_per_group", summary, "1 to 1000");
    }
    let said = prepared(&host, &config().with("region", "eu-west1")).await;
    let mend = "Did you mean \"eu-west-1\"";
    assert_refused(&said, "region", "\"eu-west1\" is not a region", mend);
    let said = prepared(&host, &config().with("secret_key", Value::Null)).await;
    let mend = "Set both access_key and secret_key, or neither";
    // A line with a key in it isn't shown.
    assert_refused(&said, "", "\"secret_key\" is missing", mend);
}

#[tokio::test]
async fn a_region_without_default_vpc_needs_one_named() {
    let emulator = Emulator::start();
    let vpc = emulator.default_vpc(REGION);
    let filter = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)];
    let subnets = emulator.call(REGION, "DescribeSubnets", &filter);
    for subnet in subnets.split("<subnetId>").skip(1) {
        let id = subnet.split('<').next().expect("an id");
        emulator.call(REGION, "DeleteSubnet", &[("SubnetId", id)]);
    }
    emulator.call(REGION, "DeleteVpc", &[("VpcId", &vpc)]);

    let config = web([tcp(22, ["10.0.0.0/8"])]);
    let host = Host::on(&emulator, REGION).await;
    let said = host.plan(&Value::Null, &config).await.messages;
    let summary = "The region has no default VPC";
    assert_refused(&said, "vpc_id", summary, "Set \"vpc_id\" to the VPC");
    let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let named = config.with("vpc_id", element(&vpc, "vpcId"));
    host.settle(&Value::Null, &named).await;
}
