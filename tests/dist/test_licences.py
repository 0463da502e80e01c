"""Reading and judging licence expressions."""

import unittest

from . import licences
from .crates import Crate
from .failure import Failure

SOME = {"MIT", "ISC", "Apache-2.0 WITH LLVM-exception"}


class Expressions(unittest.TestCase):
    def test_what_is_allowed(self):
        for expression, allowed in [
            ("MIT", True),
            ("GPL-3.0-only", False),
            ("MIT OR GPL-3.0-only", True),
            ("GPL-3.0-only OR MIT", True),
            ("MIT AND GPL-3.0-only", False),
            ("MIT AND ISC", True),
            # AND binds before OR.
            ("GPL-3.0-only AND MIT OR ISC", True),
            ("ISC OR MIT AND GPL-3.0-only", True),
            ("GPL-3.0-only AND (MIT OR ISC)", False),
            ("(MIT OR GPL-3.0-only) AND (ISC)", True),
            ("MIT OR GPL-3.0-only OR AGPL-3.0-only", True),
            # An exception makes another licence.
            ("Apache-2.0", False),
            ("Apache-2.0 WITH LLVM-exception", True),
            ("MIT WITH LLVM-exception", False),
            ("Apache-2.0 WITH LLVM-exception AND MIT", True),
            # "or later" is another name, and so is another case.
            ("MIT+", False),
            ("mit", False),
            # The old form.
            ("MIT/GPL-3.0-only", True),
            ("GPL-3.0-only / AGPL-3.0-only", False),
        ]:
            with self.subTest(expression):
                self.assertIs(licences.allowed(expression, SOME), allowed)

    def test_what_is_no_expression(self):
        for expression in [
            "", " ", "MIT OR", "OR MIT", "AND", "MIT MIT", "(MIT", "MIT)", "()", "MIT WITH",
            "WITH x", "(MIT) WITH x", "MIT AND OR ISC", "MIT; ISC", "MIT,ISC", "MIT//ISC",
        ]:
            with self.subTest(expression), self.assertRaises(Failure):
                licences.allowed(expression, SOME)

    def test_the_form_of_today(self):
        for expression, normal in [
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("MIT  AND ( ISC OR MIT )", "MIT AND (ISC OR MIT)"),
            ("(MIT AND ISC) OR MIT", "MIT AND ISC OR MIT"),
            ("MIT WITH x", "MIT WITH x"),
        ]:
            with self.subTest(expression):
                self.assertEqual(licences.normal(expression), normal)
                self.assertEqual(licences.normal(normal), normal)

    def test_a_crate_without_a_licence_or_under_a_strange_one_is_named(self):
        good = Crate("good", "1.0.0", licence="MIT")
        licences.check([good])
        with self.assertRaises(Failure) as caught:
            licences.check([good, Crate("bare", "2.0.0"), Crate("odd", "3.0.0", licence="SSPL-1.0")])
        said = str(caught.exception)
        self.assertIn("bare 2.0.0 names no licence", said)
        self.assertIn("odd 3.0.0 is under SSPL-1.0", said)
        self.assertNotIn("good", said)


if __name__ == "__main__":
    unittest.main()
