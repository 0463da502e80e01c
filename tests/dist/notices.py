"""THIRD_PARTY_LICENSES: what is linked into the program, with the notices that its licences have
to travel with. Texts that are the same word by word are given once.
"""

import re

from . import licences
from .failure import Failure

# Files of a crate's top folder that hold licences and notices.
NOTICE = re.compile(r"(un)?licen[cs]e|copying|copyright|notice", re.IGNORECASE)

# Standard texts, for crates that come without one. The rest of a row is where the text is.
STANDARD = {"Apache-2.0": "LICENSE", "MIT": "tests/dist/texts/MIT.txt"}

RULE = "#" * 80
HEAD = f"""\
What else is in terraform-provider-curated: the crates that are linked into it and the libraries of
the toolchain, each under its own licence, and after them the texts of these licences.
"""


def text(root, linked):
    """The whole file."""
    everything = linked.others + linked.parts
    listing = [f"{c.name} {c.version}: {licences.normal(c.licence)}{source(c)}" for c in everything]
    by_text = {}
    for crate in everything:
        for notice in notices(root, crate):
            by_text.setdefault(notice, []).append(f"{crate.name} {crate.version}")
    sections = [f"{RULE}\n{', '.join(users)}\n{RULE}\n\n{notice}" for notice, users in by_text.items()]
    return "\n".join([HEAD, *listing, "", *sections])


def source(crate):
    return f" ({crate.repository})" if crate.repository else ""


def notices(root, crate):
    """The texts that come with a crate, without a repetition."""
    if not crate.folder:
        return [standard(root, crate)]
    files = [path for path in crate.folder.iterdir() if path.is_file() and NOTICE.match(path.name)]
    if crate.licence_file:
        files.append(crate.folder / crate.licence_file)
    found = [tidy(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(set(files))]
    return list(dict.fromkeys(found)) or [standard(root, crate)]


def standard(root, crate):
    """For a crate that names a licence and brings no text."""
    for name, place in STANDARD.items():
        if licences.allowed(crate.licence, {name}):
            body = tidy((root / place).read_text(encoding="utf-8"))
            owners = ", ".join(crate.authors) or f"the authors of {crate.name}"
            return f"Copyright (c) {owners}{source(crate)}\n\n{body}"
    raise Failure(
        f"{crate.name} {crate.version} comes without the text of its licence ({crate.licence}): "
        "add the standard text under tests/dist/texts, and its name in tests/dist/notices.py"
    )


def tidy(words):
    """The same text is to look the same, whatever editor wrote it."""
    lines = [line.rstrip() for line in words.replace("\f", "").lstrip("\ufeff").splitlines()]
    return "\n".join(lines).strip("\n") + "\n"
