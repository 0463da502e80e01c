//! The collection, with every Terraform and OpenTofu that is there: the way of somebody new.

use std::fs;
use std::path::{Path, PathBuf};

use crate::examples;
use crate::support::emulator::Emulator;
use crate::support::held::{Rules, plain, rules_of, text};
use crate::support::stage::{ELSEWHERE, REGION};
use crate::support::terraform::{Terraform, WorkDir};

/// The presets as they are promised: name, description, rules.
fn presets() -> [(&'static str, &'static str, Rules); 7] {
    let any = |traffic: &str| format!("ingress {traffic} from 0.0.0.0/0");
    let tcp = |port: u16| plain([&any(&format!("tcp/{port}"))]);
    let openvpn = plain([&any("tcp/443"), &any("udp/1194")]);
    [
        (
            "exodus",
            "All outbound ports",
            plain(["egress all to 0.0.0.0/0"]),
        ),
        ("flask", "Flask", tcp(5000)),
        ("http", "HTTP", tcp(80)),
        ("https", "HTTPS", tcp(443)),
        ("openvpn", "OpenVPN", openvpn),
        ("shiny", "Shiny", tcp(3838)),
        ("ssh", "SSH", tcp(22)),
    ]
}

#[test]
fn smoke_collection_in_two_regions_is_applied_planned_again_and_destroyed() {
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let work = collection(&terraform, &emulator);

        let applied = work.apply();
        assert!(applied.contains("14 added, 0 changed"), "{applied}");
        let output = work.run(&["output", "-json", "security_group_ids"]);
        let ids: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
        for region in [REGION, ELSEWHERE] {
            let mut found = groups(&emulator, region);
            found.sort_by(|a, b| a.0.cmp(&b.0));
            let names = found.iter().map(|(name, ..)| name.as_str());
            assert!(names.eq(presets().map(|(name, ..)| name)), "{found:?}");
            for ((name, description, rules, id), expected) in found.iter().zip(presets()) {
                assert_eq!((description.as_str(), rules), (expected.1, &expected.2));
                assert_eq!(ids[region][name], id.as_str(), "{}", output.text());
            }
        }

        let plan = work.plan();
        assert!(!plan.changes, "{}: {}", terraform.version, plan.text);
        assert!(plan.text.contains("No changes."), "{}", plan.text);

        work.destroy();
        for region in [REGION, ELSEWHERE] {
            assert!(
                groups(&emulator, region).is_empty(),
                "{}",
                terraform.version
            );
        }
    }
}

/// `examples/collection`, with this EC2. Credentials come from the environment, as with AWS.
fn collection(terraform: &Terraform, emulator: &Emulator) -> WorkDir {
    let mut work = terraform.work_dir("");
    copy(&folder().join("collection"), &work);
    work.write(
        "terraform.tfvars",
        &format!("regions = [\"{REGION}\", \"{ELSEWHERE}\"]\n"),
    );
    examples::set_up(&mut work, emulator);
    work
}

/// Name, description, rules and id of every group but the VPCs' default ones.
fn groups(emulator: &Emulator, region: &str) -> Vec<(String, String, Rules, String)> {
    let groups = emulator.groups(region);
    let groups = groups.as_array().expect("a list of groups").iter();
    groups
        .filter(|group| group["is_default"] == false)
        .map(|group| {
            let text = |name: &str| text(&group[name]).to_owned();
            (
                text("name"),
                text("description"),
                rules_of(group),
                text("id"),
            )
        })
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Copies the configuration files of a folder.
fn copy(folder: &Path, work: &WorkDir) {
    for path in entries(folder) {
        if path.extension().is_some_and(|end| end == "tf") {
            let name = path.file_name().and_then(|name| name.to_str());
            let text = fs::read_to_string(&path).expect("an example can be read");
            work.write(name.expect("examples have plain names"), &text);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    paths.collect()
}
