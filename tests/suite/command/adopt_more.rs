//! `curated adopt` with what it takes in on demand: default groups, and a catalog of one's own.

use std::fs;

use super::adopt::{STYLES, adopt, files, folder, takes_in, text};
use super::adopt_scene::{attach_all, rules};
use super::scene::{let_in, tag};
use super::{REGION, create, curated, open, run};
use crate::support::emulator::{Emulator, element};

#[test]
fn default_groups_are_taken_in_where_that_is_asked_for() {
    let emulator = Emulator::start();
    let web = create(&emulator, REGION, "web");
    let default = emulator.group(REGION, "default")["id"].clone();
    let default = default.as_str().expect("an id");
    // A cycle that only the other group's rules can open.
    let_in(&emulator, &web, default, "9100");
    let_in(&emulator, default, &web, "22");
    tag(&emulator, REGION, default, "team", "infra");
    attach_all(&emulator, &[&web, default]);
    let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    tag(&emulator, REGION, element(&vpc, "vpcId"), "Name", "test");
    for style in STYLES {
        let work = folder(&emulator);
        adopt(
            &emulator,
            work.path(),
            &["--style", style, "--include-default"],
        );
        let all = text(work.path());
        assert!(
            all.contains("resource \"curated_default_security_group\" \"test\""),
            "{all}"
        );
        assert!(
            all.contains("resource \"curated_security_group_rules\" \"web\""),
            "{all}"
        );
        takes_in(&emulator, &work, 4);
    }
}

/// Nothing put the owner's tag on adopted rules: with `exclusive`, the group would have revoked them, and
/// without it, rules that were added by hand were never seen.
#[test]
fn a_group_in_a_cycle_shows_drift_once_its_rules_are_tagged() {
    let emulator = Emulator::start();
    let [web, app] = ["web", "app"].map(|name| create(&emulator, REGION, name));
    let_in(&emulator, &web, &app, "9100");
    let_in(&emulator, &app, &web, "8080");
    attach_all(&emulator, &[&web, &app]);
    let work = folder(&emulator);
    adopt(&emulator, work.path(), &[]);
    takes_in(&emulator, &work, 3);
    let files = files(work.path()).into_iter();
    let (name, written) = files
        .filter(|(name, _)| name.starts_with("vpc-"))
        .find(|(_, text)| text.contains("curated_security_group_rules"))
        .expect("a cycle is opened");
    let (_, rest) = written
        .split_once("\"curated_security_group_rules\" \"")
        .expect("a bundle");
    let label = rest.split('"').next().expect("a label");
    let head = format!("resource \"curated_security_group\" \"{label}\" {{\n");
    let exclusive = written.replace(&head, &format!("{head}  exclusive = true\n"));
    fs::write(work.path().join(&name), exclusive).expect("a file can be written");
    let refused = work.try_plan().failure();
    assert!(
        refused.contains("curated migrate --tag-rules --write"),
        "{refused}"
    );

    let directory = work.path().to_string_lossy();
    let tagged = run(&mut curated(
        &emulator,
        &["migrate", "--tag-rules", "--write", &directory],
    ));
    assert_eq!(tagged.code, Some(0), "{}{}", tagged.stdout, tagged.stderr);
    emulator.reset_counts();
    work.apply();
    let writes: Vec<String> = emulator.writes().iter().map(ToString::to_string).collect();
    assert!(
        !writes.iter().any(|call| call.contains("Revoke")),
        "{writes:?}"
    );
    assert!(!work.plan().changes);
    let id = if label == "web" { &web } else { &app };
    open(&emulator, REGION, id, "3389");
    let drift = work.plan();
    assert!(
        drift.changes && drift.text.contains("tcp/3389"),
        "{}",
        drift.text
    );
}

#[test]
fn services_and_presets_of_ones_own_stand_for_rules() {
    let emulator = Emulator::start();
    let [own, other] = ["money", "other"].map(|name| create(&emulator, REGION, name));
    open(&emulator, REGION, &own, "8443");
    open(&emulator, REGION, &own, "443");
    open(&emulator, REGION, &other, "8443");
    attach_all(&emulator, &[&own, &other]);
    let all = [
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    rules(&emulator, REGION, "RevokeSecurityGroupEgress", &own, &all);
    let catalog = r#"
service {
  name        = "billing"
  description = "Billing API"
  traffic     = ["tcp/8443"]
}
preset {
  name          = "money"
  description   = "a group"
  ingress_rules = { api = "billing from anywhere-ipv4", web = "https from anywhere-ipv4" }
}
"#;
    for style in STYLES {
        let work = folder(&emulator);
        let file = work.path().join("catalog.hcl");
        fs::write(&file, catalog).expect("written");
        let file = file.to_string_lossy();
        let out = work.path().join("curated");
        fs::create_dir(&out).expect("made");
        adopt(&emulator, &out, &["--style", style, "--catalog", &file]);
        let written = text(&out);
        for part in [
            "preset = \"money\"",
            "catalog_files = [\"${path.root}/../catalog.hcl\"]",
            "billing",
        ] {
            assert!(written.contains(part), "{part}: {written}");
        }
        // Where Terraform runs, the way to the file is another one.
        for (name, _) in files(&out) {
            let text = fs::read_to_string(out.join(&name)).expect("text");
            let text = text.replace("/../catalog", "/catalog");
            fs::write(work.path().join(&name), text).expect("written");
        }
        takes_in(&emulator, &work, 2);
    }
}
