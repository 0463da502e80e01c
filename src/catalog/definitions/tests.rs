//! Tests of the catalogs that definitions make, and of the messages for errors.

use super::*;
use crate::catalog::file;
use crate::rules::guardrails::{GuardedPeer, Guardrail};

/// The catalog of a file's text.
fn catalog(text: &str) -> Catalog {
    let (definitions, errors) = file::parse("catalog.hcl", text);
    assert_eq!(errors, []);
    let (catalog, errors) = definitions.catalog(Extent::Whole);
    assert_eq!(errors, []);
    catalog
}

/// Location, summary and detail of each mistake.
fn reported(text: &str) -> Vec<String> {
    let (definitions, errors) = file::parse("catalog.hcl", text);
    assert_eq!(errors, []);
    let (_, errors) = definitions.catalog(Extent::Whole);
    let reported = errors.iter().map(|error| {
        let Location::File { position, .. } = &error.place else {
            panic!("it is in a file");
        };
        let DefinitionError {
            summary, detail, ..
        } = error;
        format!("{}:{}: {summary}. {detail}", position.line, position.column)
    });
    reported.collect()
}

fn service(name: &str, traffic: &str) -> String {
    format!("service {{\n  name = {name:?}\n  traffic = [{traffic}]\n}}\n")
}

fn guardrail(arguments: &str) -> String {
    format!("guardrail {{\n  name = \"g\"\n  reason = \"r\"\n  {arguments}\n}}\n")
}

fn traffic(catalog: &Catalog, name: &str) -> String {
    let service = catalog.find(name).expect("a service");
    let traffic: Vec<String> = service.traffic.iter().map(ToString::to_string).collect();
    traffic.join(" ")
}

#[test]
fn a_service_is_found_like_those_of_the_program() {
    let text = [
        service("billing", r#""tcp/8443", "tcp/9000-9010", "udp/5000""#),
        // Names others, in whatever order.
        service("shop", r#""billing", "https", "invoices""#),
        service("invoices", r#""TCP/9005", "6/443""#),
    ];
    let catalog = catalog(&text.concat());
    assert_eq!(
        traffic(&catalog, "billing"),
        "tcp/8443 tcp/9000-9010 udp/5000"
    );
    assert_eq!(
        traffic(&catalog, "shop"),
        "tcp/443 tcp/8443 tcp/9000-9010 udp/5000"
    );
    assert_eq!(traffic(&catalog, "invoices"), "tcp/443 tcp/9005");
    assert_eq!(traffic(&catalog, "https"), "tcp/443");
    assert_eq!(catalog.search("billing").len(), 1);
    let near = catalog
        .service_or_nearest("biling")
        .expect_err("no service");
    assert_eq!(near, ["billing"]);
    let built_in = Catalog::built_in().services().len();
    assert_eq!(catalog.services().len(), built_in + 3);
}

/// They were IP protocols, and a guardrail for "22" never fired.
#[test]
fn numbers_that_may_be_ports_are_refused_wherever_traffic_is_written() {
    let preset = "preset {\n  name = \"p\"\n  description = \"p\"\n  \
                  ingress_rules = { a = \"80 from self\" }\n}\n";
    for (text, number) in [
        (service("a", r#""tcp/443", "80""#), "80"),
        (guardrail(r#"traffic = ["22"]"#), "22"),
        (preset.to_owned(), "80"),
    ] {
        let all = reported(&text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        let said = format!(
            "{number:?} may be a port or a protocol. For the port write \"tcp/{number}\" or \
             \"udp/{number}\", and for IP protocol {number} write \"protocol/{number}\"."
        );
        assert!(all[0].contains(&said), "{}", all[0]);
    }
    let catalog = catalog(&service("old", r#""protocol/80", "50""#));
    assert_eq!(traffic(&catalog, "old"), "50 80");
    let called = reported(&service("protocol", r#""tcp/1""#));
    assert!(called[0].contains("has a meaning of its own"), "{called:?}");
}

#[test]
fn mistakes_in_services_are_told_where_they_stand() {
    for (text, expected) in [
        (
            service("https", r#""tcp/1""#),
            "2:10: \"https\" is a service of the catalog. The built-in service lets tcp/443 through",
        ),
        (
            service("Billing", r#""tcp/1""#),
            "2:10: \"Billing\" is not a name for a service.",
        ),
        (
            service("a b", r#""tcp/1""#),
            "2:10: \"a b\" is not a name for a service.",
        ),
        (
            service("1a", r#""tcp/1""#),
            "2:10: \"1a\" is not a name for a service.",
        ),
        (
            service("gre", r#""tcp/1""#),
            "2:10: \"gre\" has a meaning of its own in rules.",
        ),
        (
            service("from", r#""tcp/1""#),
            "2:10: \"from\" has a meaning of its own in rules.",
        ),
        (
            service("database", r#""tcp/1""#),
            "2:10: \"database\" is a category of the catalog.",
        ),
        (
            service("a", ""),
            "3:13: The service \"a\" lets nothing through.",
        ),
        (
            service("a", r#""tcp/70000""#),
            "3:13: \"tcp/70000\" has no ports from 0 to 65535.",
        ),
        (
            service("a", r#""tcp/9-1""#),
            "3:13: \"tcp/9-1\" begins above its end.",
        ),
        (service("a", r#""tcp""#), "3:13: \"tcp\" needs ports."),
        (
            service("a", r#""htps""#),
            "3:13: \"htps\" is neither a service nor a protocol. Did you mean \"https\"",
        ),
        (
            service("a", r#""a""#),
            "3:13: The service \"a\" is defined by itself. \"a\" names \"a\".",
        ),
    ] {
        let reported = reported(&text);
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].starts_with(expected), "{reported:?}");
    }
    let twice = reported(&[service("a", r#""tcp/1""#), service("a", r#""tcp/2""#)].concat());
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(
        twice[0].starts_with("6:10: The service \"a\" is defined twice. It is defined in catalog.hcl, line 1 already."),
        "{twice:?}"
    );
    let cycle = reported(
        &[
            service("a", r#""b""#),
            service("b", r#""c""#),
            service("c", r#""a", "tcp/1""#),
            service("d", r#""a""#),
        ]
        .concat(),
    );
    assert_eq!(cycle.len(), 3, "{cycle:?}");
    assert!(
        cycle[0].contains("\"a\" names \"b\" names \"c\" names \"a\"."),
        "{cycle:?}"
    );
}

#[test]
fn a_preset_has_the_rules_of_its_lines() {
    let text = r#"
service {
  name    = "billing"
  traffic = ["tcp/8443", "udp/5000"]
}
preset {
  name          = "web"
  description   = "Web tier"
  ingress_rules = {
    https  = "https, openvpn from anywhere-ipv4"
    health = "billing, tcp/1 from 10.0.0.0/8 # Probes"
  }
  egress_rules = { out = "all to anywhere-ipv4" }
}
"#;
    let catalog = catalog(text);
    let preset = catalog.preset("web").expect("the preset");
    let reported = preset.rules.iter().map(|one| {
        let services: Vec<&str> = one.services.iter().map(String::as_str).collect();
        format!("{} [{}] {}", one.rule, one.description, services.join(" "))
    });
    let mut reported: Vec<String> = reported.collect();
    reported.sort_unstable();
    assert_eq!(
        reported,
        [
            "egress all to 0.0.0.0/0 [] ",
            "ingress tcp/1 from 10.0.0.0/8 [Probes] ",
            "ingress tcp/443 from 0.0.0.0/0 [] https openvpn",
            "ingress tcp/8443 from 10.0.0.0/8 [Probes] billing",
            "ingress udp/1194 from 0.0.0.0/0 [] openvpn",
            "ingress udp/5000 from 10.0.0.0/8 [Probes] billing",
        ]
    );
    assert_eq!(catalog.presets()[0].name, "exodus");
}

#[test]
fn mistakes_in_presets_are_told_where_they_stand() {
    let preset = |name: &str, rules: &str| {
        format!("preset {{\n  name = {name:?}\n  description = \"d\"\n  {rules}\n}}\n")
    };
    for (text, expected) in [
        (
            preset("https", r#"egress_rules = { a = "all to self" }"#),
            "2:10: \"https\" is a preset of the catalog.",
        ),
        (
            preset("sg-a", r#"egress_rules = { a = "all to self" }"#),
            "2:10: \"sg-a\" starts with \"sg-\".",
        ),
        (preset("a", ""), "1:1: The preset \"a\" has no rules."),
        (
            preset(
                "a",
                r#"ingress_rules = { x = "https from 10.0.0.0/8", y = "htps from self" }"#,
            ),
            "4:54: \"htps\" is neither a service nor a protocol. Did you mean \"https\"",
        ),
        (
            preset(
                "a",
                r#"ingress_rules = { x = "https from self", y = "tcp/443 from self" }"#,
            ),
            "4:48: \"ingress tcp/443 from self\" is given twice. EC2 holds a rule only once. It is under \"x\" and under \"y\"",
        ),
        (
            preset("a", r#"ingress_rules = { x = "https, tcp/443 from self" }"#),
            "4:25: \"ingress tcp/443 from self\" is given twice.",
        ),
        (
            preset("a", r#"egress_rules = { x = "https from self" }"#),
            "4:24: An egress rule says \"to\", not \"from\".",
        ),
    ] {
        let reported = reported(&text);
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].starts_with(expected), "{reported:?}");
    }
}

/// The guardrail that these arguments define.
fn guarded(arguments: &str) -> Guardrail {
    let catalog = catalog(&[service("billing", r#""tcp/8443""#), guardrail(arguments)].concat());
    catalog.guardrails()[0].clone()
}

#[test]
fn a_guardrail_names_categories_services_and_ports() {
    let texts = |guardrail: &Guardrail| {
        let traffic = guardrail.traffic.iter().map(|one| one.traffic.to_string());
        traffic.collect::<Vec<_>>()
    };
    assert_eq!(texts(&guarded("")), [""; 0]);
    assert_eq!(guarded("").peers, [GuardedPeer::World]);
    let few = guarded(r#"traffic = ["billing", "ssh", "tcp/22", "TCP/9200"]"#);
    assert_eq!(texts(&few), ["tcp/8443", "tcp/22", "tcp/9200"]);
    assert_eq!(few.traffic[1].service.as_deref(), Some("ssh"));
    let category = texts(&guarded(r#"traffic = ["remote-access"]"#));
    for port in ["tcp/22", "tcp/3389", "udp/3391"] {
        assert!(category.iter().any(|one| one == port), "{category:?}");
    }
    // A gateway for remote desktops listens where every web site does.
    assert!(!category.iter().any(|one| one == "tcp/443"), "{category:?}");
    let web = texts(&guarded(r#"traffic = ["web"]"#));
    assert!(web.iter().any(|one| one == "tcp/443"), "{web:?}");
    let network = texts(&guarded(r#"traffic = ["network"]"#));
    assert!(!network.iter().any(|one| one == "all"), "{network:?}");
}

#[test]
fn mistakes_in_guardrails_are_told_where_they_stand() {
    for (arguments, expected) in [
        (
            r#"direction = "in""#,
            "4:15: \"in\" is not a guardrail's direction. Write \"ingress\" or \"egress\".",
        ),
        (
            r#"action = "warn""#,
            "4:12: \"warn\" is not a guardrail's action. Write \"error\" or \"warning\".",
        ),
        ("traffic = []", "4:13: The traffic of a guardrail is empty."),
        (
            r#"traffic = ["databases"]"#,
            "4:13: \"databases\" is neither a service nor a protocol.",
        ),
        ("peers = []", "4:11: The peers of a guardrail are empty."),
        (r#"peers = ["wrold"]"#, "4:11: \"wrold\""),
        (
            r#"peers = ["10.0.0.5/8"]"#,
            "4:11: \"10.0.0.5/8\" has host bits set.",
        ),
    ] {
        let reported = reported(&guardrail(arguments));
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].starts_with(expected), "{reported:?}");
    }
    let near = reported(&guardrail(r#"traffic = ["databases"]"#));
    assert!(near[0].contains("Did you mean \"database\"?"), "{near:?}");
    let unnamed = reported("guardrail {\n  name = \" \"\n  reason = \"\"\n}\n");
    assert_eq!(unnamed.len(), 2, "{unnamed:?}");
    let twice = reported(&[guardrail(""), guardrail("")].concat());
    assert!(
        twice[0].starts_with("7:10: The guardrail \"g\" is defined twice."),
        "{twice:?}"
    );
}

#[test]
fn a_block_with_zeros_before_its_length_was_left_out_of_a_guardrail() {
    let catalog = catalog(&guardrail(r#"peers = ["10.0.0.0/008"]"#));
    let block = "10.0.0.0/8".parse().expect("a block");
    assert_eq!(catalog.guardrails()[0].peers, [GuardedPeer::Block(block)]);
}

#[test]
fn what_depends_on_definitions_that_are_to_come_is_left_out_and_no_mistake() {
    let text = [
        service("shop", r#""later""#),
        service("billing", r#""tcp/8443""#),
        "preset {\n  name = \"a\"\n  description = \"d\"\n  ingress_rules = { x = \"later from self\" }\n}\n".to_owned(),
        guardrail(r#"traffic = ["later"]"#),
    ];
    let (definitions, _) = file::parse("catalog.hcl", &text.concat());
    let (catalog, errors) = definitions.catalog(Extent::Unknown);
    assert_eq!(errors, []);
    assert!(catalog.find("billing").is_some());
    assert!(catalog.find("shop").is_none() && catalog.may_get_service("shop"));
    assert!(catalog.preset("a").is_err() && catalog.may_get_preset("a"));
    assert_eq!(catalog.guardrails(), []);
    // The same is a mistake once all is known.
    let (_, errors) = definitions.catalog(Extent::Whole);
    assert!(!errors.is_empty());
}
