# SPDX-License-Identifier: Apache-2.0
"""Differences between releases and revisions in the API: by file, and inside archives by member."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, PathParameter, QueryParameter, SkipValidation
from litestar.types import ControllerRouterHandler

from atr.domain.artifact import Content, FileEntry
from atr.domain.names import FilePath, Version
from atr.domain.people import Actor
from atr.domain.text_difference import TextLine
from atr.schema.files import FileAnswer, PathText
from atr.schema.revisions import (
    ChangeAnswer,
    DiffAnswer,
    MemberAnswer,
    MemberChangeAnswer,
    MemberDiffAnswer,
    TextDiffAnswer,
    TextLineAnswer,
)
from atr.services.door import Door
from atr.services.member_diffs import (
    DiffMembers,
    DiffWithMembers,
    MemberChange,
    MemberChangeKind,
    MemberDiff,
    MemberState,
)
from atr.services.revision_diffs import Diff, DiffReleases, DiffRevisions, FileChange
from atr.services.text_diffs import FindTexts, read_difference
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter, decode_cursor, encode_cursor
from atr.web.parts import TheActor, TheDoor

_Number = Annotated[int, PathParameter(ge=0, le=2**31 - 1, description="The number of a revision.")]
_Member = Annotated[str, QueryParameter(max_length=4096, description="A path below the archive's root.")]
_NOTHING: Mapping[FilePath, MemberDiff] = {}


@get("/revisions/{number:int}/diff/{other:int}", sync_to_thread=True)
def diff_revisions(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    number: _Number,
    other: _Number,
    members: FromQuery[bool] = False,
) -> DiffAnswer:
    """Show what changed from one revision to another; 0 is the empty beginning."""
    return _answer(door, actor, DiffRevisions(release, number, other), with_members=members)


@get("/diff", sync_to_thread=True)
def diff_releases(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    other: FromQuery[Version | None] = None,
    members: FromQuery[bool] = False,
) -> DiffAnswer:
    """Show what changed since another version of the line; since the one before it unless one is named.

    With `members`, also the first changes inside each archive.
    """
    return _answer(door, actor, DiffReleases(release, other), with_members=members)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which archive is looked into, and which of the changes in it are wanted."""

    path: FilePath
    skip: int
    limit: int


def read_excerpt(
    file: FromQuery[PathText], cursor: CursorParameter = None, limit: LimitParameter = DEFAULT_LIMIT
) -> Excerpt:
    """Return what the query asks for; raise Invalid for a cursor that was not given out."""
    position = decode_cursor(cursor, (int,))
    return Excerpt(FilePath(file), max(int(position[0]), 0) if position else 0, limit)


@dataclass(frozen=True, slots=True)
class WantedText:
    """Which text is compared."""

    path: FilePath
    member: str

    def find(self, files: DiffReleases | DiffRevisions) -> FindTexts:
        """Return the question for its two sides."""
        return FindTexts(files, self.path, self.member)


def read_wanted(file: FromQuery[PathText], member: _Member = "") -> WantedText:
    """Return what the query asks for; raise Invalid for what is no path."""
    return WantedText(FilePath(file), member)


TheText = NamedDependency[SkipValidation[WantedText]]
_EXCERPT = {"which": Provide(read_excerpt, sync_to_thread=False)}
TheExcerpt = NamedDependency[SkipValidation[Excerpt]]


@get("/revisions/{number:int}/diff/{other:int}/members", dependencies=_EXCERPT, sync_to_thread=True)
def diff_revision_members(
    actor: TheActor, door: TheDoor, release: TheRelease, number: _Number, other: _Number, which: TheExcerpt
) -> MemberDiffAnswer:
    """Show what changed inside one archive from one revision to another."""
    return _look_inside(door, actor, DiffRevisions(release, number, other), which)


@get("/revisions/{number:int}/diff/{other:int}/text", sync_to_thread=True)
def diff_revision_texts(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    number: _Number,
    other: _Number,
    which: TheText,
) -> TextDiffAnswer:
    """Show line by line what changed inside a text from one revision to another.

    The text is a file of the release, or with `member` one inside an archive, by its path below the root.
    """
    return _compare_texts(door, actor, which.find(DiffRevisions(release, number, other)))


@get("/diff/text", sync_to_thread=True)
def diff_release_texts(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    which: TheText,
    other: FromQuery[Version | None] = None,
) -> TextDiffAnswer:
    """Show line by line what changed inside a text since another version of the line."""
    return _compare_texts(door, actor, which.find(DiffReleases(release, other)))


@get("/diff/members", dependencies=_EXCERPT, sync_to_thread=True)
def diff_release_members(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    which: TheExcerpt,
    other: FromQuery[Version | None] = None,
) -> MemberDiffAnswer:
    """Show what changed inside one archive since another version of the line."""
    return _look_inside(door, actor, DiffReleases(release, other), which)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        RELEASE_PATH,
        route_handlers=[diff_revisions, diff_releases, diff_revision_members, diff_release_members],
        dependencies=RELEASE_DEPENDENCY,
    ),
    Router(
        RELEASE_PATH,
        route_handlers=[diff_revision_texts, diff_release_texts],
        dependencies={**RELEASE_DEPENDENCY, "which": Provide(read_wanted, sync_to_thread=False)},
    ),
)


def _answer(
    door: Door, actor: Actor, files: DiffReleases | DiffRevisions, *, with_members: bool
) -> DiffAnswer:
    if not with_members:
        return _describe_diff(door.ask(actor, files))
    found = door.ask(actor, DiffWithMembers(files))
    return _describe_diff(found.diff, found.members)


def _look_inside(
    door: Door, actor: Actor, files: DiffReleases | DiffRevisions, which: Excerpt
) -> MemberDiffAnswer:
    return _describe_members(door.ask(actor, DiffMembers(files, which.path, which.skip, which.limit)))


def _compare_texts(door: Door, actor: Actor, wanted: FindTexts) -> TextDiffAnswer:
    found = read_difference(door.ask(actor, wanted))
    return TextDiffAnswer(
        path=found.path,
        member=found.member,
        old=found.old,
        new=found.new,
        added=found.added,
        removed=found.removed,
        hunks=tuple(tuple(map(_describe_line, hunk.lines)) for hunk in found.hunks),
    )


def _describe_line(line: TextLine) -> TextLineAnswer:
    return TextLineAnswer(kind=line.kind, before=line.before, after=line.after, text=line.text)


def _describe_diff(diff: Diff, members: Mapping[FilePath, MemberDiff] = _NOTHING) -> DiffAnswer:
    return DiffAnswer(
        old=diff.old,
        new=diff.new,
        changes=tuple(_describe_change(each, members.get(each.path)) for each in diff.changes),
        unchanged=diff.unchanged,
    )


def _describe_change(change: FileChange, members: MemberDiff | None) -> ChangeAnswer:
    def describe(content: Content | None) -> FileAnswer | None:
        return FileAnswer.describe(FileEntry(change.path, content)) if content else None

    return ChangeAnswer(
        path=change.path,
        kind=change.kind,
        before=describe(change.before),
        after=describe(change.after),
        members=None if members is None else _describe_members(members),
    )


def _describe_members(found: MemberDiff) -> MemberDiffAnswer:
    return MemberDiffAnswer(
        items=tuple(map(_describe_member_change, found.items)),
        next=None if found.next is None else encode_cursor(found.next),
        added=found.counts[MemberChangeKind.ADDED],
        removed=found.counts[MemberChangeKind.REMOVED],
        changed=found.counts[MemberChangeKind.CHANGED],
        mode=found.counts[MemberChangeKind.MODE],
        unchanged=found.unchanged,
    )


def _describe_member_change(change: MemberChange) -> MemberChangeAnswer:
    return MemberChangeAnswer(
        path=change.path,
        kind=change.kind,
        before=_describe_member(change.before),
        after=_describe_member(change.after),
    )


def _describe_member(state: MemberState | None) -> MemberAnswer | None:
    if state is None:
        return None
    return MemberAnswer(
        kind=state.kind,
        mode=f"{state.mode:o}",
        size=state.size,
        sha256=state.sha256 or None,
        content=state.content,
        link=state.link,
    )
