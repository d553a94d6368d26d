# SPDX-License-Identifier: Apache-2.0
"""Looking at ATR from outside, as a downloader does."""

from typing import Protocol

from atr.domain.artifact import Digest


class Downloads(Protocol):
    """Fetches through the public address."""

    def fetch_digest(self, path: str) -> Digest:
        """Return the sha512 of what the public address answers for the path; raise NotFound or Conflict."""
