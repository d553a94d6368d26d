# SPDX-License-Identifier: Apache-2.0
"""A policy is tried on the last votes before it is saved."""

import pytest

from atr.domain.errors import Invalid, NotFound
from atr.domain.names import ProductRef, ProjectKey
from atr.domain.people import ANONYMOUS
from atr.domain.policy import PolicyChange
from atr.domain.vote_replay import Comparison, Outcome
from atr.services.door import Door
from atr.services.policies import PolicyRef, SetPolicy, ShowPolicy
from atr.services.policy_simulation import SimulatePolicy
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRoundIfDue
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_line, make_project
from tests.support.voting import KEY, Bench, cast_vote, make_bench, pass_vote, seal_release, start_vote

DEMO = ProjectKey("demo")


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


@pytest.fixture
def voted(door: Door, clock: SettableClock, bench: Bench) -> None:
    make_project(door)
    seal_release(door)
    pass_vote(door, clock, bench)


def simulate(door: Door, change: PolicyChange, ref: PolicyRef = DEMO) -> tuple[Comparison, ...]:
    return door.ask(ANONYMOUS, SimulatePolicy(ref, change))


def test_a_change_is_shown_with_its_reasons_and_nothing_is_saved(door: Door, voted: None) -> None:
    (seen,) = simulate(door, PolicyChange(min_binding=4))
    assert (seen.before.outcome, seen.after.outcome) == (Outcome.PASSES, Outcome.STAYS_OPEN)
    assert "3 of 4 required" in seen.why[1]
    assert door.ask(ANONYMOUS, ShowPolicy(DEMO)).effective.policy.min_binding == 3


def test_no_change_differs_in_nothing(door: Door, voted: None) -> None:
    (seen,) = simulate(door, PolicyChange())
    assert (seen.why, seen.is_other_outcome) == ((), False)


def test_a_vote_that_goes_on_is_left_out(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    assert simulate(door, PolicyChange(min_hours=0)) == ()


def test_a_policy_that_is_not_allowed_is_not_tried(door: Door, voted: None) -> None:
    with pytest.raises(Invalid, match="may only be raised"):
        simulate(door, PolicyChange(min_binding=2))


@pytest.mark.parametrize("number", [0, 101])
def test_the_number_of_releases_is_bounded(door: Door, voted: None, number: int) -> None:
    with pytest.raises(Invalid, match="1 to 100"):
        door.ask(ANONYMOUS, SimulatePolicy(DEMO, PolicyChange(), number))


def test_what_a_line_sets_itself_is_not_changed_by_the_project(door: Door, voted: None) -> None:
    line = ProductRef.parse("demo/main")
    door.perform(act_as(door, "alice"), SetPolicy(line, PolicyChange(min_binding=3)))
    (seen,) = simulate(door, PolicyChange(min_binding=4))
    assert seen.why == ()
    (seen,) = simulate(door, PolicyChange(min_binding=4), line)
    assert seen.is_other_outcome


def test_a_line_has_its_own_releases_alone(door: Door, voted: None) -> None:
    make_line(door, "demo/tools")
    assert simulate(door, PolicyChange(min_binding=4), ProductRef.parse("demo/tools")) == ()
    with pytest.raises(NotFound):
        simulate(door, PolicyChange(), ProductRef.parse("demo/nothing"))


def test_the_sponsors_round_is_not_the_podlings(door: Door, clock: SettableClock, bench: Bench) -> None:
    make_project(door, "parent", pmc=("xena", "yuri", "zoe"))
    make_project(door, sponsor="parent")
    seal_release(door)
    pass_vote(door, clock, bench)
    for member in ("xena", "yuri", "zoe"):
        cast_vote(door, member, number=2)
    clock.advance(hours=72)
    ResolveRoundIfDue(KEY, 2).run(bench.tools)
    (seen,) = simulate(door, PolicyChange(min_binding=4))
    assert seen.vote.number == 1
