# SPDX-License-Identifier: Apache-2.0
"""Revisions and differences on the wire."""

from pydantic import Field, StrictInt

from atr.domain.revision import MOST_FILES
from atr.schema.files import FileAnswer, PathText, Sha512Text
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


class ChangeAnswer(WireAnswer):
    """What happened to one path; `before` and `after` are null where there is no file."""

    path: str
    kind: str
    before: FileAnswer | None
    after: FileAnswer | None


class DiffAnswer(WireAnswer):
    """What changed; `unchanged` counts the files that stayed the same."""

    old: str
    new: str
    changes: tuple[ChangeAnswer, ...]
    unchanged: int
