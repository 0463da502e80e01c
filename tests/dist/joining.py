"""Makes one release of what several machines packed: a runner builds for its own system, and the
registries want one set of sums over all of them, signed once. Builds and signs nothing itself.
"""

import hashlib
import shutil
import zipfile

from . import packing
from .failure import Failure


def collect(folders, version, wanted, not_for_alpine):
    """The zips, bills of materials and commands' zips of all folders, by platform, each as its
    machine summed it.

    `wanted` are the platforms that must be there, and no others; None takes what there is.
    """
    if not folders:
        raise Failure("nothing to join: FROM names no folder. Set FROM=\"first second …\"")
    found = {}
    for folder in folders:
        sums = sums_of(folder, version)
        for name in sorted(sums):
            platform = platform_of(name, version)
            if not platform:
                continue
            if platform in found:
                raise Failure(f"{platform} comes from {found[platform][0].parent} and {folder}")
            bill = name.removesuffix(".zip") + ".cdx.json"
            if bill not in sums:
                raise Failure(f"{folder / name} has no bill of materials ({bill})")
            command = packing.zip_name(version, platform, packing.COMMAND)
            if command not in sums:
                raise Failure(f"{folder / name} has no package of the command ({command})")
            found[platform] = (folder / name, folder / bill, folder / command)
            check_zip(folder / name, version, platform, packing.NAME, not_for_alpine)
            check_zip(folder / command, version, platform, packing.COMMAND, not_for_alpine)
    if not found:
        raise Failure(f"no package of {version} is in {', '.join(map(str, folders))}")
    if wanted is not None and set(wanted) != set(found):
        missing, extra = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
        raise Failure(
            f"PLATFORMS names {' '.join(wanted)}: missing are {missing}, not named are {extra}"
        )
    return found


def copy(found, out):
    """Puts the files of all platforms into one folder, byte for byte."""
    for files in found.values():
        for path in files:
            shutil.copyfile(path, out / path.name)


def platform_of(name, version):
    """The platform of a zip of this version; None of any other file."""
    begin = f"{packing.NAME}_{version}_"
    if name.startswith(begin) and name.endswith(".zip"):
        return name.removeprefix(begin).removesuffix(".zip")
    return None


def sums_of(folder, version):
    """The sums that a machine left, by the names of its files. Refuses a file that isn't as it was
    summed, or that wasn't."""
    path = folder / f"{packing.NAME}_{version}_SHA256SUMS"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Failure(f"{folder} holds no sums of version {version}: {error}") from None
    sums = {}
    for line in lines:
        digest, separator, name = line.partition("  ")
        # A name with a folder in it would be read from elsewhere.
        if not separator or "/" in name or "\\" in name:
            raise Failure(f"{path} has a line that is no sum: {line!r}")
        sums[name] = digest
    for name, digest in sums.items():
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise Failure(f"{path} names a file that can't be read: {error}") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise Failure(f"{folder / name} is not the file that was summed there")
    names = (p for name in (packing.NAME, packing.COMMAND) for p in folder.glob(f"{name}_*"))
    packed = {p.name for p in names if p.suffix in {".zip", ".json"}}
    unsummed = sorted(packed - set(sums))
    if unsummed:
        raise Failure(f"{folder} holds {', '.join(unsummed)}, which its sums don't name")
    return sums


def check_zip(path, version, platform, name, not_for_alpine):
    """Refuses a zip that holds no program as it is looked for, or one that Alpine can't start."""
    program = packing.program_name(version, platform, name)
    try:
        with zipfile.ZipFile(path) as archive:
            content = archive.read(program)
    except (zipfile.BadZipFile, KeyError) as error:
        raise Failure(f"{path} holds no {program}: {error}") from None
    packing.refuse_glibc(content, platform, not_for_alpine)
