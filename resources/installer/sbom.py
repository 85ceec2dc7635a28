"""The list of parts of a bundle (SBOM) in CycloneDX 1.5, and its check against the licence texts.

python resources/installer/sbom.py CARPETA
    checks that each part of the bundle in CARPETA has its texts in `licencias`
Source: https://cyclonedx.org/docs/1.5/json/
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from resources.installer import edades
from resources.installer.errores import BuildError
from resources.installer.licencias import FOLDER, Component
from resources.installer.sello import Sello

NAME = "sbom.cdx.json"
# Property of a component: a file in `licencias`.
TEXT = "icsoe:licencia"
_EXPRESSION = re.compile(
    r"\(?[A-Za-z0-9.+-]+\)?( (AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)*",
)


def make_sbom(parts: list[Component], sello: Sello, system: str) -> dict[str, Any]:
    """The document. The same parts and commit give the same bytes. parts: ours first."""
    own, *others = parts
    when = datetime.fromtimestamp(sello.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{own.purl}#{sello.commit}#{system}")
    whole = _component(own) | {"type": "application"}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "timestamp": when,
            "component": whole,
            "properties": [
                {"name": "icsoe:commit", "value": sello.commit},
                {"name": "icsoe:sistema", "value": system},
            ],
        },
        "components": [_component(one) for one in others],
        "dependencies": _dependencies(own, others),
    }


def write_sbom(parts: list[Component], sello: Sello, system: str, bundle: Path) -> Path:
    """Write the document into `licencias` of the bundle, and check it. Raises BuildError."""
    path = bundle / FOLDER / NAME
    text = json.dumps(make_sbom(parts, sello, system), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")
    missing = missing_texts(bundle)
    if missing:
        raise BuildError(f"Faltan licencias en el programa: {', '.join(missing)}.")
    return path


def missing_texts(bundle: Path) -> list[str]:
    """The parts of the SBOM without a text in `licencias`, or with one that is not there."""
    folder = bundle / FOLDER
    document = json.loads((folder / NAME).read_text("utf-8"))
    todo = [document["metadata"]["component"], *document["components"]]
    lacking = []
    while todo:
        part = todo.pop(0)
        # What a wheel lists of its own parts comes without texts: they are the wheel's.
        todo += [one for one in part.get("components", []) if "properties" in one]
        texts = [one["value"] for one in part.get("properties", []) if one["name"] == TEXT]
        good = [text for text in texts if (folder / text).is_file()]
        if not good or good != texts or any(not (folder / text).stat().st_size for text in good):
            lacking.append(part["name"])
    return lacking


def _component(part: Component) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "library", "bom-ref": part.purl, "name": part.name}
    if part.version:
        made["version"] = part.version
    made["licenses"] = (
        [{"expression": part.licence}]
        if _EXPRESSION.fullmatch(part.licence)
        else [{"license": {"name": part.licence}}]
    )
    if part.version:
        made["purl"] = part.purl
    inner = [_component(one) for one in part.parts] + _inside_of(part)
    if inner:
        made["components"] = inner
    made["properties"] = [{"name": TEXT, "value": text} for text in part.texts]
    if part.made:
        made["properties"].append({"name": edades.MADE, "value": part.made})
    return made


def _inside_of(part: Component) -> list[dict[str, Any]]:
    """What the wheel itself says that is compiled into it (Rust crates, OpenSSL)."""
    if not part.purl.startswith("pkg:pypi/"):
        return []
    package = metadata.distribution(part.purl.partition("/")[2].partition("@")[0])
    found = []
    for file in sorted(map(str, package.files or ())):
        if "/sboms/" not in file.replace("\\", "/") or not file.endswith(".json"):
            continue
        document = json.loads(Path(str(package.locate_file(file))).read_text("utf-8"))
        for one in document.get("components", []):
            kept = {key: one[key] for key in ("type", "name", "version", "purl") if key in one}
            said = [entry for entry in one.get("licenses", []) if "expression" in entry]
            found.append(kept | ({"licenses": said[:1]} if said else {}))
    return sorted(found, key=lambda one: (one["name"], one.get("version", "")))


def _dependencies(own: Component, others: list[Component]) -> list[dict[str, Any]]:
    return [
        {"ref": own.purl, "dependsOn": sorted(one.purl for one in others)},
        *({"ref": one.purl} for one in sorted(others, key=lambda one: one.purl)),
    ]


def main(arguments: list[str]) -> int:
    """Exit status: 0 if every part has its texts, 1 if not, 2 usage."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    lacking = missing_texts(Path(arguments[0]))
    for name in lacking:
        sys.stderr.write(f"Falta la licencia de «{name}».\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
