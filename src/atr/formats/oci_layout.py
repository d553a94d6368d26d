# SPDX-License-Identifier: Apache-2.0
"""Image layouts as one tar file (OCI image specification 1.1, `image-layout.md`), read as a stream.

Nothing is unpacked: one pass hashes every blob and keeps only what may be a manifest; a later pass gives out
the bytes of one blob.
"""

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.formats.budget import Budget, Limits
from atr.formats.member import Defect, Entry, MemberKind, Unreadable
from atr.formats.oci_manifest import (
    LARGEST_MANIFEST,
    MANIFEST_TYPES,
    NAME_ANNOTATION,
    Descriptor,
    Manifest,
    parse_manifest,
    read_descriptors,
    read_object,
)
from atr.formats.tar_reader import TarReader

_BLOB = re.compile(r"blobs/sha256/([0-9a-f]{64})")
_INDEX, _MARK = "index.json", "oci-layout"
_MOST_KEPT = 64 * 1024 * 1024
_DEEPEST = 4
_TEBIBYTE = 1024**4
# A layout is not unpacked, so its size is no danger; the number of its members is.
_LIMITS = Limits(total_bytes=_TEBIBYTE, member_bytes=_TEBIBYTE, members=10_000, seconds=3600.0)


@dataclass(frozen=True, slots=True)
class Image:
    """One image of a layout: `manifests` children first and the root last, and `blobs` once each."""

    root: Descriptor
    manifests: tuple[Manifest, ...]
    blobs: tuple[Descriptor, ...]

    @property
    def annotations(self) -> Mapping[str, str]:
        """Return what the root says of itself."""
        return self.manifests[-1].annotations


@dataclass(slots=True)
class _Found:
    """What one pass through a layout came to: sizes of blobs, and the bytes of the small ones."""

    texts: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    kept: int = 0


class _Pieces:
    """Pieces of bytes as a reader; the pieces may be of any size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""
        self.sha256 = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return b""
            self.sha256.update(piece)
            self._rest = piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def read_image(chunks: Iterable[bytes], names: Sequence[str], expected: Digest) -> Image:
    """Return the only image of a layout, or the one with one of the names; raise Invalid.

    Every blob was hashed and found to be what its name says, and the whole tar file to be `expected`.
    """
    pieces = _Pieces(chunks)
    found = _Found()
    for path, entry in _list_files(pieces):
        _take_file(found, path, entry)
    while pieces.read(1024 * 1024):  # the padding at the end is part of the voted bytes, too
        pass
    if pieces.sha256.hexdigest() != expected.hex:
        raise _refuse("the stored file is no longer the one that was voted on")
    return _collect_image(found, _choose_root(found, names))


def stream_blob(chunks: Iterable[bytes], digest: Digest) -> Iterator[bytes]:
    """Yield the bytes of one blob of a layout; raise Invalid when it is not there."""
    wanted = f"blobs/sha256/{digest.hex}"
    for path, entry in _list_files(_Pieces(chunks)):
        if path == wanted:
            yield from entry.chunks
            return
    raise _refuse(f"it lacks the blob {digest}")


def _list_files(pieces: _Pieces) -> Iterator[tuple[str, Entry]]:
    try:
        budget = Budget(_LIMITS, time.monotonic)
        for entry in TarReader(pieces, budget, _report).entries():
            member = entry.member
            if member.kind is MemberKind.DIRECTORY:
                continue
            if member.kind is not MemberKind.FILE:
                raise _refuse(f"{member.path!r} is a {member.kind}, not a file")
            yield _clean_path(member.path), entry
    except Unreadable as error:
        raise _refuse(str(error).rstrip(".")) from error


def _report(defect: Defect) -> None:
    raise Unreadable(defect)


def _clean_path(path: str) -> str:
    clean = path.removeprefix("./")
    if clean.startswith("/") or ".." in clean.split("/"):
        raise _refuse(f"{path!r} leads out of it")
    return clean


def _take_file(found: _Found, path: str, entry: Entry) -> None:
    name = _BLOB.fullmatch(path)
    if name is None and path not in {_INDEX, _MARK}:
        return  # a layout may hold other things, such as what older programs of Docker read
    if path in found.sizes:
        raise _refuse(f"{path!r} is there twice")
    keep = entry.member.size <= LARGEST_MANIFEST
    sha256, size, kept = hashlib.sha256(), 0, []
    for chunk in entry.chunks:
        keep = keep and (size > 0 or chunk[:1] in {b"", b"{"})
        sha256.update(chunk)
        size += len(chunk)
        if keep:
            kept.append(chunk)
    if name is not None and sha256.hexdigest() != name[1]:
        raise _refuse(f"the content of {path!r} has another digest")
    found.sizes[path] = size
    if keep:
        _keep_text(found, path, b"".join(kept))


def _keep_text(found: _Found, path: str, data: bytes) -> None:
    found.kept += len(data)
    if found.kept > _MOST_KEPT:
        raise _refuse("it has too many manifests")
    found.texts[path] = data


def _choose_root(found: _Found, names: Sequence[str]) -> Descriptor:
    mark = read_object(found.texts.get(_MARK, b""), f"file `{_MARK}`")
    if mark.get("imageLayoutVersion") != "1.0.0":
        raise _refuse(f"its `{_MARK}` does not state version 1.0.0")
    index = read_object(found.texts.get(_INDEX, b""), f"file `{_INDEX}`")
    rows = read_descriptors(index, "manifests")
    named = [row for row in rows if _name_tag(row) in names]
    chosen = rows if len(rows) == 1 else named
    if len({row.digest for row in chosen}) != 1:
        wanted = ", ".join(names)
        raise _refuse(f"{len(chosen)} of its {len(rows)} images are called {wanted}, not exactly one")
    return chosen[0]


def _name_tag(row: Descriptor) -> str | None:
    """Return the tag alone: some programs write the whole reference."""
    name = row.annotations.get(NAME_ANNOTATION)
    return None if name is None else name.rpartition("/")[2].rpartition(":")[2]


def _collect_image(found: _Found, root: Descriptor) -> Image:
    manifests: dict[Digest, Manifest] = {}
    _collect_manifests(found, root, manifests, 0)
    blobs = {blob.digest: blob for manifest in manifests.values() for blob in manifest.blobs}
    for blob in blobs.values():
        _check_presence(found, blob)
    return Image(root, tuple(manifests.values()), tuple(blobs.values()))


def _collect_manifests(
    found: _Found, descriptor: Descriptor, manifests: dict[Digest, Manifest], depth: int
) -> None:
    """Add children before their index, so that a registry never sees an index without them."""
    if descriptor.digest in manifests:
        return
    if depth > _DEEPEST or descriptor.media_type not in MANIFEST_TYPES:
        raise _refuse(f"{descriptor.digest} is neither an image nor an index ({descriptor.media_type})")
    _check_presence(found, descriptor)
    data = found.texts.get(_locate_blob(descriptor))
    if data is None:
        raise _refuse(f"{descriptor.digest} is too large or no JSON, so no manifest")
    manifest = parse_manifest(data, descriptor)
    for child in manifest.children:
        _collect_manifests(found, child, manifests, depth + 1)
    manifests[descriptor.digest] = manifest


def _check_presence(found: _Found, descriptor: Descriptor) -> None:
    size = found.sizes.get(_locate_blob(descriptor))
    if size is None:
        raise _refuse(f"it lacks {descriptor.digest}")
    if size != descriptor.size:
        raise _refuse(f"{descriptor.digest} has {size} bytes, not the {descriptor.size} stated")


def _locate_blob(descriptor: Descriptor) -> str:
    return f"blobs/sha256/{descriptor.digest.hex}"


def _refuse(reason: str) -> Invalid:
    return Invalid.field("image", f"This is no usable image layout: {reason}.")
