# SPDX-License-Identifier: Apache-2.0
"""The newest releases of a project or a product line, stage by stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from atr.domain.lifecycle import Stage
from atr.ports.repositories.paging import Page
from atr.services.releases import ListedRelease
from atr.web.pages.release_rows import ReleaseRow, make_release_row

STAGE_LABELS = {Stage.CANDIDATE: "Candidates", Stage.CURRENT: "Current", Stage.ARCHIVED: "Archived"}
_NOTHING = {
    Stage.CANDIDATE: "No candidate is being prepared.",
    Stage.CURRENT: "Nothing has been released here yet.",
    Stage.ARCHIVED: "",
}


@dataclass(frozen=True, slots=True)
class StageList:
    """Releases in one stage; `all_href` leads to all of them when these are not all."""

    id: str
    label: str
    rows: tuple[ReleaseRow, ...]
    all_href: str
    nothing: str


def list_stages(
    releases: Mapping[Stage, Page[ListedRelease]], project: str, product: str = ""
) -> tuple[StageList, ...]:
    """Return the lists of all stages, candidates first; none while there is no release at all."""
    lists = [_make_list(stage, releases[stage], project, product) for stage in Stage]
    if not any(each.rows for each in lists):
        return ()
    return tuple(each for each in lists if each.rows or each.id != Stage.ARCHIVED)


def _make_list(stage: Stage, page: Page[ListedRelease], project: str, product: str) -> StageList:
    narrowed = {"stage": str(stage), "project": project} | ({"product": product} if product else {})
    return StageList(
        id=stage,
        label=STAGE_LABELS[stage],
        rows=tuple(map(make_release_row, page.items)),
        all_href=f"/releases?{urlencode(narrowed)}" if page.next else "",
        nothing=_NOTHING[stage],
    )
