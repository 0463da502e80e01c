"""What a program is built with and for, and that it doesn't show where."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

from . import building, crates, packing, platforms
from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOMENT = 1_700_000_000

# A small program of the same name. Like the real one, it has code that a build script wrote, and
# whose panics name a file.
SMALL = {
    "Cargo.toml": """\
[package]
name = "terraform-provider-curated"
version = "1.2.3"
edition = "2024"
build = "build.rs"
""",
    "Cargo.lock": """\
version = 4

[[package]]
name = "terraform-provider-curated"
version = "1.2.3"
""",
    "build.rs": """\
fn main() {
    let out = std::env::var("OUT_DIR").unwrap();
    let code = "pub fn written(n: usize) -> u8 { [1, 2, 3][n] }";
    std::fs::write(out + "/written.rs", code).unwrap();
}
""",
    "src/main.rs": """\
include!(concat!(env!("OUT_DIR"), "/written.rs"));
fn main() {
    println!("{} {:?}", written(std::env::args().count()), [3, 1].map(|x| vec![x].pop().unwrap()));
}
""",
    "src/bin/curated.rs": "fn main() {}\n",
}


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

    def test_two_folders_make_the_same_program(self):
        programs = []
        toolchain = platforms.Toolchain.find()
        means = platforms.Means(toolchain.host, None)
        for name in ("here", "somewhere-else"):
            with tempfile.TemporaryDirectory(suffix=name) as root:
                root = pathlib.Path(root).resolve()
                for path, text in SMALL.items():
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).write_text(text)
                with mock.patch.dict(os.environ, {"CARGO_TARGET_DIR": str(root / f"out-{name}")}):
                    built = building.build(root, toolchain, means, "dev", MOMENT)
                self.assertEqual(built.keys(), {packing.NAME, packing.COMMAND})
                contents = [path.read_bytes() for path in built.values()]
                programs.append(built[packing.NAME].read_bytes())
                for content in contents:
                    self.assertNotIn(str(root).encode(), content)
        self.assertIn(b"/written.rs", programs[0])
        # Not assertEqual, which would print both.
        self.assertTrue(programs[0] == programs[1])


class Platforms(unittest.TestCase):
    def test_this_machines_own_can_be_built(self):
        toolchain = platforms.Toolchain.find()
        ready, _ = platforms.sort_out(toolchain, [platforms.name_of(toolchain.host)], True)
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

    def toolchain(self, host, *targets):
        """One that has the standard libraries of these targets."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        sysroot = pathlib.Path(folder.name)
        for target in targets:
            library = sysroot / f"lib/rustlib/{target}/lib"
            library.mkdir(parents=True)
            (library / "libstd-1.rlib").touch()
        return platforms.Toolchain(host, "1", "abc", sysroot)

    def test_a_static_program_is_preferred(self):
        gnu, musl = "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"
        toolchain = self.toolchain(gnu, gnu, musl)
        with mock.patch.dict(os.environ, {"CC_x86_64_unknown_linux_musl": "true"}):
            for unless in (False, True):
                ready, _ = platforms.sort_out(toolchain, ["linux_amd64"], unless)
                self.assertEqual(ready["linux_amd64"].target, musl)

    def test_a_program_that_alpine_cannot_start_is_only_built_where_that_is_wanted(self):
        gnu, musl = "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"
        absent = {"CC_x86_64_unknown_linux_musl": "not-there"}
        for targets, reason in (((gnu, musl), "no C compiler"), ((gnu,), "rustup target add")):
            toolchain = self.toolchain(gnu, *targets)
            with mock.patch.dict(os.environ, absent):
                # Also where others can be built: a release without it would go out unnoticed.
                for names in (["linux_amd64"], list(platforms.PLATFORMS)):
                    with self.assertRaisesRegex(Failure, f"{reason}.*NOT_FOR_ALPINE=1"):
                        platforms.sort_out(toolchain, names)
                ready, _ = platforms.sort_out(toolchain, ["linux_amd64"], True)
            self.assertEqual(ready["linux_amd64"].target, gnu)

    def test_what_cannot_be_built_at_all_is_no_matter_of_alpines(self):
        toolchain = self.toolchain("aarch64-apple-darwin", "aarch64-apple-darwin")
        ready, lacking = platforms.sort_out(toolchain, list(platforms.PLATFORMS))
        self.assertEqual(list(ready), ["darwin_arm64"])
        self.assertIn("linux_amd64", lacking)

    def test_musl_gcc_is_for_the_processor_that_it_runs_on(self):
        for processor, other in (("x86_64", "aarch64"), ("aarch64", "x86_64")):
            host = f"{processor}-unknown-linux-gnu"
            own = platforms.compilers(host, f"{processor}-unknown-linux-musl")
            self.assertIn("musl-gcc", own)
            others = platforms.compilers(host, f"{other}-unknown-linux-musl")
            self.assertNotIn("musl-gcc", others)
            self.assertNotIn("musl-gcc", platforms.compilers(host, host))

    def test_a_platform_that_there_is_not_is_refused(self):
        with self.assertRaisesRegex(Failure, "no such platform: plan9"):
            platforms.chosen("linux_amd64 plan9")
        with self.assertRaisesRegex(Failure, "no platform of the registries"):
            platforms.name_of("wasm32-wasip1")


if __name__ == "__main__":
    unittest.main()
