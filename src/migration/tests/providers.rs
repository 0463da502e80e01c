//! Tests of providers: requirements of modules, the blocks beside the AWS provider's, and the
//! `providers` of calls.

use super::{lines, main_after, settled};

const GROUP: &str = "resource \"aws_security_group\" \"a\" {}\n";

#[test]
fn a_provider_block_gets_a_twin_below_it() {
    let text = format!(
        "provider \"aws\" {{\n  region = var.region # main\n  version = \"~> 5.0\"\n  assume_role {{\n    \
         role_arn = \"arn:x\"\n  }}\n  default_tags {{\n    tags = {{ a = \"b\" }}\n  }}\n}} # end\n\nprovider \
         aws {{\n  alias = \"us\"\n}}\nprovider \"google\" {{}}\n{GROUP}"
    );
    let after = main_after(&text);
    let expected = format!(
        "provider \"aws\" {{\n  region = var.region # main\n  version = \"~> 5.0\"\n  assume_role {{\n    \
         role_arn = \"arn:x\"\n  }}\n  default_tags {{\n    tags = {{ a = \"b\" }}\n  }}\n}} # end\n\nprovider \
         \"curated\" {{\n  region = var.region # main\n  assume_role {{\n    role_arn = \"arn:x\"\n  }}\n  \
         default_tags {{\n    tags = {{ a = \"b\" }}\n  }}\n}}\n\nprovider aws {{\n  alias = \
         \"us\"\n}}\n\nprovider curated {{\n  alias = \"us\"\n}}\nprovider \"google\" {{}}\n{}",
        GROUP.replace("aws_", "curated_")
    );
    assert_eq!(after, expected);
}

#[test]
fn a_twin_that_is_there_stays_the_only_one() {
    let text = format!("provider \"aws\" {{}}\nprovider \"curated\" {{}}\n{GROUP}");
    assert_eq!(main_after(&text), text.replace("aws_", "curated_"));
}

#[test]
fn what_is_required_is_added_in_the_style_of_the_block() {
    let entry = |indent: &str| {
        format!(
            "{indent}curated = {{\n{indent}  source  = \"curated/curated\"\n{indent}  version = \"~> 0.1\"\n\
             {indent}}}\n"
        )
    };
    let cases = [
        (
            "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n    }\n@  }\n}\n",
            entry("    "),
        ),
        (
            "terraform {\n    required_providers {\n        aws = \"~> 5.0\" # c\n@    }\n}\n",
            // One step more than the closing brace.
            entry("      "),
        ),
        (
            "terraform {\n  required_version = \">= 1\"\n  required_providers {\n@  }\n}\n",
            entry("    "),
        ),
    ];
    for (text, added) in cases {
        for ends in ["\n", "\r\n"] {
            let before = format!("{}{GROUP}", text.replace('@', "")).replace('\n', ends);
            let after = format!("{}{GROUP}", text.replace('@', &added)).replace('\n', ends);
            assert_eq!(main_after(&before), after.replace("aws_", "curated_"));
        }
    }
    let one_line =
        "terraform {\n  required_providers { aws = { source = \"hashicorp/aws\" } }\n}\n";
    let expected = format!(
        "terraform {{\n  required_providers {{\n    aws = {{ source = \"hashicorp/aws\" }}\n{}  }}\n}}\n",
        entry("    ")
    );
    let after = main_after(&format!("{one_line}{GROUP}"));
    assert_eq!(
        after,
        format!("{expected}{}", GROUP.replace("aws_", "curated_"))
    );
}

#[test]
fn aliases_go_through_calls_and_modules() {
    let root = "provider \"aws\" {\n  alias = \"us\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  providers = {\n    \
                aws      = aws\n    aws.peer = aws.us # there\n  }\n}\nmodule \"n\" {\n  source = \
                \"./n\"\n  providers = { aws = aws.us }\n}\n";
    let middle = "terraform {\n  required_providers {\n    aws = {\n      source                = \
                  \"hashicorp/aws\"\n      configuration_aliases = [aws.peer]\n    }\n  }\n}\nmodule \"n\" {\n  \
                  source    = \"../n\"\n  providers = { aws = aws.peer, }\n}\n";
    let inner = "resource \"aws_security_group\" \"a\" {\n  provider = aws\n}\n";
    let (after, notes) = settled(&[
        ("main.tf", root),
        ("m/main.tf", middle),
        ("n/main.tf", inner),
    ]);
    assert!(
        after["main.tf"].contains(
            "    aws.peer = aws.us # there\n\n    curated      = curated\n    curated.peer = curated.us\n  }\n"
        ),
        "{}",
        after["main.tf"]
    );
    assert!(after["main.tf"].contains("{ aws = aws.us, curated = curated.us }"));
    assert!(
        after["m/main.tf"].contains(
            "    curated = {\n      source                = \"curated/curated\"\n      version               \
             = \"~> 0.1\"\n      configuration_aliases = [curated.peer]\n    }\n"
        ),
        "{}",
        after["m/main.tf"]
    );
    assert!(after["m/main.tf"].contains("{ aws = aws.peer, curated = curated.peer }"));
    assert_eq!(
        after["n/main.tf"],
        inner
            .replace("aws_", "curated_")
            .replace("= aws", "= curated")
    );
    assert_eq!(lines(&notes), [""; 0]);
}

#[test]
fn a_provider_under_another_name_is_known_by_its_source() {
    let text = "terraform {\n  required_providers {\n    amazon = {\n      source = \"hashicorp/aws\"\n    }\n  \
                }\n}\nprovider \"amazon\" {\n  alias = \"us\"\n}\nresource \"aws_security_group\" \"a\" {\n  \
                provider = amazon.us\n}\nresource \"aws_security_group\" \"b\" {\n  provider = \"amazon.us\"\n}\n";
    let after = main_after(text);
    assert!(
        after.contains("provider \"curated\" {\n  alias = \"us\"\n}"),
        "{after}"
    );
    assert!(after.contains("  provider = curated.us\n"), "{after}");
    assert!(after.contains("  provider = \"curated.us\"\n"), "{after}");
}

#[test]
fn names_that_cannot_be_told_apart_are_reported() {
    let entry = |name: &str, source: &str| {
        format!("    {name} = {{\n      source = \"{source}\"\n    }}\n")
    };
    let cases = [
        (
            entry("aws", "hashicorp/aws") + &entry("amazon", "registry.terraform.io/hashicorp/aws"),
            "under several names (amazon, aws)",
        ),
        (
            entry("curated", "acme/curated"),
            "requires another provider under the name \"curated\"",
        ),
        (entry("sg", "curated/curated"), "Name it \"curated\""),
    ];
    for (entries, said) in cases {
        let text = format!("terraform {{\n  required_providers {{\n{entries}  }}\n}}\n{GROUP}");
        let (after, notes) = settled(&[("main.tf", &text)]);
        assert_eq!(after["main.tf"], text);
        let lines = lines(&notes);
        assert!(lines.len() == 1 && lines[0].contains(said), "{lines:?}");
    }
}

#[test]
fn modules_from_elsewhere_are_named_where_they_are_called() {
    let main = "module \"web\" {\n  source = \"terraform-aws-modules/security-group/aws//modules/web\"\n}\nmodule \
                \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nmodule \"out\" {\n  source = \
                \"../shared\"\n}\nmodule \"none\" {\n  source = \"./none\"\n}\nmodule \"var\" {\n  source = \
                var.x\n}\nmodule \"fine\" {\n  source = \"../fine\"\n}\n";
    let files = [
        ("main.tf", main),
        ("../shared/sg.tf", GROUP),
        ("../fine/a.tf", "locals {}\n"),
    ];
    let (after, notes) = settled(&files);
    assert_eq!(after["../shared/sg.tf"], GROUP);
    let lines = lines(&notes);
    let expected = [
        (
            "main.tf:1: module.web comes from",
            "to = curated_security_group.web",
        ),
        (
            "main.tf:4: module.vpc comes from",
            "stay with the AWS provider",
        ),
        (
            "main.tf:7: module.out lies outside of this directory (../shared), and has 1 security group resource.",
            "",
        ),
        (
            "main.tf:10: module.none has the source ./none",
            "no configuration",
        ),
        (
            "main.tf:13: module.var has a source that isn't a plain text",
            "",
        ),
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, (start, contains)) in lines.iter().zip(expected) {
        assert!(line.starts_with(start) && line.contains(contains), "{line}");
    }
}

#[test]
fn what_replaces_a_module_of_the_registry_fits_its_version_and_place() {
    let call = |more: &str| {
        format!(
            "module \"web\" {{\n  source = \"terraform-aws-modules/security-group/aws\"\n{more}}}\n"
        )
    };
    let said = |files: &[(&str, &str)]| lines(&settled(files).1).join("\n");
    let plan = "terraform plan -generate-config-out=groups.tf";
    for (more, output, address, is_generated) in [
        (
            "",
            "module.web.id (before version 6, module.web.security_group_id) is",
            "web",
            true,
        ),
        (
            "  version = \"~> 5.3\"\n",
            "module.web.security_group_id is",
            "web",
            true,
        ),
        (
            "  version = \">= 6.0.0, < 7\"\n",
            "what module.web.id is",
            "web",
            true,
        ),
        (
            "  version = \"6.1.0\"\n  for_each = var.x\n",
            "module.web[\"KEY\"].id is",
            "web[\"KEY\"]",
            false,
        ),
    ] {
        let text = said(&[("main.tf", &call(more))]);
        assert!(text.contains(output), "{text}");
        assert!(
            text.contains(&format!("to = curated_security_group.{address}\n")),
            "{text}"
        );
        assert_eq!(text.contains(plan), is_generated, "{text}");
        assert!(
            text.contains("require the provider curated/curated"),
            "{text}"
        );
    }
    let text = said(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        ("m/main.tf", &call("")),
    ]);
    assert!(
        text.contains("to = module.m.curated_security_group.web\n"),
        "{text}"
    );
    assert!(
        text.contains("in the root module") && !text.contains(plan),
        "{text}"
    );
}

#[test]
fn both_files_of_a_pair_for_terraform_and_opentofu_require_the_provider() {
    let required =
        "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\n";
    let files = [
        ("main.tf", GROUP),
        ("versions.tf", required),
        ("versions.tofu", required),
    ];
    let (after, _) = settled(&files);
    assert!(
        after["versions.tf"].contains("curated/curated"),
        "{after:?}"
    );
    assert_eq!(after["versions.tf"], after["versions.tofu"]);
}
