# SPDX-License-Identifier: Apache-2.0
"""How far somebody is on the way to the first release, over the real door."""

import pytest

from atr.domain.first_release import GuideStep
from atr.domain.names import ProjectKey, ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.services.door import Door
from atr.services.first_release import ShowFirstRelease
from atr.services.home_views import ShowWaiting
from atr.services.keys import AddKeys, AttachKey
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue
from tests.support.keys import KeyPart, TestKey
from tests.support.playground import act_as, add_person, make_project
from tests.support.publishing import finish_release
from tests.support.voting import KEY, Bench, make_bench


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


def find_next(door: Door, user: str) -> GuideStep | None:
    return door.ask(act_as(door, user), ShowFirstRelease()).next


def is_new(door: Door, user: str) -> bool:
    return door.ask(act_as(door, user), ShowWaiting()).is_new


def test_a_stranger_is_asked_to_sign_in(door: Door) -> None:
    view = door.ask(ANONYMOUS, ShowFirstRelease())
    assert (view.next, view.done, view.release) == (GuideStep.SIGN_IN, frozenset(), None)


def test_somebody_on_no_roster_needs_one_and_no_guide_at_home(door: Door) -> None:
    add_person(door, "newcomer")
    assert find_next(door, "newcomer") is GuideStep.JOIN
    assert not is_new(door, "newcomer")


def test_the_steps_are_ticked_off_by_what_was_done(door: Door) -> None:
    make_project(door)
    rm = act_as(door, "rm")
    assert is_new(door, "rm")
    assert find_next(door, "rm") is GuideStep.ADD_KEY
    key = TestKey(KeyPart())
    door.perform(rm, AddKeys(key.armored.encode()))
    assert find_next(door, "rm") is GuideStep.ATTACH_KEY
    door.perform(rm, AttachKey(ProjectKey("demo"), key.public.fingerprint))
    assert find_next(door, "rm") is GuideStep.BEGIN
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    view = door.ask(rm, ShowFirstRelease())
    assert (view.next, view.project) == (GuideStep.UPLOAD, "demo")
    assert view.release is not None
    assert view.release.key == KEY


def test_who_has_released_needs_no_guide(door: Door, bench: Bench) -> None:
    make_project(door)
    finish_release(bench, ReleaseKey.parse("demo/1.0"))
    assert not is_new(door, "rm")
    view = door.ask(act_as(door, "rm"), ShowFirstRelease())
    assert view.has_released
    assert GuideStep.ANNOUNCE in view.done


def test_a_committer_is_not_guided_to_a_release(door: Door) -> None:
    make_project(door)
    assert not is_new(door, "dave")
    assert find_next(door, "dave") is GuideStep.JOIN
