//! `docs/guides/from-a-messy-account.md` shows what `curated` and Terraform print: the page is told from
//! top to bottom on a small messy account, and every picture on it must come out as it is there.
//!
//! With `UPDATE_GALLERY=1` in the environment the pictures are taken anew instead.

use std::fs;

use super::scene::{let_in, run_instance};
use super::{REGION, curated, open, run};
use crate::documentation::root;
use crate::gallery::names::Names;
use crate::gallery::page::{Page, Part};
use crate::support::emulator::{Emulator, element};
use crate::support::terraform::{Terraform, WorkDir};

const PAGE: &str = "docs/guides/from-a-messy-account.md";
/// What is shown of the configuration.
const SHOWN: &str = "adopted/vpc-main.tf";

/// The account that the page tells of.
fn messy(emulator: &Emulator) {
    let vpc = emulator.call(REGION, "DescribeVpcs", &[]);
    let name = [
        ("ResourceId.1", element(&vpc, "vpcId")),
        ("Tag.1.Key", "Name"),
        ("Tag.1.Value", "main"),
    ];
    emulator.call(REGION, "CreateTags", &name);
    let group = |name: &str, description: &str| {
        let parameters = [("GroupName", name), ("GroupDescription", description)];
        let reply = emulator.call(REGION, "CreateSecurityGroup", &parameters);
        element(&reply, "groupId").to_owned()
    };
    let wizard = group("launch-wizard-1", "launch-wizard created 2024-02-30");
    open(emulator, REGION, &wizard, "22");
    let (web, app) = (
        group("web", "The web servers"),
        group("app", "The application"),
    );
    open(emulator, REGION, &web, "443");
    let_in(emulator, &web, &app, "9100");
    let_in(emulator, &app, &web, "8080");
    for id in [&wizard, &web, &app] {
        run_instance(emulator, id);
    }
    let second = group("launch-wizard-2", "launch-wizard created 2024-02-30");
    open(emulator, REGION, &second, "3389");
    let (old_app, old_db) = (
        group("old-app", "Nobody knows"),
        group("old-db", "Nobody knows"),
    );
    let_in(emulator, &old_app, &old_db, "8080");
    let_in(emulator, &old_app, &old_db, "8081");
    let_in(emulator, &old_db, &old_app, "5432");
}

struct Story {
    emulator: Emulator,
    work: WorkDir,
    names: Names,
}

impl Story {
    fn tell(&mut self, part: &Part) -> Part {
        match part {
            Part::Prose(_) | Part::Shell(_) => part.clone(),
            Part::Hcl(_) => {
                let text =
                    fs::read_to_string(self.work.path().join(SHOWN)).expect("it was written");
                let (_, rest) = text.split_once("\n\n").expect("a first line");
                Part::Hcl(self.names.on_page(rest))
            }
            Part::Picture { command, .. } => {
                let text = self.printed(command);
                let text = self.names.on_page(text.trim_matches('\n'));
                let command = command.clone();
                Part::Picture { command, text }
            }
        }
    }

    /// What a command prints, of which `| grep WORD` keeps some lines.
    fn printed(&self, line: &str) -> String {
        let (command, kept) = match line.split_once(" | grep ") {
            Some((command, word)) => (command, Some(word)),
            None => (line, None),
        };
        let command = self.names.in_ec2(command);
        let words: Vec<&str> = command.split_whitespace().collect();
        let text = match words.as_slice() {
            ["curated", arguments @ ..] => {
                let mut command = curated(&self.emulator, arguments);
                let ran = run(command.current_dir(self.work.path()));
                assert_eq!(ran.code, Some(0), "{line}: {}{}", ran.stdout, ran.stderr);
                ran.stderr + &ran.stdout
            }
            ["terraform", arguments @ ..] => {
                let mut all = arguments.to_vec();
                all.push("-no-color");
                if arguments.contains(&"apply") {
                    all.push("-auto-approve");
                }
                self.work.run(&all).expect(&[0]).text()
            }
            other => panic!("{other:?} is no command of the page"),
        };
        match kept {
            None => text,
            Some(word) => {
                let lines = text.lines().filter(|line| line.contains(word));
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

#[test]
fn the_guide_shows_what_is_printed() {
    let path = root().join(PAGE);
    let text = fs::read_to_string(&path).expect("the page can be read");
    let emulator = Emulator::start();
    messy(&emulator);
    let mut work = Terraform::find().work_dir("");
    for (name, value) in [
        ("AWS_ENDPOINT_URL", emulator.endpoint()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ] {
        work.env(name, value);
    }
    let names = Names::default();
    let mut story = Story {
        emulator,
        work,
        names,
    };
    let parts = Page::read(&text).0;
    let told = Page(parts.iter().map(|part| story.tell(part)).collect()).to_string();
    if std::env::var_os("UPDATE_GALLERY").is_some() {
        fs::write(&path, told).expect("the page can be written");
    } else {
        assert!(
            told == text,
            "the guide is stale: UPDATE_GALLERY=1 takes its pictures anew. It prints:\n{told}"
        );
    }
}
