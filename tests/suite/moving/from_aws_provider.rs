//! Moving in from the real AWS provider: a configuration that only renamed the type plans nothing.
//! Needs terraform-provider-aws on this machine; where it isn't, these tests say so and pass.

use std::fs;
use std::path::Path;

use crate::support::aws_provider::{aws_provider_or_skip, both_providers, work_dir};
use crate::support::emulator::{Emulator, element};
use crate::support::stage::REGION;
use crate::support::terraform::{Plan, Terraform, WorkDir};

/// Every shape of group: a name for it, and what its block says. `TYPE` is the resource type,
/// `LIST` the id of a prefix list, `VPC` that of the VPC.
const SHAPES: [(&str, &str); 13] = [
    ("nameless", r#"description = "no name of its own""#),
    ("bare", r#"name = "bare""#),
    ("prefixed", r#"name_prefix = "prefixed-""#),
    (
        "described",
        r#"
  name        = "described"
  description = "what it is for"
  vpc_id      = "VPC"
"#,
    ),
    (
        "upper",
        r#"
  name = "upper"
  ingress {
    protocol         = "TCP"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0", "10.0.0.0/8"]
    ipv6_cidr_blocks = ["2001:db8::/32", "::/0"]
  }
  ingress {
    protocol    = "Udp"
    from_port   = 53
    to_port     = 54
    cidr_blocks = ["192.168.0.0/16"]
  }
"#,
    ),
    (
        "numbers",
        r#"
  name = "numbers"
  ingress {
    protocol    = "6"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol    = "50"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.0.0.0/8"]
  }
"#,
    ),
    (
        "open",
        r#"
  name = "open"
  egress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
"#,
    ),
    (
        "all",
        r#"
  name = "all"
  ingress {
    protocol  = "all"
    from_port = 0
    to_port   = 0
    self      = true
  }
"#,
    ),
    (
        "ping",
        r#"
  name = "ping"
  ingress {
    protocol    = "icmp"
    from_port   = 8
    to_port     = 0
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol    = "icmp"
    from_port   = -1
    to_port     = -1
    cidr_blocks = ["10.0.0.0/16"]
  }
  ingress {
    protocol         = "icmpv6"
    from_port        = -1
    to_port          = -1
    ipv6_cidr_blocks = ["::/0"]
  }
"#,
    ),
    (
        "friends",
        r#"
  name = "friends"
  ingress {
    description     = "metrics"
    protocol        = "tcp"
    from_port       = 9100
    to_port         = 9100
    security_groups = [TYPE.open.id, TYPE.bare.id]
    prefix_list_ids = ["LIST"]
    cidr_blocks     = ["10.0.0.0/8"]
    self            = true
  }
  ingress {
    description = ""
    protocol    = "tcp"
    from_port   = 9200
    to_port     = 9300
    self        = true
  }
  egress {
    description     = "lists only"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = ["LIST"]
    self            = false
  }
"#,
    ),
    (
        "tagged",
        r#"
  name = "tagged"
  tags = { team = "web", empty = "" }
  revoke_rules_on_delete = true
"#,
    ),
    (
        "untagged",
        r#"
  name = "untagged"
  tags = {}
  revoke_rules_on_delete = false
"#,
    ),
    (
        "patient",
        r#"
  name = "patient"
  timeouts {
    create = "5m"
    delete = "1h"
  }
"#,
    ),
];

/// All shapes as resources of a type.
fn shapes(ty: &str, emulator: &Emulator) -> String {
    let list = [
        ("PrefixListName", "office"),
        ("MaxEntries", "3"),
        ("AddressFamily", "IPv4"),
    ];
    let known = emulator.call(REGION, "DescribeManagedPrefixLists", &[]);
    let own = known.split("<item>").find(|item| item.contains("office"));
    let list = match own {
        Some(item) => element(item, "prefixListId").to_owned(),
        None => element(
            &emulator.call(REGION, "CreateManagedPrefixList", &list),
            "prefixListId",
        )
        .to_owned(),
    };
    let vpc = emulator.default_vpc(REGION);
    let resources = SHAPES.iter().map(|(name, body)| {
        let body = body
            .replace("TYPE", ty)
            .replace("LIST", &list)
            .replace("VPC", &vpc);
        format!("resource \"{ty}\" \"{name}\" {{\n{body}\n}}\n")
    });
    resources.collect()
}

/// Terraform calls this provider that of the second instance, once the first one has moved.
#[test]
fn instances_move_one_by_one() {
    let Some(aws) = aws_provider_or_skip("moving instance by instance") else {
        return;
    };
    let emulator = Emulator::start();
    let providers = both_providers(&emulator);
    let group = |ty: &str| {
        format!(
            "resource \"{ty}\" \"app\" {{\n  for_each = toset([\"eu\", \"us\"])\n  name = \
             each.key\n}}\n"
        )
    };
    let before = format!("{providers}{}", group("aws_security_group"));
    let work = work_dir(&Terraform::find(), &aws, &before);
    work.apply();
    let moves = ["eu", "us"].map(|key| {
        format!(
            "moved {{\n  from = aws_security_group.app[\"{key}\"]\n  to   = \
             curated_security_group.app[\"{key}\"]\n}}\n"
        )
    });
    let after = group("curated_security_group");
    let after = format!("{providers}{after}{}", moves.concat());
    work.write("main.tf", &after);
    let plan = work.plan().text;
    assert!(
        plan.contains("0 to add, 0 to change, 0 to destroy"),
        "{plan}"
    );
}

#[test]
fn a_configuration_that_only_renamed_the_type_plans_no_change() {
    let Some(aws) = aws_provider_or_skip("moving from aws_security_group") else {
        return;
    };
    let emulator = Emulator::start();
    let providers = both_providers(&emulator);
    let before = format!("{providers}{}", shapes("aws_security_group", &emulator));
    let maker = work_dir(&Terraform::find(), &aws, &before);
    maker.apply();
    let state = maker.path().join("terraform.tfstate");
    let made = emulator.id(REGION, "friends");

    let moves: String = SHAPES
        .iter()
        .map(|(name, _)| {
            format!(
                "moved {{\n  from = aws_security_group.{name}\n  to   = \
                 curated_security_group.{name}\n}}\n"
            )
        })
        .collect();
    let after = format!(
        "{providers}{}{moves}",
        shapes("curated_security_group", &emulator)
    );
    moves_without_a_change(&emulator, &aws, &state, &after, SHAPES.len(), |work| {
        let friends = work.attributes("curated_security_group.friends");
        assert_eq!(friends["id"], made.as_str());
    });
}

/// Proves with every Terraform that a configuration of `number` resources plans no change over a state
/// of the AWS provider, and that nothing is written to EC2 when it is applied. `check` looks at what
/// came of it.
#[track_caller]
pub(crate) fn moves_without_a_change(
    emulator: &Emulator,
    aws: &Path,
    state: &Path,
    after: &str,
    number: usize,
    check: impl Fn(&WorkDir),
) {
    emulator.reset_counts();
    for terraform in Terraform::find_all() {
        let work = work_dir(&terraform, aws, after);
        fs::copy(state, work.path().join("terraform.tfstate")).expect("the state can be copied");
        let (Plan { text: plan, .. }, planned) = work.kept_plan();
        let changes = planned["resource_changes"].as_array().expect("a list");
        assert_eq!(changes.len(), number, "{plan}");
        for change in changes {
            let actions = &change["change"]["actions"];
            let address = &change["address"];
            assert_eq!(actions, &serde_json::json!(["no-op"]), "{address}: {plan}");
            let from = change["previous_address"].as_str().unwrap_or_default();
            assert!(from.starts_with("aws_"), "{change}");
        }
        assert!(
            plan.contains("0 to add, 0 to change, 0 to destroy"),
            "{plan}"
        );

        work.apply_kept();
        let again = work.plan();
        assert!(!again.changes, "{}", again.text);
        check(&work);
        let counts = emulator.counts();
        let calls = counts
            .keys()
            .filter(|a| !a.starts_with("Describe") && !a.starts_with("Get"));
        assert_eq!(calls.collect::<Vec<_>>(), [""; 0], "{}", terraform.version);
    }
}
