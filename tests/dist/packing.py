"""The files that the registries take: a zip for each platform, the manifest, the sums over all of
them, and a signature of the sums; and a zip with the command for each platform, which is no
registry's business. Knows names and formats, not what is packed.
"""

import datetime
import hashlib
import json
import os
import re
import subprocess
import zipfile

from .failure import Failure

NAME = "terraform-provider-curated"
# The command for people, in zips of its own: registries take a zip with the provider alone.
COMMAND = "curated"
# What goes into each zip besides the program.
PAPERS = ("CHANGELOG.md", "LICENSE", "README.md")
PROTOCOL = "5.0"
# The first moment that a zip can name: 1980-01-01.
FIRST = 315532800


def checked_version(root, wanted):
    """The version that Cargo.toml gives. One that is asked for must be the same."""
    manifest = (root / "Cargo.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.*)"$', manifest, re.MULTILINE)[1]
    if wanted and wanted != version:
        raise Failure(
            f"VERSION is {wanted}, but Cargo.toml says {version}: the version lives there, in "
            "[package] version. Change it there, and run cargo check to bring Cargo.lock along"
        )
    return version


def moment(root):
    """Seconds since 1970 that all timestamps show: SOURCE_DATE_EPOCH, else the last commit's,
    else the first that there is."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        if not re.fullmatch(r"\d{1,11}", given):
            raise Failure(f"SOURCE_DATE_EPOCH is {given!r}, and must be seconds since 1970")
        return max(int(given), FIRST)
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
    try:
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return FIRST


def check_program(path, version, name=NAME):
    """That a program for this machine is the one that is to be packed."""
    try:
        told = subprocess.run([path, "--version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"{path} doesn't run: {error}") from None
    if told.stdout.strip() != f"{name} {version}":
        raise Failure(f"{path} says that it is {told.stdout.strip()!r}, not {name} {version}")


def glibc_needed(program):
    """The glibc that a program for Linux asks for, as "2.34"; None for a static one."""
    asked = set(re.findall(rb"GLIBC_(\d+)\.(\d+)", program))
    newest = max(((int(major), int(minor)) for major, minor in asked), default=None)
    return newest and f"{newest[0]}.{newest[1]}"


def program_name(version, platform, name=NAME):
    """What a program is called in a platform's zip: the provider as hosts look for it, the command
    as people call it."""
    ending = ".exe" if platform.startswith("windows_") else ""
    if name == COMMAND:
        return f"{COMMAND}{ending}"
    return f"{NAME}_v{version}{ending}"


def refuse_glibc(program, platform, not_for_alpine):
    """Refuses a program for Linux that isn't static, unless that is wanted; the glibc it needs."""
    needs = glibc_needed(program) if platform.startswith("linux_") else None
    if needs and not not_for_alpine:
        raise Failure(
            f"the program for {platform} needs glibc {needs} or later, and doesn't start on Alpine. "
            "Build it for musl, or set NOT_FOR_ALPINE=1 to do without such users"
        )
    return needs


def zip_name(version, platform, name=NAME):
    """What the zip of a program for a platform is called."""
    return f"{name}_{version}_{platform}.zip"


def packed(out, version):
    """Everything that is packed of a version, but for the sums."""
    return sorted(p for name in (NAME, COMMAND) for p in out.glob(f"{name}_{version}_*"))


def add_zip(out, version, platform, program, files, seconds, name=NAME, level=9):
    """Packs a program for one platform, pressed as hard as the level says (1 to 9); where the zip is."""
    entries = {program_name(version, platform, name): (program, 0o755)}
    entries |= {paper: (content, 0o644) for paper, content in files.items()}
    when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).timetuple()[:6]
    path = out / zip_name(version, platform, name)
    with zipfile.ZipFile(path, "w") as archive:
        for entry_name, (content, mode) in sorted(entries.items()):
            entry = zipfile.ZipInfo(entry_name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # As a Unix would write it, on any machine: the mode is in the upper half.
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content, compresslevel=level)
    return path


def add_manifest_and_sums(out, version):
    """The manifest, and the sums over it and all that is there; where the sums are."""
    manifest = {"version": 1, "metadata": {"protocol_versions": [PROTOCOL]}}
    path = out / f"{NAME}_{version}_manifest.json"
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8", newline="\n")
    files = packed(out, version)
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    sums = out / f"{NAME}_{version}_SHA256SUMS"
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums


def sign(sums, key):
    """A detached signature, binary as the registries want it."""
    path = sums.with_name(f"{sums.name}.sig")
    command = ["gpg", "--batch", "--yes", "--local-user", key, "--detach-sign"]
    try:
        subprocess.run(
            [*command, "--output", path, sums], check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise Failure("GPG_KEY is given, but gpg isn't on PATH") from None
    except subprocess.CalledProcessError as error:
        raise Failure(f"gpg can't sign with {key}: {error.stderr.strip()}") from None
