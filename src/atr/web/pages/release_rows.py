# SPDX-License-Identifier: Apache-2.0
"""Releases in lists on pages that are about something else."""

from dataclasses import dataclass
from datetime import datetime

from atr.domain.names import MAIN, ReleaseKey
from atr.domain.release import Release
from atr.services.releases import ListedRelease
from atr.web.addresses import locate_release
from atr.web.components import Badge, make_phase_badge
from atr.web.pages.release_paths import ReleasePaths


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release in a list, with the moment it came into its phase; `download` is where the public has it."""

    name: str
    version: str
    href: str
    badge: Badge
    at: datetime
    download: str


def make_release_row(listed: ListedRelease) -> ReleaseRow:
    """Return the row of a release that a list found."""
    return make_row(listed.release, listed.project_name)


def make_row(release: Release, project_name: str) -> ReleaseRow:
    """Return the row of a release."""
    return ReleaseRow(
        name=name_line(release.key, project_name),
        version=release.key.version,
        href=locate_release(release.key),
        badge=make_phase_badge(release.phase),
        at=release.phase_changed_at,
        download=ReleasePaths(release.key).download if release.published_at else "",
    )


def name_line(key: ReleaseKey, project_name: str) -> str:
    """Return the name of what is released: the project, with its product line unless that is the main one."""
    return project_name if key.product == MAIN else f"{project_name} {key.product}"
