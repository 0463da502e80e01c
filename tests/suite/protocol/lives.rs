//! Every resource type's whole life in every form that a client may give its values: made, read, changed,
//! stored, imported, moved in from the AWS provider, and destroyed.

use serde_json::{Value as Json, json};
use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::codec::json;
use terraform_provider_curated::tf_provider::schema::Block;
use terraform_provider_curated::tf_provider::value::Value;

use super::client::{Client, Habits, begin_run, configured};
use crate::support::emulator::{Emulator, element};
use crate::support::held::rules_of;
use crate::support::host::{Host, texts};

const REGION: &str = "eu-west-1";
const CIDR: &str = "10.0.0.0/8";

/// Attributes of this provider that the AWS provider's states don't have.
const OWN: [&str; 6] = [
    "exclusive",
    "owner",
    "owner_tag",
    "region",
    "restore_on_destroy",
    "rules",
];

/// Where an object lives.
struct Place {
    group: String,
    vpc: String,
}

/// What is configured at first, and later, when the blocks of before are gone.
fn configs(type_name: &str, block: &Block, place: &Place) -> [Value; 2] {
    let tags = Value::map([("team", "web")]);
    let blocks = |name: &str| {
        let nested = block.nested(name).expect("the type has such blocks");
        let tcp = nested.block.empty().with("protocol", "tcp");
        let tcp = tcp.with("from_port", 443).with("to_port", 443);
        Value::set([tcp.with("cidr_blocks", texts([CIDR]))])
    };
    let rule = |protocol: &str| {
        let group = block.empty().with("security_group_id", &*place.group);
        let rule = group.with(protocol, "tcp").with("from_port", 443);
        rule.with("to_port", 443)
    };
    match type_name {
        "curated_security_group" => {
            let named = block.empty().with("name", "lives").with("description", "x");
            let named = named.with("vpc_id", &*place.vpc);
            [
                named.clone().with("ingress", blocks("ingress")),
                named.with("egress", blocks("egress")).with("tags", tags),
            ]
        }
        "curated_default_security_group" => {
            let of_vpc = block.empty().with("vpc_id", &*place.vpc);
            [
                of_vpc.clone().with("ingress", blocks("ingress")),
                of_vpc.with("tags", tags),
            ]
        }
        "curated_security_group_rules" => {
            let of_group = block.empty().with("security_group_id", &*place.group);
            [
                of_group.clone().with("ingress", blocks("ingress")),
                of_group.with("egress", blocks("egress")).with("tags", tags),
            ]
        }
        "curated_security_group_rule" => {
            let rule = rule("protocol").with("type", "ingress");
            let rule = rule.with("cidr_blocks", Value::list([CIDR]));
            [rule.clone(), rule.with("description", "HTTPS")]
        }
        "curated_vpc_security_group_ingress_rule" | "curated_vpc_security_group_egress_rule" => {
            let rule = rule("ip_protocol").with("cidr_ipv4", CIDR);
            let later = rule.clone().with("description", "HTTPS");
            [rule, later.with("tags", tags)]
        }
        other => panic!("say here how {other} is configured"),
    }
}

/// The ids of the rules that an object outside of its group has.
fn rule_ids(state: &Value, emulator: &Emulator) -> Vec<String> {
    let Some(group) = state.get_or_null("security_group_id").as_str() else {
        return Vec::new();
    };
    let parameters = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
    let rules = emulator.call(REGION, "DescribeSecurityGroupRules", &parameters);
    let items = rules.split("<item>");
    let own = items.filter(|rule| rule.contains("<toPort>443<"));
    own.map(|rule| element(rule, "securityGroupRuleId").to_owned())
        .collect()
}

/// The id by which an object is imported.
fn import_id(type_name: &str, state: &Value, emulator: &Emulator) -> String {
    let text = |name: &str| state.get(name).as_str().unwrap_or_default().to_owned();
    match type_name {
        "curated_security_group_rules" => {
            let ids = rule_ids(state, emulator).join(",");
            format!("{}/{ids}", text("security_group_id"))
        }
        "curated_security_group_rule" => text("security_group_rule_id"),
        _ => text("id"),
    }
}

/// The AWS provider's type that says the same, and its state, in which nothing is empty but null.
fn of_aws(type_name: &str, block: &Block, state: &Value) -> (String, Json) {
    if type_name == "curated_security_group_rules" {
        let rule = json!({
            "id": "sgrule-1", "type": "egress", "protocol": "tcp", "from_port": 443,
            "to_port": 443, "security_group_id": state.get("security_group_id").as_str(),
            "cidr_blocks": [CIDR], "ipv6_cidr_blocks": null, "prefix_list_ids": null,
            "self": null, "source_security_group_id": null, "description": null, "timeouts": null,
        });
        return ("aws_security_group_rule".to_owned(), rule);
    }
    let stored = json::encode(state, &block.ty()).expect("it is known");
    let mut stored: Json = serde_json::from_slice(&stored).expect("JSON");
    let attributes = stored.as_object_mut().expect("an object");
    attributes.retain(|name, _| !OWN.contains(&name.as_str()));
    let empty = |value: &&mut Json| **value == json!([]) || **value == json!({});
    for value in attributes.values_mut().filter(empty) {
        *value = Json::Null;
    }
    (type_name.replacen("curated_", "aws_", 1), stored)
}

/// Proves that a state which came in is read and planned without a change.
async fn assert_taken_over(client: &Client<'_>, arrived: &Value, config: &Value) {
    let read = client.read(arrived).await;
    let planned = client.plan(&read, config).await;
    assert_eq!(planned, read, "there is something to do");
}

async fn live(habits: Habits, type_name: &str, place: &Place, emulator: &Emulator) {
    let host = configured(emulator, REGION, habits).await;
    let another_run = || begin_run(&host, emulator, REGION, habits);
    let client = Client::of(&host, habits, type_name);
    let block = client.block();
    let [config, later] = configs(type_name, block, place);

    assert_eq!(client.validate(&config).await, [], "{type_name}");
    let planned = client.plan(&Value::Null, &config).await;
    let made = client.apply(&Value::Null, &planned, &config).await;
    client.assert_settled(&made, &config).await;

    another_run().await;
    assert_eq!(client.validate(&later).await, [], "{type_name}");
    let planned = client.plan(&made, &later).await;
    let changed = client.apply(&made, &planned, &later).await;
    assert_ne!(changed, made, "{type_name}");
    client.assert_settled(&changed, &later).await;
    assert_eq!(client.upgrade(&changed).await, changed, "{type_name}");

    another_run().await;
    let newcomer = || Client::of(&host, habits, type_name);
    let importing = newcomer();
    let id = import_id(type_name, &changed, emulator);
    let imported = importing.import(&id).await;
    assert_taken_over(&importing, &imported, &later).await;
    another_run().await;
    // What the AWS provider makes has no owner.
    for id in rule_ids(&changed, emulator) {
        let tag = [("ResourceId.1", &*id), ("Tag.1.Key", "curated:owner")];
        emulator.call(REGION, "DeleteTags", &tag);
    }
    let moving = newcomer();
    let (theirs, stored) = of_aws(type_name, block, &changed);
    let moved = moving.take_over(&theirs, &stored).await;
    assert_taken_over(&moving, &moved, &later).await;

    another_run().await;
    let gone = client.plan(&changed, &Value::Null).await;
    assert_eq!(gone, Value::Null);
    let gone = client.apply(&changed, &gone, &Value::Null).await;
    assert_eq!(gone, Value::Null);
    assert_eq!(client.read(&gone).await, Value::Null);
}

#[tokio::test]
async fn every_type_lives_its_whole_life_in_every_form_that_values_may_take() {
    let emulator = Emulator::start();
    let place = Place {
        group: emulator.create_group(REGION, "shared"),
        vpc: emulator.default_vpc(REGION),
    };
    for habits in Habits::all() {
        for resource in Curated::new().resources() {
            live(habits, resource.type_name(), &place, &emulator).await;
        }
    }
}

/// Without a Configure between, the change was taken for that of another resource: the rule of before
/// stayed in EC2, and a new description was refused.
#[tokio::test]
async fn a_rule_that_was_changed_in_the_run_that_made_it_stayed_in_ec2() {
    let emulator = Emulator::start();
    let place = Place {
        group: emulator.create_group(REGION, "shared"),
        vpc: emulator.default_vpc(REGION),
    };
    let habits = Habits::all().next().expect("there are some");
    for resource in Curated::new().resources() {
        let type_name = resource.type_name();
        if !resource.schema().block.has("security_group_id") {
            continue;
        }
        let host = configured(&emulator, REGION, habits).await;
        let client = Client::of(&host, habits, type_name);
        let [config, later] = configs(type_name, client.block(), &place);
        let at_another_port = if client.block().has("from_port") {
            later.clone().with("from_port", 80).with("to_port", 80)
        } else {
            later.clone()
        };
        let mut state = Value::Null;
        for config in [config, later, at_another_port, Value::Null] {
            let planned = client.plan(&state, &config).await;
            state = client.apply(&state, &planned, &config).await;
            let mut held = rules_of(&emulator.group(REGION, "shared"));
            held.remove("egress all to 0.0.0.0/0");
            let expected = usize::from(!config.is_null());
            assert_eq!(held.len(), expected, "{type_name}: {held:?}");
        }
    }
}

#[tokio::test]
async fn no_configuration_is_one_in_which_nothing_is_set() {
    let host = Host::start();
    for habits in Habits::all() {
        for resource in Curated::new().resources() {
            let client = Client::of(&host, habits, resource.type_name());
            let nothing = client.validate(&Value::Null).await;
            let empty = client.validate(&client.block().empty()).await;
            assert_eq!(nothing, empty, "{} by {habits:?}", resource.type_name());
            let plan = client.plan(&Value::Null, &Value::Null).await;
            assert_eq!(plan, Value::Null);
            let none = client.apply(&Value::Null, &plan, &Value::Null).await;
            assert_eq!(none, Value::Null);
        }
    }
}
