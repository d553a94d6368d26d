# SPDX-License-Identifier: Apache-2.0
"""A plan over five channels survives death before and after every write, with each effect exactly once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, lists, sampled_from, tuples

from atr.domain.distribution import DistributionState
from atr.domain.errors import Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.people import Actor
from atr.ports.platforms import NeedsPerson, NotYet, RegistryDown
from atr.services.distribution_orders import ResumeRelease, VerifyRelease
from atr.services.distribution_records import RecordComparison, RecordMove
from atr.services.door import Bookkeeping, Command, Door
from atr.services.ledger import FinishEffect, IntendEffect
from atr.services.surroundings import Surroundings
from tests.support.distributing import FIVE, Yard, count_effects, enter_test, make_yard, pass_vote, seal
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as

S = DistributionState


class Death(Exception):
    """What kill -9 looks like from within."""


@dataclass(slots=True)
class MortalDoor:
    """A door at which the worker dies once before and once after every write of its own."""

    door: Door
    deaths: Counter[str] = field(default_factory=Counter)

    def ask(self, actor: Actor, query: Any) -> Any:
        """Answer; reading kills nobody."""
        return self.door.ask(actor, query)

    def keep(self, bookkeeping: Bookkeeping[Any]) -> Any:
        """Write it down, and die around each write to the ledger."""
        match bookkeeping:
            case IntendEffect(effect=effect):
                return self._survive(f"intend {effect}", lambda: self.door.keep(bookkeeping))
            case FinishEffect(effect=effect):
                return self._survive(f"finish {effect}", lambda: self.door.keep(bookkeeping))
            case _:
                return self.door.keep(bookkeeping)

    def perform(self, actor: Actor, command: Command[Any]) -> Any:
        """Carry it out, and die around each move."""
        match command:
            case RecordMove(seen=seen, moved=moved):
                name = f"{seen.channel}: {seen.state} to {moved.state}"
                return self._survive(name, lambda: self.door.perform(actor, command))
            case RecordComparison(one=one, point=point):
                name = f"{one.channel}: {point} while {one.state}"
                return self._survive(name, lambda: self.door.perform(actor, command))
            case _:
                return self.door.perform(actor, command)

    def _survive(self, name: str, write: Callable[[], Any]) -> Any:
        """Die before the write, the next time after it, and live from then on."""
        self.deaths[name] += 1
        if self.deaths[name] == 1:
            raise Death(f"before {name}")
        written = write()
        if self.deaths[name] == 2:
            raise Death(f"after {name}")
        return written


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    made = make_yard(door, surroundings, queue, clock)
    made.add_channels(*FIVE)
    return made


def work_off_mortally(yard: Yard, mortal: MortalDoor) -> int:
    """Do all jobs; whoever dies of one is followed by another worker. Return how many died."""
    tools = replace(yard.tools, door=mortal)  # type: ignore[arg-type]
    deaths = 0
    while yard.queue.jobs:
        job = yard.queue.jobs[0]
        try:
            yard.run_job(job, tools)
        except Death:
            deaths += 1
        else:
            yard.queue.jobs.remove(job)
    return deaths


def test_a_plan_over_five_channels_survives_death_around_every_write(yard: Yard) -> None:
    mortal = MortalDoor(yard.door)
    seal(yard)
    enter_test(yard)
    yard.drop_other_jobs()
    deaths = work_off_mortally(yard, mortal)
    pass_vote(yard)
    yard.drop_other_jobs()
    deaths += work_off_mortally(yard, mortal)
    assert yard.list_states() == dict.fromkeys((channel.key for channel in FIVE), S.CONFIRMED)
    effects = count_effects(yard, FIVE)
    assert set(effects.values()) == {1}
    steps = [name for name in mortal.deaths if name.startswith("intend")]
    assert len(steps) >= len(effects)
    assert deaths > 2 * len(steps)
    assert yard.read().phase is Phase.ANNOUNCE


TROUBLES: dict[str, Callable[[], Exception]] = {
    "down": lambda: RegistryDown("It is down.", 30),
    "slow": lambda: NotYet("Not yet.", 5),
    "refused": lambda: Refused("No."),
    "person": lambda: NeedsPerson("Do it."),
    "broken": lambda: Death("The adapter broke."),
}
STEPS = {
    "npm": ("upload demo-1.0.tgz", "point demo:staging", "point demo:latest", "show to everybody"),
    "docker": ("upload demo-1.0.oci.tar", "point demo:latest", "show to everybody"),
    "github": ("point demo:v1.0", "show to everybody"),
    "hex": ("upload demo-1.0.tar", "show to everybody"),
    "pypi": ("upload demo-1.0-py3-none-any.whl", "show to everybody"),
}
_accidents = lists(
    tuples(
        sampled_from([(channel, step) for channel, steps in STEPS.items() for step in steps]),
        sampled_from(sorted(TROUBLES)),
        booleans(),
    ),
    max_size=8,
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accidents=_accidents, is_tested=booleans())
def test_whatever_goes_wrong_every_effect_happens_once(
    yard: Yard, accidents: list[tuple[tuple[str, str], str, bool]], is_tested: bool
) -> None:
    key = yard.begin_anew()
    for (channel, step), trouble, after in accidents:
        site = next(each.url for each in FIVE if each.key == channel)
        name = step.replace("1.0", str(key.version))
        yard.registries.visit(site).plan_trouble(name, TROUBLES[trouble], after_effect=after)
    seal(yard, key, yard.name_files(key))
    if is_tested:
        enter_test(yard, key)
        persevere(yard, key, S.VERIFIED)
    pass_vote(yard, key)
    persevere(yard, key, S.CONFIRMED)
    effects = count_effects(yard, FIVE)
    assert set(effects.values()) == {1}, effects
    assert all(yard.visit(channel).public for channel in FIVE)


def persevere(yard: Yard, key: ReleaseKey, until: S) -> None:
    """Do what workers and people do until every channel there is has arrived."""
    rm = act_as(yard.door, "rm")
    for _ in range(60):
        work_off_broken(yard)
        if set(yard.list_states(key).values()) == {until}:
            return
        for command in (VerifyRelease(key), ResumeRelease(key)):
            try:
                yard.door.perform(rm, command)
            except Refused:
                continue
    pytest.fail(f"it never arrived: {yard.list_states(key)}")


def work_off_broken(yard: Yard) -> None:
    """Do all jobs; what broke is done again."""
    yard.drop_other_jobs()
    while yard.queue.jobs:
        job = yard.queue.jobs[0]
        try:
            yard.run_job(job, yard.tools)
        except Death:
            continue
        yard.queue.jobs.remove(job)
