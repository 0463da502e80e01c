"""The bill of materials of one binary, in CycloneDX 1.5. Two runs give the same bytes: its serial
number follows from what it says.
"""

import datetime
import hashlib
import json
import uuid

from . import licences


def text(linked, target, program, moment):
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
        "components": [component(crate) for crate in linked.others + linked.parts],
        "dependencies": dependencies(linked),
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bill, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{serial}"} | bill, indent=2) + "\n"


def own(crate, target, program):
    return {
        "type": "application",
        "bom-ref": reference(crate),
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
        "bom-ref": reference(crate),
        "name": crate.name,
        "version": crate.version,
        "purl": reference(crate),
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


def dependencies(linked):
    parts = [reference(part) for part in linked.parts]
    crates = [linked.own, *linked.others]
    by_key = {crate.key: crate for crate in crates}
    rows = [
        {"ref": reference(c), "dependsOn": sorted(reference(by_key[key]) for key in c.uses) + parts}
        for c in crates
    ]
    return rows + [{"ref": part, "dependsOn": []} for part in parts]


def reference(crate):
    """An address. Of those that Cargo.lock has no checksum of, no registry of crates knows."""
    kind = "cargo" if crate.checksum else "generic"
    # A plus begins the part of a version that builds add; in an address it would be a space.
    return f"pkg:{kind}/{crate.name}@{crate.version.replace('+', '%2B')}"
