# SPDX-License-Identifier: Apache-2.0
"""What wheels and source distributions of Python say of themselves (core metadata, PyPA specifications)."""

import errno
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from packaging.metadata import parse_email
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from atr.domain.package import Ecosystem, PackageFacts
from atr.formats.archive import read_archive
from atr.formats.budget import Budget
from atr.formats.member import MemberKind, Unreadable

LARGEST_METADATA = 1024 * 1024
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class CoreMetadata:
    """The fields that an index repeats."""

    name: str
    version: str
    requires_python: str | None


def parse_metadata(data: bytes) -> CoreMetadata | None:
    """Return the fields of METADATA or PKG-INFO; None unless name and version are there."""
    raw, _ = parse_email(data)
    name, version = raw.get("name"), raw.get("version")
    if not name or not version:
        return None
    return CoreMetadata(name, version, raw.get("requires_python"))


def read_wheel(name: str, file: BinaryIO, budget: Budget) -> PackageFacts | None:
    """Return what a wheel says of itself; None when it says other things inside than in its name."""
    del budget  # one small member is read, and nothing else unpacked
    _read_end(file)
    try:
        promised = parse_wheel_filename(name)[:2]
        data = _read_wheel_metadata(file)
    except (InvalidWheelFilename, InvalidVersion, LookupError, *_ZIP_FAULTS):
        return None
    except OSError as error:
        if error.errno != errno.EINVAL:  # a store that fails is no fault of the wheel
            raise
        return None  # its directory leads to before its beginning
    return _describe(data, promised, document=data)


def _read_end(file: BinaryIO) -> None:
    """Read where the directory ends: `zipfile` would take a store that fails for a file that is no zip."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 1))
    file.read(1)


def _read_wheel_metadata(file: BinaryIO) -> bytes:
    with zipfile.ZipFile(file) as wheel:
        (path,) = [each for each in wheel.namelist() if _is_metadata(each)]
        with wheel.open(path) as member:
            return _refuse_long(member.read(LARGEST_METADATA + 1))


def _is_metadata(path: str) -> bool:
    return path.endswith(".dist-info/METADATA") and path.count("/") == 1


def read_sdist(name: str, file: BinaryIO, budget: Budget) -> PackageFacts | None:
    """Return what a source distribution says of itself; None for an archive that is none."""
    try:
        promised = parse_sdist_filename(name)
    except (InvalidSdistFilename, InvalidVersion):
        return None
    data = find_member(name, file, budget, lambda path: path.endswith("/PKG-INFO") and path.count("/") == 1)
    return None if data is None else _describe(data, promised)


def find_member(name: str, file: BinaryIO, budget: Budget, is_wanted: Callable[[str], bool]) -> bytes | None:
    """Return the first wanted member of an archive; None when it has none, or one that is too long."""
    try:
        for member, chunks in read_archive(file, name, budget, lambda _defect: None):
            if member.kind is MemberKind.FILE and is_wanted(member.path.removeprefix("./")):
                return b"".join(chunks) if member.size <= LARGEST_METADATA else None
    except Unreadable:
        return None
    return None


def _refuse_long(data: bytes) -> bytes:
    if len(data) > LARGEST_METADATA:
        raise ValueError("The metadata are too long.")
    return data


def _describe(data: bytes, promised: tuple[str, Version], document: bytes = b"") -> PackageFacts | None:
    found = parse_metadata(data)
    try:
        if found is None or (canonicalize_name(found.name), Version(found.version)) != promised:
            return None
    except InvalidVersion:
        return None
    digest = hashlib.sha256(document).hexdigest() if document else None
    details = json.dumps({"requires_python": found.requires_python, "metadata_sha256": digest})
    return PackageFacts(Ecosystem.PYTHON, promised[0], str(promised[1]), details, document)
