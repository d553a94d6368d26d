# SPDX-License-Identifier: Apache-2.0
"""Reading single texts out of archives."""

from typing import Protocol

from atr.domain.artifact import FileEntry
from atr.domain.errors import Refused


class MemberTexts(Protocol):
    """Reads the texts inside archives, wherever that is safe."""

    def read(self, archive: FileEntry, member: str) -> tuple[str, ...] | None:
        """Return the lines of a member, None when it is not there or no file.

        Raise Refused for what is no text, or more than can be shown.
        """


class NoTexts:
    """Reads nothing."""

    def read(self, _archive: FileEntry, _member: str) -> tuple[str, ...] | None:
        """Raise Refused."""
        raise Refused("Files inside archives cannot be shown here.")
