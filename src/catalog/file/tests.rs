//! Tests of catalog files: how they are read, and where their mistakes are.

use super::*;

const FILE: &str = r#"# Ours.
service {
  name    = "billing"
  traffic = ["tcp/8443", "tcp/9000-9010", "udp/5000"]
}

preset {
  name          = "web"
  description   = "Web tier"
  ingress_rules = {
    https  = "https from anywhere-ipv4"
    "health" : "billing from 10.0.0.0/8",
  }
}

guardrail {
  name       = "no-ssh"
  traffic    = ["ssh"]
  reason     = "Use the bastion"
  exemptible = false
}
"#;

/// Line, column and summary of each mistake.
fn reported(text: &str) -> Vec<String> {
    let (_, errors) = parse("catalog.hcl", text);
    let reported = errors.iter().map(|error| match &error.place {
        Location::File { file, position } => {
            let Position { line, column } = position;
            format!("{file}:{line}:{column}: {}", error.summary)
        }
        Location::Block { .. } => panic!("it isn't in a provider block"),
    });
    reported.collect()
}

#[test]
fn a_file_defines_services_presets_and_guardrails() {
    let (found, errors) = parse("catalog.hcl", FILE);
    assert_eq!(errors, []);
    let [service] = found.services.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(service.what.name, "billing");
    assert_eq!(
        service.what.traffic,
        ["tcp/8443", "tcp/9000-9010", "udp/5000"]
    );
    let preset = &found.presets[0].what;
    assert_eq!(preset.ingress_rules["health"], "billing from 10.0.0.0/8");
    assert!(preset.egress_rules.is_empty());
    let guardrail = &found.guardrails[0].what;
    assert_eq!(guardrail.traffic.as_deref(), Some(&["ssh".to_owned()][..]));
    assert_eq!(
        (guardrail.peers.as_ref(), guardrail.exemptible),
        (None, false)
    );
    let Origin::File {
        block, arguments, ..
    } = &found.presets[0].origin
    else {
        panic!("it is in a file");
    };
    assert_eq!((block.line, block.column), (7, 1));
    let health = ("ingress_rules".to_owned(), Some("health".to_owned()));
    assert_eq!(
        (arguments[&health].line, arguments[&health].column),
        (12, 16)
    );
}

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    for (text, expected) in [
        ("x = 1\n", &["catalog.hcl:1:1: \"x\" has no place here"][..]),
        (
            "\n  role {\n}\n",
            &["catalog.hcl:2:3: \"role\" is not a block of a catalog"],
        ),
        (
            "service \"billing\" {\n}\n",
            &["catalog.hcl:1:1: A service block has no label, and this one has \"billing\""],
        ),
        (
            "service {\n  name = \"a\"\n}\n",
            &["catalog.hcl:1:1: A service block doesn't set \"traffic\""],
        ),
        (
            "service {\n  name = \"a\"\n  trafic = []\n  traffic = [\"tcp/1\"]\n}\n",
            &["catalog.hcl:3:3: \"trafic\" is not an argument of a service block"],
        ),
        (
            "service {\n  name = var.name\n  traffic = [1, \"tcp/1\"]\n}\n",
            &[
                "catalog.hcl:2:10: The value must be a text in quotes, as it stands",
                "catalog.hcl:3:14: The value must be a text in quotes, as it stands",
            ],
        ),
        (
            "service {\n  name = \"é\" /* é */\n  traffic = \"tcp/1\"\n}\n",
            &["catalog.hcl:3:13: \"traffic\" must be a list of texts"],
        ),
        (
            "service {\n  name = \"a\"\n  name = \"b\"\n}\n",
            &["catalog.hcl:3:3: The catalog file can't be read"],
        ),
        (
            "preset {\n  name = \"a${b}\"\n  description = null\n  egress_rules = [1]\n}\n",
            &[
                "catalog.hcl:2:10: The value must be a text in quotes, as it stands",
                "catalog.hcl:4:18: \"egress_rules\" must be a map of texts",
                "catalog.hcl:1:1: A preset block doesn't set \"description\"",
            ],
        ),
        (
            "preset {\n  ingress_rules = { a = \"x\", a = \"y\" }\n  name = \"a\"\n  description = \"b\"\n}\n",
            &["catalog.hcl:2:30: The catalog file can't be read"],
        ),
        (
            "guardrail {\n  name = \"a\"\n  reason = \"b\"\n  exemptible = \"no\"\n}\n",
            &["catalog.hcl:4:16: \"exemptible\" is true or false"],
        ),
    ] {
        assert_eq!(reported(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_hcl_is_told_where_it_ends_to_be_it() {
    let reported = reported("service {\n  name = \n}\n");
    assert_eq!(reported.len(), 1);
    assert!(reported[0].starts_with("catalog.hcl:2:"), "{reported:?}");
    // Nesting without end must not exhaust the stack.
    for deep in ["[", "{", "(", "!", "-", "a ? "] {
        let text = format!("x = {}\n", deep.repeat(100_000));
        assert!(!super::parse("catalog.hcl", &text).1.is_empty(), "{deep}");
    }
}

#[test]
fn an_empty_file_defines_nothing() {
    for text in ["", "\n", "# nothing\n", "\u{feff}"] {
        let (found, errors) = parse("catalog.hcl", text);
        assert_eq!(
            (found, errors),
            (Definitions::default(), Vec::new()),
            "{text:?}"
        );
    }
}
