# SPDX-License-Identifier: Apache-2.0
"""Ballots that were refused: the voter is told why, and whoever runs the vote can see that it happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from atr.domain.errors import Refused
from atr.domain.people import Actor
from atr.domain.vote import RefusedBallot
from atr.services.ballots import CastBallot, identify_voter
from atr.services.door import Bookkeeping, Command, Door, Work

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class NoteRefusal(Bookkeeping[None]):
    """Write down that somebody's ballot was refused, in place of an earlier one of theirs."""

    actor: Actor
    ballot: CastBallot
    reasons: tuple[str, ...]

    def note(self, work: Work) -> None:
        """Keep the newest refusal of a person in a round, with the number of attempts."""
        refused = RefusedBallot(
            voter=identify_voter(self.actor),
            text=self.ballot.choice.strip(),
            door=self.ballot.door,
            refused_at=work.now,
            reasons=self.reasons,
        )
        work.unit.votes.note_refusal(self.ballot.release, self.ballot.number, refused)


@contextmanager
def noting_refusals(door: Door, actor: Actor, command: Command[R]) -> Iterator[None]:
    """Perform the command inside the block; if it is a ballot, its refusal is written down, and raised."""
    try:
        yield
    except Refused as refusal:
        if isinstance(command, CastBallot):
            door.keep(NoteRefusal(actor, command, refusal.reasons))
        raise
