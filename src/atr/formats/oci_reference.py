# SPDX-License-Identifier: Apache-2.0
"""Recorded references: `*.image.json` names an image by repository and digest, and so is what is voted on."""

import re
from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.formats.oci_manifest import read_digest, read_object

LARGEST_REFERENCE = 10_000
_REPOSITORY = re.compile(r"(?:[a-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image that is in a registry already: its repository, with or without a host, and its digest."""

    repository: str
    digest: Digest


def read_reference(data: bytes) -> ImageReference:
    """Read `{"repository": "apache/demo", "digest": "sha256:..."}`; raise Invalid."""
    if len(data) > LARGEST_REFERENCE:
        raise Invalid.field("image", "This is too large for a reference to a container image.")
    fields = read_object(data, "reference")
    repository = fields.get("repository")
    if not isinstance(repository, str) or not _REPOSITORY.fullmatch(repository):
        raise Invalid.field("image", "A recorded image needs a `repository`, such as apache/demo.")
    return ImageReference(repository, read_digest(fields.get("digest")))
