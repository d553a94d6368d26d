# SPDX-License-Identifier: Apache-2.0
"""Steps in the life of a release: by whom, in which order, and what they bring about."""

from dataclasses import replace

import pytest

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ProductRef, ReleaseKey, Version
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, TokenScope
from atr.domain.permissions import AUTOMATION_LIMIT, Activity
from atr.domain.project import ProjectStatus
from atr.domain.vote import RoundState
from atr.ports.jobs import JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.credentials import ResolveToken, resolve_credential
from atr.services.door import Command, Door
from atr.services.phase_steps import SetAside, TakeStep
from atr.services.release_phases import MoveRelease
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, add_person, issue_token, make_project
from tests.support.publishing import approve_release, finish_release, publish_voted, set_aside
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    change_project,
    make_bench,
    read_release,
    seal_release,
    set_policy,
    start_vote,
)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def move(door: Door, to: Phase, user: str = "rm", reason: str = "") -> Phase:
    return door.perform(act_as(door, user), TakeStep(KEY, to, reason)).phase


def test_sealing_keeps_the_newest_revision_and_unsealing_frees_it(door: Door, bench: Bench) -> None:
    assert seal_release(door).sealed_revision == 1
    assert move(door, Phase.COMPOSE) is Phase.COMPOSE
    assert read_release(door).sealed_revision is None


def test_each_step_is_one_event_with_its_reason(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    seal_release(door)
    move(door, Phase.COMPOSE, reason="a file is missing")
    with open_unit() as unit:
        newest = unit.events.list(EventFilter(name="release.moved"), PageRequest(1)).items[0]
    assert (newest.actor, newest.activity, newest.role) == ("rm", "run phase", "release_manager")
    assert newest.details == {"from": "evaluate", "to": "compose", "reason": "a file is missing"}


@pytest.mark.parametrize("command", [MoveRelease(KEY, Phase.COMPOSE), TakeStep(KEY, Phase.COMPOSE)])
def test_only_those_who_run_phases_move_a_release(door: Door, bench: Bench, command: Command[object]) -> None:
    seal_release(door)
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, command)
    for actor in (act_as(door, "dave"), OPERATOR):
        with pytest.raises(Denied):
            door.perform(actor, command)
    assert read_release(door).phase is Phase.EVALUATE
    door.perform(SERVICE, command)


def test_a_token_moves_only_what_it_is_for(door: Door, bench: Bench) -> None:
    seal_release(door)
    narrow = frozenset({Activity.RUN_PHASE})
    other = issue_token(door, "rm", TokenScope(narrow, phases=frozenset({"compose"})))
    automation = resolve_credential(door, ResolveToken(other.secret))
    with pytest.raises(Denied, match="phase evaluate"):
        door.perform(automation, TakeStep(KEY, Phase.COMPOSE))
    with pytest.raises(Denied):
        door.perform(automation, TakeStep(KEY, Phase.ABANDONED))
    whole = issue_token(door, "rm", TokenScope(frozenset(AUTOMATION_LIMIT)))
    assert (
        door.perform(
            resolve_credential(door, ResolveToken(whole.secret)), TakeStep(KEY, Phase.ABANDONED)
        ).phase
        is Phase.ABANDONED
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Phase.VOTE, "when a vote is started"),
        (Phase.COMPOSE, None),
        (Phase.TEST, "no channel with a staging side"),
    ],
)
def test_moving_by_hand_says_how_a_phase_is_entered_instead(
    door: Door, bench: Bench, target: Phase, said: str | None
) -> None:
    seal_release(door)
    rm = act_as(door, "rm")
    if said is None:
        assert door.perform(rm, MoveRelease(KEY, target)).phase is target
    else:
        with pytest.raises(Refused, match=said):
            door.perform(rm, MoveRelease(KEY, target))


def test_an_open_vote_is_not_walked_away_from(door: Door, bench: Bench) -> None:
    seal_release(door)
    start_vote(door)
    with pytest.raises(Refused, match="cancel it first"):
        move(door, Phase.COMPOSE)
    with pytest.raises(Refused, match="possible: distribute, failed, compose"):
        move(door, Phase.ABANDONED)
    with pytest.raises(Refused, match="when its vote is closed as passed"):
        door.perform(act_as(door, "rm"), MoveRelease(KEY, Phase.DISTRIBUTE))


def test_a_vote_is_closed_by_moving_on(door: Door, bench: Bench) -> None:
    set_policy(door, min_hours=0, auto_resolve=False)
    seal_release(door)
    start_vote(door)
    with pytest.raises(Refused):
        move(door, Phase.DISTRIBUTE)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    assert move(door, Phase.DISTRIBUTE) is Phase.DISTRIBUTE
    assert bench.queue.list_arguments(JobKind.PUBLISH_RELEASE) == ["demo/main/1.0"]


@pytest.mark.parametrize("to", [Phase.DISTRIBUTE, Phase.FAILED])
def test_a_vote_that_waits_for_its_manager_is_decided_by_moving_on(
    door: Door, bench: Bench, to: Phase
) -> None:
    set_policy(door, min_hours=0, auto_resolve=False, pause_for_rm=True)
    seal_release(door)
    start_vote(door)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    cast_vote(door, "dave", "-1")
    assert move(door, Phase.DISTRIBUTE) is Phase.VOTE
    with pytest.raises(Invalid, match="Say why"):
        move(door, to)
    assert move(door, to, reason="talked about it on the list") is to


def test_a_release_without_rounds_has_no_vote_to_close(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    release = seal_release(door)
    with open_unit() as unit:  # as no door would leave it
        unit.releases.save(replace(release, phase=Phase.VOTE), release.phase)
        unit.commit()
    with pytest.raises(Refused, match="when its vote is closed"):
        move(door, Phase.DISTRIBUTE)


def test_going_on_to_the_announcement_needs_publication(door: Door, bench: Bench) -> None:
    approve_release(bench)
    with pytest.raises(Refused, match="not in the download area"):
        move(door, Phase.ANNOUNCE)


def test_released_is_reached_by_approving_the_announcement(door: Door, bench: Bench) -> None:
    publish_voted(bench)
    assert move(door, Phase.RELEASED) is Phase.ANNOUNCE
    assert bench.queue.list_arguments(JobKind.ANNOUNCE_RELEASE) == ["demo/main/1.0"]


def test_a_token_that_may_not_run_phases_announces_nothing(door: Door, bench: Bench) -> None:
    publish_voted(bench)
    token = issue_token(door, "rm", TokenScope(frozenset({Activity.RELEASE_ADMIN})))
    automation = resolve_credential(door, ResolveToken(token.secret))
    for command in (TakeStep(KEY, Phase.RELEASED), MoveRelease(KEY, Phase.RELEASED)):
        with pytest.raises(Denied, match="move a release on"):
            door.perform(automation, command)


def test_a_release_is_set_aside_with_a_reason_where_it_needs_one(door: Door, bench: Bench) -> None:
    finish_release(bench)
    with pytest.raises(Invalid, match="Say why"):
        move(door, Phase.REVOKED)
    with pytest.raises(Invalid, match="2000 characters"):
        move(door, Phase.ARCHIVED, reason="x" * 2001)
    assert move(door, Phase.END_OF_LIFE) is Phase.END_OF_LIFE
    assert bench.queue.list_arguments(JobKind.WITHDRAW_RELEASE) == ["demo/main/1.0"]


def test_deleting_is_setting_aside(door: Door, bench: Bench) -> None:
    finish_release(bench)
    rm = act_as(door, "rm")
    assert door.perform(rm, SetAside(KEY)).phase is Phase.ARCHIVED
    other = ReleaseKey.parse("demo/2.0")
    door.perform(rm, CreateRelease(other.line, other.version))
    assert door.perform(rm, SetAside(other)).phase is Phase.ABANDONED
    with pytest.raises(NotFound):
        door.perform(rm, SetAside(ReleaseKey.parse("demo/3.0")))
    assert bench.queue.list_arguments(JobKind.WITHDRAW_RELEASE) == ["demo/main/1.0"]


def test_only_a_sysadmin_restores(door: Door, bench: Bench) -> None:
    finish_release(bench)
    set_aside(bench)
    for user in ("rm", "alice"):
        with pytest.raises(Denied, match="sysadmin"):
            move(door, Phase.RELEASED, user)
    with pytest.raises(Denied):
        door.perform(SERVICE, TakeStep(KEY, Phase.RELEASED))
    add_person(door, "root", sysadmin=True)
    assert move(door, Phase.RELEASED, "root") is Phase.RELEASED


def test_two_who_move_at_the_same_moment_do_not_both_succeed(
    door: Door, bench: Bench, open_unit: OpenUnit
) -> None:
    release = seal_release(door)
    with open_unit() as first, open_unit() as second:
        first.releases.save(replace(release, phase=Phase.COMPOSE), Phase.EVALUATE)
        first.commit()
        with pytest.raises(Conflict):
            second.releases.save(replace(release, phase=Phase.VOTE), Phase.EVALUATE)


def test_a_failed_vote_leads_back_to_composing(door: Door, bench: Bench) -> None:
    set_policy(door, min_hours=0, auto_resolve=False)
    seal_release(door)
    vote = start_vote(door)
    assert vote.state is RoundState.OPEN
    assert move(door, Phase.FAILED) is Phase.FAILED
    assert move(door, Phase.COMPOSE) is Phase.COMPOSE


def test_a_retired_project_begins_nothing(door: Door, bench: Bench) -> None:
    change_project(door, status=ProjectStatus.RETIRED)
    with pytest.raises(Refused, match="is retired"):
        door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))


@pytest.mark.parametrize("ref", ["demo/nothing", "nobody"])
def test_a_release_belongs_to_a_line_that_is_there(door: Door, bench: Bench, ref: str) -> None:
    with pytest.raises(NotFound):
        door.perform(act_as(door, "rm"), CreateRelease(ProductRef.parse(ref), Version("1.0")))
