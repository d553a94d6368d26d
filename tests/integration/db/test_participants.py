# SPDX-License-Identifier: Apache-2.0
"""Visitors come back from the database as they went in, and what is destroyed is gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from atr.domain.artifact import Digest
from atr.domain.errors import Conflict
from atr.domain.names import ParticipantId
from atr.domain.privacy import ContactKind, Participant
from atr.domain.rate_limits import Counted
from atr.domain.visitor_ballot import Confirmation, VisitorAnswer
from atr.ports.repositories.participants import Trace
from atr.ports.unit_of_work import OpenUnit, UnitOfWork
from atr.ports.vault import Sealed
from atr.services.door import Door
from tests.support.door import NOON
from tests.support.playground import make_project
from tests.support.voting import KEY, cast_vote, seal_release, show_round, start_vote

SEALED = Sealed(b"text", b"key")
VISITOR = Participant(ParticipantId(f"participant:{'a' * 32}"), KEY, 1, 0, ContactKind.MAIL, "v1", NOON)
WAITING = Confirmation(
    "c" * 32,
    VISITOR.id,
    VisitorAnswer("Sunny", "+0.5", Digest("sha512", "a" * 128), "Fine.", done=("built", "checklist.1")),
    "v1",
    NOON,
    NOON + timedelta(days=1),
    token_hash="hash",
)


@pytest.fixture(autouse=True)
def opened(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)


def other(letter: str) -> Participant:
    return replace(VISITOR, id=ParticipantId(f"participant:{letter * 32}"))


def add(unit: UnitOfWork, visitor: Participant = VISITOR, contact_hash: str = "h1") -> Participant:
    return unit.participants.add(visitor, contact_hash, SEALED)


def test_visitors_of_a_round_are_numbered(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        assert add(unit) == replace(VISITOR, number=1)
        assert add(unit, other("b"), "h2").number == 2
        assert unit.participants.find_many(frozenset()) == {}
        assert set(unit.participants.find_many(frozenset({VISITOR.id, other("c").id}))) == {VISITOR.id}
        assert unit.participants.find(other("c").id) is None


def test_a_contact_has_one_visitor_a_round(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        add(unit)
        assert unit.participants.find_by_contact(KEY, 1, "h1") == replace(VISITOR, number=1)
        assert unit.participants.find_by_contact(KEY, 1, "h2") is None
        with pytest.raises(Conflict):
            add(unit, other("b"))


def test_what_changes_of_a_visitor_is_saved(open_unit: OpenUnit) -> None:
    changed = replace(
        VISITOR,
        number=1,
        display_name="Sunny",
        remark="Fine.",
        consented_notice="v2",
        confirmed_at=NOON,
        erased_at=NOON + timedelta(hours=1),
    )
    with open_unit() as unit:
        add(unit)
        unit.participants.save(changed)
        assert unit.participants.find(VISITOR.id) == changed


def test_a_destroyed_contact_is_gone_but_still_keeps_one_ballot_a_person(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        add(unit)
        assert unit.participants.find_contact(VISITOR.id) == SEALED
        unit.participants.destroy_contact(VISITOR.id)
        assert unit.participants.find_contact(VISITOR.id) is None
        assert unit.participants.find_contact(other("b").id) is None
        assert unit.participants.find_by_contact(KEY, 1, "h1") is not None


def test_contacts_of_rounds_that_ended_are_destroyed_whole(door: Door, open_unit: OpenUnit) -> None:
    vote = show_round(door).vote
    with open_unit() as unit:
        add(unit)
        assert unit.participants.destroy_contacts(NOON + timedelta(days=99)) == 0
        unit.votes.save_round(replace(vote, closed_at=NOON), vote.state)
        assert unit.participants.destroy_contacts(NOON - timedelta(seconds=1)) == 0
        assert unit.participants.list_rounds() == ((KEY, 1),)
        assert unit.participants.destroy_contacts(NOON) == 1
        assert unit.participants.destroy_contacts(NOON) == 0
        assert unit.participants.list_rounds() == ()
        assert unit.participants.find(VISITOR.id) is not None


def test_a_confirmation_comes_back_and_is_used_once(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        add(unit)
        unit.participants.add_confirmation(WAITING)
        assert unit.participants.find_confirmation(WAITING.id) == WAITING
        assert unit.participants.find_confirmation("d" * 32) is None
        assert unit.participants.use_confirmation(WAITING.id, NOON)
        assert not unit.participants.use_confirmation(WAITING.id, NOON)
        used = unit.participants.find_confirmation(WAITING.id)
        assert used is not None
        assert (used.used_at, used.answer) == (
            NOON,
            replace(WAITING.answer, display_name="", remark="", done=()),
        )


def test_whoever_never_confirmed_is_removed_and_nobody_else(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        add(unit)
        add(unit, other("b"), "h2")
        unit.participants.save(replace(other("b"), confirmed_at=NOON))
        unit.participants.add_confirmation(WAITING)
        assert unit.participants.delete_unconfirmed(NOON) == 0
        assert unit.participants.delete_unconfirmed(WAITING.expires_at) == 2
        assert unit.participants.find(VISITOR.id) is None
        assert unit.participants.find(other("b").id) is not None


def test_dropping_removes_all_that_waits(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        add(unit)
        unit.participants.add_confirmation(WAITING)
        unit.participants.drop_confirmations(VISITOR.id)
        assert unit.participants.find_confirmation(WAITING.id) is None


def test_traces_are_counted_by_kind_and_forgotten(open_unit: OpenUnit) -> None:
    network, contact = Trace(Counted.NETWORK, "d"), Trace(Counted.CONTACT, "d")
    with open_unit() as unit:
        for minutes in (0, 1, 2):
            unit.attempts.add(network, NOON + timedelta(minutes=minutes))
        assert len(unit.attempts.list_since(network, NOON)) == 2
        assert unit.attempts.list_since(contact, NOON) == ()
        assert unit.attempts.forget(NOON + timedelta(minutes=1)) == 2
        assert unit.attempts.list_since(network, NOON) == (NOON + timedelta(minutes=2),)


def test_a_withdrawn_ballot_stays_where_it_is(door: Door, open_unit: OpenUnit, engine: Engine) -> None:
    ballot = cast_vote(door, "dave")
    with open_unit() as unit:
        unit.votes.withdraw_ballots(KEY, 1, ballot.voter, NOON)
        unit.commit()
    assert show_round(door).ballots == ()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT voter FROM ballots")).scalars().all() == ["dave"]
    with open_unit() as unit:
        assert unit.votes.find_voted(ballot.voter, [KEY]) == frozenset()  # type: ignore[arg-type]


@pytest.mark.parametrize("statement", ["DELETE FROM ballot_withdrawals", "TRUNCATE ballot_withdrawals"])
def test_withdrawals_are_never_changed(statement: str, engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="refused"), engine.begin() as connection:
        connection.execute(text(statement))
