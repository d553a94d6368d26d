# SPDX-License-Identifier: Apache-2.0
"""A form that is sent twice does nothing twice; one that is sent too late loses nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from atr.domain.errors import AlreadyDone
from atr.domain.names import UserId
from atr.domain.people import OPERATOR
from atr.ports.repositories.events import EventFilter
from atr.services.door import Door
from atr.services.events import EventView, ListEvents
from atr.services.people import CreatePerson
from tests.support.browsing import Visitor, walk_in
from tests.support.door import SettableClock
from tests.support.playground import make_line, make_project
from tests.support.voting import seal_release, show_round, start_vote
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]
VOTE = "/releases/demo/main/1.0/votes"
ACTS = (
    ("alice", "/projects/demo/main/new-release", {"version": "3.0"}),
    ("alice", "/projects/demo/tools/new-release", {"version": "1.2.3"}),
    ("rm", VOTE, {"hours": "72"}),
    ("rm", "/releases/demo/main/1.0/phase", {"to": "compose"}),
    ("alice", "/me/tokens", {"name": "ci", "days": "30", "activities": "run phase"}),
)


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    make_project(door)
    make_line(door)
    seal_release(door)
    return lambda user: walk_in(api, door, user)


def count_events(door: Door) -> int:
    return len(list_events(door))


def list_events(door: Door) -> tuple[EventView, ...]:
    return door.ask(OPERATOR, ListEvents(EventFilter())).items


@pytest.mark.parametrize(("user", "path", "fields"), ACTS, ids=[each[1] for each in ACTS])
def test_a_second_press_changes_nothing_and_complains_about_nothing(
    enter: WalkIn, door: Door, user: str, path: str, fields: dict[str, str]
) -> None:
    visitor = enter(user)
    first = visitor.send(path, fields)
    assert first.status < 400, first.text
    events = count_events(door)

    second = visitor.send(path, fields)

    assert second.status == 303
    assert count_events(door) == events
    assert "sending it again changed nothing" in visitor.look("/").text


def test_a_ballot_that_is_sent_twice_is_one_answer(enter: WalkIn, door: Door) -> None:
    start_vote(door)
    alice = enter("alice")
    digest = alice.look(f"{VOTE}/1").values["manifest_digest"]
    ballot = {"choice": "+1", "comment": "Fine.", "manifest_digest": digest}
    for _ in range(2):
        assert alice.send(f"{VOTE}/1/ballot", ballot).status == 303
    assert sum(each.event.name == "ballot.cast" for each in list_events(door)) == 1


def test_whoever_changes_a_vote_back_at_once_has_changed_it_back(enter: WalkIn, door: Door) -> None:
    start_vote(door)
    alice = enter("alice")
    for choice in ("+1", "-1", "+1"):
        seen = alice.look(f"{VOTE}/1").values
        ballot = {name: seen[name] for name in ("_copy", "manifest_digest")} | {"choice": choice}
        assert alice.send(f"{VOTE}/1/ballot", ballot).status == 303
    assert show_round(door).tally.binding.in_favour == 1
    assert sum(each.event.name == "ballot.cast" for each in list_events(door)) == 3


def test_the_same_thing_can_be_done_again_later(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    visitor = enter("rm")
    assert visitor.send("/releases/demo/main/1.0/phase", {"to": "compose"}).status == 303
    clock.advance(hours=1)
    assert visitor.send("/releases/demo/main/1.0/phase", {"to": "compose"}).status == 409


def test_a_form_that_was_refused_can_be_sent_again_at_once(enter: WalkIn, door: Door) -> None:
    rm = enter("rm")
    path, fields = "/releases/demo/main/1.0/phase", {"to": "released"}
    assert [rm.send(path, fields).status for _ in range(2)] == [409, 409]


def test_of_two_at_the_same_moment_one_is_carried_out(door: Door) -> None:
    def add(_: int) -> str:
        try:
            door.guard("the same form").perform(OPERATOR, CreatePerson(UserId("newcomer"), "New Comer"))
        except AlreadyDone:
            return "repeated"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(4))) == ["done", "repeated", "repeated", "repeated"]


def test_every_command_of_a_form_is_carried_out(door: Door) -> None:
    guarded = door.guard("one form")
    for user in ("first", "second"):
        guarded.perform(OPERATOR, CreatePerson(UserId(user), user.capitalize()))
    with pytest.raises(AlreadyDone):
        door.guard("one form").perform(OPERATOR, CreatePerson(UserId("third"), "Third"))


def test_what_was_typed_waits_until_one_has_signed_in(enter: WalkIn, door: Door) -> None:
    alice = enter("alice")
    alice.find_token()
    session = alice.client.cookies["atr_session"]
    del alice.client.cookies["atr_session"]

    kept = alice.send("/projects/demo/main/new-release", {"version": "3.0"})

    assert kept.status == 401
    assert "what you typed is kept on this page" in kept.text
    assert kept.values["version"] == "3.0"
    assert kept.answer.headers["cache-control"] == "no-store"
    alice.client.cookies.set("atr_session", session)
    sent = alice.send("/projects/demo/main/new-release", {"version": kept.values["version"]})
    assert sent.leads_to.startswith("/releases/demo/main/3.0")


def test_a_secret_that_was_typed_is_not_shown(enter: WalkIn, door: Door) -> None:
    stranger = enter("")
    kept = stranger.send("/channels", {"name": "Registry", "token": "swordfish", "key": "npm"})
    assert kept.status in {401, 404, 405}
    assert "swordfish" not in kept.text
