# SPDX-License-Identifier: Apache-2.0
"""A visitor's ballot before it is confirmed, and the links by which visitors come back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from atr.domain.artifact import Digest
from atr.domain.checklist import list_items
from atr.domain.errors import Invalid
from atr.domain.evidence import DONE, read_evidence
from atr.domain.names import ParticipantId
from atr.domain.vote import LONGEST_COMMENT, BallotDoor, parse_choice

_LINK = re.compile(r"(?P<id>[0-9a-f]{32})-(?P<signature>[0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class VisitorAnswer:
    """What a visitor says: the name to show, the answer as written, the bytes looked at, a comment.

    `done` names what was ticked, without words: those could not be erased from the ballot.
    """

    display_name: str
    text: str
    manifest_digest: Digest
    remark: str = ""
    door: BallotDoor = BallotDoor.API
    done: tuple[str, ...] = ()

    def read_evidence(self, checklist: str) -> Mapping[str, str]:
        """Return the ticks as evidence; raise Invalid for what is on no list."""
        return read_evidence(dict.fromkeys(self.done, DONE), len(list_items(checklist)))

    def __post_init__(self) -> None:
        """Raise Invalid for what is no vote, or a comment that is too long."""
        parse_choice(self.text)
        if len(self.remark) > LONGEST_COMMENT:
            raise Invalid.field("comment", f"Keep the comment within {LONGEST_COMMENT} characters.")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An answer that waits for the click in a mail; it counts as nothing until then."""

    id: str
    participant: ParticipantId
    answer: VisitorAnswer
    notice: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    token_hash: str = field(default="", repr=False)

    def is_open(self, now: datetime) -> bool:
        """Tell whether the link still works."""
        return self.used_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class SignedLink:
    """The end of a link: a random id, and what only this installation can have written beside it."""

    id: str
    signature: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "SignedLink":
        """Read the end of a link; raise Invalid when it is of another form."""
        found = _LINK.fullmatch(text)
        if found is None:
            raise Invalid.field("token", "This link is not complete: copy it whole from the mail.")
        return cls(found["id"], found["signature"])

    def __str__(self) -> str:
        """Return the end of the link."""
        return f"{self.id}-{self.signature}"
