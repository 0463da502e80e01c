"""The workflows of .github/ against the Makefile: they call goals and set variables that there are,
build for platforms that can be, and give away neither secrets nor permissions.

They can't be run here: a word in one that means nothing would be found by the release that fails.
"""

import pathlib
import re
import shlex
import unittest

import yaml

from . import platforms

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github/workflows"
# The actions that may be used, by major version: GitHub's own, which do what no command does. Each is the
# first that runs on Node.js 24: runners have no older one.
ACTIONS = {"actions/checkout@v5", "actions/upload-artifact@v6", "actions/download-artifact@v7"}
# What a step may run beside make, and with which first words: set-up, and the release itself.
OTHERS = (
    ("rustup", "default", "stable"),
    ("rustup", "toolchain", "install"),
    ("rustup", "target", "add"),
    ("sudo", "apt-get", "install"),
    ("gpg", "--batch", "--import"),
    ("gh", "release", "create"),
)


def workflows():
    found = {p.name: yaml.safe_load(p.read_text()) for p in sorted(FOLDER.glob("*.y*ml"))}
    for workflow in found.values():
        # YAML 1.1 reads the key "on" as a truth.
        workflow["on"] = workflow.pop(True)
    return found


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands(workflow):
    """The words of each command, without quotes."""
    texts = [step["run"] for step in steps(workflow) if "run" in step]
    return [shlex.split(line) for text in texts for line in text.splitlines() if line.strip()]


def makes(workflow):
    """The goal and the variables of each call of make."""
    calls = [words[1:] for words in commands(workflow) if words[0] == "make"]
    for words in calls:
        goals = [word for word in words if "=" not in word]
        assert len(goals) == 1, words
        yield goals[0], dict(word.split("=", 1) for word in words if "=" in word)


def goals(makefile):
    """The goals of a Makefile, with what each one's rule and its variables mention."""
    rules = re.findall(r"^([a-z]+):.*\n((?:\t.*\n|.*\\\n)*)", makefile, re.MULTILINE)
    defined = dict(re.findall(r"^([A-Z_]+) [:?]?= (.*)$", makefile, re.MULTILINE))
    found = {}
    for name, recipe in rules:
        text = recipe
        for _ in defined:
            text = re.sub(r"\$\(([A-Z_]+)\)", lambda m: f"<{m[1]}>{defined.get(m[1], '')}", text)
            text = re.sub(r"\$\(if \$\(([A-Z_]+)\)", r"<\1>(", text)
        found[name] = set(re.findall(r"<([A-Z_]+)>", text)) | set(re.findall(r"\(([A-Z_]+)\)", text))
    return found


class Workflows(unittest.TestCase):
    def setUp(self):
        self.all = workflows()
        self.goals = goals((ROOT / "Makefile").read_text())

    def test_every_call_of_make_has_a_goal_and_variables_that_the_makefile_has(self):
        called = 0
        for name, workflow in self.all.items():
            for goal, variables in makes(workflow):
                self.assertIn(goal, self.goals, name)
                unused = set(variables) - self.goals[goal]
                self.assertFalse(unused, f"{name}: make {goal} has no use for {unused}")
                called += 1
        self.assertEqual(called, 3)

    def test_what_the_makefile_uses_is_seen(self):
        text = "CARGO ?= cargo\nWHO := $(if $(NAME),--name $(NAME))\nall: ## x\n\t$(CARGO) $(WHO)\n"
        self.assertEqual(goals(text)["all"], {"CARGO", "WHO", "NAME"})
        self.assertLess({"CARGO", "VERSION", "PLATFORMS", "NOT_FOR_ALPINE"}, self.goals["dist"])
        self.assertNotIn("FROM", self.goals["dist"])

    def test_a_step_runs_nothing_else_but_what_is_known(self):
        for name, workflow in self.all.items():
            for words in commands(workflow):
                known = words[0] == "make" or tuple(words[:3]) in OTHERS
                self.assertTrue(known, f"{name}: {words}")

    def test_only_githubs_own_actions_are_used_by_major_version(self):
        used = {step["uses"] for w in self.all.values() for step in steps(w) if "uses" in step}
        self.assertEqual(used, ACTIONS)

    def test_a_checkout_on_windows_has_the_line_ends_of_all_others(self):
        # Git for Windows would make them CRLF, in the tables and pages that are compiled in too.
        lines = (ROOT / ".gitattributes").read_text().splitlines()
        self.assertIn("* text=auto eol=lf", lines)

    def test_the_tests_run_for_every_change(self):
        workflow = self.all["test.yml"]
        self.assertEqual(workflow["on"], {"push": {"branches": ["main"]}, "pull_request": None})
        self.assertEqual([goal for goal, _ in makes(workflow)], ["test"])

    def test_a_tag_is_packed_for_both_processors_of_each_system(self):
        workflow = self.all["release.yml"]
        self.assertEqual(workflow["on"], {"push": {"tags": ["v*"]}})
        rows = workflow["jobs"]["pack"]["strategy"]["matrix"]["include"]
        packed = [row["platform"] for row in rows]
        systems, processors = ("linux", "darwin", "windows"), ("amd64", "arm64")
        wanted = [f"{system}_{processor}" for system in systems for processor in processors]
        self.assertEqual(packed, wanted)
        for row in rows:
            # The first is what `make dist` would take by itself.
            self.assertEqual(platforms.PLATFORMS[row["platform"]][0], row["target"])
        variables = dict(makes(workflow))["join"]
        self.assertEqual(variables["PLATFORMS"].split(), packed)
        self.assertEqual(dict(makes(workflow))["dist"]["PLATFORMS"], "$PLATFORM")

    def test_each_runner_can_build_what_it_is_there_for(self):
        hosts = {
            "linux": "{}-unknown-linux-gnu",
            "darwin": "{}-apple-darwin",
            "windows": "{}-pc-windows-msvc",
        }
        processors = {"amd64": "x86_64", "arm64": "aarch64"}
        for row in self.all["release.yml"]["jobs"]["pack"]["strategy"]["matrix"]["include"]:
            system, processor = row["platform"].split("_")
            host, target = hosts[system].format(processors[processor]), row["target"]
            names = platforms.compilers(host, target)
            # musl-tools has musl-gcc, for the runner's own processor.
            native = platforms.can_build_natively(host, target)
            self.assertTrue(native or "musl-gcc" in names, row)

    def test_the_version_is_the_tags_everywhere(self):
        for goal, variables in makes(self.all["release.yml"]):
            self.assertEqual(variables["VERSION"], "${GITHUB_REF_NAME#v}", goal)

    def test_what_one_job_leaves_is_what_the_next_one_takes(self):
        jobs = self.all["release.yml"]["jobs"]
        up = next(s for s in jobs["pack"]["steps"] if "upload" in s.get("uses", ""))
        down = next(s for s in jobs["release"]["steps"] if "download" in s.get("uses", ""))
        self.assertEqual(up["with"]["path"], "target/dist")
        self.assertEqual(up["with"]["if-no-files-found"], "error")
        self.assertEqual(jobs["release"]["needs"], "pack")
        variables = dict(makes(self.all["release.yml"]))["join"]
        self.assertEqual(variables["FROM"], f"$(echo {down['with']['path']}/*)")

    def test_no_expression_becomes_part_of_a_command_and_permissions_are_few(self):
        for name, workflow in self.all.items():
            self.assertEqual(workflow["permissions"], {"contents": "read"}, name)
            for step in steps(workflow):
                # A tag's or a branch's name could hold commands: they come by the environment.
                self.assertNotIn("${{", step.get("run", ""), name)
            for job in workflow["jobs"].values():
                self.assertIn("timeout-minutes", job)
        writes = {
            (name, job)
            for name, workflow in self.all.items()
            for job, body in workflow["jobs"].items()
            if "write" in str(body.get("permissions"))
        }
        self.assertEqual(writes, {("release.yml", "release")})
        self.assertNotIn("secrets", str(self.all["test.yml"]))


if __name__ == "__main__":
    unittest.main()
