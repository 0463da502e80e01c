"""The registries' files: names, modes, times, sums, signature. Packs a stand-in for the program."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from unittest import mock

from . import packing
from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = packing.NAME
MOMENT = 1_700_000_000
FILES = {"LICENSE": b"text", "AUTHORS": b"us"}


class Packing(unittest.TestCase):
    def setUp(self):
        # Short: a socket of gpg's agent has to fit in.
        folder = tempfile.TemporaryDirectory(dir="/tmp" if os.path.isdir("/tmp") else None)
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name)

    def pack(self, platform="linux_amd64"):
        return packing.add_zip(self.out, "1.2.3", platform, b"program", FILES, MOMENT)

    def test_a_zip_holds_the_program_as_terraform_looks_for_it(self):
        path = self.pack()
        self.assertEqual(path.name, f"{NAME}_1.2.3_linux_amd64.zip")
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            self.assertEqual([e.filename for e in entries], ["AUTHORS", "LICENSE", f"{NAME}_v1.2.3"])
            self.assertEqual([e.external_attr >> 16 for e in entries], [0o100644, 0o100644, 0o100755])
            self.assertEqual({e.date_time for e in entries}, {(2023, 11, 14, 22, 13, 20)})
            self.assertEqual(archive.read(f"{NAME}_v1.2.3"), b"program")

    def test_windows_wants_an_ending(self):
        with zipfile.ZipFile(self.pack("windows_amd64")) as archive:
            self.assertIn(f"{NAME}_v1.2.3.exe", archive.namelist())

    def test_the_command_is_packed_as_people_call_it(self):
        for platform, program in (("linux_amd64", "curated"), ("windows_amd64", "curated.exe")):
            path = packing.add_zip(
                self.out, "1.2.3", platform, b"program", FILES, MOMENT, packing.COMMAND
            )
            self.assertEqual(path.name, f"curated_1.2.3_{platform}.zip")
            with zipfile.ZipFile(path) as archive:
                entry = archive.getinfo(program)
                self.assertEqual(entry.external_attr >> 16, 0o100755)
                self.assertEqual(archive.read(program), b"program")

    def test_packed_twice_is_the_same_byte_for_byte(self):
        first = self.pack().read_bytes()
        with mock.patch.dict(os.environ, {"TZ": "Pacific/Auckland"}):
            self.assertEqual(self.pack().read_bytes(), first)

    def test_the_sums_are_over_everything(self):
        self.pack()
        packing.add_zip(self.out, "1.2.3", "linux_amd64", b"", FILES, MOMENT, packing.COMMAND)
        (self.out / f"{NAME}_1.2.3_linux_amd64.cdx.json").write_text("{}")
        sums = packing.add_manifest_and_sums(self.out, "1.2.3")
        self.assertEqual(sums.name, f"{NAME}_1.2.3_SHA256SUMS")
        lines = dict(reversed(line.split("  ")) for line in sums.read_text().splitlines())
        others = {path.name: path for path in self.out.iterdir() if path != sums}
        self.assertEqual(lines.keys(), others.keys())
        for name, digest in lines.items():
            self.assertEqual(digest, hashlib.sha256(others[name].read_bytes()).hexdigest())
        manifest = json.loads((self.out / f"{NAME}_1.2.3_manifest.json").read_text())
        self.assertEqual(manifest, {"version": 1, "metadata": {"protocol_versions": ["5.0"]}})

    @unittest.skipUnless(shutil.which("gpg"), "no gpg here")
    def test_the_signature_is_binary_and_gpg_accepts_it(self):
        home = self.out / "gpg"
        home.mkdir(mode=0o700)
        with mock.patch.dict(os.environ, {"GNUPGHOME": str(home)}):
            self.addCleanup(self.end_agent, dict(os.environ))
            make = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
            run(*make, "--quick-generate-key", "release@example.com", "rsa2048", "sign")
            sums = packing.add_manifest_and_sums(self.out, "1.2.3")
            packing.sign(sums, "release@example.com")
            signature = sums.with_name(f"{sums.name}.sig")
            self.assertNotIn(b"BEGIN PGP", signature.read_bytes())
            run("gpg", "--batch", "--verify", signature, sums)
            with self.assertRaisesRegex(Failure, "gpg can't sign with nobody@example.com"):
                packing.sign(sums, "nobody@example.com")

    @staticmethod
    def end_agent(env):
        subprocess.run(["gpgconf", "--kill", "all"], env=env, check=False)

    def test_the_version_lives_in_one_place(self):
        version = packing.checked_version(ROOT, None)
        self.assertEqual(packing.checked_version(ROOT, version), version)
        with self.assertRaisesRegex(Failure, r"VERSION is 99\.0\.0, but Cargo\.toml says"):
            packing.checked_version(ROOT, "99.0.0")

    def test_the_moment_is_what_was_said_or_the_last_commits(self):
        with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "1700000000"}):
            self.assertEqual(packing.moment(self.out), 1700000000)
        with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "0"}):
            self.assertEqual(packing.moment(self.out), packing.FIRST)
        with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "today"}), \
                self.assertRaisesRegex(Failure, "must be seconds since 1970"):
            packing.moment(self.out)
        with mock.patch.dict(os.environ, {"GIT_CEILING_DIRECTORIES": str(self.out.parent)}):
            os.environ.pop("SOURCE_DATE_EPOCH", None)
            self.assertEqual(packing.moment(self.out), packing.FIRST)

    def test_another_program_is_not_packed(self):
        program = self.out / "program"
        program.write_text(f"#!/bin/sh\necho {NAME} 1.2.3\n")
        program.chmod(0o755)
        packing.check_program(program, "1.2.3")
        with self.assertRaisesRegex(Failure, "not curated 1.2.3"):
            packing.check_program(program, "1.2.3", packing.COMMAND)
        with self.assertRaisesRegex(Failure, "not terraform-provider-curated 1.2.4"):
            packing.check_program(program, "1.2.4")

    def test_what_glibc_is_needed(self):
        self.assertEqual(packing.glibc_needed(b"..GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.4.."), "2.34")
        self.assertIsNone(packing.glibc_needed(b"static"))

    def test_a_program_that_alpine_cannot_start_is_not_packed_unnoticed(self):
        program = b"..GLIBC_2.34.."
        with self.assertRaisesRegex(Failure, r"linux_arm64 needs glibc 2\.34.*NOT_FOR_ALPINE=1"):
            packing.refuse_glibc(program, "linux_arm64", not_for_alpine=False)
        self.assertEqual(packing.refuse_glibc(program, "linux_arm64", not_for_alpine=True), "2.34")
        self.assertIsNone(packing.refuse_glibc(b"static", "linux_arm64", not_for_alpine=False))
        # Text that only looks like it, in a program for another system.
        self.assertIsNone(packing.refuse_glibc(program, "darwin_arm64", not_for_alpine=False))


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
