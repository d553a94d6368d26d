# SPDX-License-Identifier: Apache-2.0
"""Reminders fall at two thirds of the time, to those who are awaited."""

from dataclasses import replace
from datetime import timedelta

from atr.domain.names import UserId
from atr.domain.reminder import find_reminder, list_silent
from atr.domain.vote import Ballot, Choice
from tests.unit.domain.vote_samples import OPENED_AT, VOTED, make_round


def test_the_time_is_two_thirds_of_the_period() -> None:
    assert find_reminder(make_round()) == OPENED_AT + timedelta(hours=48)
    assert find_reminder(replace(make_round(), deadline_at=None)) is None


def test_awaited_is_who_neither_voted_nor_left() -> None:
    vote = replace(make_round(), roster=frozenset(map(UserId, ("amy", "bob", "cat"))))
    ballot = Ballot(UserId("bob"), Choice.ABSTAIN, "0", VOTED, OPENED_AT)
    assert list_silent(vote, (ballot,), frozenset({UserId("cat")})) == ("amy",)
