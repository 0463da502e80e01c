//! The functions: what each gives for which arguments, over the wire to a process that nobody has
//! configured; and their examples, whose results real hosts must find as they are written.

use std::fs;

use serde_json::Value as Json;
use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::function::Signature;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, decode, encode};
use crate::support::said::assert_says;
use crate::support::terraform::Terraform;

fn signature(name: &str) -> Signature {
    let curated = Curated::new();
    let mut functions = curated.functions().iter();
    let function = functions.find(|f| f.name() == name);
    function
        .expect("there is such a function")
        .signature()
        .clone()
}

/// The result, or the error's text and index.
async fn call(
    host: &Host,
    name: &str,
    arguments: &[Value],
) -> Result<Value, (String, Option<i64>)> {
    let signature = signature(name);
    let encoded = arguments.iter().enumerate().map(|(index, argument)| {
        let parameter = signature.parameter(index).expect("there is a parameter");
        encode(argument, &parameter.ty).expect("it is encoded")
    });
    let request = pb::call_function::Request {
        name: name.to_owned(),
        arguments: encoded.collect(),
    };
    let answer = host.client().call_function(request).await;
    let answer = answer.expect("an answer").into_inner();
    match answer.error {
        Some(error) => Err((error.text, error.function_argument)),
        None => Ok(decode(answer.result.as_ref(), &signature.returns)),
    }
}

fn texts<const N: usize>(texts: [&str; N]) -> Value {
    Value::list(texts)
}

#[tokio::test]
async fn results_table() {
    let host = Host::start();
    let ports = |protocol: &str, from: i64, to: i64| {
        Value::object([
            ("protocol", Value::from(protocol)),
            ("from_port", from.into()),
            ("to_port", to.into()),
        ])
    };
    let parts = |traffic: Value, direction: &str, peer: &str| {
        traffic.with("direction", direction).with("peer", peer)
    };
    let all = || {
        ports("-1", 0, 0)
            .with("from_port", Value::Null)
            .with("to_port", Value::Null)
    };
    let cases: Vec<(&str, Vec<Value>, Value)> = vec![
        ("cidr_merge", vec![texts([])], texts([])),
        (
            "cidr_merge",
            vec![texts(["0::/0", "::1/128"])],
            texts(["::/0"]),
        ),
        (
            "cidr_subtract",
            vec![texts(["0.0.0.0/0"]), texts(["128.0.0.0/1", "::/0"])],
            texts(["0.0.0.0/1"]),
        ),
        (
            "rule",
            vec!["egress all to pl-0000000a".into()],
            parts(all(), "egress", "pl-0000000a"),
        ),
        (
            "rule",
            vec!["ingress icmp/8 from self".into()],
            parts(ports("icmp", 8, -1), "ingress", "self"),
        ),
        (
            "rule",
            vec!["ingress 50 from 123456789012/sg-0000000a".into()],
            parts(
                all().with("protocol", "50"),
                "ingress",
                "123456789012/sg-0000000a",
            ),
        ),
        (
            "rule_covers",
            vec![
                "ingress all from 0.0.0.0/0".into(),
                "ingress tcp/22 from 10.0.0.0/8".into(),
            ],
            true.into(),
        ),
        (
            "rule_covers",
            vec![
                "ingress all from 0.0.0.0/0".into(),
                "ingress tcp/22 from ::/0".into(),
            ],
            false.into(),
        ),
        ("service", vec!["all".into()], Value::list([all()])),
        (
            "service",
            vec!["ssh".into()],
            Value::list([ports("tcp", 22, 22)]),
        ),
        (
            "rules",
            vec![
                "ingress".into(),
                "https, TCP/9100 from 10.0.0.0/8, self # Monitoring".into(),
            ],
            Value::map([
                ("ingress tcp/443 from 10.0.0.0/8", "Monitoring"),
                ("ingress tcp/443 from self", "Monitoring"),
                ("ingress tcp/9100 from 10.0.0.0/8", "Monitoring"),
                ("ingress tcp/9100 from self", "Monitoring"),
            ]),
        ),
        (
            "rules",
            vec!["egress".into(), "all to anywhere-ipv4".into()],
            Value::map([("egress all to 0.0.0.0/0", "")]),
        ),
    ];
    for (name, arguments, expected) in cases {
        let result = call(&host, name, &arguments).await;
        assert_eq!(result, Ok(expected), "{name} {arguments:?}");
    }
}

#[tokio::test]
async fn errors_table() {
    let host = Host::start();
    let covers = |rule: &str, other: &str| vec![rule.into(), other.into()];
    let ssh = "ingress tcp/22 from self";
    let cases: Vec<(&str, Vec<Value>, i64, &str)> = vec![
        (
            "cidr_merge",
            vec![texts(["10.0.0.1/8"])],
            0,
            "Write that, or \"10.0.0.1/32\"",
        ),
        (
            "cidr_merge",
            vec![texts(["10.0.0.1"])],
            0,
            "write \"10.0.0.1/32\"",
        ),
        (
            "cidr_merge",
            vec![texts(["sg-0000000a"])],
            0,
            "is not a CIDR block",
        ),
        ("cidr_merge", vec![texts([""])], 0, "is not a CIDR block"),
        (
            "cidr_merge",
            vec![texts(["10.0.0.0/8\n"])],
            0,
            "Write \"10.0.0.0/8\". If the value comes from a file or a command, remove the white space \
             with trimspace()",
        ),
        (
            "cidr_subtract",
            vec![texts(["10.0.0.0/8"]), texts(["10.1.0.0/16, 10.2.0.0/16"])],
            1,
            "Write [\"10.1.0.0/16\", \"10.2.0.0/16\"], or, if the values come in one string, [for value \
             in split(\",\", trimspace(…)) : trimspace(value)]",
        ),
        (
            "rule",
            vec!["ingress tcp/22 from self\n".into()],
            0,
            "Remove the white space around it with trimspace()",
        ),
        (
            "cidr_merge",
            vec![texts(["2001:db8::/200"])],
            0,
            "from 0 to 128",
        ),
        (
            "cidr_merge",
            vec![Value::list([Value::from("10.0.0.0/8"), Value::Null])],
            0,
            "The element [1] is null. Remove it, or leave out all that are null with compact()",
        ),
        (
            "cidr_subtract",
            vec![texts(["10.0.0.0/8"]), texts(["x"])],
            1,
            "is not a CIDR block",
        ),
        ("rule", vec!["tcp/22".into()], 0, "is not the key of a rule"),
        (
            "rule_covers",
            covers("x", ssh),
            0,
            "is not the key of a rule",
        ),
        (
            "rule_covers",
            covers(ssh, "x"),
            1,
            "is not the key of a rule",
        ),
        ("service", vec!["shh".into()], 0, "Perhaps \"ssh\" is meant"),
        ("service", vec![Value::Null], 0, "must not be null"),
        (
            "service",
            vec!["zzzzzzzz".into()],
            0,
            "The guide \"The catalog\" lists all services",
        ),
        (
            "rules",
            vec!["inbound".into(), "https from self".into()],
            0,
            "Write \"ingress\" or \"egress\"",
        ),
        (
            "rules",
            vec!["ingress".into(), "https, postgres from self".into()],
            1,
            "At character 8: \"postgres\" is neither a service nor a protocol. Did you mean",
        ),
        (
            "rules",
            vec!["egress".into(), "https from self".into()],
            1,
            "An egress rule says \"to\", not \"from\"",
        ),
    ];
    for (name, arguments, index, expected) in cases {
        let error = call(&host, name, &arguments).await;
        let (text, at) = error.expect_err(name);
        assert!(text.contains(expected), "{name} {arguments:?}: {text}");
        assert_eq!(at, Some(index), "{name} {arguments:?}");
        // Hosts put a full stop behind it.
        assert!(!text.ends_with('.'), "{text}");
    }
}

#[tokio::test]
async fn what_is_not_known_has_an_unknown_result() {
    let host = Host::start();
    let list = Value::list([Value::from("10.0.0.0/8"), Value::Unknown]);
    assert_eq!(call(&host, "cidr_merge", &[list]).await, Ok(Value::Unknown));
    let unknown = [Value::Unknown];
    assert_eq!(call(&host, "service", &unknown).await, Ok(Value::Unknown));
}

/// A run with each host: what isn't known in the plan is computed in the apply, and what is wrong is told
/// at the argument.
#[test]
fn hosts_compute_what_becomes_known_and_name_the_argument_at_fault() {
    let required = "terraform {\n  required_providers {\n    curated = { source = \"curated/curated\" \
                    }\n  }\n}\n";
    let later = r#"
        resource "terraform_data" "block" { input = "10.0.0.0/9" }
        variable "secret" {
          default   = "10.128.0.0/9"
          sensitive = true
        }
        output "merged" {
          value     = provider::curated::cidr_merge([terraform_data.block.output, var.secret])
          sensitive = true
        }
        output "left" {
          value = provider::curated::cidr_subtract(["10.0.0.0/8"], [terraform_data.block.output])
        }
    "#;
    for terraform in Terraform::find_all() {
        let work = terraform.work_dir(&format!("{required}{later}"));
        work.apply();
        let state = work.state();
        let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
        assert_eq!(output("merged"), serde_json::json!(["10.0.0.0/8"]));
        assert_eq!(output("left"), serde_json::json!(["10.128.0.0/9"]));
        assert!(!work.plan().changes);
        for (call, said) in [
            (
                "cidr_merge([\"10.0.0.0/8\", null])",
                &["cidr_blocks", "The element [1] is null"][..],
            ),
            ("cidr_merge(null)", &["must not be null"]),
            (
                "cidr_subtract([\"10.0.0.0/8\"], [\"10.0.0.1/8\"])",
                &["\"without\" parameter", "10.0.0.1/32"],
            ),
            (
                "rules(\"ingress\", \"htps from self\")",
                &["\"text\" parameter", "At character 1", "https"],
            ),
            (
                "rules(\"ingress\", \"tcp/443,80 from self\")",
                &["At character 9", "may be a port", "tcp/80"],
            ),
            ("service(\"shh\")", &["\"name\" parameter", "ssh"]),
        ] {
            let main_tf =
                format!("{required}output \"x\" {{\n  value = provider::curated::{call}\n}}\n");
            let refused = terraform.work_dir(&main_tf).try_plan().failure();
            assert_says(&refused, said);
        }
    }
}

/// The outputs of an example, each with the result that is written behind `# =`.
fn promised(text: &str) -> Vec<(String, Json)> {
    let mut found = Vec::new();
    for output in text.split("\noutput \"").skip(1) {
        let name = output.split('"').next().unwrap_or_default();
        let result = output.split("\n  # = ").nth(1);
        let result = result.and_then(|rest| rest.lines().next());
        let result = serde_json::from_str(result.expect("a result behind # =")).expect("JSON");
        found.push((name.to_owned(), result));
    }
    found
}

#[test]
fn every_function_has_an_example_whose_results_are_true() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/functions");
    let curated = Curated::new();
    let mut configuration = String::from(
        "terraform {\n  required_providers {\n    curated = { source = \"curated/curated\" }\n  }\n}\n",
    );
    let mut expected = Vec::new();
    for function in curated.functions() {
        let path = examples.join(function.name()).join("function.tf");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let text = format!("\n{text}");
        assert!(text.contains(&format!("provider::curated::{}(", function.name())));
        let results = promised(&text);
        assert!(!results.is_empty(), "{}", path.display());
        expected.extend(results);
        configuration.push_str(&text);
    }
    for terraform in Terraform::find_all() {
        let work = terraform.work_dir(&configuration);
        work.apply();
        let state = work.state();
        for (name, result) in &expected {
            let value = &state["values"]["outputs"][name]["value"];
            assert_eq!(value, result, "{name}, Terraform {}", terraform.version);
        }
        assert!(!work.plan().changes);
    }
}
