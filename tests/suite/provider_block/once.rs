//! Blocks that may stand once: each host itself refuses a second one, written or made by `dynamic`,
//! at its line.

use crate::support::terraform::Terraform;

const ONCE: [&str; 3] = [
    "default_tags",
    "ignore_tags",
    "assume_role_with_web_identity",
];

/// A provider block of its own for each way to have two of each block, and one in which two are good.
fn configuration() -> String {
    let mut bodies = vec!["  endpoints {}\n  endpoints {}".to_owned()];
    for name in ONCE {
        bodies.push(format!("  {name} {{}}\n  {name} {{}}"));
        bodies.push(format!(
            "  dynamic \"{name}\" {{\n    for_each = [1, 2]\n    content {{}}\n  }}"
        ));
    }
    let mut text = "terraform {\n  required_providers {\n    curated = { source = \
                    \"curated/curated\" }\n  }\n}\n"
        .to_owned();
    for (number, body) in bodies.iter().enumerate() {
        text += &format!(
            "provider \"curated\" {{\n  alias  = \"p{number}\"\n  region = \"eu-west-1\"\n{body}\n}}\n\
             resource \"curated_security_group\" \"g{number}\" {{\n  provider = curated.p{number}\n  \
             name     = \"g\"\n}}\n"
        );
    }
    text
}

#[test]
fn a_second_block_is_refused_by_each_host_whoever_writes_it() {
    for terraform in Terraform::find_all() {
        let said = terraform
            .work_dir(&configuration())
            .try_validate()
            .failure();
        for name in ONCE {
            let summary = format!("Error: Too many {name} blocks");
            let detail = format!("No more than 1 \"{name}\" blocks are allowed");
            for words in [summary, detail] {
                let count = said.matches(&words).count();
                assert_eq!(count, 2, "{}: {words}: {said}", terraform.version);
            }
        }
        assert_eq!(said.matches("Error:").count(), 2 * ONCE.len(), "{said}");
    }
}
