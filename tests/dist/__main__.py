"""Makes what the registries publish, under target/dist. `make dist` runs it.

    python -m dist release    builds for every platform that can be built here, and packs
    python -m dist pack       packs one binary and one command that are there already
    python -m dist join       makes one release of what several machines packed
    python -m dist licences   lists what is linked, and fails on a licence that isn't allowed

The same sources, toolchain and moment (SOURCE_DATE_EPOCH, else the last commit's) make the same
bytes, whatever folder they lie in. Only the signature differs from one run to the next.
"""

import argparse
import pathlib
import subprocess
import sys

from . import bom, building, crates, joining, licences, notices, packing, platforms
from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    """Does what the arguments say; a failure is one message and exit code 1."""
    options = arguments()
    try:
        options.work(options)
    except Failure as failure:
        sys.exit(f"dist: {failure}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"dist: {error.cmd[0]} ended with {error.returncode}\n{error.stderr or ''}")


def arguments():
    parser = argparse.ArgumentParser(prog="dist", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True)

    release = verbs.add_parser("release")
    release.set_defaults(work=make_release)
    release.add_argument("--profile", default="release")
    release.set_defaults(level=9)

    pack = verbs.add_parser("pack")
    pack.set_defaults(work=pack_one)
    pack.add_argument("--binary", required=True, type=pathlib.Path)
    pack.add_argument("--command", required=True, type=pathlib.Path)
    pack.add_argument("--target", help="what the binary is built for; default: this machine")
    pack.add_argument("--level", type=int, default=9, help="how hard to press, 1 to 9")

    join = verbs.add_parser("join")
    join.set_defaults(work=join_machines)
    join.add_argument("--from", dest="folders", default="", help="the machines' folders")

    for verb in (release, join):
        verb.add_argument("--platforms", default="", help="only these, as linux_amd64,…")
    for verb in (release, pack, join):
        verb.add_argument("--not-for-alpine", action="store_true", help="take programs for glibc")
        verb.add_argument("--version", help="refused unless it is Cargo.toml's")
        verb.add_argument("--out", required=True, type=pathlib.Path)
        verb.add_argument("--key", help="the GPG key that signs, by fingerprint or address")

    listing = verbs.add_parser("licences")
    listing.set_defaults(work=list_licences)
    listing.add_argument("--target", help="default: this machine")
    return parser.parse_args()


def make_release(options):
    """Every platform that can be built here; says what the others lack."""
    version = packing.checked_version(ROOT, options.version)
    toolchain = platforms.Toolchain.find()
    chosen = platforms.chosen(options.platforms)
    ready, lacking = platforms.sort_out(toolchain, chosen, options.not_for_alpine)
    for name, reason in lacking.items():
        print(f"==> {name} is skipped: {reason}", flush=True)
    if lacking and options.platforms:
        raise Failure("not every platform that PLATFORMS names can be built here")
    if not ready:
        raise Failure("no platform can be built here")

    moment = packing.moment(ROOT)
    builds = {}
    for name, means in ready.items():
        print(f"==> {name}: building for {means.target}", flush=True)
        builds[name] = building.build(ROOT, toolchain, means, options.profile, moment)
    start(options.out)
    for name, means in ready.items():
        add_platform(options, version, moment, name, means.target, builds[name], toolchain)
    finish(options, version)


def pack_one(options):
    """One binary, as if it had been built by `release`."""
    version = packing.checked_version(ROOT, options.version)
    toolchain = platforms.Toolchain.find()
    target = options.target or toolchain.host
    start(options.out)
    add_platform(
        options, version, packing.moment(ROOT), platforms.name_of(target), target,
        {packing.NAME: options.binary, packing.COMMAND: options.command}, toolchain,
    )
    finish(options, version)


def join_machines(options):
    """One release of the folders that `release` left on several machines."""
    version = packing.checked_version(ROOT, options.version)
    wanted = platforms.chosen(options.platforms) if options.platforms else None
    folders = [pathlib.Path(name) for name in options.folders.split()]
    found = joining.collect(folders, version, wanted, options.not_for_alpine)
    start(options.out)
    joining.copy(found, options.out)
    finish(options, version)


def list_licences(options):
    """A line for each crate; fails where one isn't allowed."""
    toolchain = platforms.Toolchain.find()
    linked = crates.linked(ROOT, options.target or toolchain.host, toolchain.rust)
    for crate in linked.others:
        print(f"{crate.name} {crate.version}: {crate.licence}")
    licences.check(linked.others)


def start(out):
    """An empty folder: what an earlier run left there would end up in the sums."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (packing.NAME, packing.COMMAND):
        for path in out.glob(f"{name}_*"):
            path.unlink()


def add_platform(options, version, moment, platform, target, binaries, toolchain):
    linked = crates.linked(ROOT, target, toolchain.rust)
    licences.check(linked.others)
    needs = None
    for name, binary in binaries.items():
        needs = packing.refuse_glibc(binary.read_bytes(), platform, options.not_for_alpine) or needs
        if target == toolchain.host:
            packing.check_program(binary, version, name)
    program = binaries[packing.NAME].read_bytes()
    files = {name: (ROOT / name).read_bytes() for name in packing.PAPERS}
    files["THIRD_PARTY_LICENSES"] = notices.text(ROOT, linked).encode()
    packed = packing.add_zip(
        options.out, version, platform, program, files, moment, level=options.level
    )
    command = binaries[packing.COMMAND].read_bytes()
    packing.add_zip(
        options.out, version, platform, command, files, moment, packing.COMMAND, options.level
    )
    bill = bom.text(linked, target, program, moment)
    (options.out / f"{packed.stem}.cdx.json").write_text(bill, encoding="utf-8", newline="\n")
    note = f", needs glibc {needs} or later: not for Alpine" if needs else ""
    print(f"==> {packed.name}: {target}, {len(linked.others)} crates{note}", flush=True)


def finish(options, version):
    sums = packing.add_manifest_and_sums(options.out, version)
    if options.key:
        packing.sign(sums, options.key)
    else:
        print("==> not signed: the registries want GPG_KEY", flush=True)
    for path in packing.packed(options.out, version):
        print(f"{path.stat().st_size:>10} {path}")


if __name__ == "__main__":
    main()
