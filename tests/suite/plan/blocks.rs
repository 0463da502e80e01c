//! What a block must say, and say once: what it lets through, and where from or to.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, assert_refused, rule, texts, web};

#[tokio::test]
async fn what_a_block_lets_through_is_said_once_and_from_somewhere() {
    let host = Host::without_ec2("eu-west-1").await;
    let anywhere = || texts(["0.0.0.0/0"]);
    let cases = [
        (
            rule([
                ("service", "https".into()),
                ("protocol", "tcp".into()),
                ("cidr_blocks", anywhere()),
            ]),
            "Conflicting configuration arguments",
            "service = \"https\" and protocol = \"tcp\" are both set",
        ),
        (
            rule([
                ("service", "https".into()),
                ("from_port", 443.into()),
                ("cidr_blocks", anywhere()),
            ]),
            "Conflicting configuration arguments",
            "service = \"https\" and from_port = 443 are both set",
        ),
        (
            rule([
                ("service", "https".into()),
                ("to_port", 443.into()),
                ("cidr_blocks", anywhere()),
            ]),
            "Conflicting configuration arguments",
            "service = \"https\" and to_port = 443 are both set",
        ),
        (
            rule([("cidr_blocks", anywhere())]),
            "An ingress block needs a service or a protocol",
            "Set \"service\", \"services\", or \"protocol\" with its ports.",
        ),
        (
            rule([("service", "https".into())]),
            "An ingress block names no source",
            "cidr_blocks = [\"0.0.0.0/0\"]",
        ),
        (
            rule([("service", "https".into()), ("cidr_blocks", texts([]))]),
            "\"cidr_blocks\" of an ingress block is empty",
            "for_each = length(LIST) > 0 ? [LIST] : []",
        ),
        (
            rule([
                ("service", "https".into()),
                ("self", false.into()),
                ("ipv6_cidr_blocks", texts([])),
                ("prefix_list_ids", texts([])),
            ]),
            "\"ipv6_cidr_blocks\" of an ingress block is empty",
            "ipv6_cidr_blocks and prefix_list_ids are set and empty",
        ),
        (
            rule([("service", "https".into()), ("self", false.into())]),
            "An ingress block names no source",
            "set cidr_blocks, ipv6_cidr_blocks, prefix_list_ids, security_groups or self",
        ),
        (
            rule([("service", "htps".into()), ("cidr_blocks", anywhere())]),
            "\"htps\" is not a service of the catalog",
            "Did you mean \"https\", \"ftps\" or \"http\"?",
        ),
        (
            rule([("service", "SSH".into()), ("cidr_blocks", anywhere())]),
            "\"SSH\" is not a service of the catalog",
            "Did you mean \"ssh\"?",
        ),
        (
            rule([("service", "".into()), ("cidr_blocks", anywhere())]),
            "\"\" is not a service of the catalog",
            "The guide \"The catalog\" lists them all.",
        ),
    ];
    for (block, summary, mend) in cases {
        let said = host.validate(&web([block])).await;
        assert_refused(&said, "ingress", summary, mend);
    }
    let block = rule([("service", "https".into())]);
    let egress = web([]).with("egress", Value::set([block]));
    let said = host.validate(&egress).await;
    let summary = "An egress block names no destination";
    assert_refused(&said, "egress", summary, "Say where traffic may go to");
}
