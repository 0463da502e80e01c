"""What the figures were measured on, without a word about whose machine it is."""

import os
import platform
import re
import subprocess


def described(terraform):
    """Cores, memory, system and Terraform, in one line."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    parts = [f"{os.cpu_count()} cores{processor()}", f"{memory:.0f} GiB RAM"]
    # The release's own words may name who built it.
    kernel = re.match(r"[\d.]+", platform.release())
    parts.append(f"{platform.system()} {kernel[0] if kernel else ''} {platform.machine()}".strip())
    version = subprocess.run([terraform, "version"], check=True, capture_output=True, text=True)
    parts.append(version.stdout.splitlines()[0])
    return ", ".join(parts)


def processor():
    """The processor's name, where the system says it."""
    try:
        lines = open("/proc/cpuinfo").read().splitlines()
    except OSError:
        return ""
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f" ({names[0]})" if names else ""
