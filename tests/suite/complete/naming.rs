//! `name_prefix`: a name that is made up once and then stays.

use super::{Stage, WEB};
use crate::support::said::assert_says;

fn prefixed(prefix: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name_prefix = \"{prefix}\"\n}}\n")
}

#[test]
fn a_name_is_made_from_its_prefix_and_stays_while_it_begins_so() {
    let stage = Stage::new(&prefixed("web-"));
    assert_says(&stage.settle(), &["+ name = (known after apply)"]);
    let made = stage.work.attributes(WEB);
    let name = made["name"].as_str().unwrap_or_default().to_owned();
    assert!(name.starts_with("web-"), "{name}");
    assert_eq!(name.len(), "web-".len() + 26);
    assert_eq!(stage.id(&name), made["id"]);

    for prefix in ["we", "web-1", "web-"] {
        if !name.starts_with(prefix) {
            continue;
        }
        stage.write(&prefixed(prefix));
        stage.settle_without_a_write();
        let now = stage.work.attributes(WEB);
        assert_eq!((&now["id"], &now["name"]), (&made["id"], &made["name"]));
        assert_eq!(now["name_prefix"], prefix);
    }

    stage.write(&prefixed("app-"));
    let plan = stage.work.plan().text;
    assert_says(&plan, &["\"web-\" -> \"app-\" # forces replacement"]);
    stage.settle();
    let now = stage.work.attributes(WEB);
    assert_ne!(now["id"], made["id"]);
    assert!(now["name"].as_str().is_some_and(|n| n.starts_with("app-")));
    assert!(stage.bench.group(super::REGION, &name).is_null());
}

#[test]
fn a_made_up_name_can_be_written_down_and_a_written_one_be_prefixed() {
    let stage = Stage::new(&prefixed("web-"));
    stage.settle();
    let made = stage.work.attributes(WEB);
    let name = made["name"].as_str().unwrap_or_default();

    let named =
        format!("resource \"curated_security_group\" \"web\" {{\n  name = \"{name}\"\n}}\n");
    stage.write(&named);
    stage.settle_without_a_write();
    assert!(stage.work.attributes(WEB)["name_prefix"].is_null());
    stage.write(&prefixed("web-"));
    stage.settle_without_a_write();
    assert_eq!(stage.work.attributes(WEB)["id"], made["id"]);
}
