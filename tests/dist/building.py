"""Builds the programs so that their bytes tell nothing of where and by whom it was built.

Two things would: the paths that panics and debug information name, and the settings of a person's
own environment. The first are mapped to fixed ones, the second are left out.
"""

import json
import os
import pathlib
import subprocess

from . import crates
from .packing import COMMAND, NAME

# A person's settings that would make another binary.
UNWANTED = ("AWS_LC_", "CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_PROFILE_", "RUSTFLAGS", "RUSTDOCFLAGS")

# Linkers stamp a Windows program with the time, unless they are told not to.
STAMPLESS = {"-msvc": "-Clink-arg=/Brepro", "-gnu": "-Clink-arg=-Wl,--no-insert-timestamp"}


def build(root, toolchain, means, profile, moment):
    """The paths of the provider and of the command, by name, built for one target."""
    command = crates.cargo("build", "--locked", "--target", means.target, "--profile", profile)
    command += ["--bin", NAME, "--bin", COMMAND, "--message-format", "json-render-diagnostics"]
    env = environment(root, toolchain, means, moment)
    done = subprocess.run(command, cwd=root, env=env, check=True, stdout=subprocess.PIPE, text=True)
    messages = (json.loads(line) for line in done.stdout.splitlines())
    built = [message for message in messages if message.get("executable")]
    return {each["target"]["name"]: pathlib.Path(each["executable"]) for each in built}


def environment(root, toolchain, means, moment):
    """What cargo is run with."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(UNWANTED) and "RUSTFLAGS" not in k}
    env |= {
        "SOURCE_DATE_EPOCH": str(moment),
        "CARGO_INCREMENTAL": "0",
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags(root, toolchain, means)),
        # The TLS library from its own sources, with a C compiler alone: it would take one that
        # the machine has, or CMake, where it sees fit.
        "AWS_LC_SYS_USE_SYSTEM": "0",
        "AWS_LC_SYS_CMAKE_BUILDER": "0",
        # For Windows it brings what an assembler would make, where there is none.
        "AWS_LC_SYS_PREBUILT_NASM": "1",
    }
    if means.compiler:
        under = means.target.replace("-", "_")
        env.setdefault(f"CC_{under}", means.compiler)
        env.setdefault(f"CARGO_TARGET_{under.upper()}_LINKER", means.compiler)
    return env


def flags(root, toolchain, means):
    """rustc's flags. Of the mappings that fit a path, rustc takes the last."""
    metadata = crates.metadata(root, means.target)
    folders = {package["manifest_path"] for package in metadata["packages"] if package["source"]}
    parents = sorted({os.path.dirname(os.path.dirname(path)) for path in folders})
    library = toolchain.sysroot / "lib/rustlib/src/rust"
    mappings = [
        (str(root), f"/{NAME}"),
        (metadata["target_directory"], f"/{NAME}/target"),
        *((parent, "/crates") for parent in parents),
        (str(library), f"/rustc/{toolchain.commit}"),
    ]
    found = [f"--remap-path-prefix={path}={to}" for path, to in mappings]
    if "-windows-" in means.target:
        found += [flag for end, flag in STAMPLESS.items() if means.target.endswith(end)]
    return found
