# SPDX-License-Identifier: Apache-2.0
"""Putting manifests where they belong, and looking whether they got there."""

from atr.domain.artifact import Digest
from atr.domain.errors import Refused
from atr.platforms.oci.repository import Repository
from atr.ports.platforms import NotYet, OtherBytes


def store_manifest(repository: Repository, reference: str, data: bytes, media_type: str) -> str:
    """Store a manifest and return its digest; raise NotYet until it is there: 201 is only a promise."""
    digest = repository.put_manifest(reference, data, media_type)
    found = repository.fetch_manifest(reference)
    if found is None or found.digest != digest:
        raise NotYet(f"{repository.locate_manifest(reference)} does not lead to {digest} yet.")
    return str(digest)


def copy_manifest(repository: Repository, digest: Digest, tag: str) -> str:
    """Put the bytes that are there under a digest under a tag, too; return the digest."""
    place = repository.locate_manifest(str(digest))
    found = repository.fetch_manifest(str(digest))
    if found is None:
        raise Refused(f"{place} is gone: push the image anew.")
    if found.digest != digest:
        raise OtherBytes(f"{place} answers {found.digest}: the registry is damaged.")
    return store_manifest(repository, tag, found.data, found.parse().descriptor.media_type)
