# SPDX-License-Identifier: Apache-2.0
"""What npm packages say of themselves, as a registry keeps it for each version."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from atr.domain.package import Ecosystem, PackageFacts
from atr.formats.archive import read_archive
from atr.formats.budget import Budget
from atr.formats.decompression import CHUNK
from atr.formats.member import MemberKind, Unreadable

LARGEST_MANIFEST = 1024 * 1024
NAME = re.compile(r"(?=.{1,214}$)(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*")
_NUMBER = r"(0|[1-9][0-9]*)"
_WORDS = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_WORDS})?(\+{_WORDS})?")
_WANTED = {"package.json", "npm-shrinkwrap.json"}


def read_npm(name: str, file: BinaryIO, budget: Budget) -> PackageFacts | None:
    """Return what a tarball of npm says of itself; None for one that is no package, such as a chart."""
    try:
        members = dict(_read_members(name, file, budget))
        manifest = json.loads(members["package.json"])
    except (Unreadable, LookupError, ValueError, RecursionError):
        return None
    package, version = _read_field(manifest, "name"), _read_field(manifest, "version")
    if not NAME.fullmatch(package) or not VERSION.fullmatch(version):
        return None
    details = {
        "manifest": _normalise(manifest, package),
        "shasum": _hash_file(file),
        "shrinkwrap": "npm-shrinkwrap.json" in members,
    }
    return PackageFacts(Ecosystem.NPM, package, version, json.dumps(details))


def _read_members(name: str, file: BinaryIO, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Yield the wanted members below the first folder, whatever that is called."""
    for member, chunks in read_archive(file, name, budget, lambda _defect: None):
        _, _, inner = member.path.removeprefix("./").partition("/")
        if inner in _WANTED and member.kind is MemberKind.FILE and member.size <= LARGEST_MANIFEST:
            yield inner, b"".join(chunks)


def _read_field(manifest: Any, name: str) -> str:
    value = manifest.get(name) if isinstance(manifest, dict) else None
    return value if isinstance(value, str) else ""


def _normalise(manifest: dict[str, Any], package: str) -> dict[str, Any]:
    """Return the manifest as `npm publish` would send it: one program is written as a mapping."""
    if isinstance(manifest.get("bin"), str):
        return {**manifest, "bin": {package.rpartition("/")[2]: manifest["bin"]}}
    return manifest


def _hash_file(file: BinaryIO) -> str:
    """Return the sha1 that old clients and lock files name a tarball by."""
    digest = hashlib.sha1(usedforsecurity=False)
    file.seek(0)
    while data := file.read(CHUNK):
        digest.update(data)
    return digest.hexdigest()
