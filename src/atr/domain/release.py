# SPDX-License-Identifier: Apache-2.0
"""Releases: one version of a product line, on its way from candidate to archive."""

from dataclasses import dataclass
from datetime import datetime

from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ChannelKey, ReleaseKey


@dataclass(frozen=True, slots=True)
class Release:
    """A release; `edition` counts its changes and is compared before each of them.

    `published_at` is since when its files have stood in the area of current releases, None while they do not.
    """

    key: ReleaseKey
    phase: Phase
    created_at: datetime
    created_by: str
    phase_changed_at: datetime
    newest_revision: int = 0
    sealed_revision: int | None = None
    package_managers: tuple[ChannelKey, ...] = ()
    published_at: datetime | None = None
    downloads_verified_at: datetime | None = None
    released_at: datetime | None = None
    set_aside_reason: str = ""
    edition: int = 1

    @property
    def stage(self) -> Stage:
        """Return the stage, derived from the phase."""
        return self.phase.stage

    @property
    def shown_revision(self) -> int:
        """Return the revision that counts now: the sealed one, otherwise the newest; 0 for none."""
        return self.sealed_revision if self.sealed_revision is not None else self.newest_revision
