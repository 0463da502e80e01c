"""Which crates end up in the program for a target, as cargo resolves them: what they are, which
licence they are under, what uses what. Knows nothing of what is made of that.
"""

import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
from dataclasses import dataclass, field

from .failure import Failure

# A line of `cargo tree --prefix depth`: depth, name, version, then where from and whether the
# crate was shown before.
LINE = re.compile(r"(?P<depth>\d+)(?P<name>\S+) v(?P<version>\S+)(?: .*)?")


@dataclass
class Crate:
    """A crate, with the crates that it uses."""

    name: str
    version: str
    licence: str | None = None
    authors: list = field(default_factory=list)
    description: str | None = None
    repository: str | None = None
    folder: pathlib.Path | None = None
    licence_file: str | None = None
    checksum: str | None = None
    uses: set = field(default_factory=set)

    @property
    def key(self):
        return (self.name, self.version)


@dataclass
class Linked:
    """The program's own crate, all others that are linked into it, sorted, and the parts that no
    crate brings."""

    own: Crate
    others: list
    parts: list


def parts(rust, target):
    """What the toolchain links into every program for a target."""
    place = "https://github.com/rust-lang/rust"
    found = [Crate("rust-std", rust, licence="MIT OR Apache-2.0", repository=place)]
    if "-musl" in target:
        people = ["Rich Felker and others"]
        place = "https://musl.libc.org"
        found.append(Crate("musl", "1.2", licence="MIT", authors=people, repository=place))
    return found


def cargo(*arguments):
    """A command line of cargo."""
    return [*shlex.split(os.environ.get("CARGO", "cargo")), *arguments]


def metadata(root, target):
    """`cargo metadata`, as far as a target needs it."""
    told = run(root, "metadata", "--locked", "--format-version", "1", "--filter-platform", target)
    return json.loads(told)


def linked(root, target, rust):
    """What is linked into the program: neither what only builds or tests it, nor macros."""
    # Not the graph of `cargo metadata`, which counts the features that tests turn on.
    tree = run(
        root, "tree", "--locked", "--target", target, "--edges", "normal,no-proc-macro",
        "--prefix", "depth", "--format", "{p}",
    )
    found, own = read_tree(tree)
    known = {(p["name"], p["version"]): p for p in metadata(root, target)["packages"]}
    checksums = read_lock((root / "Cargo.lock").read_text(encoding="utf-8"))
    for key, crate in found.items():
        fill(crate, known[key])
        crate.checksum = checksums.get(key)
    others = sorted((crate for crate in found.values() if crate is not own), key=lambda c: c.key)
    return Linked(own, others, parts(rust, target))


def read_tree(text):
    """The crates of a tree by name and version, and the one at its root."""
    found, path = {}, []
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if not match:
            raise Failure(f"not a line of cargo tree: {line}")
        key = (match["name"], match["version"])
        crate = found.setdefault(key, Crate(*key))
        del path[int(match["depth"]):]
        if path:
            path[-1].uses.add(key)
        path.append(crate)
    return found, path[0]


def read_lock(text):
    """The checksums of Cargo.lock, by name and version. Python 3.10 has no TOML; cargo writes
    this file, and always alike."""
    found = {}
    for block in text.split("[[package]]")[1:]:
        values = dict(re.findall(r'^(name|version|checksum) = "(.*)"$', block, re.MULTILINE))
        if "checksum" in values:
            found[values["name"], values["version"]] = values["checksum"]
    return found


def fill(crate, package):
    crate.licence = package["license"]
    crate.authors = package["authors"]
    crate.description = package["description"]
    crate.repository = package["repository"]
    crate.folder = pathlib.Path(package["manifest_path"]).parent
    crate.licence_file = package["license_file"]


@functools.cache
def run(root, *arguments):
    command = cargo(*arguments)
    return subprocess.run(
        command, cwd=root, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
