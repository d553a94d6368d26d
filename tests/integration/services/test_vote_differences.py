# SPDX-License-Identifier: Apache-2.0
"""What is new in the bytes that are voted on."""

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.services.door import Door
from atr.services.release_phases import MoveRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from atr.services.vote_differences import ShowDifferences, VotedDifferences
from atr.services.votes import CancelRound
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.publishing import finish_release
from tests.support.voting import FinishChecks, StoreFiles, make_bench, seal_release, start_vote

NEXT = ReleaseKey.parse("demo/1.1")


def show(door: Door, number: int) -> VotedDifferences:
    return door.ask(ANONYMOUS, ShowDifferences(NEXT, number))


def test_the_first_round_of_the_first_release_has_nothing_to_compare_with(door: Door) -> None:
    make_project(door)
    seal_release(door, NEXT)
    start_vote(door, NEXT)
    assert show(door, 1) == VotedDifferences(None, None, None, None)


def test_a_round_is_compared_with_the_release_before_and_with_other_bytes_voted_on(
    door: Door, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    make_project(door)
    finish_release(make_bench(door, surroundings, queue), ReleaseKey.parse("demo/1.0"))
    rm = act_as(door, "rm")
    seal_release(door, NEXT, {"demo-1.1.tar.gz": b"the source", "demo-1.1.tar.gz.asc": b"another signature"})
    start_vote(door, NEXT)
    first = show(door, 1)
    assert first.before == "1.0"
    assert first.since_release is not None
    assert [(each.path, each.kind) for each in first.since_release.changes] == [
        ("demo-1.1.tar.gz.asc", "changed")
    ]
    assert (first.since_release.unchanged, first.since_round) == (1, None)

    door.perform(rm, CancelRound(NEXT, 1, "Again."))
    door.perform(rm, AddRevision(NEXT, 1, door.keep(StoreFiles({"more.txt": b"more"}))))
    door.keep(FinishChecks(NEXT, 2))
    door.perform(rm, MoveRelease(NEXT, Phase.EVALUATE))
    start_vote(door, NEXT)
    second = show(door, 2)
    assert second.earlier is not None
    assert (second.earlier.number, second.earlier.revision) == (1, 1)
    assert second.since_round is not None
    assert [each.path for each in second.since_round.changes] == ["more.txt"]
