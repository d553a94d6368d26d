# SPDX-License-Identifier: Apache-2.0
"""Container images as a registry knows them: manifests and indexes (OCI image specification 1.1).

The older types of Docker say the same in other words. Whatever is ambiguous is refused: programs would read
it differently (CVE-2021-41190).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX_TYPES = (OCI_INDEX, DOCKER_INDEX)
MANIFEST_TYPES = (OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST)
LARGEST_MANIFEST = 4 * 1024 * 1024  # what registries accept at least, and most of them at most

VERSION_ANNOTATION = "org.opencontainers.image.version"
NAME_ANNOTATION = "org.opencontainers.image.ref.name"
BASE_ANNOTATION = "org.opencontainers.image.base.name"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")
_MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What is said of some bytes that are named by their digest; `size` in bytes."""

    media_type: str
    digest: Digest
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_manifest(self) -> bool:
        """Tell whether it names a manifest or an index rather than a blob."""
        return self.media_type in MANIFEST_TYPES


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest or an index: its exact bytes, and what it names."""

    descriptor: Descriptor
    data: bytes = field(repr=False)
    children: tuple[Descriptor, ...] = ()
    blobs: tuple[Descriptor, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)


def parse_manifest(data: bytes, descriptor: Descriptor) -> Manifest:
    """Read a manifest whose digest was compared already; raise Invalid with what is wrong."""
    fields = read_object(data, "manifest")
    stated = fields.get("mediaType", descriptor.media_type)
    if stated != descriptor.media_type or fields.get("schemaVersion") != 2:
        raise _refuse("a manifest is not of the type that its descriptor states")
    if "manifests" in fields and {"layers", "config"} & fields.keys():
        raise _refuse("a manifest is an index and an image at once")
    annotations = read_annotations(fields)
    if descriptor.media_type in INDEX_TYPES:
        return Manifest(
            descriptor, data, children=read_descriptors(fields, "manifests"), annotations=annotations
        )
    config = read_descriptor(fields.get("config"))
    return Manifest(
        descriptor, data, blobs=(config, *read_descriptors(fields, "layers")), annotations=annotations
    )


def read_object(data: bytes, what: str) -> dict[str, Any]:
    """Return the fields of a JSON object that names none twice; raise Invalid."""
    try:
        fields = json.loads(data, object_pairs_hook=_collect_fields)
    except (ValueError, RecursionError) as error:
        raise _refuse(f"its {what} is not well-formed JSON") from error
    if not isinstance(fields, dict):
        raise _refuse(f"its {what} is no JSON object")
    return fields


def read_descriptors(fields: Mapping[str, Any], name: str) -> tuple[Descriptor, ...]:
    """Return the descriptors under a name; raise Invalid."""
    rows = fields.get(name)
    if not isinstance(rows, list) or len(rows) > _MOST_PARTS:
        raise _refuse(f"`{name}` is no list of at most {_MOST_PARTS} descriptors")
    return tuple(read_descriptor(row) for row in rows)


def read_descriptor(value: object) -> Descriptor:
    """Return one descriptor; raise Invalid, also for what is to be fetched from elsewhere."""
    if not isinstance(value, dict):
        raise _refuse("a descriptor is no JSON object")
    media_type, digest, size = value.get("mediaType"), value.get("digest"), value.get("size")
    if not isinstance(media_type, str) or not _MEDIA_TYPE.fullmatch(media_type):
        raise _refuse("a descriptor has no usable media type")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise _refuse("a descriptor has no usable size")
    if value.get("urls"):
        raise _refuse("a layer is to be fetched from elsewhere, so nobody can vote on its bytes")
    return Descriptor(media_type, read_digest(digest), size, read_annotations(value))


def read_digest(value: object) -> Digest:
    """Return a sha256, the only digest that all registries know; raise Invalid."""
    digest = Digest.parse(value) if isinstance(value, str) else None
    if digest is None or digest.algorithm != "sha256":
        raise _refuse("something is named by another digest than a sha256")
    return digest


def read_annotations(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the annotations, none when there are none; raise Invalid."""
    rows = fields.get("annotations") or {}
    if not isinstance(rows, dict) or not all(isinstance(value, str) for value in rows.values()):
        raise _refuse("its annotations are no texts")
    return rows


def _collect_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is there twice")
    return fields


def _refuse(reason: str) -> Invalid:
    return Invalid.field("image", f"This is no usable container image: {reason}.")
