# SPDX-License-Identifier: Apache-2.0
"""A round is shown with every ballot, its thread, and the same sentences that refuse a step."""

import pytest
from sqlalchemy import Engine

from atr.db.engine import count_queries
from atr.domain.errors import NotFound
from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.vote import Choice
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.services.vote_views import ListRounds, ShowRound, VoteAction
from atr.services.votes import CancelRound, ExtendRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import (
    KEY,
    cast_vote,
    make_bench,
    pass_vote,
    seal_release,
    show_round,
    start_vote,
)


@pytest.fixture
def sealed(door: Door) -> None:
    make_project(door)
    seal_release(door)


def test_the_view_names_people_and_who_is_silent(door: Door, sealed: None) -> None:
    start_vote(door)
    cast_vote(door, "bob", "-1")
    view = show_round(door, actor=act_as(door, "bob"))
    assert view.voting_body == "Sample Demo PMC"
    assert view.silent == (UserId("alice"), UserId("carol"))
    assert view.names[UserId("alice")] == "Alice"
    assert view.names[UserId(view.vote.opened_by)] == "Rm"
    assert view.mine is not None
    assert (view.mine.choice, view.counts_as_binding) == (Choice.AGAINST, True)
    assert not show_round(door, actor=act_as(door, "dave")).counts_as_binding
    assert door.ask(ANONYMOUS, ShowRound(KEY, 1)).mine is None


def test_the_thread_is_the_call_and_its_answers(door: Door, sealed: None) -> None:
    start_vote(door)
    door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, hours=1))
    assert [mail.in_reply_to is None for mail in show_round(door).thread] == [True, False]


def test_a_step_that_is_open_says_so_to_whoever_may_take_it(door: Door, sealed: None) -> None:
    start_vote(door)
    view = show_round(door, actor=act_as(door, "rm"))
    opened = {each.action for each in view.actions if each.is_open}
    assert opened == {VoteAction.CAST, VoteAction.EXTEND, VoteAction.CANCEL}
    assert view.find_action(VoteAction.RESOLVE).reasons[0].startswith("The vote is open until")
    assert view.find_action(VoteAction.RESOLVE).permitted


def test_a_step_says_who_may_not_take_it(door: Door, sealed: None) -> None:
    start_vote(door)
    visitor = show_round(door, actor=add_person(door, "visitor"))
    assert visitor.find_action(VoteAction.CAST).is_open
    assert visitor.find_action(VoteAction.CANCEL).reasons == (
        "Only PMC members, release managers and sysadmins move a release on.",
    )
    nobody = show_round(door, actor=ANONYMOUS)
    assert {each.reasons[0] for each in nobody.actions} == {"Sign in first."}
    machine = show_round(door, actor=SERVICE)
    assert machine.find_action(VoteAction.CONFIRM).reasons[0] == "Only a person does this."
    assert machine.find_action(VoteAction.CAST).reasons[0] == "You may not vote here."


def test_a_list_of_rounds_has_their_counts_and_why_none_can_begin(door: Door, sealed: None) -> None:
    rm = act_as(door, "rm")
    assert door.ask(rm, ListRounds(KEY)).start_reasons == ()
    assert door.ask(ANONYMOUS, ListRounds(KEY)).start_reasons == ("Sign in first.",)
    start_vote(door)
    cast_vote(door, "alice")
    view = door.ask(rm, ListRounds(KEY))
    assert [(item.vote.number, item.tally.binding.in_favour) for item in view.rounds] == [(1, 1)]
    assert "cannot go to vote" in view.start_reasons[0]
    door.perform(rm, CancelRound(KEY, 1, "wrong files"))
    (item,) = door.ask(rm, ListRounds(KEY)).rounds
    assert item.tally == item.vote.tally


def test_rounds_of_what_is_not_there_are_not_found(door: Door, sealed: None) -> None:
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowRound(KEY, 1))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ListRounds(ReleaseKey.parse("demo/9")))


def test_a_round_with_many_ballots_takes_as_many_queries_as_one_with_few(
    door: Door, sealed: None, engine: Engine
) -> None:
    start_vote(door)
    cast_vote(door, "alice")
    with count_queries(engine) as few:
        show_round(door)
    for number in range(12):
        cast_vote(door, add_person(door, f"voter{number}"))
    with count_queries(engine) as many:
        show_round(door)
    assert len(many) == len(few) <= 12


def test_a_closed_round_is_shown_as_it_was_counted(
    door: Door, sealed: None, clock: SettableClock, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    pass_vote(door, clock, make_bench(door, surroundings, queue))
    view = show_round(door, actor=act_as(door, "rm"))
    assert view.tally == view.vote.tally
    assert [each.action for each in view.actions if each.is_open] == []
