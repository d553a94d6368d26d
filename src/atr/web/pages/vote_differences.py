# SPDX-License-Identifier: Apache-2.0
"""What is new in the bytes that are voted on, in a line each, with the way to all of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from atr.services.revision_diffs import ChangeKind, Diff
from atr.services.vote_differences import ShowDifferences
from atr.web.pages.release_frame import Visit

_FEW = 4
_SIGNS = MappingProxyType(
    {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "\N{MINUS SIGN}"}
)


@dataclass(frozen=True, slots=True)
class ChangedName:
    """A path with what happened to it, as a word and as a sign."""

    path: str
    kind: ChangeKind
    sign: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """What changed since something; `names` are the first few paths, `more` counts the others."""

    since: str
    summary: str
    names: tuple[ChangedName, ...]
    more: int
    href: str


def list_differences(visit: Visit, number: int, revision: int) -> tuple[DifferenceView, ...]:
    """Return what changed since the release before and since the last round on other bytes."""
    found = visit.parts.door.ask(visit.request.user, ShowDifferences(visit.key, number))
    here = visit.paths.revision(revision)
    views = []
    if found.since_round is not None and found.earlier is not None:
        since = f"Since round {found.earlier.number}"
        views.append(_show(found.since_round, since, f"{here}?against={found.earlier.revision}#changes"))
    if found.since_release is not None:
        is_shown = revision == visit.view.release.shown_revision
        href = f"{here}?against=release#changes" if is_shown else here
        views.append(_show(found.since_release, f"Since {found.before}", href))
    return tuple(views)


def _show(diff: Diff, since: str, href: str) -> DifferenceView:
    names = tuple(ChangedName(each.path, each.kind, _SIGNS[each.kind]) for each in diff.changes[:_FEW])
    return DifferenceView(since, ", ".join(_say_counts(diff)), names, len(diff.changes) - len(names), href)


def _say_counts(diff: Diff) -> Iterator[str]:
    counts = Counter(change.kind for change in diff.changes)
    for kind in (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED):
        if counts[kind]:
            yield f"{counts[kind]} file{'' if counts[kind] == 1 else 's'} {kind}"
    if diff.unchanged or not counts:
        yield f"{diff.unchanged} the same"
