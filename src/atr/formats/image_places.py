# SPDX-License-Identifier: Apache-2.0
"""Where the blobs of an image layout stand inside its tar file, so that they are sent without unpacking."""

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.package import Ecosystem, PackageFacts
from atr.formats.budget import Budget
from atr.formats.decompression import CHUNK
from atr.formats.oci_manifest import (
    LARGEST_MANIFEST,
    NAME_ANNOTATION,
    Descriptor,
    parse_manifest,
    read_descriptors,
    read_object,
)

IMAGE_SUFFIX = ".oci.tar"
_BLOB = re.compile(r"(?:\./)?blobs/sha256/([0-9a-f]{64})")
_CONTAINERD_NAME = "io.containerd.image.name"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9_.-]")
_TRAILING_VERSION = re.compile(r"[-_]v?[0-9].*")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a file: offset and length in bytes."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class ImagePlaces:
    """What one layout offers: manifests by tag, media types of manifests, and spans, each by hex of sha256.

    `unnamed` is the manifest without a tag, when there is exactly one root.
    """

    tags: dict[str, str] = field(default_factory=dict)
    unnamed: str = ""
    manifests: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, Span] = field(default_factory=dict)


def read_places(name: str, file: BinaryIO, budget: Budget) -> PackageFacts | None:
    """Return what an image layout offers; None for one that is not whole and true to its digests."""
    try:
        return _describe(name, file, budget)
    except (tarfile.TarError, EOFError, Invalid, ValueError, LookupError):
        return None


def parse_places(details: str) -> ImagePlaces:
    """Read what `read_places` wrote."""
    kept = json.loads(details)
    blobs = {digest: Span(*span) for digest, span in kept["blobs"].items()}
    return ImagePlaces(kept["tags"], kept["unnamed"], kept["manifests"], blobs)


def write_tag(version: str) -> str:
    """Return a version as a tag, in which fewer characters are allowed."""
    return _NOT_IN_TAGS.sub("_", version)


def _describe(name: str, file: BinaryIO, budget: Budget) -> PackageFacts:
    spans = dict(_list_members(file, budget))
    stated = read_object(_read_span(file, spans["oci-layout"]), "file `oci-layout`")
    if stated.get("imageLayoutVersion") != "1.0.0":
        raise ValueError("The layout is of another version.")
    index = read_object(_read_span(file, spans["index.json"]), "file `index.json`")
    layout = _Layout(
        file, {match[1]: span for path, span in spans.items() if (match := _BLOB.fullmatch(path))}
    )
    roots = read_descriptors(index, "manifests")
    for root in roots:
        layout.take_manifest(root)
    tags = {tag: root.digest.hex for root in roots if (tag := _read_tag(root))}
    details: dict[str, Any] = {
        "tags": tags,
        "unnamed": roots[0].digest.hex if len({root.digest for root in roots}) == 1 else "",
        "manifests": layout.manifests,
        "blobs": {digest: [span.start, span.length] for digest, span in layout.blobs.items()},
    }
    image = next(filter(None, map(_read_name, roots)), None) or _name_by_file(name)
    return PackageFacts(Ecosystem.OCI, image, next(iter(tags), ""), json.dumps(details))


def _list_members(file: BinaryIO, budget: Budget) -> Iterator[tuple[str, Span]]:
    file.seek(0)
    with tarfile.open(fileobj=file, mode="r:") as archive:
        for member in archive:
            budget.spend_member(member.name, member.size)
            if member.isreg():
                yield member.name.removeprefix("./"), Span(member.offset_data, member.size)


@dataclass(slots=True)
class _Layout:
    """Follows the manifests from the roots and gathers every blob they name, each compared with its name."""

    file: BinaryIO
    spans: dict[str, Span]
    manifests: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, Span] = field(default_factory=dict)

    def take_manifest(self, descriptor: Descriptor, depth: int = 0) -> None:
        if descriptor.digest.hex in self.manifests:
            return
        if not descriptor.is_manifest or depth > _DEEPEST or descriptor.size > LARGEST_MANIFEST:
            raise ValueError("This is neither a manifest nor an index.")
        span = self._take_blob(descriptor)
        self.manifests[descriptor.digest.hex] = descriptor.media_type
        manifest = parse_manifest(_read_span(self.file, span), descriptor)
        for child in manifest.children:
            self.take_manifest(child, depth + 1)
        for blob in manifest.blobs:
            self._take_blob(blob)

    def _take_blob(self, descriptor: Descriptor) -> Span:
        known = self.blobs.get(descriptor.digest.hex)
        if known is not None:
            return known
        span = self.spans[descriptor.digest.hex]
        if span.length != descriptor.size or _hash_span(self.file, span) != descriptor.digest:
            raise ValueError("A blob is not what its name says.")
        self.blobs[descriptor.digest.hex] = span
        return span


def _read_span(file: BinaryIO, span: Span) -> bytes:
    if span.length > LARGEST_MANIFEST:
        raise ValueError("This is too long for a manifest.")
    file.seek(span.start)
    return file.read(span.length)


def _hash_span(file: BinaryIO, span: Span) -> Digest:
    digest = hashlib.sha256()
    file.seek(span.start)
    left = span.length
    while left and (data := file.read(min(CHUNK, left))):
        digest.update(data)
        left -= len(data)
    return Digest("sha256", digest.hexdigest())


def _read_tag(root: Descriptor) -> str:
    """Return the tag alone: some programs write the whole reference."""
    name = root.annotations.get(NAME_ANNOTATION, "").rpartition("/")[2]
    return name.rpartition(":")[2]


def _read_name(root: Descriptor) -> str:
    """Return the image's name without registry and owner, as far as the layout states it."""
    whole = root.annotations.get(_CONTAINERD_NAME, "")
    if not whole:
        stated = root.annotations.get(NAME_ANNOTATION, "")
        whole = stated if ":" in stated or "/" in stated else ""
    return _clean_name(whole.rpartition("/")[2].partition(":")[0])


def _name_by_file(name: str) -> str:
    return _clean_name(_TRAILING_VERSION.sub("", name.removesuffix(IMAGE_SUFFIX))) or "image"


def _clean_name(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text.lower()).strip("-")
