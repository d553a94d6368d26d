# SPDX-License-Identifier: Apache-2.0
"""Projects as lists show them."""

from dataclasses import dataclass

from atr.domain.names import MAIN, ProductKey, ProjectKey, ReleaseKey, Version
from atr.domain.project import ProjectStatus
from atr.services.project_views import ProjectSummary
from atr.web.addresses import locate_project
from atr.web.components import Badge
from atr.web.flash import Tone
from atr.web.pages.release_paths import ReleasePaths

STATUS_BADGES = {
    ProjectStatus.ACTIVE: Badge("Active", Tone.GOOD),
    ProjectStatus.PODLING: Badge("Podling", Tone.INFO),
    ProjectStatus.RETIRED: Badge("Retired"),
}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in a list."""

    key: str
    name: str
    href: str
    description: str
    badge: Badge
    lines: str
    latest: str
    latest_href: str


def make_project_row(summary: ProjectSummary) -> ProjectRow:
    """Return the row of a project."""
    project, count = summary.project, summary.line_count
    return ProjectRow(
        key=project.key,
        name=project.name,
        href=locate_project(project.key),
        description=project.description.partition("\n")[0],
        badge=STATUS_BADGES[project.status],
        lines="1 product line" if count == 1 else f"{count} product lines",
        latest=summary.latest or "",
        latest_href=_locate_latest(project.key, summary.latest) if summary.latest else "",
    )


def _locate_latest(project: ProjectKey, version: Version) -> str:
    return ReleasePaths(ReleaseKey(project, ProductKey(MAIN), version)).download
