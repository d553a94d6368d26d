# SPDX-License-Identifier: Apache-2.0
"""Releases on channels."""

from collections.abc import Iterable
from typing import Protocol

from atr.domain.distribution import Distribution
from atr.domain.names import ChannelKey, ProjectKey, ReleaseKey


class Distributions(Protocol):
    """Releases on channels, one row for each pair."""

    def find(self, release: ReleaseKey, channel: ChannelKey) -> Distribution | None:
        """Return the distribution, if there is one."""

    def list(self, release: ReleaseKey) -> tuple[Distribution, ...]:
        """Return those of a release, by the channel's key."""

    def list_many(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[Distribution, ...]]:
        """Return those of many releases in one query; releases without any are left out."""

    def list_troubled(self, projects: Iterable[ProjectKey], limit: int) -> tuple[Distribution, ...]:
        """Return those of the projects that failed, wait for a person, or answer with other bytes."""

    def list_confirmed(self) -> tuple[Distribution, ...]:
        """Return all that are public and confirmed, for the comparison that is made again and again."""

    def save(self, distribution: Distribution) -> Distribution:
        """Add or replace it, or raise Conflict if its edition is not the stored one; next edition."""
