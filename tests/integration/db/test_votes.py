# SPDX-License-Identifier: Apache-2.0
"""Rounds, ballots, mails and announcements come back from the database as they went in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atr.domain.errors import Conflict
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import MailAddress, ReleaseKey, UserId
from atr.domain.vote import Counts, ManualResult, Round, RoundState, Tally
from atr.ports.repositories.mails import MailFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from tests.support.door import NOON
from tests.support.playground import make_line, make_project
from tests.support.voting import KEY, cast_vote, seal_release, show_round, start_vote

TOOLS = ReleaseKey.parse("demo/tools/2.0")


@pytest.fixture
def opened(door: Door) -> Round:
    make_project(door)
    seal_release(door)
    return start_vote(door)


def test_every_field_of_a_closed_round_comes_back(open_unit: OpenUnit, opened: Round) -> None:
    closed = replace(
        opened,
        state=RoundState.PASSED,
        closed_at=NOON + timedelta(hours=1, microseconds=5),
        closed_by="rm",
        summary="Fine.",
        manual_result=ManualResult(True, "ok", "https://x.org/1", (3, 0, 0), (0, 1, 0)),
        tally=Tally(Counts(3), Counts(0, 1), passes=True, overdue=False, needs_rm=True, unmet=("a",)),
        departed=frozenset({UserId("bob")}),
    )
    with open_unit() as unit:
        unit.votes.save_round(closed, RoundState.OPEN)
        unit.commit()
    with open_unit() as unit:
        assert unit.votes.find_round(KEY, 1) == closed
        assert unit.votes.list_rounds(KEY) == (closed,)


def test_a_round_is_saved_only_from_the_state_it_was_seen_in(open_unit: OpenUnit, opened: Round) -> None:
    with open_unit() as unit, pytest.raises(Conflict, match="changed in the meantime"):
        unit.votes.save_round(opened, RoundState.WAITING_FOR_RM)


def test_the_newest_rounds_of_many_releases_come_together(
    door: Door, open_unit: OpenUnit, opened: Round
) -> None:
    make_line(door, "demo/tools")
    seal_release(door, TOOLS)
    other = start_vote(door, TOOLS)
    with open_unit() as unit:
        unit.votes.save_round(replace(opened, state=RoundState.CANCELLED), RoundState.OPEN)
        second = replace(opened, number=2)
        unit.votes.add_round(second)
        assert unit.votes.list_newest([KEY, TOOLS]) == {KEY: second, TOOLS: other}
        assert unit.votes.list_newest([]) == {}


def test_times_come_back_in_utc(open_unit: OpenUnit, opened: Round) -> None:
    with open_unit() as unit:
        found = unit.votes.find_round(KEY, 1)
    assert found is not None
    assert found.deadline_at is not None
    assert found.deadline_at.utcoffset() == timedelta()
    assert f"{found.deadline_at:%Y-%m-%d %H:%M}" == "2026-11-24 12:00"


def test_a_ballot_waits_for_the_one_that_is_being_cast(
    door: Door, open_unit: OpenUnit, opened: Round
) -> None:
    # Otherwise each of two deciding ballots would count without the other, and nobody resolve the round.
    first = cast_vote(door, "bob")
    with ThreadPoolExecutor(1) as pool:
        with open_unit() as unit:
            unit.votes.add_ballot(KEY, 1, replace(first, voter=UserId("carol")))
            waiting = pool.submit(cast_vote, door, "alice")
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        waiting.result(timeout=20)
    assert len(show_round(door).ballots) == 2


def test_the_delivery_of_a_mail_is_all_that_changes(open_unit: OpenUnit, opened: Round) -> None:
    mail = OutgoingMail(
        message_id="<1@example.org>",
        kind=MailKind.VOTE_NOTICE,
        release=KEY,
        to=(MailAddress("a@example.org"), MailAddress("b@example.org")),
        subject="One",
        body="Two\n",
        queued_at=datetime(2026, 1, 1, tzinfo=UTC),
        in_reply_to="<0@example.org>",
    )
    with open_unit() as unit:
        assert unit.mails.add(mail)
        assert not unit.mails.add(replace(mail, subject="Again"))
        unit.mails.save(replace(mail, subject="Other", state=MailState.FAILED, failure="full"))
        assert unit.mails.find(mail.message_id) == replace(mail, state=MailState.FAILED, failure="full")
        assert [each.subject for each in unit.mails.search(MailFilter(), PageRequest(1)).items] == ["One"]
        assert unit.mails.find("<2@example.org>") is None


def test_around_a_voter_are_all_own_ballots_and_the_latest_of_everybody_else(
    door: Door, open_unit: OpenUnit, opened: Round
) -> None:
    for voter, choice in (("bob", "-1"), ("alice", "-1"), ("bob", "+1"), ("alice", "0"), ("carol", "+1")):
        cast_vote(door, voter, choice)
    with open_unit() as unit:
        around = unit.votes.list_around(KEY, 1, UserId("alice"))
        every = unit.votes.list_ballots(KEY, 1)
        assert unit.votes.list_around(KEY, 2, UserId("alice")) == ()
    assert [(each.voter, each.text) for each in around] == [
        ("alice", "-1"),
        ("bob", "+1"),
        ("alice", "0"),
        ("carol", "+1"),
    ]
    assert len(every) == 5
