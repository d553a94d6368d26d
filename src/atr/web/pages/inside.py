# SPDX-License-Identifier: Apache-2.0
"""What changed inside files: the members of an archive, and texts line by line."""

from dataclasses import dataclass
from enum import StrEnum

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid, NotFound, Refused, TooLarge
from atr.domain.names import FilePath
from atr.services.member_diffs import DiffMembers, MemberChange, MemberChangeKind, MemberDiff
from atr.services.text_diffs import FindTexts, TextDiff, read_difference
from atr.web.components import Link
from atr.web.flash import Tone
from atr.web.pages.comparisons import Comparison, read_comparison
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    make_head,
    show_release_page,
)
from atr.web.pages.text_rows import SplitRow, UnifiedRow, cut_hunks, split_hunk, unify_hunk

_AT_ONCE = 100
_MOST_SKIPPED = 10**6
_TEXT = "text"
_TONES = {
    MemberChangeKind.ADDED: Tone.GOOD,
    MemberChangeKind.REMOVED: Tone.BAD,
    MemberChangeKind.CHANGED: Tone.WARN,
    MemberChangeKind.MODE: Tone.NEUTRAL,
}


class Layout(StrEnum):
    """How a difference of texts is laid out."""

    UNIFIED = "unified"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """What happened to a member; sizes are in bytes, None where it is not there."""

    path: str
    what: str
    tone: Tone
    before: int | None
    after: int | None
    modes: str
    text_href: str


@dataclass(frozen=True, slots=True)
class MembersView:
    """What changed inside an archive; `note` says why nothing can be shown."""

    head: ReleaseHead
    path: str
    back: str
    counts: tuple[str, ...]
    rows: tuple[MemberRow, ...]
    following: str
    note: str


@dataclass(frozen=True, slots=True)
class TextView:
    """What changed in a text, in one of two layouts; `cut` counts rows that are not shown."""

    head: ReleaseHead
    name: str
    old: str
    new: str
    back: str
    back_label: str
    layouts: tuple[Link, ...]
    added: int
    removed: int
    unified: tuple[tuple[UnifiedRow, ...], ...]
    split: tuple[tuple[SplitRow, ...], ...]
    cut: int
    note: str


@get("/revisions/{number:int}/members", sync_to_thread=True)
def show_members(
    visit: TheVisit,
    number: FromPath[int],
    file: FromQuery[str],
    against: FromQuery[str] = "",
    skip: FromQuery[int] = 0,
) -> Response[bytes]:
    """Show what changed inside an archive."""
    comparison, path = read_comparison(visit, number, against), _read_path(file)
    wanted = DiffMembers(comparison.question, path, min(max(skip, 0), _MOST_SKIPPED), _AT_ONCE)
    found, note = MemberDiff(dict.fromkeys(MemberChangeKind, 0), 0, (), None), ""
    try:
        found = visit.parts.door.ask(visit.request.user, wanted)
    except NotFound:
        note = "What is inside is not known: the archive was not examined yet, or cannot be read."
    following = comparison.locate("members", file=path, skip=str(found.next)) if found.next else ""
    view = MembersView(
        head=make_head(visit, visit.paths.files),
        path=path,
        back=f"{comparison.address}#changes",
        counts=_say_counts(found),
        rows=tuple(_show_member(comparison, path, each) for each in found.items),
        following=following,
        note=note,
    )
    return show_release_page(visit, "compose_members.html", view, f"Inside {path.name}")


@get("/revisions/{number:int}/text", sync_to_thread=True)
def show_text(
    visit: TheVisit,
    number: FromPath[int],
    file: FromQuery[str],
    against: FromQuery[str] = "",
    member: FromQuery[str] = "",
    layout: FromQuery[Layout] = Layout.UNIFIED,
) -> Response[bytes]:
    """Show line by line what changed in a file, or in a member of an archive."""
    comparison, path = read_comparison(visit, number, against), _read_path(file)
    wanted = FindTexts(comparison.question, path, member)
    found, note = TextDiff(path, member, "", "", (), 0, 0), ""
    try:
        found = read_difference(visit.parts.door.ask(visit.request.user, wanted))
    except (Refused, TooLarge) as error:
        note = " ".join(error.reasons)
    view = _view_text(comparison, found, layout, note)
    return show_release_page(visit, "compose_text.html", view, view.name)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[show_members, show_text], dependencies=VISIT_DEPENDENCIES),
)


def _read_path(text: str) -> FilePath:
    try:
        return FilePath(text)
    except Invalid:
        raise NotFound("file", text) from None


def _say_counts(found: MemberDiff) -> tuple[str, ...]:
    words = {
        MemberChangeKind.ADDED: "added",
        MemberChangeKind.REMOVED: "removed",
        MemberChangeKind.CHANGED: "changed",
        MemberChangeKind.MODE: "with other permissions",
    }
    told = [f"{found.counts[kind]} {word}" for kind, word in words.items() if found.counts[kind]]
    return (*told, f"{found.unchanged} the same")


def _show_member(comparison: Comparison, path: FilePath, change: MemberChange) -> MemberRow:
    states = [each for each in (change.before, change.after) if each is not None]
    is_text = all(each.content in {_TEXT, "empty"} for each in states)
    is_shown = is_text and change.kind is not MemberChangeKind.MODE
    is_mode = change.kind is MemberChangeKind.MODE
    return MemberRow(
        path=change.path,
        what="mode" if is_mode else str(change.kind),
        tone=_TONES[change.kind],
        before=None if change.before is None or is_mode else change.before.size,
        after=None if change.after is None or is_mode else change.after.size,
        modes=" → ".join(f"{each.mode:o}" for each in states) if is_mode else "",
        text_href=comparison.locate("text", file=path, member=change.path) if is_shown else "",
    )


def _view_text(comparison: Comparison, found: TextDiff, layout: Layout, note: str) -> TextView:
    kept, cut = cut_hunks(found.hunks)
    is_split = layout is Layout.SPLIT
    back = comparison.locate("members", file=found.path) if found.member else f"{comparison.address}#changes"
    return TextView(
        head=make_head(comparison.visit, comparison.visit.paths.files),
        name=found.member or found.path,
        old=found.old,
        new=found.new,
        back=back,
        back_label=f"Inside {found.path}" if found.member else "All changes",
        layouts=_list_layouts(comparison, found, layout),
        added=found.added,
        removed=found.removed,
        unified=() if is_split else tuple(map(unify_hunk, kept)),
        split=tuple(map(split_hunk, kept)) if is_split else (),
        cut=cut,
        note=note,
    )


def _list_layouts(comparison: Comparison, found: TextDiff, layout: Layout) -> tuple[Link, ...]:
    labels = {Layout.UNIFIED: "Below each other", Layout.SPLIT: "Side by side"}
    return tuple(
        Link(
            label,
            comparison.locate("text", file=found.path, member=found.member, layout=each),
            current=each is layout,
        )
        for each, label in labels.items()
    )
