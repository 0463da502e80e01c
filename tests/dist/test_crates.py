"""What is linked in, what is said of it, and what it is built with. Asks the real cargo about the
real sources; compiles nothing.
"""

import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from . import bom, building, crates, licences, notices, platforms
from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOMENT = 1_700_000_000


class Linked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.toolchain = platforms.Toolchain.find()
        cls.linked = crates.linked(ROOT, cls.toolchain.host)
        cls.names = {crate.name for crate in cls.linked.others}

    def test_it_is_what_is_linked_and_nothing_else(self):
        self.assertEqual(self.linked.own.name, "terraform-provider-curated")
        self.assertLessEqual({"aws-sdk-ec2", "aws-lc-sys", "tonic", "rustls", "bytes"}, self.names)
        for name in ["protox", "tonic-prost-build", "cmake", "cc", "proptest", "tempfile",
                     "criterion", "async-trait", "prost-derive", "serde_derive"]:
            self.assertNotIn(name, self.names, "only builds or tests")

    def test_every_licence_is_allowed(self):
        licences.check(self.linked.others)

    def test_every_allowed_licence_is_needed(self):
        for name in licences.ALLOWED:
            fewer = licences.ALLOWED - {name}
            needed = [c for c in self.linked.others if not licences.allowed(c.licence, fewer)]
            self.assertTrue(needed, f"no crate needs {name}: take it off the list")

    def test_the_bill_says_what_the_lock_says(self):
        program = b"a program"
        text = bom.text(self.linked, self.toolchain.host, program, MOMENT, "1.2.3")
        self.assertEqual(text, bom.text(self.linked, self.toolchain.host, program, MOMENT, "1.2.3"))
        bill = json.loads(text)
        self.assertEqual((bill["bomFormat"], bill["specVersion"]), ("CycloneDX", "1.5"))
        self.assertRegex(bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(bill["metadata"]["timestamp"], "2023-11-14T22:13:20Z")

        locked = crates.read_lock((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
        of_cargo = [c for c in bill["components"] if c["purl"].startswith("pkg:cargo/")]
        self.assertEqual(len(of_cargo), len(self.linked.others))
        for component in of_cargo:
            checksum = locked[component["name"], component["version"]]
            self.assertEqual(component["hashes"], [{"alg": "SHA-256", "content": checksum}])
            self.assertEqual(
                component["purl"], f"pkg:cargo/{component['name']}@{component['version']}"
            )
            self.assertTrue(component["licenses"][0]["expression"])
        references = [c["bom-ref"] for c in bill["components"]]
        references.append(bill["metadata"]["component"]["bom-ref"])
        self.assertEqual(len(references), len(set(references)))
        self.assertEqual(sorted(references), sorted(d["ref"] for d in bill["dependencies"]))
        used = {ref for row in bill["dependencies"] for ref in row["dependsOn"]}
        self.assertEqual(used | {bill["metadata"]["component"]["bom-ref"]}, set(references))

    def test_another_program_has_another_bill(self):
        serials = {
            json.loads(bom.text(self.linked, "t", program, MOMENT, "1"))["serialNumber"]
            for program in (b"one", b"two")
        }
        self.assertEqual(len(serials), 2)

    def test_notices_name_everything_and_repeat_nothing(self):
        text = notices.text(ROOT, self.linked.others, "1.2.3")
        for crate in self.linked.others:
            self.assertIn(f"\n{crate.name} {crate.version}: ", text)
        self.assertIn("The Rust standard library 1.2.3", text)
        self.assertIn("Copyright (c) gRPC authors (", text, "tonic-prost comes without a text")
        sections = text.split(notices.RULE)[2::2]
        self.assertEqual(len(sections), len(set(sections)))
        self.assertTrue(all(section.strip() for section in sections))
        # Of the crates, their names only: nothing of where they lie.
        self.assertNotIn(str(self.linked.others[0].folder.parent), text)

    def test_a_licence_without_a_text_stops_the_packing(self):
        with tempfile.TemporaryDirectory() as folder:
            crate = crates.Crate("bare", "1.0.0", licence="ISC", folder=pathlib.Path(folder))
            with self.assertRaisesRegex(Failure, "bare 1.0.0 comes without the text"):
                notices.text(ROOT, [crate], "1.2.3")


class Building(unittest.TestCase):
    def test_no_folder_of_this_machine_is_left_in_the_flags(self):
        toolchain = platforms.Toolchain.find()
        means = platforms.Means(toolchain.host, None)
        flags = building.flags(ROOT, toolchain, means)
        metadata = crates.metadata(ROOT, toolchain.host)
        folders = [str(ROOT), metadata["target_directory"]]
        folders += [p["manifest_path"] for p in metadata["packages"]]
        for folder in folders:
            fits = [f for f in flags if folder.startswith(f.split("=")[1])]
            self.assertTrue(fits, folder)
            to = fits[-1].split("=")[2]
            self.assertTrue(to.startswith(("/crates", "/terraform-provider-curated")), to)

    def test_a_persons_settings_stay_out_of_the_build(self):
        toolchain = platforms.Toolchain.find()
        means = platforms.Means("aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc")
        mine = {
            "RUSTFLAGS": "-Ctarget-cpu=native",
            "CARGO_BUILD_RUSTFLAGS": "x",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS": "x",
            "CARGO_PROFILE_RELEASE_LTO": "off",
            "AWS_LC_SYS_CMAKE_BUILDER": "1",
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER": "my-linker",
        }
        with mock.patch.dict(os.environ, mine), \
                mock.patch.object(building, "flags", return_value=["-a", "b c"]):
            env = building.environment(ROOT, toolchain, means, MOMENT)
        self.assertFalse({name for name in env if "RUSTFLAGS" in name} - {"CARGO_ENCODED_RUSTFLAGS"})
        self.assertEqual(env["CARGO_ENCODED_RUSTFLAGS"], "-a\x1fb c")
        self.assertNotIn("CARGO_PROFILE_RELEASE_LTO", env)
        self.assertEqual(env["AWS_LC_SYS_CMAKE_BUILDER"], "0")
        self.assertEqual(env["CC_aarch64_unknown_linux_gnu"], "aarch64-linux-gnu-gcc")
        # Which tools there are, is for the person to say.
        self.assertEqual(env["CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"], "my-linker")


class Platforms(unittest.TestCase):
    def test_this_machines_own_can_be_built(self):
        toolchain = platforms.Toolchain.find()
        ready, _ = platforms.sort_out(toolchain, [platforms.name_of(toolchain.host)])
        self.assertEqual(len(ready), 1)

    def test_what_is_missing_is_said(self):
        with tempfile.TemporaryDirectory() as sysroot:
            sysroot = pathlib.Path(sysroot)
            toolchain = platforms.Toolchain("here", "1.2.3", "abc", sysroot)
            _, lacking = platforms.sort_out(toolchain, ["darwin_arm64"])
            self.assertIn("rustup target add aarch64-apple-darwin", lacking["darwin_arm64"])
            library = sysroot / "lib/rustlib/aarch64-apple-darwin/lib"
            library.mkdir(parents=True)
            (library / "libstd-1.rlib").touch()
            with mock.patch.dict(os.environ, {"PATH": ""}):
                _, lacking = platforms.sort_out(toolchain, ["darwin_arm64"])
            self.assertIn("CC_aarch64_apple_darwin names another", lacking["darwin_arm64"])

    def test_a_static_program_is_preferred(self):
        with tempfile.TemporaryDirectory() as sysroot:
            sysroot = pathlib.Path(sysroot)
            toolchain = platforms.Toolchain("x86_64-unknown-linux-gnu", "1", "abc", sysroot)
            for abi in ("gnu", "musl"):
                library = sysroot / f"lib/rustlib/x86_64-unknown-linux-{abi}/lib"
                library.mkdir(parents=True)
                (library / "libstd-1.rlib").touch()
            with mock.patch.dict(os.environ, {"CC_x86_64_unknown_linux_musl": "true"}):
                ready, _ = platforms.sort_out(toolchain, ["linux_amd64"])
                self.assertEqual(ready["linux_amd64"].target, "x86_64-unknown-linux-musl")
            with mock.patch.dict(os.environ, {"CC_x86_64_unknown_linux_musl": "not-there"}):
                ready, _ = platforms.sort_out(toolchain, ["linux_amd64"])
                self.assertEqual(ready["linux_amd64"].target, "x86_64-unknown-linux-gnu")

    def test_a_platform_that_there_is_not_is_refused(self):
        with self.assertRaisesRegex(Failure, "no such platform: plan9"):
            platforms.chosen("linux_amd64 plan9")
        with self.assertRaisesRegex(Failure, "no platform of the registries"):
            platforms.name_of("wasm32-wasip1")


if __name__ == "__main__":
    unittest.main()
