# SPDX-License-Identifier: Apache-2.0
"""One revision as its page shows it: its files, and what it changed."""

from dataclasses import dataclass
from datetime import datetime

from atr.domain.artifact import Content
from atr.domain.errors import NotFound
from atr.domain.revision import Revision
from atr.services.revision_diffs import ChangeKind, Diff, DiffReleases, DiffRevisions, FileChange
from atr.services.revisions import ShowRevision
from atr.web.components import Link, PersonView
from atr.web.flash import Tone
from atr.web.pages.release_frame import ReleaseHead, Visit, make_head

RELEASE_BEFORE = "release"
_TONES = {ChangeKind.ADDED: Tone.GOOD, ChangeKind.REMOVED: Tone.BAD, ChangeKind.CHANGED: Tone.WARN}


@dataclass(frozen=True, slots=True)
class StoredFileRow:
    """A file of a revision."""

    path: str
    href: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What happened to a path; sizes are in bytes, None where there is no file."""

    path: str
    what: str
    tone: Tone
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """What the page of a revision shows."""

    head: ReleaseHead
    number: int
    by: PersonView
    at: datetime
    description: str
    sealed: bool
    manifest: str
    files: tuple[StoredFileRow, ...]
    changes: tuple[ChangeRow, ...]
    unchanged: int
    against: str
    note: str
    comparisons: tuple[Link, ...]


def view_revision(visit: Visit, number: int, against: str) -> RevisionView:
    """Return the page's view; raise NotFound for what is not there to compare with."""
    revision = visit.parts.door.ask(visit.request.user, ShowRevision(visit.key, number))
    other = _read_other(against, number)
    diff, note = _find_diff(visit, number, other)
    return RevisionView(
        head=make_head(visit, visit.paths.files),
        number=number,
        by=visit.name_person(revision.created_by),
        at=revision.created_at,
        description=revision.description,
        sealed=number == visit.view.release.sealed_revision,
        manifest=str(revision.manifest_digest),
        files=_list_files(visit, revision),
        changes=tuple(map(_show_change, diff.changes)) if diff else (),
        unchanged=diff.unchanged if diff else 0,
        against=_name_other(diff, number) if diff else "",
        note=note,
        comparisons=_list_comparisons(visit, number, other),
    )


def _find_diff(visit: Visit, number: int, other: str) -> tuple[Diff | None, str]:
    """Return what changed, or None with the sentence on why nothing can be compared."""
    door, actor = visit.parts.door, visit.request.user
    if other != RELEASE_BEFORE:
        return door.ask(actor, DiffRevisions(visit.key, int(other), number)), ""
    try:
        return door.ask(actor, DiffReleases(visit.key)), ""
    except NotFound as error:
        return None, str(error)


def _read_other(against: str, number: int) -> str:
    if not against:
        return str(number - 1)
    if against != RELEASE_BEFORE and not (against.isdecimal() and len(against) < 7):
        raise NotFound("revision", against)
    return against


def _name_other(diff: Diff, number: int) -> str:
    if diff.old == "revision 0":
        return "an empty release"
    return diff.old if diff.new == f"revision {number}" else f"release {diff.old}"


def _list_comparisons(visit: Visit, number: int, other: str) -> tuple[Link, ...]:
    here = visit.paths.revision(number)
    numbers = [each.number for each in visit.view.revisions if each.number != number][:6]
    links = [
        Link(f"Revision {each}", f"{here}?against={each}#changes", current=other == str(each))
        for each in numbers
    ]
    if number == visit.view.release.shown_revision:
        before = f"{here}?against={RELEASE_BEFORE}#changes"
        links.append(Link("The release before", before, current=other == RELEASE_BEFORE))
    return tuple(links)


def _list_files(visit: Visit, revision: Revision) -> tuple[StoredFileRow, ...]:
    return tuple(
        StoredFileRow(
            entry.path,
            visit.paths.stored_file(revision.number, entry.path),
            entry.content.size,
            str(entry.content.sha512),
        )
        for entry in revision.files
    )


def _show_change(change: FileChange) -> ChangeRow:
    return ChangeRow(
        change.path, str(change.kind), _TONES[change.kind], _measure(change.before), _measure(change.after)
    )


def _measure(content: Content | None) -> int | None:
    return content.size if content is not None else None
