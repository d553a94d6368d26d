# SPDX-License-Identifier: Apache-2.0
"""A consignment as Maven's repositories take it: every file with its place, signature and checksum files."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from atr.domain.artifact import SIGNATURE_SUFFIX
from atr.domain.errors import Invalid, Problem
from atr.domain.names import FilePath
from atr.formats.maven_layout import Coordinates, LaidFile, lay_out
from atr.formats.plain_xml import LARGEST_XML
from atr.formats.pom import Pom, read_pom
from atr.ports.platforms import Consignment, Parcel

_KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Bytes on their way: a voted file at its place, or a checksum file made from one."""

    target: str
    size: int
    crc: int
    read: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One voted file at its place, with the voted signature beside it."""

    target: str
    parcel: Parcel
    signature: Parcel | None

    @property
    def voted(self) -> tuple[tuple[str, Parcel], ...]:
        """Return the voted files with their places."""
        file = ((self.target, self.parcel),)
        return file if self.signature is None else (*file, (self.target + SIGNATURE_SUFFIX, self.signature))

    def list_outgoing(self) -> Iterator[Outgoing]:
        """Yield everything that is sent for the file: itself, its checksums, its signature."""
        file, checksums = _hash_parcel(self.parcel)
        yield Outgoing(self.target, self.parcel.content.size, file, self.parcel.read)
        for algorithm, digest in checksums.items():
            yield _make_checksum(f"{self.target}.{algorithm}", digest.encode())
        if self.signature is not None:
            crc, _ = _hash_parcel(self.signature)
            size = self.signature.content.size
            yield Outgoing(self.target + SIGNATURE_SUFFIX, size, crc, self.signature.read)


@dataclass(frozen=True, slots=True)
class Shipment:
    """All pieces of a consignment; `key` is the same for the same voted bytes, and different for others."""

    coordinates: Coordinates
    key: str
    pieces: tuple[Piece, ...]

    @property
    def title(self) -> str:
        """Return the coordinates as people write them."""
        return f"{self.coordinates.group_id}:{self.coordinates.artifact_id}:{self.coordinates.version}"

    @property
    def mark(self) -> str:
        """Return the name by which what was staged is found again."""
        return f"{self._make_mark()}{self.key}]"

    def has_rival(self, mark: str) -> bool:
        """Tell whether the mark is that of other bytes under the same coordinates."""
        return mark.startswith(self._make_mark()) and mark != self.mark

    def _make_mark(self) -> str:
        return f"{self.title} by ATR ["

    @property
    def main_pom(self) -> str:
        """Return where the project file of the main artifact goes."""
        coordinates = self.coordinates
        return f"{coordinates.folder}/{coordinates.artifact_id}-{coordinates.version}.pom"


def pack(consignment: Consignment) -> Shipment:
    """Read the project files and find every file's place; raise Invalid with all that does not fit."""
    group = consignment.owner_namespace
    if not group:
        raise Invalid.field("owner_namespace", "Maven needs a group id as the owner's namespace.")
    coordinates = Coordinates(group, consignment.package, consignment.version)
    parcels = {parcel.path: parcel for parcel in consignment.parcels}
    laid = lay_out(parcels, _read_poms(consignment.parcels), coordinates)
    return Shipment(
        coordinates,
        f"{consignment.release} {consignment.revision.hex[:_KEY_DIGITS]}",
        tuple(_make_piece(file, parcels) for file in laid),
    )


def _make_checksum(target: str, body: bytes) -> Outgoing:
    return Outgoing(target, len(body), zlib.crc32(body), lambda: (body,))


def _make_piece(file: LaidFile, parcels: dict[FilePath, Parcel]) -> Piece:
    return Piece(file.target, parcels[file.path], parcels[file.signature] if file.signature else None)


def _read_poms(parcels: Iterable[Parcel]) -> dict[FilePath, Pom]:
    poms, problems = {}, []
    for parcel in parcels:
        if not parcel.path.endswith(".pom"):
            continue
        try:
            poms[parcel.path] = read_pom(_read_small(parcel))
        except ValueError as error:
            problems.append(Problem("files", f"{parcel.path} cannot be used: {error}."))
    if problems:
        raise Invalid(*problems)
    return poms


def _read_small(parcel: Parcel) -> bytes:
    if parcel.content.size > LARGEST_XML:
        raise ValueError(f"it has more than {LARGEST_XML} bytes")
    return b"".join(parcel.read())


def _hash_parcel(parcel: Parcel) -> tuple[int, dict[str, str]]:
    """Return the CRC-32 and the checksums that go beside a file; reads it once."""
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    crc = 0
    for chunk in parcel.read():
        crc = zlib.crc32(chunk, crc)
        md5.update(chunk)
        sha1.update(chunk)
    known = {"sha256": parcel.content.sha256.hex, "sha512": parcel.content.sha512.hex}
    return crc, {"md5": md5.hexdigest(), "sha1": sha1.hexdigest(), **known}
