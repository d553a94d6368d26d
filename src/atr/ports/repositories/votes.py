# SPDX-License-Identifier: Apache-2.0
"""Rounds and ballots."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from atr.domain.names import ReleaseKey, UserId, Voter
from atr.domain.vote import Ballot, RefusedBallot, Round, WithdrawnBallot


class Votes(Protocol):
    """Rounds and ballots; ballots are only ever added."""

    def find_round(self, release: ReleaseKey, number: int, *, lock: bool = False) -> Round | None:
        """Return the round; `lock` holds it until the transaction ends."""

    def list_rounds(self, release: ReleaseKey) -> tuple[Round, ...]:
        """Return all rounds in order of their numbers."""

    def list_newest(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, Round]:
        """Return the newest round of many releases in one query."""

    def list_many(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[Round, ...]]:
        """Return all rounds of many releases in one query, each release's in order of their numbers."""

    def list_open(self, limit: int) -> tuple[Round, ...]:
        """Return rounds in which votes are taken, those that can close first at the front."""

    def find_voted(self, user: UserId, releases: Iterable[ReleaseKey]) -> frozenset[ReleaseKey]:
        """Return those of the releases on whose open round the person has voted, in one query."""

    def add_round(self, vote: Round) -> None:
        """Add the round; raise Conflict when the number is taken."""

    def save_round(self, vote: Round, expected_state: str) -> None:
        """Replace it if its state is still the expected one, else raise Conflict."""

    def add_ballot(self, release: ReleaseKey, number: int, ballot: Ballot) -> int:
        """Keep the ballot beside all earlier ones; return a number that no other ballot has."""

    def list_ballots(self, release: ReleaseKey, number: int) -> tuple[Ballot, ...]:
        """Return every ballot cast in the round and not taken back, in order of casting."""

    def withdraw_ballots(self, release: ReleaseKey, number: int, voter: Voter, now: datetime) -> int:
        """Take back everything the voter has cast in the round so far, which stays; number the act."""

    def list_withdrawn(self, release: ReleaseKey, number: int) -> tuple[WithdrawnBallot, ...]:
        """Return every ballot of the round that was taken back, in order of casting."""

    def list_around(self, release: ReleaseKey, number: int, voter: Voter) -> tuple[Ballot, ...]:
        """Return the voter's ballots and the latest of all others, none taken back, in order of casting."""

    def list_answers(self, release: ReleaseKey, number: int) -> tuple[Ballot, ...]:
        """Return each voter's latest ballot, not taken back, without comment and evidence."""

    def note_refusal(self, release: ReleaseKey, number: int, refused: RefusedBallot) -> None:
        """Keep that a ballot was not taken, in place of the person's earlier one, counting the attempts."""

    def list_refused(self, release: ReleaseKey, number: int) -> tuple[RefusedBallot, ...]:
        """Return each person's newest ballot that was not taken, the latest first."""
