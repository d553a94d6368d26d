# SPDX-License-Identifier: Apache-2.0
"""One revision as its page shows it: its files, and what it changed."""

from dataclasses import dataclass
from datetime import datetime

from atr.domain.artifact import Content
from atr.domain.errors import NotFound
from atr.domain.revision import Revision
from atr.formats.archive import find_suffix
from atr.formats.text_lines import LARGEST_TEXT
from atr.services.revision_diffs import ChangeKind, Diff, FileChange
from atr.services.revisions import ShowRevision
from atr.web.components import Option, PersonView
from atr.web.flash import Tone
from atr.web.pages.comparisons import Comparison
from atr.web.pages.release_frame import ReleaseHead, Visit, make_head
from atr.web.pages.release_overview import may_change_files

_TONES = {ChangeKind.ADDED: Tone.GOOD, ChangeKind.REMOVED: Tone.BAD, ChangeKind.CHANGED: Tone.WARN}
_MOST_FILES = 25
_MOST_CHANGES = 100


@dataclass(frozen=True, slots=True)
class StoredFileRow:
    """A file of a revision."""

    path: str
    href: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What happened to a path; sizes are in bytes, None where there is no file.

    The addresses lead to what changed inside an archive, or line by line; they are empty for other files.
    """

    path: str
    what: str
    tone: Tone
    before: int | None
    after: int | None
    members_href: str
    text_href: str


@dataclass(frozen=True, slots=True)
class RevisionView:
    """What the page of a revision shows; `newest` is what it is restored on top of, 0 if it cannot be."""

    head: ReleaseHead
    number: int
    here: str
    by: PersonView
    at: datetime
    description: str
    sealed: bool
    manifest: str
    files: tuple[StoredFileRow, ...]
    more_files: int
    changes: tuple[ChangeRow, ...]
    more_changes: int
    all_href: str
    unchanged: int
    against: str
    other: str
    note: str
    options: tuple[Option, ...]
    newest: int


def view_revision(visit: Visit, comparison: Comparison, *, everything: bool = False) -> RevisionView:
    """Return the page's view; raise NotFound for what is not there to compare with."""
    number = comparison.number
    revision = visit.parts.door.ask(visit.request.user, ShowRevision(visit.key, number))
    diff, note = _find_diff(visit, comparison)
    files = revision.files if everything else revision.files[:_MOST_FILES]
    found = diff.changes if diff else ()
    changes = found if everything else found[:_MOST_CHANGES]
    newest = visit.view.release.newest_revision
    return RevisionView(
        head=make_head(visit, visit.paths.files),
        number=number,
        here=visit.paths.revision(number),
        by=visit.name_person(revision.created_by),
        at=revision.created_at,
        description=revision.description,
        sealed=number == visit.view.release.sealed_revision,
        manifest=str(revision.manifest_digest),
        files=_list_files(visit, revision, len(files)),
        more_files=len(revision.files) - len(files),
        changes=tuple(_show_change(comparison, each) for each in changes),
        more_changes=len(found) - len(changes),
        all_href=f"{comparison.address}&everything=true",
        unchanged=diff.unchanged if diff else 0,
        against=_name_other(diff, number) if diff else "",
        other=comparison.other,
        note=note,
        options=tuple(comparison.list_options()),
        newest=newest if may_change_files(visit) and number != newest else 0,
    )


def _find_diff(visit: Visit, comparison: Comparison) -> tuple[Diff | None, str]:
    """Return what changed, or None with the sentence on why nothing can be compared."""
    try:
        return visit.parts.door.ask(visit.request.user, comparison.question), ""
    except NotFound as error:
        if comparison.other.isdecimal():
            raise
        return None, str(error)


def _name_other(diff: Diff, number: int) -> str:
    if diff.old == "revision 0":
        return "an empty release"
    return diff.old if diff.new == f"revision {number}" else f"release {diff.old}"


def _list_files(visit: Visit, revision: Revision, most: int) -> tuple[StoredFileRow, ...]:
    return tuple(
        StoredFileRow(
            entry.path,
            visit.paths.stored_file(revision.number, entry.path),
            entry.content.size,
            str(entry.content.sha512),
        )
        for entry in revision.files[:most]
    )


def _show_change(comparison: Comparison, change: FileChange) -> ChangeRow:
    is_changed = change.kind is ChangeKind.CHANGED
    is_archive = find_suffix(change.path) is not None
    sizes = [each.size for each in (change.before, change.after) if each is not None]
    is_text = is_changed and not is_archive and max(sizes) <= LARGEST_TEXT
    return ChangeRow(
        path=change.path,
        what=str(change.kind),
        tone=_TONES[change.kind],
        before=_measure(change.before),
        after=_measure(change.after),
        members_href=comparison.locate("members", file=change.path) if is_changed and is_archive else "",
        text_href=comparison.locate("text", file=change.path) if is_text else "",
    )


def _measure(content: Content | None) -> int | None:
    return content.size if content is not None else None
