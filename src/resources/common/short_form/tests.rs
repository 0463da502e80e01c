//! Tests of labels: their rules, the messages to mistakes, and their form after a refresh.

use proptest::prelude::*;

use crate::catalog::Catalog;
use crate::resources::common::desired_rules::{self, DesiredRules, RuleContext};
use crate::resources::common::{reconcile, rule_blocks};
use crate::rules::properties::rule;
use crate::rules::{Direction, Label, Rule, RuleSet, ShortForm, short_form};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::value::Value;

type Entries<'a> = &'a [(&'a str, &'a str)];

/// A state with these labels, and these blocks of ingress.
fn state(ingress: Value, egress: Value, blocks: Vec<Value>) -> Value {
    let none: [Value; 0] = [];
    Value::object([
        ("id", "sg-0000000a".into()),
        ("preset", Value::Null),
        ("presets", Value::Null),
        ("ingress", Value::set(blocks)),
        ("egress", Value::set(none)),
        ("ingress_rules", ingress),
        ("egress_rules", egress),
    ])
}

fn labels(entries: Entries<'_>) -> Value {
    Value::map(entries.iter().copied())
}

fn ingress(entries: Entries<'_>) -> Value {
    state(labels(entries), Value::Null, Vec::new())
}

fn https(cidr: &str) -> Value {
    let block = rule_blocks::schema("").empty().with("service", "https");
    block.with("cidr_blocks", Value::set([cidr]))
}

fn desired(config: &Value) -> DesiredRules {
    desired_rules::desired(config, RuleContext::new(Catalog::built_in()))
}

fn rules(entries: Entries<'_>) -> RuleSet {
    let rule = |key: &str| key.parse().expect("a rule's key");
    let entries = entries.iter();
    entries.map(|(k, d)| (rule(k), (*d).to_owned())).collect()
}

/// Path, summary and detail of each diagnostic.
fn reported(found: &Diagnostics) -> Vec<String> {
    let reported = found.iter();
    reported
        .map(|d| format!("{}: {}. {}", d.path, d.summary, d.detail))
        .collect()
}

#[test]
fn labels_ask_for_their_rules() {
    let config = state(
        labels(&[
            (
                "metrics",
                "tcp/9100 from sg-0000000b, 10.0.0.0/8 # Prometheus",
            ),
            ("web", "https, http from anywhere-ipv4"),
        ]),
        labels(&[("out", "all to anywhere-ipv6")]),
        Vec::new(),
    );
    let expected = rules(&[
        ("ingress tcp/80 from 0.0.0.0/0", ""),
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress tcp/9100 from 10.0.0.0/8", "Prometheus"),
        ("ingress tcp/9100 from sg-0000000b", "Prometheus"),
        ("egress all to ::/0", ""),
    ]);
    let desired = desired(&config);
    assert!(desired.complete && desired.faults.is_empty());
    assert_eq!(desired.rules, expected);
}

#[test]
fn a_label_that_is_null_makes_no_rule_and_one_that_is_unknown_leaves_the_others_known() {
    let map = |text: Value| Value::map([("a", text), ("b", "ssh from self".into())]);
    let ssh = rules(&[("ingress tcp/22 from self", "")]);
    for (text, complete) in [(Value::Null, true), (Value::Unknown, false)] {
        let desired = desired(&state(map(text), Value::Null, Vec::new()));
        assert!(desired.faults.is_empty());
        assert_eq!((desired.rules, desired.complete), (ssh.clone(), complete));
    }
}

/// A line that named a group of the same run was taken as it was, whatever it said.
#[test]
fn of_a_label_that_goes_on_the_beginning_is_checked_and_what_it_opens_is_known() {
    let begun = |text: &str| {
        let labels = Value::map([("app", Value::UnknownText(text.into()))]);
        desired(&state(labels, Value::Null, Vec::new()))
    };
    let told = |text: &str| {
        let none = RuleSet::new();
        let warning = begun(text).known_so_far("app", &none, &none);
        warning.map(|warning| warning.detail)
    };
    let desired = begun("tcp/8080 from self, 10.0.0.0/8, ");
    assert!(!desired.complete && desired.faults.is_empty());
    let expected = rules(&[
        ("ingress tcp/8080 from 10.0.0.0/8", ""),
        ("ingress tcp/8080 from self", ""),
    ]);
    assert_eq!(desired.rules, expected);
    for (text, line) in [
        (
            "tcp/8080 from ",
            "app: ingress tcp/8080 from (known after apply)",
        ),
        (
            "tcp/8080, https from self, sg-",
            "app: ingress tcp/8080, https from self, (known after apply)",
        ),
        ("https, ", "app: ingress https, (known after apply)"),
        (
            "https from self # of ",
            "app: ingress https from self # (known after apply)",
        ),
    ] {
        let told = told(text).expect(text);
        assert!(told.ends_with(&format!("\n    {line}")), "{text}: {told}");
    }
    assert_eq!(told("sg"), None);
    let found = reported(&begun("https, htps from ").faults);
    let [service] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(
        service
            .starts_with("ingress_rules[\"app\"]: \"htps\" is neither a service nor a protocol."),
        "{service}"
    );
    let picture = "column 8:\n\n    https, htps from (known after apply)\n           ^";
    assert!(service.ends_with(picture), "{service}");
}

#[test]
fn a_mistake_is_reported_at_its_label_with_its_column() {
    let config = ingress(&[("web", "https, htps from 10.0.0.1/8")]);
    let found = reported(&desired(&config).faults);
    let [service, peer] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(
        service.starts_with(
            "ingress_rules[\"web\"]: \"htps\" is neither a service nor a protocol. Did you mean \
             \"https\""
        ),
        "{service}"
    );
    assert!(
        service.ends_with(
            "\n\nThis is about the label \"web\" of ingress_rules, column 8:\n\n    \
             https, htps from 10.0.0.1/8\n           ^"
        ),
        "{service}"
    );
    assert!(
        peer.contains("Write") || peer.contains("\"10.0.0.0/8\""),
        "{peer}"
    );
    assert!(peer.contains("column 18:"), "{peer}");
}

#[test]
fn a_malformed_id_is_reported_only_by_the_plan() {
    for id in ["sg-yjehazon", "yjehazon", "pl-x"] {
        let desired = desired(&ingress(&[("web", &format!("https from {id}, self"))]));
        assert_eq!(reported(&desired.faults), [""; 0], "{id}");
        assert_eq!(desired.id_faults.iter().count(), 1, "{id}");
    }
    assert!(
        desired(&ingress(&[("web", "https from anywhere")]))
            .faults
            .has_errors()
    );
}

#[test]
fn a_rule_that_is_given_twice_names_both_places() {
    let world = "0.0.0.0/0";
    for (config, both) in [
        (
            ingress(&[
                ("a", "tcp/443 from 10.0.0.0/8"),
                ("b", "https from 10.0.0.0/8"),
            ]),
            "the label \"a\" of ingress_rules and in the label \"b\" of ingress_rules",
        ),
        (
            ingress(&[("a", "https, tcp/443 from self")]),
            "One label gives it as \"https\" for \"self\" and as \"tcp/443\" for \"self\"",
        ),
        (
            state(
                labels(&[("a", "https from 10.0.0.0/8 # x")]),
                Value::Null,
                vec![https("10.0.0.0/8")],
            ),
            "the ingress block with service = \"https\" and in the label \"a\" of ingress_rules",
        ),
        (
            ingress(&[("a", "tcp/443 from anywhere-ipv4")]).with("preset", "https"),
            "The preset \"https\" brings this rule already. Take it out of the label \"a\"",
        ),
        (
            ingress(&[("a", "ssh from anywhere-ipv4")])
                .with("presets", Value::set(["http", "ssh"])),
            "The preset \"ssh\" brings this rule already. Take it out of the label \"a\"",
        ),
        (
            state(Value::Null, Value::Null, vec![https(world)]).with("preset", "https"),
            "The preset \"https\" brings this rule already. Take it out of the block",
        ),
    ] {
        let found = reported(&desired(&config).faults);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(both), "{}\n{both}", found[0]);
        assert!(found[0].contains("is given twice"), "{}", found[0]);
    }
}

#[test]
fn services_that_share_a_rule_do_so_under_labels_too() {
    let config = state(
        labels(&[("vpn", "openvpn from 10.0.0.0/8 # vpn")]),
        Value::Null,
        vec![https("10.0.0.0/8")],
    );
    let desired = desired(&config);
    assert!(desired.faults.is_empty());
    let expected = rules(&[
        ("ingress tcp/443 from 10.0.0.0/8", "vpn"),
        ("ingress udp/1194 from 10.0.0.0/8", "vpn"),
    ]);
    assert_eq!(desired.rules, expected);
}

#[test]
fn a_rule_that_presets_share_comes_once() {
    let config = state(Value::Null, Value::Null, Vec::new());
    let config = config.with("presets", Value::set(["https", "openvpn", "exodus"]));
    let desired = desired(&config);
    assert!(desired.complete && desired.faults.is_empty());
    let expected = rules(&[
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress udp/1194 from 0.0.0.0/0", ""),
        ("egress all to 0.0.0.0/0", ""),
    ]);
    assert_eq!(desired.rules, expected);
}

#[test]
fn a_refresh_keeps_what_is_there_and_shows_drift_in_labels() {
    let before = ingress(&[
        ("gone", "ssh from 10.2.0.0/16"),
        ("less", "https, tcp/80 from self"),
        (
            "metrics",
            "tcp/9100 from  sg-0000000b,10.0.0.0/8 # Prometheus",
        ),
        ("told", "tcp/1 from self # was"),
        ("web", "https,http from anywhere-ipv4"),
    ]);
    let actual = rules(&[
        ("ingress tcp/80 from 0.0.0.0/0", ""),
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress tcp/80 from self", ""),
        ("ingress tcp/1 from self", "is"),
        ("ingress tcp/9100 from 10.0.0.0/8", "Prometheus"),
        ("ingress tcp/22 from 0.0.0.0/0", "by hand"),
        ("egress all to 0.0.0.0/0", ""),
    ]);
    let after = reconcile::blocks(
        before.clone(),
        &rule_blocks::schema(""),
        &actual,
        Catalog::built_in(),
    );
    let texts = [
        ("less", "tcp/80 from self"),
        ("metrics", "tcp/9100 from 10.0.0.0/8 # Prometheus"),
        ("ssh", "ssh from anywhere-ipv4 # by hand"),
        ("told", "tcp/1 from self # is"),
        ("web", "https,http from anywhere-ipv4"),
    ];
    assert_eq!(after.get("ingress_rules"), &labels(&texts));
    assert_eq!(
        after.get("egress_rules"),
        &labels(&[("all", "all to anywhere-ipv4")])
    );
    let none: [Value; 0] = [];
    assert_eq!(after.get("ingress"), &Value::set(none));
}

/// Rules, each of which some label or block says.
fn rule_set() -> impl Strategy<Value = RuleSet> {
    let text = "[a-z]([a-z ]{0,8}[a-z])?";
    let text = prop_oneof![Just(String::new()), text];
    proptest::collection::btree_map(rule(), text, 0..12)
}

proptest! {
    /// Whatever rules there are: a state that was read in either form asks for exactly these, and
    /// reading it once more changes nothing.
    #[test]
    fn any_rules_read_the_same_in_either_form(rules in rule_set()) {
        let empty = || Value::Map(std::collections::BTreeMap::new());
        let context = RuleContext { id: "sg-0000000a", ..RuleContext::new(Catalog::built_in()) };
        let rules = context.sees(rules);
        for before in [
            state(Value::Null, Value::Null, Vec::new()),
            state(empty(), empty(), Vec::new()),
        ] {
            let block = rule_blocks::schema("");
            let read = reconcile::blocks(before, &block, &rules, Catalog::built_in());
            let desired = desired_rules::desired(&read, context);
            prop_assert_eq!(reported(&desired.faults), [""; 0]);
            prop_assert_eq!(&desired.rules, &rules);
            let again = reconcile::blocks(read.clone(), &block, &rules, Catalog::built_in());
            prop_assert_eq!(again, read);
        }
    }

    /// A label for each rule asks for what a label with all of them does.
    #[test]
    fn one_label_or_many_ask_for_the_same(rules in rule_set()) {
        let lines = rules.iter().enumerate().map(|(at, (rule, text))| {
            let Rule { direction, traffic, peer } = rule;
            let line = ShortForm::write(
                *direction,
                [&*short_form::traffic(traffic)],
                [&*peer.to_string()],
                text,
            );
            (*direction, format!("label {at}"), line)
        });
        let lines: Vec<_> = lines.collect();
        let of = |direction: Direction| {
            let of_it = lines.iter().filter(|(d, ..)| *d == direction);
            Value::map(of_it.map(|(_, name, line)| (name.as_str(), line.as_str())))
        };
        let config = state(of(Direction::Ingress), of(Direction::Egress), Vec::new());
        let desired = desired(&config);
        prop_assert!(desired.faults.is_empty() && desired.id_faults.is_empty());
        prop_assert_eq!(desired.rules, rules);
        prop_assert_eq!(Label::attribute(Direction::Egress), "egress_rules");
    }
}
