# SPDX-License-Identifier: Apache-2.0
"""Findings by file: what is wrong with each, the worst first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from atr.domain.check import Severity
from atr.domain.names import FilePath
from atr.domain.verdict import DecidedFinding, FindingTally
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.findings import ReadFindings
from atr.web.pages.finding_places import UNDECIDED, PlaceView, rank_place, show_place
from atr.web.pages.release_files import find_address
from atr.web.pages.release_findings import PLACES_IN_SIGHT
from atr.web.pages.release_frame import Visit
from atr.web.rendering import make_slug

MOST_FILE_GROUPS = 25
_MOST_PER_FILE = 5


@dataclass(frozen=True, slots=True)
class RuledPlace:
    """One finding on a file, with the words of its rule and where the rule is explained."""

    place: PlaceView
    title: str
    fix: str
    help: str


@dataclass(frozen=True, slots=True)
class FileGroup:
    """What was found on one file: counts by severity, and of very much the first findings.

    `is_due` tells whether something on it keeps the release where it is; `href` is empty for what is no file.
    """

    path: str
    href: str
    counts: tuple[tuple[Severity, int], ...]
    is_due: bool
    total: int
    places: tuple[RuledPlace, ...]
    all_href: str

    @property
    def id(self) -> str:
        """Return the name under which a link leads here."""
        return f"file-{make_slug(self.path)}"

    @property
    def hidden(self) -> int:
        """Return how many findings are not shown."""
        return self.total - len(self.places)


@dataclass(frozen=True, slots=True)
class FileGroups:
    """Files with findings, how many more there are, and where the findings of a single file go on."""

    groups: tuple[FileGroup, ...]
    hidden: int = 0
    following: str | None = None


def group_by_file(
    visit: Visit, which: FindingFilter, page: PageRequest, *, everything: bool = False
) -> FileGroups:
    """Return the findings that match by file, those files first that keep the release most."""
    is_single = which.artifact is not None or bool(which.text)
    asked = which if is_single else _narrow(which)
    found = visit.parts.door.ask(visit.request.user, ReadFindings(visit.view.facts, asked, page))
    members: dict[str, list[DecidedFinding]] = defaultdict(list)
    for each in found.items:
        members[each.finding.artifact].append(each)
    wanted = _choose_files(visit, which, members)
    shown = wanted if everything or is_single else wanted[:MOST_FILE_GROUPS]
    room = MOST_FINDINGS if is_single else PLACES_IN_SIGHT
    groups = []
    for path, tallies in shown:
        views = members[path] if room > 0 else []
        room -= len(views)
        groups.append(_make_group(visit, path, tallies, views, which))
    return FileGroups(tuple(groups), len(wanted) - len(shown), found.next)


def _narrow(which: FindingFilter) -> FindingFilter:
    return FindingFilter(which.severity, which.rule, most_per_file=_MOST_PER_FILE)


def _choose_files(
    visit: Visit, which: FindingFilter, members: dict[str, list[DecidedFinding]]
) -> list[tuple[str, tuple[FindingTally, ...]]]:
    """Return the files that match, each with its tallies that do."""
    chosen = []
    for path, tallies in visit.view.facts.verdict.within(which.artifact).group_artifacts().items():
        matching = tuple(
            each
            for each in tallies
            if which.severity in {None, each.severity} and which.rule in {None, each.rule}
        )
        if matching and (not which.text or path in members):
            chosen.append((path, matching))
    return chosen


def _make_group(
    visit: Visit,
    path: str,
    tallies: tuple[FindingTally, ...],
    views: Iterable[DecidedFinding],
    which: FindingFilter,
) -> FileGroup:
    places = sorted((show_place(visit, each) for each in views), key=_rank_by_severity)
    return FileGroup(
        path=path,
        href=_find_file(visit, path),
        counts=_count_severities(tallies),
        is_due=any(each.standing in UNDECIDED and each.undecided for each in tallies),
        total=len(places) if which.text else sum(each.total for each in tallies),
        places=tuple(_name_rule(visit, each) for each in places),
        all_href=visit.paths.narrow_findings(by="file", file=path, severity=which.severity, rule=which.rule),
    )


def _rank_by_severity(place: PlaceView) -> tuple[int, int, str]:
    return (place.severity.rank, *rank_place(place))


def _count_severities(tallies: Iterable[FindingTally]) -> tuple[tuple[Severity, int], ...]:
    counts = dict.fromkeys(Severity, 0)
    for each in tallies:
        counts[each.severity] += each.total - each.waived
    return tuple((severity, count) for severity, count in counts.items() if count)


def _find_file(visit: Visit, path: str) -> str:
    files = visit.view.revision.files if visit.view.revision else ()
    return find_address(visit, FilePath(path)) if any(each.path == path for each in files) else ""


def _name_rule(visit: Visit, place: PlaceView) -> RuledPlace:
    rule = visit.parts.rules.get(place.rule)
    if rule is None:
        return RuledPlace(place, place.rule, "", "")
    return RuledPlace(place, rule.title, rule.fix, f"/help/checks#rule-{make_slug(rule.id)}")
