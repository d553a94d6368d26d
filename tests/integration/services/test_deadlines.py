# SPDX-License-Identifier: Apache-2.0
"""What falls due is a row: found whenever somebody looks, handled once, never lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from atr.domain.errors import NotSignedIn
from atr.domain.people import ANONYMOUS
from atr.ports.jobs import Deadline, DeadlineKind, Job, JobKind
from atr.ports.repositories.effects import KeptReply
from atr.ports.unit_of_work import OpenUnit
from atr.services.credentials import ResolveToken
from atr.services.deadlines import REPLIES_ARE_KEPT, CollectDue, ScheduleUpkeep
from atr.services.door import Bookkeeping, Door, Work
from atr.services.surroundings import Surroundings
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import add_person, log_in

ROUND = "demo/main/1.0#1"
RECURRING = (DeadlineKind.CREDENTIALS, DeadlineKind.PERSONAL_DATA, DeadlineKind.DRIFT, DeadlineKind.RULES)


@dataclass(frozen=True, slots=True)
class SetDeadlines(Bookkeeping[None]):
    """Set deadlines as votes and uploads do."""

    deadlines: tuple[Deadline, ...]

    def note(self, work: Work) -> None:
        for each in self.deadlines:
            work.unit.deadlines.set(each)


def set_deadlines(door: Door, *deadlines: Deadline) -> None:
    door.keep(SetDeadlines(deadlines))


def list_due(open_unit: OpenUnit, at: timedelta) -> Iterable[str]:
    with open_unit() as unit:
        return [each.subject for each in unit.deadlines.list_due(NOON + at)]


def test_a_vote_whose_time_is_over_is_looked_at_once(
    door: Door, clock: SettableClock, queue: RecordedQueue
) -> None:
    set_deadlines(door, Deadline(DeadlineKind.VOTE, ROUND, NOON + timedelta(hours=72)))
    assert door.keep(CollectDue()) == 0
    clock.advance(hours=72)
    assert door.keep(CollectDue()) == 1
    assert queue.jobs == [Job(JobKind.RESOLVE_ROUND, ROUND, lock=ROUND)]
    assert door.keep(CollectDue()) == 0


def test_a_deadline_that_was_moved_counts_as_moved(door: Door, clock: SettableClock) -> None:
    for hours in (1, 3):
        set_deadlines(door, Deadline(DeadlineKind.VOTE, ROUND, NOON + timedelta(hours=hours)))
    clock.advance(hours=2)
    assert door.keep(CollectDue()) == 0
    clock.advance(hours=1)
    assert door.keep(CollectDue()) == 1


def test_a_crash_before_the_commit_loses_nothing(
    door: Door, clock: SettableClock, queue: RecordedQueue, open_unit: OpenUnit, surroundings: Surroundings
) -> None:
    set_deadlines(door, Deadline(DeadlineKind.VOTE, ROUND, NOON))
    with open_unit() as unit:
        CollectDue().note(Work(unit, ANONYMOUS, frozenset(), frozenset(), clock(), surroundings))
    assert queue.jobs == []
    assert door.keep(CollectDue()) == 1
    assert queue.list_arguments(JobKind.RESOLVE_ROUND) == [ROUND]


def test_what_another_worker_holds_is_left_to_it(door: Door, open_unit: OpenUnit) -> None:
    set_deadlines(door, Deadline(DeadlineKind.VOTE, ROUND, NOON))
    with open_unit() as other:
        assert len(other.deadlines.list_due(NOON)) == 1
        assert door.keep(CollectDue()) == 0
    assert door.keep(CollectDue()) == 1


def test_an_abandoned_upload_is_discarded(door: Door, surroundings: Surroundings) -> None:
    surroundings.spool.append("abandoned", 0, [b"half of it"])
    set_deadlines(door, Deadline(DeadlineKind.UPLOAD, "abandoned", NOON))
    assert door.keep(CollectDue()) == 1
    assert surroundings.spool.offset("abandoned") == 0


def test_credentials_and_replies_are_forgotten_every_hour(
    door: Door, clock: SettableClock, open_unit: OpenUnit
) -> None:
    door.keep(ScheduleUpkeep())
    door.keep(ScheduleUpkeep())
    with open_unit() as unit:
        unit.replies.keep("rm", "key", KeptReply("digest", 201, b"{}"), NOON)
        unit.commit()
    clock.advance(hours=1)
    assert door.keep(CollectDue()) == len(RECURRING)
    assert list_due(open_unit, timedelta(hours=1)) == []
    assert list_due(open_unit, timedelta(hours=2)) == ["all"] * len(RECURRING)
    with open_unit() as unit:
        assert unit.replies.find("rm", "key") is not None
    clock.now = NOON + REPLIES_ARE_KEPT + timedelta(seconds=1)
    assert door.keep(CollectDue()) == len(RECURRING)
    with open_unit() as unit:
        assert unit.replies.find("rm", "key") is None


def test_an_expired_token_is_not_good_before_it_is_forgotten_nor_after(
    door: Door, clock: SettableClock
) -> None:
    add_person(door, "rm")
    secret = log_in(door, "rm")
    door.keep(ScheduleUpkeep())
    clock.advance(days=400)
    for _ in range(2):
        with pytest.raises(NotSignedIn):
            door.ask(ANONYMOUS, ResolveToken(secret))
        door.keep(CollectDue())
