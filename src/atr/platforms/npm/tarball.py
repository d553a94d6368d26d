# SPDX-License-Identifier: Apache-2.0
"""What a tarball says of itself, and how it is sent: as base64 within JSON, never held as a whole."""

import base64
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Invalid
from atr.ports.platforms import Consignment, Parcel

_LARGEST_MANIFEST = 4 << 20
_MOST_MEMBERS = 100_000
_BLOCK = 3 << 18  # a multiple of three, so that base64 blocks join without padding
_HOLE = "@"


@dataclass(frozen=True, slots=True)
class Tarball:
    """A package with what it says of itself (its package.json), and the sha1 that npm still asks for."""

    parcel: Parcel
    manifest: dict[str, Any] = field(repr=False)
    shasum: str


class _Stream(io.RawIOBase):
    """A file to read from, over blocks; digests what goes through."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""
        self.sha1 = hashlib.sha1(usedforsecurity=False)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self.sha1.update(block)
            self._rest = block
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def read_tarball(consignment: Consignment, name: str) -> Tarball:
    """Return the only file; raise Invalid unless its package.json says this package and version."""
    if len(consignment.parcels) != 1:
        raise Invalid.field("files", f"npm takes one .tgz a version, not {len(consignment.parcels)} files.")
    (parcel,) = consignment.parcels
    stream = _Stream(parcel.read())
    buffered = io.BufferedReader(stream)
    try:
        manifest = _find_manifest(buffered)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, RecursionError) as error:
        raise Invalid.field("files", f"{parcel.path} is no npm tarball: {error}") from None
    while buffered.read(1 << 20):
        pass
    if (manifest.get("name"), manifest.get("version")) != (name, consignment.version):
        told = f"{manifest.get('name')}@{manifest.get('version')}"
        wanted = f"{name}@{consignment.version}"
        raise Invalid.field("files", f"The package.json in {parcel.path} says {told}, not {wanted}.")
    if manifest.get("private"):
        raise Invalid.field("files", f"The package.json in {parcel.path} says that it is private.")
    return Tarball(parcel, manifest, stream.sha1.hexdigest())


def _find_manifest(file: io.BufferedIOBase) -> dict[str, Any]:
    with tarfile.open(fileobj=file, mode="r|gz") as archive:
        for member in islice(archive, _MOST_MEMBERS):
            # npm unpacks without the first folder, whatever its name.
            if member.isfile() and member.name.removeprefix("./").split("/")[1:] == ["package.json"]:
                return _parse_manifest(archive, member)
    raise ValueError("there is no package.json in its first folder.")


def _parse_manifest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    if member.size > _LARGEST_MANIFEST:
        raise ValueError("its package.json is too large.")
    source = archive.extractfile(member)
    match json.loads(source.read()) if source else None:
        case dict() as found:
            return found
        case _:
            raise ValueError("its package.json is no object.")


def write_integrity(content: Content) -> str:
    """Return the digest as Subresource Integrity writes it."""
    return f"sha512-{base64.b64encode(bytes.fromhex(content.sha512.hex)).decode()}"


def parse_integrity(text: object) -> Digest | None:
    """Return the sha512 of a `dist.integrity`, None where it has none."""
    for each in str(text).split():
        algorithm, _, encoded = each.partition("-")
        if algorithm == "sha512":
            try:
                return Digest("sha512", base64.b64decode(encoded.partition("?")[0], validate=True).hex())
            except (ValueError, Invalid):
                return None
    return None


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON body that is read as it is sent."""

    size: int
    read: Callable[[], Iterator[bytes]]


def write_packument(tarball: Tarball, name: str, tag: str, base_url: str) -> Body:
    """Return the body that publishes a version under a dist-tag, as libnpmpublish builds it."""
    manifest, content = tarball.manifest, tarball.parcel.content
    version = manifest["version"]
    file_name = f"{name}-{version}.tgz"
    dist = {
        "integrity": write_integrity(content),
        "shasum": tarball.shasum,
        "tarball": f"{base_url}/{name}/-/{file_name}",
    }
    attachment = {"content_type": "application/octet-stream", "data": _HOLE, "length": content.size}
    root = {
        "_id": name,
        "name": name,
        "description": manifest.get("description", ""),
        "dist-tags": {tag: version},
        "versions": {version: {**manifest, "_id": f"{name}@{version}", "dist": dist}},
        "access": "public",
        "_attachments": {file_name: attachment},
    }
    before, hole, after = json.dumps(root).rpartition(f'"data": "{_HOLE}"')
    head = f"{before}{hole[: -len(_HOLE) - 1]}".encode()
    tail = f'"{after}'.encode()
    size = len(head) + 4 * -(-content.size // 3) + len(tail)
    return Body(size, lambda: _wrap(head, tarball.parcel.read(), tail))


def _wrap(head: bytes, blocks: Iterable[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    rest = b""
    for block in blocks:
        rest += block
        whole = len(rest) - len(rest) % 3
        for start in range(0, whole, _BLOCK):
            yield base64.b64encode(rest[start : min(start + _BLOCK, whole)])
        rest = rest[whole:]
    yield base64.b64encode(rest) + tail
