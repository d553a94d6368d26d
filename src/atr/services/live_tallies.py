# SPDX-License-Identifier: Apache-2.0
"""The count of a vote while people watch it, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from atr.domain.artifact import Digest
from atr.domain.ballot_hash import hash_ballots
from atr.domain.names import ReleaseKey
from atr.domain.vote import Round, Tally, tally_round
from atr.domain.vote_timeline import TimelinePoint, trace_tally
from atr.services.door import Place, Query, Work
from atr.services.releases import find_release
from atr.services.rounds import count_round, find_left, find_round
from atr.services.voter_names import find_voter_names


@dataclass(frozen=True, slots=True)
class LiveTally:
    """The newest round with its count; `newest_at` is when the latest ballot was cast."""

    vote: Round
    tally: Tally
    voters: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class TakeTally(Query[LiveTally | None]):
    """How the newest round of a release stands; None without one."""

    release: ReleaseKey

    def answer(self, work: Work) -> LiveTally | None:
        """Return it; raise NotFound."""
        find_release(work, self.release)
        newest = work.unit.votes.list_newest([self.release]).get(self.release)
        if newest is None:
            return None
        answers = work.unit.votes.list_answers(self.release, newest.number)
        tally = newest.tally or tally_round(newest, answers, work.now, find_left(work, newest))
        newest_at = max((each.cast_at for each in answers), default=None)
        return LiveTally(newest, tally, len(answers), newest_at)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A round's ballots as they changed the count, and the root over all of them as of now."""

    vote: Round
    points: tuple[TimelinePoint, ...]
    ballots_root: Digest
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShowTimeline(Query[Timeline]):
    """How the count of a round came about."""

    release: ReleaseKey
    number: int

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> Timeline:
        """Return it; raise NotFound."""
        vote = find_round(work, self.release, self.number)
        count = count_round(work, vote)
        withdrawn = work.unit.votes.list_withdrawn(self.release, self.number)
        points = trace_tally(vote, count.ballots, count.left, withdrawn)
        names = find_voter_names(work, {point.voter for point in points})
        return Timeline(vote, points, hash_ballots(vote, count.ballots), names)
