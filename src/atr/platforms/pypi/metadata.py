# SPDX-License-Identifier: Apache-2.0
"""What a wheel or source distribution says of itself, as an index is told it with the upload."""

import errno
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from packaging.metadata import Metadata, RawMetadata, parse_email
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from atr.domain.errors import Invalid, OutOfSpace
from atr.ports.platforms import Consignment, Parcel

_IN_MEMORY = 8 << 20
_LARGEST = 4 << 20
_FAULTS = (
    InvalidSdistFilename,
    InvalidVersion,
    InvalidWheelFilename,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
# Where the form of an upload has another name for a field (warehouse, forklift/metadata and twine agree).
_FORM_NAMES = {
    "platforms": "platform",
    "supported_platforms": "supported_platform",
    "license_files": "license_file",
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file with its kind, the Python it is for, and its metadata."""

    parcel: Parcel
    file_name: str
    kind: str
    python: str
    metadata: RawMetadata = field(repr=False)

    def list_fields(self) -> Iterator[tuple[str, str]]:
        """Yield the fields of the upload's form, in the form that indexes read."""
        yield ":action", "file_upload"
        yield "protocol_version", "1"
        yield "filetype", self.kind
        yield "pyversion", self.python
        yield "sha256_digest", self.parcel.content.sha256.hex
        for key, value in self.metadata.items():
            name = _FORM_NAMES.get(key, key)
            if isinstance(value, dict):
                yield from ((name, f"{label}, {url}") for label, url in value.items())
            elif not isinstance(value, list):
                yield name, str(value)
            elif key == "keywords":
                yield name, ", ".join(value)
            else:
                yield from ((name, str(each)) for each in value)


def read_distribution(parcel: Parcel, consignment: Consignment) -> Distribution:
    """Return what the file is; raise Invalid unless name and metadata say this package and version."""
    name = parcel.path.name
    try:
        promised, kind, python = _read_name(name)
        with _open(parcel) as file:
            data = _read_wheel(file) if kind == "bdist_wheel" else _read_sdist(file)
        raw = _parse(data)
        told = (canonicalize_name(raw["name"]), Version(raw["version"]))
    except _FAULTS as error:
        raise Invalid.field("files", f"{parcel.path} is no distribution of Python: {error}") from None
    wanted = (canonicalize_name(consignment.package), Version(consignment.version))
    if not promised == told == wanted:
        raise Invalid.field(
            "files",
            f"{parcel.path} says {raw['name']} {raw['version']}, not {consignment.package} "
            f"{consignment.version}.",
        )
    return Distribution(parcel, name, kind, python, raw)


def check_coordinates(consignment: Consignment) -> None:
    """Raise Invalid for a version that Python does not know, or nothing to upload."""
    try:
        Version(consignment.version)
    except InvalidVersion:
        told = f"{consignment.version!r} is no version as Python writes them."
        raise Invalid.field("version", told) from None
    if not consignment.parcels:
        raise Invalid.field("files", "There is no wheel and no source distribution to upload.")


def _read_name(name: str) -> tuple[tuple[str, Version], str, str]:
    if name.endswith(".whl"):
        project, version, _, tags = parse_wheel_filename(name)
        return (project, version), "bdist_wheel", ".".join(sorted({tag.interpreter for tag in tags}))
    if not name.endswith(".tar.gz"):
        raise ValueError("wheels end in .whl, source distributions in .tar.gz.")
    return parse_sdist_filename(name), "sdist", "source"


@contextmanager
def _open(parcel: Parcel) -> Iterator[IO[bytes]]:
    """Give the bytes as a file, since wheels are read from their end."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        try:
            for block in parcel.read():
                file.write(block)
            file.seek(0)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise OutOfSpace(f"There is no room for a copy of {parcel.path} to look into.") from error
            raise
        yield file


def _read_wheel(file: IO[bytes]) -> bytes:
    with zipfile.ZipFile(file) as wheel:
        found = [each for each in wheel.namelist() if _is_within(each, ".dist-info/METADATA")]
        if len(found) != 1:
            raise ValueError("there is not one METADATA in one .dist-info.")
        with wheel.open(found[0]) as member:
            return _refuse_long(member.read(_LARGEST + 1))


def _read_sdist(file: IO[bytes]) -> bytes:
    with tarfile.open(fileobj=file, mode="r:gz") as archive:
        for member in archive:
            if member.isfile() and _is_within(member.name.removeprefix("./"), "/PKG-INFO"):
                source = archive.extractfile(member) or io.BytesIO()
                return _refuse_long(source.read(_LARGEST + 1))
    raise ValueError("there is no PKG-INFO in its first folder.")


def _is_within(path: str, ending: str) -> bool:
    return path.endswith(ending) and path.count("/") == 1


def _refuse_long(data: bytes) -> bytes:
    if len(data) > _LARGEST:
        raise ValueError("its metadata are too long.")
    return data


def _parse(data: bytes) -> RawMetadata:
    raw, unknown = parse_email(data)
    # setuptools writes License-File before 2.4, where there is no such field: indexes refuse it.
    if Version(raw.get("metadata_version", "0")) < Version("2.4"):
        raw.pop("license_files", None)
        unknown.pop("license-file", None)
    if unknown:
        raise ValueError(f"its metadata have fields that cannot be read: {', '.join(sorted(unknown))}.")
    try:
        Metadata.from_raw(raw)
    except ExceptionGroup as group:
        raise ValueError("; ".join(str(each) for each in group.exceptions)) from None
    return raw
