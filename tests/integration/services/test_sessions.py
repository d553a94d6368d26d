# SPDX-License-Identifier: Apache-2.0
"""Where somebody is signed in, and signing out everywhere else."""

import pytest

from atr.domain.errors import NotSignedIn
from atr.domain.people import ANONYMOUS
from atr.services.account_views import ListSessions
from atr.services.accounts import EndOtherSessions
from atr.services.credentials import ResolveSession
from atr.services.door import Door
from tests.support.door import SettableClock
from tests.support.playground import act_as, add_person, sign_in


def test_the_session_that_asks_is_marked(door: Door, clock: SettableClock) -> None:
    add_person(door, "alice")
    first, second = sign_in(door, "alice"), sign_in(door, "alice")
    alice = act_as(door, "alice")
    shown = door.ask(alice, ListSessions(first.secret))
    assert [(each.session.id, each.current) for each in shown] == [
        (second.session.id, False),
        (first.session.id, True),
    ]
    assert not any(each.current for each in door.ask(alice, ListSessions()))
    assert not any(each.current for each in door.ask(alice, ListSessions("never issued")))


def test_a_session_that_was_idle_is_not_shown(door: Door, clock: SettableClock) -> None:
    add_person(door, "alice")
    sign_in(door, "alice")
    clock.advance(hours=9)
    assert door.ask(act_as(door, "alice"), ListSessions()) == ()


def test_all_other_sessions_end_at_once(door: Door) -> None:
    add_person(door, "alice")
    add_person(door, "bob")
    kept, ended, others = sign_in(door, "alice"), sign_in(door, "alice"), sign_in(door, "bob")
    alice = act_as(door, "alice")
    assert door.perform(alice, EndOtherSessions(kept.secret)) == 1
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ResolveSession(ended.secret))
    for alive in (kept, others):
        assert door.ask(ANONYMOUS, ResolveSession(alive.secret)).actor.user == alive.person.id


def test_strangers_have_no_sessions(door: Door) -> None:
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, ListSessions())
