"""What several machines packed becomes one release, or is refused with the reason."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from . import joining, packing
from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = packing.checked_version(ROOT, None)
MOMENT = 1_700_000_000
PLATFORMS = ["linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64"]


class Joining(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir="/tmp" if os.path.isdir("/tmp") else None)
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        # A machine for each system, as `make dist` leaves them.
        self.folders = [
            self.machine("linux", "linux_amd64", "linux_arm64"),
            self.machine("windows", "windows_amd64", "windows_arm64"),
        ]

    def machine(self, name, *platforms, version=VERSION, program=b"static"):
        out = self.root / name
        out.mkdir()
        for platform in platforms:
            path = packing.add_zip(out, version, platform, program, {"LICENSE": b"text"}, MOMENT)
            bill = path.with_name(f"{path.stem}.cdx.json")
            bill.write_text(f'{{"platform": "{platform}"}}')
            files, command = {"LICENSE": b"text"}, packing.COMMAND
            packing.add_zip(out, version, platform, program, files, MOMENT, command)
        packing.add_manifest_and_sums(out, version)
        return out

    def collect(self, wanted=None, folders=None):
        return joining.collect(folders or self.folders, VERSION, wanted, not_for_alpine=False)

    def dist(self, *arguments, **more):
        """Runs the verb as the Makefile does."""
        command = [sys.executable, "-B", "-m", "dist", "join", "--out", str(self.root / "out")]
        env = os.environ | {"PYTHONPATH": str(ROOT / "tests")} | more
        return subprocess.run([*command, *arguments], env=env, capture_output=True, text=True)

    def test_the_files_of_all_machines_are_under_one_set_of_sums(self):
        names = " ".join(map(str, self.folders))
        done = self.dist("--from", names, "--platforms", " ".join(PLATFORMS), "--version", VERSION)
        self.assertEqual(done.returncode, 0, done.stderr)
        out = self.root / "out"
        begin = f"{packing.NAME}_{VERSION}_"
        wanted = {f"{begin}{p}.{end}" for p in PLATFORMS for end in ("zip", "cdx.json")}
        wanted |= {packing.zip_name(VERSION, p, packing.COMMAND) for p in PLATFORMS}
        wanted |= {f"{begin}manifest.json", f"{begin}SHA256SUMS"}
        self.assertEqual({path.name for path in out.iterdir()}, wanted)
        lines = (out / f"{begin}SHA256SUMS").read_text().splitlines()
        sums = dict(reversed(line.split("  ")) for line in lines)
        self.assertEqual(sums.keys(), wanted - {f"{begin}SHA256SUMS"})
        for name, digest in sums.items():
            self.assertEqual(digest, hashlib.sha256((out / name).read_bytes()).hexdigest())
        # Byte for byte what each machine packed.
        for folder in self.folders:
            for path in folder.glob("*.zip"):
                self.assertEqual(path.read_bytes(), (out / path.name).read_bytes())

    def test_joined_again_it_is_the_same_and_nothing_of_before_is_left(self):
        names = " ".join(map(str, self.folders))
        self.assertEqual(self.dist("--from", names).returncode, 0)
        sums = self.root / "out" / f"{packing.NAME}_{VERSION}_SHA256SUMS"
        before = sums.read_text()
        for name in (packing.NAME, packing.COMMAND):
            (sums.parent / packing.zip_name(VERSION, "plan9_mips", name)).touch()
        self.assertEqual(self.dist("--from", names).returncode, 0)
        self.assertEqual(sums.read_text(), before)

    @unittest.skipUnless(shutil.which("gpg"), "no gpg here")
    def test_one_signature_is_over_the_sums_of_all(self):
        home = self.root / "gpg"
        home.mkdir(mode=0o700)
        env = os.environ | {"GNUPGHOME": str(home)}
        self.addCleanup(subprocess.run, ["gpgconf", "--kill", "all"], env=env, check=False)
        make = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
        generate = [*make, "--quick-generate-key", "release@example.com", "rsa2048", "sign"]
        subprocess.run(generate, env=env, check=True, capture_output=True)
        names = " ".join(map(str, self.folders))
        key = ["--key", "release@example.com"]
        done = self.dist("--from", names, *key, GNUPGHOME=str(home))
        self.assertEqual(done.returncode, 0, done.stderr)
        sums = self.root / "out" / f"{packing.NAME}_{VERSION}_SHA256SUMS"
        verify = ["gpg", "--batch", "--verify", f"{sums}.sig", sums]
        subprocess.run(verify, env=env, check=True, capture_output=True)

    def test_a_platform_that_two_machines_built_is_refused(self):
        twice = self.machine("again", "linux_arm64")
        with self.assertRaisesRegex(Failure, "linux_arm64 comes from .*linux and .*again"):
            self.collect(folders=[*self.folders, twice])

    def test_a_release_has_the_platforms_that_were_wanted(self):
        self.assertEqual(sorted(self.collect(PLATFORMS)), sorted(PLATFORMS))
        with self.assertRaisesRegex(Failure, r"missing are \['darwin_arm64'\]"):
            self.collect([*PLATFORMS, "darwin_arm64"])
        with self.assertRaisesRegex(Failure, r"not named are \['windows_arm64'\]"):
            self.collect(PLATFORMS[:3])

    def test_a_file_that_was_changed_on_its_way_is_refused(self):
        zips = sorted(self.folders[0].glob(f"{packing.NAME}_*.zip"))
        zips[1].write_bytes(zips[1].read_bytes() + b"x")
        with self.assertRaisesRegex(Failure, "linux_arm64.zip is not the file that was summed"):
            self.collect()

    def test_a_file_that_is_lost_or_was_never_summed_is_refused(self):
        extra = self.folders[0] / f"{packing.NAME}_{VERSION}_linux_386.zip"
        extra.touch()
        with self.assertRaisesRegex(Failure, "linux_386.zip, which its sums don't name"):
            self.collect()
        extra.unlink()
        command = self.folders[0] / packing.zip_name(VERSION, "linux_386", packing.COMMAND)
        command.touch()
        with self.assertRaisesRegex(Failure, "curated_.*linux_386.zip, which its sums don't name"):
            self.collect()
        command.unlink()
        next(self.folders[1].glob("*.zip")).unlink()
        with self.assertRaisesRegex(Failure, "names a file that can't be read"):
            self.collect()

    def test_sums_lead_to_no_other_folder(self):
        sums = self.folders[0] / f"{packing.NAME}_{VERSION}_SHA256SUMS"
        for name in ("../secret", "/etc/passwd", "a\\b"):
            sums.write_text(f"{'0' * 64}  {name}\n")
            with self.assertRaisesRegex(Failure, "has a line that is no sum"):
                self.collect()

    def test_another_version_and_an_empty_folder_are_refused(self):
        other = self.machine("other", "darwin_arm64", version="99.0.0")
        empty = self.root / "empty"
        empty.mkdir()
        for folder in (other, empty, self.root / "gone"):
            with self.assertRaisesRegex(Failure, "holds no sums of version"):
                self.collect(folders=[*self.folders, folder])
        with self.assertRaisesRegex(Failure, "FROM names no folder"):
            joining.collect([], VERSION, None, False)
        done = self.dist("--from", str(self.folders[0]), "--version", "99.0.0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("VERSION is 99.0.0", done.stderr)

    def test_a_zip_without_the_program_or_its_bill_is_refused(self):
        other = packing.NAME
        path = next(self.folders[0].glob(f"{other}_*arm64.zip"))
        path.write_bytes(next(self.folders[1].glob(f"{other}_*arm64.zip")).read_bytes())
        next(self.folders[0].glob("*SHA256SUMS")).unlink()
        packing.add_manifest_and_sums(self.folders[0], VERSION)
        with self.assertRaisesRegex(Failure, "holds no terraform-provider-curated_v"):
            self.collect()
        bare = self.machine("bare", "darwin_arm64")
        next(bare.glob("*.cdx.json")).unlink()
        next(bare.glob("*SHA256SUMS")).unlink()
        packing.add_manifest_and_sums(bare, VERSION)
        with self.assertRaisesRegex(Failure, "has no bill of materials"):
            self.collect(folders=[bare])
        without = self.machine("without", "darwin_arm64")
        next(without.glob(f"{packing.COMMAND}_*")).unlink()
        next(without.glob("*SHA256SUMS")).unlink()
        packing.add_manifest_and_sums(without, VERSION)
        with self.assertRaisesRegex(Failure, "has no package of the command"):
            self.collect(folders=[without])

    def test_a_program_that_alpine_cannot_start_is_joined_only_where_that_is_wanted(self):
        glibc = self.machine("glibc", "linux_386", program=b"GLIBC_2.34")
        with self.assertRaisesRegex(Failure, "linux_386 needs glibc 2.34"):
            self.collect(folders=[glibc])
        found = joining.collect([glibc], VERSION, None, not_for_alpine=True)
        self.assertEqual(list(found), ["linux_386"])


if __name__ == "__main__":
    unittest.main()
