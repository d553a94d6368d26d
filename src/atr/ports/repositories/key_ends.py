# SPDX-License-Identifier: Apache-2.0
"""Keys by the moment their time is over."""

from datetime import datetime
from typing import Protocol

from atr.domain.key import SigningKey
from atr.domain.names import ProjectKey


class KeyEnds(Protocol):
    """Keys that are attached to projects and whose time ends."""

    def list_ending(
        self, project: ProjectKey | None, begin: datetime, end: datetime, limit: int
    ) -> tuple[SigningKey, ...]:
        """Return keys of the project, or of any, that end between the moments, the first to end first.

        Keys revoked here or by their owner are left out: nobody waits for their end.
        """
