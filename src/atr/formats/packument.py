# SPDX-License-Identifier: Apache-2.0
"""What a registry of npm answers about a package: every version with where its tarball is and its digests."""

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any

from atr.domain.artifact import FileEntry
from atr.domain.package import PackageFile


def write_packument(
    files: Iterable[PackageFile], locate: Callable[[FileEntry], str], notice: str, changed: str
) -> bytes:
    """Return the document about a package, the newest of whose files comes last.

    `notice` is shown by npm to whoever installs a version.
    `locate` tells the address of a tarball, `changed` is when these files were sealed (ISO 8601).
    """
    versions = {each.facts.version: describe_version(each, locate, notice) for each in files}
    newest = next(reversed(versions))
    name = versions[newest]["name"]
    packument = {
        "_id": name,
        "name": name,
        "description": versions[newest].get("description", ""),
        "dist-tags": {"latest": newest},
        "time": {"created": changed, "modified": changed, **dict.fromkeys(versions, changed)},
        "versions": versions,
        "readme": notice,
    }
    return json.dumps(packument, ensure_ascii=False).encode()


def describe_version(file: PackageFile, locate: Callable[[FileEntry], str], notice: str) -> dict[str, Any]:
    """Return one version: the package's own manifest, and `dist`, which is the registry's."""
    details = json.loads(file.facts.details)
    content = file.entry.content
    integrity = base64.b64encode(bytes.fromhex(content.sha512.hex)).decode()
    return {
        **details["manifest"],
        "_id": f"{file.facts.name}@{file.facts.version}",
        "_hasShrinkwrap": details["shrinkwrap"],
        "deprecated": notice,
        "dist": {
            "integrity": f"sha512-{integrity}",
            "shasum": details["shasum"],
            "tarball": locate(file.entry),
        },
    }
