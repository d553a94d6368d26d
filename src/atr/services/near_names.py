# SPDX-License-Identifier: Apache-2.0
"""What somebody may have meant by a name that is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from atr.domain.errors import Invalid
from atr.domain.names import MAIN, ProductRef, ProjectKey, ReleaseKey
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Query, Work

_MOST_NEAR = 3
_NEAR_ENOUGH = 0.55
_LOOKED_AT = 50
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class NearNames:
    """Projects with names like the one that was looked for, or what the project has instead."""

    projects: Mapping[ProjectKey, str]
    releases: tuple[ReleaseKey, ...] = ()
    lines: tuple[ProductRef, ...] = ()


@dataclass(frozen=True, slots=True)
class FindNearNames(Query[NearNames]):
    """What is like `PROJECT[/PRODUCT][/VERSION]`, given as words as they were written."""

    words: tuple[str, ...]

    def answer(self, work: Work) -> NearNames:
        """Return the project with what is nearest in it; projects of a like name if it is not there."""
        first, *rest = (word[:_LONGEST_WORD].lower() for word in self.words)
        names = work.unit.projects.list_names()
        project = _read_key(first)
        if project is None or project not in names:
            near = {key: names[key] for key in _find_near_projects(first, names)}
            return NearNames(near)
        return NearNames(
            {project: names[project]},
            _find_near_releases(work, project, rest),
            _find_near_lines(work, project, rest),
        )


def _read_key(word: str) -> ProjectKey | None:
    try:
        return ProjectKey(word)
    except Invalid:
        return None


def _find_near_projects(word: str, names: Mapping[ProjectKey, str]) -> tuple[ProjectKey, ...]:
    spoken = {name.lower(): key for key, name in names.items()} | {str(key): key for key in names}
    found = get_close_matches(word, spoken, _MOST_NEAR, _NEAR_ENOUGH)
    return tuple(dict.fromkeys(spoken[each] for each in found))


def _find_near_releases(work: Work, project: ProjectKey, words: Iterable[str]) -> tuple[ReleaseKey, ...]:
    """Return the releases whose versions are most like the last word, the newest if none is."""
    wanted = [word for word in words if word]
    if not wanted:
        return ()
    page = work.unit.releases.list(ReleaseFilter(project=project), PageRequest(_LOOKED_AT))
    by_version = {str(each.key.version).lower(): each.key for each in reversed(page.items)}
    near = [by_version[each] for each in get_close_matches(wanted[-1], by_version, _MOST_NEAR, _NEAR_ENOUGH)]
    return tuple(near or [each.key for each in page.items[:_MOST_NEAR]])


def _find_near_lines(work: Work, project: ProjectKey, words: Iterable[str]) -> tuple[ProductRef, ...]:
    """Return the other lines of the project whose keys are like one of the words."""
    refs = {str(line.ref.product): line.ref for line in work.unit.products.list(project)}
    near = (each for word in words for each in get_close_matches(word, refs, 1, _NEAR_ENOUGH))
    return tuple(dict.fromkeys(refs[each] for each in near if each != MAIN))
