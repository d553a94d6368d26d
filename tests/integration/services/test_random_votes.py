# SPDX-License-Identifier: Apache-2.0
"""Whatever happens in whatever order, the tally is a plain re-count, and nothing passes before its time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from atr.domain.errors import Invalid, Refused
from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import SERVICE
from atr.domain.vote import BallotDoor, RoundState
from atr.services.ballots import CastBallot
from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ConfirmRound, ResolveRound, ResolveRoundIfDue
from atr.services.vote_views import ShowRound
from atr.services.votes import CancelRound, ExtendRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import Bench, change_project, make_bench, seal_release, set_policy, start_vote

MEMBERS = ("alice", "bob", "carol", "erin")
EVERYBODY = (*MEMBERS, "dave", "rm")
BALLOT = strategies.tuples(
    strategies.just("vote"),
    strategies.sampled_from((*MEMBERS, *MEMBERS, *EVERYBODY)),
    strategies.sampled_from(("+1", "+1", "+1", "-1", "0", "+0.5")),
    strategies.sampled_from((BallotDoor.WEB, BallotDoor.API, BallotDoor.COMMAND_LINE)),
)
STEP = strategies.one_of(
    BALLOT,
    BALLOT,
    BALLOT,
    strategies.tuples(strategies.just("clock"), strategies.sampled_from((-1, 1, 24, 30, 72))),
    strategies.tuples(strategies.sampled_from(("leave", "return")), strategies.sampled_from(MEMBERS)),
    strategies.tuples(strategies.just("extend"), strategies.sampled_from((1, 48))),
    strategies.tuples(strategies.sampled_from(("close", "give up", "upkeep", "upkeep", "confirm", "cancel"))),
)
Step = tuple[object, ...]
VERSIONS = count(1)


@dataclass
class Recount:
    """What happened, written down plainly."""

    opened_at: datetime
    until_at: datetime | None
    said: list[tuple[str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def count(self) -> tuple[list[int], list[int]]:
        """Return +1, 0, -1 of members and of everybody else: everybody's last word, one by one."""
        binding, community = [0, 0, 0], [0, 0, 0]
        for person, text in dict(self.said).items():
            is_binding = person in MEMBERS and person not in self.gone and text in ("+1", "0", "-1")
            column = {"+1": 0, "-1": 2}.get(text, 1)
            (binding if is_binding else community)[column] += 1
        return binding, community


@dataclass
class Scene:
    """A vote under way with everything that can be done to it."""

    bench: Bench
    clock: SettableClock
    key: ReleaseKey
    truth: Recount

    @property
    def door(self) -> Door:
        return self.bench.tools.door

    def take(self, step: Step) -> None:
        """Do one thing, and write it down if it was done."""
        match step:
            case ("vote", str(user), str(choice), BallotDoor() as by):
                digest = self.door.ask(SERVICE, ShowRound(self.key, 1)).vote.manifest_digest
                ballot = CastBallot(self.key, 1, choice, digest, door=by)
                if self.succeeds(lambda: self.door.perform(act_as(self.door, user), ballot)):
                    self.truth.said.append((user, choice))
            case ("clock", int(hours)):
                self.clock.advance(hours=hours)
            case ("leave" | "return" as what, str(user)):
                self.change_roster(user, stays=what == "return")
            case ("extend", int(hours)):
                self.extend(hours)
            case (str(what),):
                self.end(what)
            case _:
                raise AssertionError(step)

    def change_roster(self, user: str, *, stays: bool) -> None:
        if not self.door.ask(SERVICE, ShowRound(self.key, 1)).vote.state.is_over:
            (self.truth.gone.discard if stays else self.truth.gone.add)(user)
        roster = change_project(self.door).roster
        member = {UserId(user)}
        members = roster.pmc_members | member if stays else roster.pmc_members - member
        change_project(self.door, roster=replace(roster, pmc_members=members))

    def extend(self, hours: int) -> None:
        command = ExtendRound(self.key, 1, hours)
        if self.succeeds(lambda: self.door.perform(act_as(self.door, "rm"), command)):
            assert self.truth.until_at is not None
            self.truth.until_at = max(self.truth.until_at, self.clock.now) + timedelta(hours=hours)

    def end(self, what: str) -> None:
        rm = act_as(self.door, "rm")
        commands: dict[str, Callable[[], object]] = {
            "close": lambda: self.door.perform(rm, ResolveRound(self.key, 1)),
            "give up": lambda: self.door.perform(rm, ResolveRound(self.key, 1, failed=True)),
            "confirm": lambda: self.door.perform(rm, ConfirmRound(self.key, 1, True, "a reason")),
            "cancel": lambda: self.door.perform(rm, CancelRound(self.key, 1, "a reason")),
            "upkeep": self.look_after,
        }
        self.succeeds(commands[what])

    def look_after(self) -> None:
        self.door.keep(CollectDue())
        ResolveRoundIfDue(self.key, 1).run(self.bench.tools)

    @staticmethod
    def succeeds(act: Callable[[], object]) -> bool:
        try:
            act()
        except (Refused, Invalid):
            return False
        return True

    def check(self) -> None:
        """Compare the page's tally with the re-count, and its outcome with the rules."""
        view = self.door.ask(SERVICE, ShowRound(self.key, 1))
        binding, community = self.truth.count()
        counts = view.tally.binding
        assert [counts.in_favour, counts.abstained, counts.against] == binding
        counts = view.tally.community
        assert [counts.in_favour, counts.abstained, counts.against] == community
        assert len([each for ballot in view.ballots for each in (ballot, *ballot.earlier)]) == len(
            self.truth.said
        )
        if view.vote.state is RoundState.PASSED:
            assert binding[0] >= 3
            assert binding[0] > binding[2]
            assert view.vote.closed_at is not None
            assert self.truth.until_at is None or view.vote.closed_at >= self.truth.until_at


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door, pmc=MEMBERS)
    return make_bench(door, surroundings, queue)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hours=strategies.sampled_from((0, 24, 72)),
    pause=strategies.booleans(),
    by_itself=strategies.booleans(),
    steps=strategies.lists(STEP, min_size=4, max_size=14),
)
def test_any_course_of_events_ends_in_the_plain_count(
    bench: Bench, clock: SettableClock, hours: int, pause: bool, by_itself: bool, steps: list[Step]
) -> None:
    door = bench.tools.door
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=frozenset(map(UserId, MEMBERS))))
    set_policy(door, min_hours=hours, pause_for_rm=pause, auto_resolve=by_itself)
    key = ReleaseKey.parse(f"demo/{next(VERSIONS)}.0")
    seal_release(door, key)
    vote = start_vote(door, key)
    scene = Scene(bench, clock, key, Recount(vote.opened_at, vote.deadline_at))
    for step in steps:
        scene.take(step)
        scene.check()
