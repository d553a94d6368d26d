# SPDX-License-Identifier: Apache-2.0
"""A public address that exists in memory only, for tests and for trying things out."""

import hashlib

from atr.domain.artifact import Digest
from atr.domain.errors import NotFound


class MemoryDownloads:
    """Answers what was put under each path."""

    def __init__(self) -> None:
        self.answers: dict[str, Digest] = {}

    def offer(self, path: str, data: bytes) -> None:
        """Answer the path with the bytes from now on."""
        self.answers[path] = Digest("sha512", hashlib.sha512(data).hexdigest())

    def fetch_digest(self, path: str) -> Digest:
        """Return the sha512 of what the path answers; raise NotFound."""
        try:
            return self.answers[path]
        except KeyError:
            raise NotFound("public download", path) from None
