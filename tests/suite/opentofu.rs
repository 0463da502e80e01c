//! Where OpenTofu speaks the protocol otherwise than Terraform: each difference that is known, sent over
//! the wire as OpenTofu sends it, since no OpenTofu can be had where the tests run.

use serde_json::{Value as Json, json};
use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::schema::Mode;
use terraform_provider_curated::tf_provider::value::{Type, Value};

use crate::support::emulator::Emulator;
use crate::support::host::{Host, block, decode, encode, group, messages, rule, texts};

const REGION: &str = "eu-west-1";
const GROUP: &str = "sg-0123456789abcdef0";

/// Asks for a move of a state.
async fn moved(
    host: &Host,
    [address, from, to]: [&str; 3],
    state: &Json,
) -> pb::move_resource_state::Response {
    let request = pb::move_resource_state::Request {
        source_provider_address: address.to_owned(),
        source_type_name: from.to_owned(),
        source_state: Some(pb::RawState {
            json: state.to_string().into_bytes(),
            ..Default::default()
        }),
        target_type_name: to.to_owned(),
        ..Default::default()
    };
    let answer = host.client().move_resource_state(request).await;
    answer.expect("an answer").into_inner()
}

/// States of the AWS provider's types, and the types that take them over.
fn of_aws() -> Vec<(&'static str, Json)> {
    let rule = json!({
        "id": "sgr-0123456789abcdef0",
        "security_group_rule_id": "sgr-0123456789abcdef0",
        "arn": format!("arn:aws:ec2:{REGION}:123456789012:security-group-rule/sgr-0123456789abcdef0"),
        "security_group_id": GROUP,
        "ip_protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "cidr_ipv4": "10.0.0.0/8",
    });
    vec![
        (
            "security_group",
            json!({
                "id": GROUP,
                "arn": format!("arn:aws:ec2:{REGION}:123456789012:security-group/{GROUP}"),
                "owner_id": "123456789012",
                "name": "web",
                "description": "Web",
                "vpc_id": "vpc-0123456789abcdef0",
                "ingress": [],
                "egress": [],
            }),
        ),
        (
            "security_group_rule",
            json!({
                "id": "sgrule-1234567",
                "security_group_rule_id": "sgr-0123456789abcdef0",
                "security_group_id": GROUP,
                "type": "ingress",
                "protocol": "tcp",
                "from_port": 443,
                "to_port": 443,
                "cidr_blocks": ["10.0.0.0/8"],
            }),
        ),
        ("vpc_security_group_ingress_rule", rule.clone()),
        ("vpc_security_group_egress_rule", rule),
    ]
}

#[tokio::test]
async fn a_move_across_types_names_its_source_by_the_bare_word() {
    for (name, state) in of_aws() {
        let types = [format!("aws_{name}"), format!("curated_{name}")];
        let host = Host::start();
        let [from, to] = types.each_ref().map(String::as_str);
        let bare = moved(&host, ["aws", from, to], &state).await;
        assert_eq!(messages(bare.diagnostics), [], "{from}");
        let address = "registry.opentofu.org/hashicorp/aws";
        let whole = moved(&host, [address, from, to], &state).await;
        assert!(bare.target_state.is_some(), "{from}");
        assert_eq!(bare.target_state, whole.target_state, "{from}");
        // Another provider's resource of that name isn't known.
        let other = moved(&host, ["azure", from, to], &state).await;
        assert_ne!(messages(other.diagnostics), [], "{from}");
    }
}

#[tokio::test]
async fn a_change_of_the_providers_address_alone_is_a_move_too() {
    let curated = Curated::new();
    for resource in curated.resources() {
        let ty = resource.type_name();
        let id = if ty == "curated_security_group" {
            GROUP
        } else {
            "sgr-0123456789abcdef0"
        };
        let state = json!({ "id": id, "region": REGION });
        for address in ["curated", "registry.example.com/fork/curated"] {
            let answer = moved(&Host::start(), [address, ty, ty], &state).await;
            assert_eq!(messages(answer.diagnostics), [], "{ty} {address}");
            let state = decode(answer.target_state.as_ref(), &resource.schema().block.ty());
            assert_eq!(state.get("id"), &id.into(), "{ty} {address}");
        }
    }
}

/// Calls a function.
async fn call(
    host: &Host,
    name: &str,
    arguments: Vec<pb::DynamicValue>,
) -> pb::call_function::Response {
    let request = pb::call_function::Request {
        name: name.to_owned(),
        arguments,
    };
    let answer = host.client().call_function(request).await;
    answer.expect("an answer").into_inner()
}

#[tokio::test]
async fn null_arguments_of_functions_arrive_as_empty_values() {
    let host = Host::without_ec2(REGION).await;
    let curated = Curated::new();
    for function in curated.functions() {
        let count = function.signature().parameters.len();
        for null in 0..count {
            let parameters = function.signature().parameters.iter().enumerate();
            let arguments = parameters.map(|(index, parameter)| {
                if index == null {
                    return pb::DynamicValue::default();
                }
                let value = if parameter.ty == Type::String {
                    Value::from("x")
                } else {
                    Value::list([""; 0])
                };
                encode(&value, &parameter.ty).expect("it is encoded")
            });
            let answer = call(&host, function.name(), arguments.collect()).await;
            let error = answer.error.expect("null has no result");
            // Without an index the first argument would be blamed.
            let index = i64::try_from(null).expect("a small number");
            assert_eq!(error.function_argument, Some(index), "{}", function.name());
            assert!(error.text.contains("must not be null"), "{}", error.text);
        }
    }
}

#[tokio::test]
async fn functions_are_asked_for_and_called_in_a_configured_process() {
    let unconfigured = Host::start();
    let configured = Host::without_ec2(REGION).await;
    let mut lists = Vec::new();
    for host in [&unconfigured, &configured] {
        let request = pb::get_functions::Request {};
        let answer = host.client().get_functions(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
        lists.push(answer.functions);
        // And called without that, and without the schema: it is a cached one that counts.
        let text = encode(&"ssh".into(), &Type::String).expect("it is encoded");
        let answer = call(host, "service", vec![text]).await;
        assert_eq!(answer.error, None);
        assert!(answer.result.is_some());
    }
    assert_eq!(lists[0], lists[1]);
    assert_eq!(lists[0].len(), Curated::new().functions().len());
}

/// OpenTofu before 1.12 knows no identities, and later ones go on where asking for them fails.
#[tokio::test]
async fn a_group_lives_without_anybody_speaking_of_identities() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let https = rule([
        ("service", "https".into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    let config = group()
        .with("name", "web")
        .with("ingress", Value::set([https]));
    let made = host.settle(&Value::Null, &config).await;
    let id = made.get("id").as_str().expect("an id").to_owned();

    let again = Host::on(&emulator, REGION).await;
    let imported = again.import(&id).await.clean();
    let read = again.read(&imported).await.clean();
    assert_eq!(read.get("rules"), made.get("rules"));
    assert_eq!(again.plan(&read, &config).await.clean(), read);
}

/// `tofu test` plans before it removes what a test has made. It doesn't say when it plans, and an error
/// about ids that mocks had made up left everything in the account.
#[tokio::test]
async fn ids_that_mocks_make_up_are_an_error_only_of_the_creation_or_change() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let made = host
        .settle(&Value::Null, &group().with("name", "kept"))
        .await;
    let peer = rule([
        ("service", "ssh".into()),
        ("security_groups", texts(["m0fnp9sc"])),
    ]);
    let refused = [
        (
            Value::Null,
            group().with("name", "app").with("vpc_id", "yjehazon"),
            "\"yjehazon\" is not the id of a VPC",
        ),
        (
            made.clone(),
            group()
                .with("name", "kept")
                .with("ingress", Value::set([peer])),
            "\"m0fnp9sc\" is not the id of a security group",
        ),
    ];
    emulator.reset_counts();
    for (prior, config, summary) in refused {
        let planned = host.plan_as(None, &prior, &config).await;
        let warned = planned.messages.iter().find(|m| m.summary == summary);
        assert!(warned.is_some_and(|m| !m.is_error), "{planned:?}");
        assert!(!planned.messages.iter().any(|m| m.is_error), "{planned:?}");
        let failed = host.apply(&prior, &planned.state, &config).await;
        assert_eq!(failed.error().summary, summary);
        assert_eq!(failed.state, prior);
    }
    assert_eq!(emulator.writes(), [] as [Json; 0]);
    // A text that no mock makes up is an error of the plan.
    let config = group().with("name", "app").with("vpc_id", "main");
    let said = host.plan_as(None, &Value::Null, &config).await.messages;
    assert!(said.iter().any(|m| m.is_error), "{said:?}");
}

/// It reads two capabilities of the server, and none tells it of moves, lists or generated
/// configuration.
#[tokio::test]
async fn the_capabilities_that_are_read_are_there() {
    let request = pb::get_provider_schema::Request {};
    let host = Host::start();
    let answer = host.client().get_schema(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(messages(answer.diagnostics), []);
    let capabilities = answer.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy);
    assert!(capabilities.get_provider_schema_optional);
    // What it doesn't know it passes over; what it needs is complete without that.
    assert!(
        answer
            .resource_schemas
            .contains_key("curated_security_group")
    );
    assert!(answer.functions.contains_key("rules"));
}

/// It has no GenerateResourceConfig and derives configuration from the state itself: that plans clean,
/// too.
#[tokio::test]
async fn configuration_that_the_host_derives_from_an_imported_state_plans_clean() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 3, 4);
    let host = Host::on(&emulator, REGION).await;
    for id in ids {
        let imported = host.import(&id).await.clean();
        let read = host.read(&imported).await.clean();
        // As `tofu plan -generate-config-out`: everything but what only the provider can set.
        let attributes = block().attributes.iter();
        let derived = attributes.fold(read.clone(), |config, attribute| {
            let is_empty = config.get(attribute.name).as_str() == Some("");
            let is_only_computed = attribute.mode == Mode::Computed;
            if is_empty || is_only_computed || attribute.name == "id" {
                config.with(attribute.name, Value::Null)
            } else {
                config
            }
        });
        // Both may not be set: the prefix is the name's beginning.
        let derived = derived.with("name_prefix", Value::Null);
        let planned = host.plan(&read, &derived).await;
        assert_eq!(planned.clean(), read);
    }
}
