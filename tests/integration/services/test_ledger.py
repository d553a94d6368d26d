# SPDX-License-Identifier: Apache-2.0
"""The ledger: an effect happens once, wherever a crash cuts it short."""

from dataclasses import dataclass, field

import pytest

from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Bookkeeping, Door, R
from atr.services.ledger import FinishEffect, IntendEffect, run_once

EFFECT = "count up"


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@dataclass(slots=True)
class World:
    """Where effects show: counts them, and dies at the chosen moment."""

    dies_at: str = ""
    count: int = 0
    moments: list[str] = field(default_factory=list)

    def pass_moment(self, name: str) -> None:
        self.moments.append(name)
        if name == self.dies_at:
            self.dies_at = ""
            raise Killed

    def ask(self) -> str | None:
        self.pass_moment("before asking")
        answer = f"count is {self.count}" if self.count else None
        self.pass_moment("after asking")
        return answer

    def act(self) -> str:
        self.pass_moment("before acting")
        self.count += 1
        self.pass_moment("after acting")
        return f"count is {self.count}"


@dataclass(slots=True)
class CrashingDoor(Door):
    """A door that dies before or after what it keeps."""

    door: Door
    world: World

    def keep(self, bookkeeping: Bookkeeping[R]) -> R:
        name = type(bookkeeping).__name__
        self.world.pass_moment(f"before {name}")
        noted = self.door.keep(bookkeeping)
        self.world.pass_moment(f"after {name}")
        return noted


MOMENTS = [
    "before IntendEffect",
    "after IntendEffect",
    "before asking",
    "after asking",
    "before acting",
    "after acting",
    "before FinishEffect",
    "after FinishEffect",
]


def test_the_moments_are_all_there_are(door: Door) -> None:
    world = World()
    run_once(CrashingDoor(door, world), EFFECT, world.ask, world.act)
    assert world.moments == MOMENTS


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_crash_at_any_moment_leaves_one_effect(door: Door, moment: str) -> None:
    world = World(moment)
    crashing = CrashingDoor(door, world)
    with pytest.raises(Killed):
        run_once(crashing, EFFECT, world.ask, world.act)
    for _ in range(2):
        assert run_once(crashing, EFFECT, world.ask, world.act) == "count is 1"
    assert world.count == 1


@pytest.mark.parametrize("first", MOMENTS)
@pytest.mark.parametrize("second", ["after asking", "after acting", "before FinishEffect"])
def test_a_second_crash_changes_nothing(door: Door, first: str, second: str) -> None:
    world = World(first)
    crashing = CrashingDoor(door, world)
    with pytest.raises(Killed):
        run_once(crashing, EFFECT, world.ask, world.act)
    world.dies_at = second
    try:
        run_once(crashing, EFFECT, world.ask, world.act)
    except Killed:
        run_once(crashing, EFFECT, world.ask, world.act)
    assert world.count == 1


def test_a_finished_effect_is_neither_asked_for_nor_made_again(door: Door) -> None:
    world = World()
    run_once(door, EFFECT, world.ask, world.act)
    world.moments.clear()
    assert run_once(door, EFFECT, world.ask, world.act) == "count is 1"
    assert world.moments == []


def test_what_the_world_shows_already_is_not_made(door: Door) -> None:
    world = World(count=5)
    assert run_once(door, EFFECT, world.ask, world.act) == "count is 5"
    assert "before acting" not in world.moments


def test_effects_of_other_names_are_other_effects(door: Door) -> None:
    for name in ("one", "two"):
        world = World()
        run_once(door, name, world.ask, world.act)
        assert world.count == 1


def test_the_first_result_stands(door: Door) -> None:
    door.keep(IntendEffect(EFFECT))
    door.keep(FinishEffect(EFFECT, "first"))
    door.keep(FinishEffect(EFFECT, "second"))
    assert door.keep(IntendEffect(EFFECT)).result == "first"


def test_a_forgotten_effect_happens_anew(door: Door, open_unit: OpenUnit) -> None:
    world = World()
    run_once(door, EFFECT, lambda: None, world.act)
    with open_unit() as unit:
        unit.ledger.forget(EFFECT)
        unit.commit()
    run_once(door, EFFECT, lambda: None, world.act)
    assert world.count == 2
