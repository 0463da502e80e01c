//! `curated adopt` with what it takes in on demand: default groups, and a catalog of one's own.

use std::fs;

use super::adopt::{STYLES, adopt, files, folder, takes_in, text};
use super::adopt_scene::{attach_all, rules};
use super::scene::{let_in, tag};
use super::{REGION, create, open};
use crate::support::bench::{Bench, element};

#[test]
fn default_groups_are_taken_in_where_that_is_asked_for() {
    let bench = Bench::start();
    let web = create(&bench, REGION, "web");
    let default = bench.group(REGION, "default")["id"].clone();
    let default = default.as_str().expect("an id");
    // A cycle that only the other group's rules can open.
    let_in(&bench, &web, default, "9100");
    let_in(&bench, default, &web, "22");
    tag(&bench, REGION, default, "team", "infra");
    attach_all(&bench, &[&web, default]);
    let vpc = bench.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    tag(&bench, REGION, element(&vpc, "vpcId"), "Name", "test");
    for style in STYLES {
        let work = folder(&bench);
        adopt(
            &bench,
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
        takes_in(&bench, &work, 4);
    }
}

#[test]
fn services_and_presets_of_ones_own_stand_for_rules() {
    let bench = Bench::start();
    let [own, other] = ["money", "other"].map(|name| create(&bench, REGION, name));
    open(&bench, REGION, &own, "8443");
    open(&bench, REGION, &own, "443");
    open(&bench, REGION, &other, "8443");
    attach_all(&bench, &[&own, &other]);
    let all = [
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    rules(&bench, REGION, "RevokeSecurityGroupEgress", &own, &all);
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
        let work = folder(&bench);
        let file = work.path().join("catalog.hcl");
        fs::write(&file, catalog).expect("written");
        let file = file.to_string_lossy();
        let out = work.path().join("curated");
        fs::create_dir(&out).expect("made");
        adopt(&bench, &out, &["--style", style, "--catalog", &file]);
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
        takes_in(&bench, &work, 2);
    }
}
