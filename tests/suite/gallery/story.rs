//! The page as a story that goes on from part to part: what was planned is applied before the next
//! part, and what was refused is undone.

use std::collections::BTreeMap;
use std::fs;

use super::names::Names;
use super::page::Part;
use super::{aws, clean};
use crate::examples;
use crate::support::emulator::{Emulator, element};
use crate::support::terraform::{Outcome, Terraform, WorkDir};

const REGION: &str = "eu-west-1";

pub(super) struct Story {
    emulator: Emulator,
    work: WorkDir,
    names: Names,
    /// What files were before the last configuration; `None` where there was no such file.
    before: BTreeMap<String, Option<String>>,
    /// A plan is on the page, and isn't carried out yet.
    planned: bool,
}

impl Story {
    /// An empty account, and a configuration with nothing but `versions`.
    pub(super) fn begin(terraform: &Terraform, versions: &str) -> Self {
        let (emulator, mut work) = (Emulator::start(), terraform.work_dir(""));
        examples::set_up(&mut work, &emulator);
        work.write("versions.tf", versions);
        let mut names = Names::default();
        // The page may name them before Terraform does.
        let subnets = emulator.call(REGION, "DescribeSubnets", &[]);
        names.on_page(element(&subnets, "subnetId"));
        names.on_page(&emulator.default_vpc(REGION));
        Self {
            emulator,
            work,
            names,
            before: BTreeMap::new(),
            planned: false,
        }
    }

    /// Goes through a part, and gives it as it should be on the page.
    pub(super) fn tell(&mut self, part: &Part) -> Part {
        match part {
            Part::Prose(_) => {}
            Part::Hcl(text) => {
                self.carry_out();
                self.write(text);
            }
            Part::Shell(command) => {
                self.carry_out();
                self.by_hand(command);
            }
            Part::Picture { command, .. } => {
                let text = self.picture(command);
                let command = command.clone();
                return Part::Picture { command, text };
            }
        }
        part.clone()
    }

    fn picture(&mut self, command: &str) -> String {
        let (outcome, shown) = match command {
            "terraform plan" => {
                self.carry_out();
                let outcome = self.work.run(&["plan", "-detailed-exitcode"]);
                self.planned = outcome.code == 2;
                let shown = clean::plan(&outcome.text());
                (outcome, shown)
            }
            "terraform apply" => self.deed("apply"),
            "terraform destroy" => self.deed("destroy"),
            other => panic!("{other:?} is no command of the gallery"),
        };
        match outcome.code {
            1 => self.undo(),
            _ => self.before.clear(),
        }
        self.names.on_page(&shown)
    }

    fn deed(&mut self, command: &str) -> (Outcome, String) {
        self.planned = false;
        let outcome = self.work.run(&[command, "-auto-approve"]);
        let shown = clean::deed(&outcome.text());
        (outcome, shown)
    }

    /// Applies what was planned.
    fn carry_out(&mut self) {
        if std::mem::take(&mut self.planned) {
            let said = clean::deed(&self.work.apply());
            // The page may go on with an id that is new. Which resource is done first may differ.
            let mut lines: Vec<&str> = said.lines().collect();
            lines.sort_unstable();
            self.names.on_page(&lines.join("\n"));
        }
    }

    /// A resource is in a file of its name, so that the page can show it alone.
    fn write(&mut self, text: &str) {
        let name = text.split_once("resource \"");
        let name = name.and_then(|(_, rest)| rest.split('"').nth(2));
        let file = format!("{}.tf", name.unwrap_or("main"));
        // The provider's configuration is never what was refused.
        if name.is_some() {
            let before = fs::read_to_string(self.work.path().join(&file)).ok();
            self.before.entry(file.clone()).or_insert(before);
        }
        let text = self.names.in_ec2(text);
        self.work.write(&file, &text);
    }

    fn undo(&mut self) {
        for (file, text) in std::mem::take(&mut self.before) {
            self.work.write(&file, &text.unwrap_or_default());
        }
    }

    fn by_hand(&mut self, command: &str) {
        let command = self.names.in_ec2(command);
        let (action, parameters) = aws::call(&command);
        let parameters: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let reply = self.emulator.call(REGION, &action, &parameters);
        // An id that the reply tells is the next of its kind.
        self.names.on_page(&reply);
    }
}
