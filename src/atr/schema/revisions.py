# SPDX-License-Identifier: Apache-2.0
"""Revisions and differences on the wire."""

from pydantic import Field, StrictInt

from atr.domain.revision import MOST_FILES
from atr.schema.files import FileAnswer, PathText, Sha512Text
from atr.schema.pages import ItemPage
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LONGEST_DESCRIPTION = 10_000


class RevisionCreate(WireRequest):
    """A change of files, made as a whole on top of the newest revision: `base` is its number, 0 at first."""

    base: StrictInt = Field(ge=0, le=2**31 - 1)
    add: dict[PathText, Sha512Text] = Field(
        default_factory=dict, max_length=MOST_FILES, description="The content to be at each path."
    )
    remove: tuple[PathText, ...] = Field(default=(), max_length=MOST_FILES)
    description: str = Field(default="", max_length=LONGEST_DESCRIPTION)


class RevisionRestore(WireRequest):
    """Going back to an earlier revision: `base` is the number of the newest one that was seen."""

    base: StrictInt = Field(ge=0, le=2**31 - 1)


class RevisionItem(WireAnswer):
    """A revision without its files."""

    number: int
    manifest_digest: str
    file_count: int
    total_size: int
    created_at: UtcTime
    created_by: str
    description: str


class RevisionAnswer(RevisionItem):
    """A revision with its files."""

    files: tuple[FileAnswer, ...]


class MemberAnswer(WireAnswer):
    """A member of an archive; `mode` is octal, `sha256` null for what is no file."""

    kind: str
    mode: str
    size: int
    sha256: str | None
    content: str
    link: str | None


class MemberChangeAnswer(WireAnswer):
    """What happened to one member, by its path below the archive's root: added, removed, changed or mode."""

    path: str
    kind: str
    before: MemberAnswer | None
    after: MemberAnswer | None


class MemberDiffAnswer(ItemPage[MemberChangeAnswer]):
    """Some of the changes inside an archive; the numbers are of all of them."""

    added: int
    removed: int
    changed: int
    mode: int
    unchanged: int


class TextLineAnswer(WireAnswer):
    """A line of a difference: same, removed or added, with its number on each side, counted from 1."""

    kind: str
    before: int | None
    after: int | None
    text: str


class TextDiffAnswer(WireAnswer):
    """What changed inside a text; `member` is empty for a file of the release itself.

    Each hunk has changed lines that stand together, with three equal ones around.
    """

    path: str
    member: str
    old: str
    new: str
    added: int
    removed: int
    hunks: tuple[tuple[TextLineAnswer, ...], ...]


class ChangeAnswer(WireAnswer):
    """What happened to one path; `before` and `after` are null where there is no file.

    `members` has the first changes inside an archive if they were asked for and its members are known.
    """

    path: str
    kind: str
    before: FileAnswer | None
    after: FileAnswer | None
    members: MemberDiffAnswer | None = None


class DiffAnswer(WireAnswer):
    """What changed; `unchanged` counts the files that stayed the same."""

    old: str
    new: str
    changes: tuple[ChangeAnswer, ...]
    unchanged: int
