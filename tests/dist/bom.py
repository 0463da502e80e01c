"""The bill of materials of one binary, in CycloneDX 1.5. Two runs give the same bytes: its serial
number follows from what it says.
"""

import datetime
import hashlib
import json
import uuid

from . import licences


def text(linked, target, program, moment, rust):
    """The bill as JSON."""
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
            .strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": own(linked.own, target, program),
        },
        "components": [component(crate) for crate in linked.others] + [standard_library(rust)],
        "dependencies": dependencies(linked, rust),
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bill, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{serial}"} | bill, indent=2) + "\n"


def own(crate, target, program):
    return {
        "type": "application",
        "bom-ref": reference(crate.key),
        "name": crate.name,
        "version": crate.version,
        "description": crate.description,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(program).hexdigest()}],
        "licenses": [{"expression": licences.normal(crate.licence)}],
        "properties": [{"name": "rust:target", "value": target}],
    }


def component(crate):
    """One crate. Its hash is the one that Cargo.lock holds: of the package as it is published."""
    found = {
        "type": "library",
        "bom-ref": reference(crate.key),
        "name": crate.name,
        "version": crate.version,
        "purl": reference(crate.key),
        "scope": "required",
        "licenses": [{"expression": licences.normal(crate.licence)}],
    }
    if crate.description:
        found["description"] = " ".join(crate.description.split())
    if crate.authors:
        found["author"] = ", ".join(crate.authors)
    if crate.checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": crate.checksum}]
    if crate.repository:
        found["externalReferences"] = [{"type": "vcs", "url": crate.repository}]
    return found


def standard_library(rust):
    return {
        "type": "library",
        "bom-ref": rust_reference(rust),
        "name": "rust-std",
        "version": rust,
        "purl": rust_reference(rust),
        "scope": "required",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
    }


def dependencies(linked, rust):
    crates = [linked.own, *linked.others]
    rows = [
        {"ref": reference(c.key), "dependsOn": sorted(map(reference, c.uses)) + [rust_reference(rust)]}
        for c in crates
    ]
    return rows + [{"ref": rust_reference(rust), "dependsOn": []}]


def reference(key):
    name, version = key
    # A plus begins the part of a version that builds add; in an address it would be a space.
    return f"pkg:cargo/{name}@{version.replace('+', '%2B')}"


def rust_reference(rust):
    return f"pkg:generic/rust-std@{rust}"
