# SPDX-License-Identifier: Apache-2.0
"""Voted files as adapters get them, without a store."""

import hashlib
from collections.abc import Iterator

from atr.domain.artifact import Content, Digest
from atr.domain.names import FilePath
from atr.ports.platforms import Consignment, Operation, Parcel, Registry, Step

_BLOCK = 64 * 1024


def make_parcel(path: str, data: bytes) -> Parcel:
    """Return a file that is read in blocks."""

    def read() -> Iterator[bytes]:
        for at in range(0, len(data), _BLOCK):
            yield data[at : at + _BLOCK]

    return Parcel(FilePath(path), describe_content(data), read)


def describe_content(data: bytes) -> Content:
    """Return both digests and the size."""
    sha512, sha256 = hashlib.sha512(data).hexdigest(), hashlib.sha256(data).hexdigest()
    return Content(Digest("sha512", sha512), Digest("sha256", sha256), len(data))


def take_steps(
    registry: Registry, operation: Operation, consignment: Consignment, results: dict[str, str] | None = None
) -> dict[str, str]:
    """Take every step as the saga does: asked about first, its result kept; return all results."""
    known = {} if results is None else results
    for step in registry.list_steps(operation, consignment):
        take_step(step, known)
    return known


def take_step(step: Step, results: dict[str, str]) -> bool:
    """Take one step; return whether anything had to be done."""
    found = step.ask(results)
    results[step.name] = step.act(results) if found is None else found
    return found is None
