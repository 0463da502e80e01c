"""Which platforms there are, and whether this machine has what building for one takes: a standard
library for the target, and a C compiler that also links. Builds nothing.
"""

import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

from .failure import Failure

# What rustc calls each platform, the better target first. On Linux that is musl: its binaries are
# static, so they run on Alpine and need nothing of the machine. The registries have one place for
# each platform, so that a program for glibc there is no choice of the user's.
PLATFORMS = {
    "darwin_amd64": ["x86_64-apple-darwin"],
    "darwin_arm64": ["aarch64-apple-darwin"],
    "freebsd_amd64": ["x86_64-unknown-freebsd"],
    "linux_386": ["i686-unknown-linux-musl", "i686-unknown-linux-gnu"],
    "linux_amd64": ["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"],
    "linux_arm": ["arm-unknown-linux-musleabihf", "arm-unknown-linux-gnueabihf"],
    "linux_arm64": ["aarch64-unknown-linux-musl", "aarch64-unknown-linux-gnu"],
    "windows_386": ["i686-pc-windows-msvc", "i686-pc-windows-gnu"],
    "windows_amd64": ["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"],
    "windows_arm64": ["aarch64-pc-windows-msvc", "aarch64-pc-windows-gnullvm"],
}

# C compilers by target, under the names that distributions give them.
COMPILERS = {
    "aarch64-apple-darwin": ["oa64-clang"],
    "aarch64-pc-windows-gnullvm": ["aarch64-w64-mingw32-clang"],
    "aarch64-unknown-linux-gnu": ["aarch64-linux-gnu-gcc"],
    "aarch64-unknown-linux-musl": ["aarch64-linux-musl-gcc"],
    "arm-unknown-linux-gnueabihf": ["arm-linux-gnueabihf-gcc"],
    "arm-unknown-linux-musleabihf": ["arm-linux-musleabihf-gcc"],
    "i686-pc-windows-gnu": ["i686-w64-mingw32-gcc"],
    "i686-unknown-linux-gnu": ["i686-linux-gnu-gcc"],
    "i686-unknown-linux-musl": ["i686-linux-musl-gcc"],
    "x86_64-apple-darwin": ["o64-clang"],
    "x86_64-pc-windows-gnu": ["x86_64-w64-mingw32-gcc"],
    "x86_64-unknown-freebsd": ["x86_64-unknown-freebsd-clang"],
    "x86_64-unknown-linux-gnu": ["x86_64-linux-gnu-gcc"],
    "x86_64-unknown-linux-musl": ["x86_64-linux-musl-gcc"],
}


@dataclass(frozen=True)
class Toolchain:
    """The rustc on PATH."""

    host: str
    rust: str
    commit: str
    sysroot: pathlib.Path

    @classmethod
    def find(cls):
        told = dict(
            line.split(": ", 1) for line in output("rustc", "-vV").splitlines() if ": " in line
        )
        sysroot = pathlib.Path(output("rustc", "--print", "sysroot").strip())
        return cls(told["host"], told["release"], told["commit-hash"], sysroot)

    def has(self, target):
        return any((self.sysroot / "lib/rustlib" / target / "lib").glob("libstd-*"))


@dataclass(frozen=True)
class Means:
    """What a platform is built with. No compiler: the target's own defaults will do."""

    target: str
    compiler: str | None


def chosen(names):
    """The platforms of a list like `linux_amd64,darwin_arm64`; all, if it is empty."""
    wanted = names.replace(",", " ").split()
    unknown = sorted(set(wanted) - set(PLATFORMS))
    if unknown:
        raise Failure(f"no such platform: {', '.join(unknown)}. There are {', '.join(PLATFORMS)}")
    return wanted or list(PLATFORMS)


def name_of(target):
    """The registries' name of a target, as `linux_amd64`."""
    for name, targets in PLATFORMS.items():
        if target in targets:
            return name
    raise Failure(f"no platform of the registries is built for {target}")


def sort_out(toolchain, names, not_for_alpine=False):
    """The platforms that can be built with their means, and the others with what they lack.

    Refuses a platform for Linux that could be built, but not statically, unless that is wanted.
    """
    ready, lacking = {}, {}
    for name in names:
        reasons = []
        for target in PLATFORMS[name]:
            means = means_for(toolchain, target)
            if not isinstance(means, Means):
                reasons.append(means)
            elif needs_glibc(target) and not not_for_alpine:
                raise Failure(
                    f"{name} can't be built as a static program here: {'; '.join(reasons)}. One for "
                    f"{target} doesn't start on Alpine, which most images with Terraform are made "
                    "of. Install what is missing, or set NOT_FOR_ALPINE=1 to do without such users"
                )
            else:
                ready[name] = means
                break
        else:
            lacking[name] = "; ".join(reasons)
    return ready, lacking


def needs_glibc(target):
    """Whether programs for a target are linked to the machine's own C library, which on Linux is
    glibc on some systems only."""
    return "-linux-gnu" in target


def means_for(toolchain, target):
    """What a target is built with, or in words what is missing."""
    if not toolchain.has(target):
        return f"no standard library of {target} (rustup target add {target})"
    if can_build_natively(toolchain.host, target):
        return Means(target, None)
    under = target.replace("-", "_")
    named = os.environ.get(f"CC_{under}") or os.environ.get(f"CC_{target}")
    names = [named] if named else compilers(toolchain.host, target)
    found = next((name for name in names if shutil.which(name)), None)
    if found:
        return Means(target, found)
    known = " or ".join(names) or "none is known"
    return f"no C compiler for {target} ({known}; CC_{under} names another)"


def compilers(host, target):
    """The names of C compilers for a target. musl-gcc is one for the machine's own processor."""
    names = COMPILERS.get(target, [])
    is_own = host.split("-")[0] == target.split("-")[0] and "-linux-" in host
    return [*names, "musl-gcc"] if is_own and target.endswith("-linux-musl") else names


def can_build_natively(host, target):
    both_apple = host.endswith("-apple-darwin") and target.endswith("-apple-darwin")
    both_msvc = host.endswith("-windows-msvc") and target.endswith("-windows-msvc")
    return host == target or both_apple or both_msvc


def output(*command):
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Failure(f"{command[0]} isn't on PATH") from None
    return done.stdout
