"""What is linked in, and what is said of it. Asks the real cargo about the real sources."""

import json
import pathlib
import tempfile
import unittest

from . import bom, crates, licences, notices, platforms
from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOMENT = 1_700_000_000


class Linked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.toolchain = platforms.Toolchain.find()
        cls.linked = crates.linked(ROOT, cls.toolchain.host, "1.2.3")
        cls.names = {crate.name for crate in cls.linked.others}

    def test_it_is_what_is_linked_and_nothing_else(self):
        self.assertEqual(self.linked.own.name, "terraform-provider-curated")
        self.assertLessEqual({"aws-sdk-ec2", "aws-lc-sys", "tonic", "rustls", "bytes"}, self.names)
        for name in ["protox", "tonic-prost-build", "cmake", "cc", "proptest",
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
        text = bom.text(self.linked, self.toolchain.host, program, MOMENT)
        self.assertEqual(text, bom.text(self.linked, self.toolchain.host, program, MOMENT))
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
            json.loads(bom.text(self.linked, "t", program, MOMENT))["serialNumber"]
            for program in (b"one", b"two")
        }
        self.assertEqual(len(serials), 2)

    def test_notices_name_everything_and_repeat_nothing(self):
        text = notices.text(ROOT, self.linked)
        for crate in self.linked.others:
            self.assertIn(f"\n{crate.name} {crate.version}: ", text)
        self.assertIn("\nrust-std 1.2.3: ", text)
        self.assertIn("Copyright (c) gRPC authors (", text, "tonic-prost comes without a text")
        sections = text.split(notices.RULE)[2::2]
        self.assertEqual(len(sections), len(set(sections)))
        self.assertTrue(all(section.strip() for section in sections))
        # Of the crates, their names only: nothing of where they lie.
        self.assertNotIn(str(self.linked.others[0].folder.parent), text)

    def test_a_static_program_brings_the_c_library_along(self):
        names = {part.name for part in crates.parts("1.2.3", "x86_64-unknown-linux-musl")}
        self.assertEqual(names, {"rust-std", "musl"})
        self.assertEqual([p.name for p in self.linked.parts if p.name == "rust-std"], ["rust-std"])

    def test_a_licence_without_a_text_stops_the_packing(self):
        with tempfile.TemporaryDirectory() as folder:
            crate = crates.Crate("bare", "1.0.0", licence="ISC", folder=pathlib.Path(folder))
            with self.assertRaisesRegex(Failure, "bare 1.0.0 comes without the text"):
                notices.text(ROOT, crates.Linked(None, [crate], []))


if __name__ == "__main__":
    unittest.main()
