//! What a local state holds, read from its file. Where a provider may leave the type of an attribute open,
//! as that of `terraform_data` does, the file has the type beside the value; no resource of ours is such.
//!
//! `terraform show -json` says the same, but starts the provider for its schema: a third of a second of a
//! processor, which most tests would spend several times.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value as Json;

use super::terraform::WorkDir;

impl WorkDir {
    /// The attributes of each resource of the root module in state, by its address.
    #[track_caller]
    pub fn resources(&self) -> BTreeMap<String, Json> {
        resources(&self.path().join("terraform.tfstate"))
    }

    /// The attributes of a resource of the root module in state, or `Json::Null`.
    #[track_caller]
    pub fn attributes(&self, address: &str) -> Json {
        self.resources().remove(address).unwrap_or_default()
    }
}

/// The attributes of each resource of the root module, by its address. Empty where there is no file yet.
///
/// # Panics
/// When the file can't be read, or isn't a state.
#[track_caller]
fn resources(path: &Path) -> BTreeMap<String, Json> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let state: Json = serde_json::from_str(&text).expect("a state is JSON");
    assert_eq!(state["version"], 4, "{}", path.display());
    let mut found = BTreeMap::new();
    for resource in list(&state["resources"]) {
        if !resource["module"].is_null() {
            continue;
        }
        let word = |name: &str| resource[name].as_str().expect("a text");
        let of_data = if word("mode") == "data" { "data." } else { "" };
        let address = format!("{of_data}{}.{}", word("type"), word("name"));
        for instance in list(&resource["instances"]) {
            // An object that waits for its deletion is not the one that the address names.
            if !instance["deposed"].is_null() {
                continue;
            }
            let key = match &instance["index_key"] {
                Json::Null => String::new(),
                key => format!("[{key}]"),
            };
            found.insert(format!("{address}{key}"), instance["attributes"].clone());
        }
    }
    found
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::stage::Stage;
    use super::*;

    #[test]
    fn the_state_file_holds_what_terraform_shows() {
        let stage = Stage::new(
            r#"
resource "curated_security_group" "web" {
  for_each = toset(["a", "b \" c"])
  preset   = "https"
  name     = "web-${length(each.key)}"
  tags     = { team = each.key }
}
resource "curated_security_group" "own" {
  name = "own"
}
resource "curated_vpc_security_group_ingress_rule" "web" {
  count             = 2
  security_group_id = curated_security_group.own.id
  ip_protocol       = "tcp"
  from_port         = 8000 + count.index
  to_port           = 8000 + count.index
  cidr_ipv4         = "10.0.0.0/8"
}
data "curated_security_group" "web" {
  id = curated_security_group.own.id
}
"#,
        );
        assert_eq!(stage.work.resources(), BTreeMap::new());
        stage.work.apply();
        let state = stage.work.state();
        let shown = list(&state["values"]["root_module"]["resources"]).iter();
        let shown = shown.map(|resource| {
            let address = resource["address"].as_str().expect("a text").to_owned();
            (address, resource["values"].clone())
        });
        let shown: BTreeMap<String, Json> = shown.collect();
        assert_eq!(shown.len(), 6);
        assert_eq!(stage.work.resources(), shown);
    }
}
