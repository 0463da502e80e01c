//! Reads which groups Terraform manages, and at which address, from state files of version 4 and
//! from the output of `terraform show -json`. Knows this provider's and the AWS provider's types.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cli::failure::Failure;
use crate::rules::normalise;
use crate::snapshot::Managed;

/// The option that names such files.
const OPTION: &str = "--state";
/// Types whose resources are groups.
pub(in crate::cli) const GROUPS: [&str; 4] = [
    "aws_default_security_group",
    "aws_security_group",
    "curated_default_security_group",
    "curated_security_group",
];

/// Resources by the id of the group that they manage.
pub(in crate::cli) type Addresses = BTreeMap<String, Vec<Managed>>;

/// Both kinds of files: each has some of these keys.
#[derive(Deserialize)]
struct File<A> {
    version: Option<u64>,
    #[serde(default = "Vec::new")]
    resources: Vec<Resource<A>>,
    format_version: Option<Value>,
    values: Option<Values<A>>,
    prior_state: Option<PriorState<A>>,
    encrypted_data: Option<Value>,
}

#[derive(Deserialize)]
struct Resource<A> {
    module: Option<String>,
    mode: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    #[serde(default = "Vec::new")]
    instances: Vec<Instance<A>>,
}

#[derive(Deserialize)]
struct Instance<A> {
    index_key: Option<Value>,
    attributes: Option<A>,
}

#[derive(Deserialize)]
struct Attributes {
    id: Option<Value>,
}

#[derive(Deserialize)]
struct PriorState<A> {
    values: Option<Values<A>>,
}

#[derive(Deserialize)]
struct Values<A> {
    root_module: Option<Module<A>>,
}

#[derive(Deserialize)]
struct Module<A> {
    #[serde(default = "Vec::new")]
    resources: Vec<ValuesResource<A>>,
    #[serde(default = "Vec::new")]
    child_modules: Vec<Module<A>>,
}

/// A resource in the JSON of "terraform show".
#[derive(Deserialize)]
struct ValuesResource<A> {
    address: Option<String>,
    mode: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    values: Option<A>,
}

/// Adds the groups that a state file manages.
///
/// # Errors
/// The file can't be read, or is no state.
pub(in crate::cli) fn add(path: &Path, found: &mut Addresses) -> Result<(), Failure> {
    let bytes = super::read(OPTION, path)?;
    add_groups(path, &bytes, found)
}

fn add_groups(path: &Path, bytes: &[u8], found: &mut Addresses) -> Result<(), Failure> {
    let name = path.display().to_string();
    parse(
        path,
        bytes,
        &GROUPS,
        &mut |_, address, group: Attributes| {
            let id = group.id.as_ref().and_then(Value::as_str);
            if let Some(id) = id.filter(|id| normalise::is_id("sg-", id)) {
                let file = name.clone();
                let managed = found.entry(id.to_owned()).or_default();
                managed.push(Managed {
                    address,
                    file,
                    declared_in: None,
                });
            }
        },
    )
}

/// Calls a function for each resource of some types in a state file, with its type, address and
/// attributes.
///
/// # Errors
/// The file can't be read, or is no state.
pub(in crate::cli) fn each(
    path: &Path,
    types: &[&str],
    add: &mut impl FnMut(&str, String, serde_json::Map<String, Value>),
) -> Result<(), Failure> {
    let bytes = super::read(OPTION, path)?;
    parse(path, &bytes, types, add)
}

fn parse<A: DeserializeOwned>(
    path: &Path,
    bytes: &[u8],
    types: &[&str],
    add: &mut impl FnMut(&str, String, A),
) -> Result<(), Failure> {
    let what = "a state file, nor what terraform show -json prints";
    let file: File<A> = super::json(OPTION, path, bytes, what)?;
    let name = path.display();
    if file.encrypted_data.is_some() {
        return Err(Failure::usage(
            format!("{name} is encrypted"),
            "--state names it. Hand in what tofu show -json prints of it.",
        ));
    }
    if file.format_version.is_some() {
        let values = file
            .values
            .or(file.prior_state.and_then(|prior| prior.values));
        if let Some(root) = values.and_then(|values| values.root_module) {
            add_module(root, types, add);
        }
        return Ok(());
    }
    match file.version {
        Some(4) => {}
        Some(version) => {
            return Err(Failure::usage(
                format!("{name} is a state file of version {version}"),
                "--state takes version 4, as Terraform writes it since 0.12, and what terraform \
                 show -json prints.",
            ));
        }
        None => {
            return Err(Failure::usage(
                format!("{name} is neither a state file, nor what terraform show -json prints"),
                "--state names it. A state file has a \"version\", the other a \
                 \"format_version\".",
            ));
        }
    }
    for mut resource in file.resources {
        let Some(kind) = managed(resource.mode.as_deref(), resource.kind.as_deref(), types) else {
            continue;
        };
        for instance in std::mem::take(&mut resource.instances) {
            let address = address(&resource, instance.index_key.as_ref());
            if let Some(attributes) = instance.attributes {
                add(kind, address, attributes);
            }
        }
    }
    Ok(())
}

fn add_module<A>(module: Module<A>, types: &[&str], add: &mut impl FnMut(&str, String, A)) {
    for resource in module.resources {
        let kind = managed(resource.mode.as_deref(), resource.kind.as_deref(), types);
        if let (Some(kind), Some(values)) = (kind, resource.values) {
            add(kind, resource.address.unwrap_or_default(), values);
        }
    }
    for child in module.child_modules {
        add_module(child, types, add);
    }
}

/// The type of a resource, if it is one of these.
fn managed<'a>(mode: Option<&str>, kind: Option<&str>, types: &[&'a str]) -> Option<&'a str> {
    let mut types = types.iter();
    let found = types.find(|ty| kind == Some(**ty)).copied();
    found.filter(|_| mode == Some("managed"))
}

/// As Terraform writes an address: `module.web["a"].curated_security_group.app[0]`.
fn address<A>(resource: &Resource<A>, index: Option<&Value>) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    let own = format!("{}.{}", part(&resource.kind), part(&resource.name));
    let own = match &resource.module {
        Some(module) => format!("{module}.{own}"),
        None => own,
    };
    match index {
        Some(key @ (Value::String(_) | Value::Number(_))) => format!("{own}[{key}]"),
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<(String, String)>, Failure> {
        let mut found = Addresses::new();
        add_groups(Path::new("x.tfstate"), text.as_bytes(), &mut found)?;
        let pairs = found.into_iter().flat_map(|(id, managed)| {
            let address = |managed: Managed| (id.clone(), managed.address);
            managed.into_iter().map(address).collect::<Vec<_>>()
        });
        Ok(pairs.collect())
    }

    #[test]
    fn addresses_of_a_state_file_are_written_as_terraform_writes_them() {
        let text = r#"{"version": 4, "serial": 1, "resources": [
            {"mode": "managed", "type": "curated_security_group", "name": "web",
             "instances": [{"attributes": {"id": "sg-0000000a", "tags": {"id": 1}}}]},
            {"module": "module.m[\"x\"]", "mode": "managed", "type": "aws_security_group",
             "name": "app", "instances": [
                {"index_key": "a", "attributes": {"id": "sg-0000000b"}},
                {"index_key": 0, "attributes": {"id": "sg-0000000c"}},
                {"index_key": 1, "attributes": {"id": null}}, {"index_key": 2}]},
            {"mode": "data", "type": "aws_security_group", "name": "read",
             "instances": [{"attributes": {"id": "sg-0000000d"}}]},
            {"mode": "managed", "type": "aws_vpc", "name": "vpc",
             "instances": [{"attributes": {"id": "sg-0000000e"}}]}]}"#;
        let expected = [
            ("sg-0000000a", "curated_security_group.web"),
            (
                "sg-0000000b",
                "module.m[\"x\"].aws_security_group.app[\"a\"]",
            ),
            ("sg-0000000c", "module.m[\"x\"].aws_security_group.app[0]"),
        ];
        let expected = expected.map(|(id, address)| (id.to_owned(), address.to_owned()));
        assert_eq!(parsed(text), Ok(expected.to_vec()));
    }

    #[test]
    fn what_show_prints_of_states_and_plans_is_read_with_its_modules() {
        let root = r#"{"root_module": {"resources": [
            {"address": "aws_default_security_group.d", "mode": "managed",
             "type": "aws_default_security_group", "values": {"id": "sg-0000000a"}}],
            "child_modules": [{"address": "module.m", "child_modules": [], "resources": [
            {"address": "module.m.curated_security_group.w[\"k\"]", "mode": "managed",
             "type": "curated_security_group", "values": {"id": "sg-0000000b"}}]}]}}"#;
        let state = format!(r#"{{"format_version": "1.0", "values": {root}}}"#);
        let plan = format!(r#"{{"format_version": "1.2", "prior_state": {{"values": {root}}}}}"#);
        for text in [state, plan] {
            let found = parsed(&text).expect("a state");
            let addresses: Vec<&str> = found.iter().map(|(_, address)| address.as_str()).collect();
            let expected = [
                "aws_default_security_group.d",
                "module.m.curated_security_group.w[\"k\"]",
            ];
            assert_eq!(addresses, expected);
        }
        // A state without resources.
        assert_eq!(parsed(r#"{"format_version": "1.0"}"#), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_state_is_refused_by_its_name() {
        for (text, needle) in [
            (
                "{\"version\": 4",
                "x.tfstate, line 1: this is not a state file",
            ),
            ("{\"version\": 3, \"modules\": []}", "of version 3"),
            ("{}", "is neither a state file"),
            ("{\"encrypted_data\": \"x\", \"meta\": {}}", "is encrypted"),
            (
                "{\"version\": 4, \"resources\": {}}",
                "this is not a state file",
            ),
        ] {
            let failure = parsed(text).expect_err("refused");
            assert!(failure.summary.contains(needle), "{failure:?}");
        }
    }
}
