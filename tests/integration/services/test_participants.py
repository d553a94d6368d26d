# SPDX-License-Identifier: Apache-2.0
"""Visitors see, correct, take back and erase what is kept; the tally and the events stand nevertheless."""

import pytest

from atr.domain.ballot_hash import hash_ballots
from atr.domain.errors import Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.names import ParticipantId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.domain.vote import Counts, tally_round
from atr.ports.unit_of_work import OpenUnit
from atr.services.credentials import ResolveSession
from atr.services.door import Door
from atr.services.own_data import EraseOwnData, ListVisits
from atr.services.participants import (
    CorrectName,
    EraseParticipant,
    ParticipantView,
    RevealContact,
    ShowParticipant,
    WithdrawBallot,
)
from atr.services.people import CreatePerson
from atr.services.surroundings import Surroundings
from atr.services.visitor_ballots import ConfirmBallot
from atr.services.votes import CancelRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, issue_token, make_project, sign_in
from tests.support.visitors import ADDRESS, NAME, ask_for_ballot, read_mail, vote_as_visitor
from tests.support.voting import KEY, Bench, cast_vote, make_bench, seal_release, show_round, start_vote


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    start_vote(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


@pytest.fixture
def token(bench: Bench) -> str:
    return str(vote_as_visitor(bench, remark="Works for me.").link)


def look(door: Door, token: str) -> ParticipantView:
    return door.ask(ANONYMOUS, ShowParticipant(token))


def test_a_visitor_sees_everything_that_is_kept(door: Door, token: str) -> None:
    view = look(door, token)
    assert (view.participant.display_name, view.contact) == (NAME, ADDRESS)
    assert view.participant.remark == "Works for me."
    assert [each.text for each in view.ballots] == ["+1"]
    assert [(each.event.name, each.actor_name) for each in view.events] == [
        ("ballot.cast", NAME),
        ("visitor.consented", NAME),
    ]
    assert view.withdraw_reasons == ()


def test_a_name_is_corrected_wherever_it_is_shown(door: Door, token: str) -> None:
    door.perform(ANONYMOUS, CorrectName(token, "  Wanda   W. "))
    (shown,) = show_round(door).ballots
    assert shown.name == "Wanda W."
    newest = look(door, token).events[0].event
    assert newest.name == "visitor.corrected"
    assert "Wanda" not in str(newest.details)


@pytest.mark.parametrize("name", ["", "   ", "a@visitors.example", "a\u0007bell", "x" * 81])
def test_a_name_is_a_name(door: Door, token: str, name: str) -> None:
    with pytest.raises(Invalid):
        door.perform(ANONYMOUS, CorrectName(token, name))
    assert look(door, token).participant.display_name == NAME


def test_a_ballot_is_taken_back_while_the_vote_is_open(door: Door, bench: Bench, token: str) -> None:
    door.perform(ANONYMOUS, WithdrawBallot(token))
    view = show_round(door)
    assert (view.ballots, view.tally.community) == ((), Counts())
    assert look(door, token).participant.remark == ""
    with pytest.raises(Refused, match="no ballot"):
        door.perform(ANONYMOUS, WithdrawBallot(token))
    vote_as_visitor(bench, "-1")
    (again,) = show_round(door).ballots
    assert (again.ballot.text, again.earlier) == ("-1", ())


def test_taking_back_concerns_nobody_else(door: Door, bench: Bench, token: str) -> None:
    cast_vote(door, "alice")
    vote_as_visitor(bench, "0", "other@visitors.example", "Other")
    door.perform(ANONYMOUS, WithdrawBallot(token))
    assert [each.name for each in show_round(door).ballots] == ["Alice", "Other"]


def test_nothing_is_taken_back_from_a_vote_that_is_over(door: Door, token: str) -> None:
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    with pytest.raises(Refused, match="cancelled"):
        door.perform(ANONYMOUS, WithdrawBallot(token))
    assert look(door, token).withdraw_reasons == ("The vote is over: it was cancelled.",)


def test_erasing_leaves_ballot_tally_and_events_as_they_were(door: Door, bench: Bench, token: str) -> None:
    cast_vote(door, "alice")
    before = show_round(door)
    said = [each.ballot for each in before.ballots]
    with_root = hash_ballots(before.vote, look(door, token).ballots)
    door.perform(ANONYMOUS, EraseParticipant(token))
    after, own = show_round(door), look(door, token)
    assert after.tally == before.tally
    assert tally_round(after.vote, said, after.vote.opened_at).community == after.tally.community
    assert hash_ballots(after.vote, own.ballots) == with_root
    assert [each.event.name for each in own.events] == ["visitor.erased", "ballot.cast", "visitor.consented"]
    assert {each.actor_name for each in own.events} == {"withdrawn voter 1"}
    assert (own.contact, own.participant.display_name, own.participant.remark) == (None, "", "")
    visitor = next(each for each in after.ballots if each.ballot.voter == own.participant.id)
    assert (visitor.name, visitor.remark) == ("withdrawn voter 1", "")


def test_after_erasing_nothing_is_left_to_open(door: Door, token: str, open_unit: OpenUnit) -> None:
    name = look(door, token).participant.id
    door.perform(ANONYMOUS, EraseParticipant(token))
    with open_unit() as unit:
        assert unit.participants.find_contact(name) is None
    for command in (EraseParticipant(token), CorrectName(token, "Wanda")):
        with pytest.raises(Refused, match="erased already"):
            door.perform(ANONYMOUS, command)


def test_whoever_erased_does_not_vote_twice_in_the_same_round(
    door: Door, bench: Bench, token: str, queue: RecordedQueue
) -> None:
    door.perform(ANONYMOUS, EraseParticipant(token))
    queue.forget()
    ask_for_ballot(door)
    assert queue.jobs == []
    assert len(show_round(door).ballots) == 1


def test_a_click_after_erasing_confirms_nothing(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    links = read_mail(bench)
    door.perform(ANONYMOUS, EraseParticipant(links.own))
    with pytest.raises(NotFound, match="vote again"):
        door.perform(ANONYMOUS, ConfirmBallot(links.confirm))


def test_a_sysadmin_opens_a_contact_for_a_reason_the_visitor_can_read(
    door: Door, bench: Bench, token: str
) -> None:
    name = look(door, token).participant.id
    root = add_person(door, "root", sysadmin=True)
    revealed = door.perform(root, RevealContact(name, "A court asks for it."))
    assert revealed.contact == ADDRESS
    newest = look(door, token).events[0]
    assert (newest.event.name, newest.event.actor, newest.event.details["reason"]) == (
        "contact.revealed",
        "root",
        "A court asks for it.",
    )
    assert ADDRESS not in str(newest.event)


def test_nobody_else_opens_a_contact(door: Door, bench: Bench, token: str) -> None:
    name = look(door, token).participant.id
    for actor in (act_as(door, "alice"), act_as(door, "rm"), OPERATOR):
        with pytest.raises(Denied):
            door.perform(actor, RevealContact(name, "Why not."))
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, RevealContact(name, "Why not."))


def test_a_contact_is_opened_with_a_reason_and_while_there_is_one(
    door: Door, bench: Bench, token: str
) -> None:
    name = look(door, token).participant.id
    root = add_person(door, "root", sysadmin=True)
    with pytest.raises(Invalid):
        door.perform(root, RevealContact(name, "  "))
    with pytest.raises(NotFound):
        door.perform(root, RevealContact(ParticipantId(f"participant:{'0' * 32}"), "Why not."))
    door.perform(ANONYMOUS, EraseParticipant(token))
    with pytest.raises(Refused, match="No contact"):
        door.perform(root, RevealContact(name, "Too late."))


def test_somebody_who_has_an_account_by_now_finds_their_visits(door: Door, bench: Bench, token: str) -> None:
    wanda = door.perform(OPERATOR, CreatePerson("wanda", "Wanda", (ADDRESS,)))  # type: ignore[arg-type]
    (visit,) = door.ask(act_as(door, wanda.id), ListVisits())
    assert str(visit.link) == token
    assert door.ask(act_as(door, "alice"), ListVisits()) == ()
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ListVisits())


def test_erasing_with_an_account_ends_sessions_and_tokens_and_erases_visits(
    door: Door, bench: Bench, token: str, clock: SettableClock
) -> None:
    wanda = door.perform(OPERATOR, CreatePerson("wanda", "Wanda", (ADDRESS,)))  # type: ignore[arg-type]
    session = sign_in(door, "wanda")
    issue_token(door, "wanda")
    assert door.perform(act_as(door, wanda.id), EraseOwnData()) == 1
    assert door.perform(act_as(door, wanda.id), EraseOwnData()) == 0
    assert look(door, token).participant.erased_at == clock.now
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ResolveSession(session.secret))
