# SPDX-License-Identifier: Apache-2.0
"""Votes are found in the archive of a list that ATR is not subscribed to, and count once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.errors import Denied, Invalid
from atr.domain.mail import OutgoingMail
from atr.domain.vote import Counts
from atr.domain.vote_message import MessageSource, MessageState
from atr.formats.mail_message import Letterhead, encode_mail
from atr.mail.pony_mail import PonyMail
from atr.ports.jobs import DeadlineKind, JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.deadlines import CollectDue, ScheduleUpkeep
from atr.services.door import Door
from atr.services.errand import TryLater
from atr.services.mail_archives import PlanReading, ReadArchive
from atr.services.surroundings import Foundation, Surroundings
from atr.services.votes import CancelRound
from tests.simulators.pony_mail import PonyMailSimulator, run_pony_mail
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.vote_mail import KEYS, find_call, receive, write_reply, write_signed
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    make_bench,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)


@pytest.fixture
def foundation(foundation: Foundation) -> Foundation:
    return replace(foundation, read_archives_every=timedelta(minutes=5))


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def archive() -> Iterator[PonyMailSimulator]:
    with run_pony_mail() as simulator:
        yield simulator


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue, archive: PonyMailSimulator) -> Bench:
    made = make_bench(door, surroundings, queue)
    made.tools = replace(made.tools, archive=PonyMail(archive.url, timedelta(seconds=5), pause_seconds=0))
    make_project(door)
    seal_release(door)
    start_vote(door)
    return made


@pytest.fixture
def call(door: Door, bench: Bench, archive: PonyMailSimulator) -> OutgoingMail:
    sent = find_call(door)
    archive.add(encode_mail(sent, Letterhead(sent.to[0])))
    return sent


def read_archive(bench: Bench) -> None:
    ReadArchive.parse("demo/main/1.0#1").run(bench.tools)


def test_votes_in_an_archive_count_once_however_often_it_is_read(
    door: Door, bench: Bench, call: OutgoingMail, archive: PonyMailSimulator
) -> None:
    archive.add(write_signed(call))
    archive.add(
        write_signed(call, "bob", "-1", In_Reply_To="<alice-1@mail.example.org>", References=call.message_id)
    )
    archive.add(write_reply(call, "carol"))
    broken = write_signed(call, "dave", In_Reply_To="", References="", Subject=f"RE: {call.subject}")
    archive.add(broken)
    archive.add(write_reply(call, "erin", In_Reply_To="", References="", Subject="lunch"))
    read_archive(bench)
    first = len(archive.asked)
    read_archive(bench)
    view = show_round(door)
    assert (view.tally.binding, view.tally.community) == (Counts(1, 0, 1), Counts(1))
    assert {(each.message.source, each.message.state) for each in view.messages} == {
        (MessageSource.ARCHIVE, MessageState.COUNTED),
        (MessageSource.ARCHIVE, MessageState.UNCONFIRMED),
    }
    assert archive.asked[first:] == ["/api/thread.lua", "/api/stats.lua"]


def test_what_the_listener_had_is_not_fetched_again(
    door: Door, bench: Bench, call: OutgoingMail, archive: PonyMailSimulator
) -> None:
    raw = write_signed(call)
    receive(door, raw)
    archive.add(raw)
    read_archive(bench)
    assert "/api/source.lua" not in archive.asked
    assert show_round(door).tally.binding == Counts(1)


def test_a_mail_that_is_gone_or_of_another_thread_is_passed_over(
    door: Door, bench: Bench, call: OutgoingMail, archive: PonyMailSimulator
) -> None:
    archive.gone.add(archive.add(write_signed(call)))
    elsewhere = replace(call, message_id="<other@x.org>", subject="lunch")
    named = archive.add(write_reply(elsewhere, "bob"))
    archive.mails[-1] = replace(archive.mails[-1], name=named, answers=call.message_id)
    read_archive(bench)
    assert archive.asked.count("/api/source.lua") == 2
    assert show_round(door).messages == ()


def test_an_archive_that_does_not_answer_is_tried_later(
    bench: Bench, call: OutgoingMail, archive: PonyMailSimulator
) -> None:
    archive.next_answers += [lambda: (503, b"")] * 3
    with pytest.raises(TryLater, match="does not answer"):
        read_archive(bench)


def test_open_votes_are_looked_for_again_and_again(
    door: Door, bench: Bench, queue: RecordedQueue, clock: SettableClock
) -> None:
    door.keep(ScheduleUpkeep())
    for _ in range(2):
        queue.forget()
        clock.advance(minutes=5)
        door.keep(CollectDue())
        assert queue.list_arguments(JobKind.READ_ARCHIVE) == ["demo/main/1.0#1"]


def test_without_an_archive_nothing_is_scheduled(
    open_unit: OpenUnit, surroundings: Surroundings, clock: SettableClock, door: Door
) -> None:
    none = replace(surroundings, foundation=replace(surroundings.foundation, read_archives_every=None))
    Door(open_unit, clock, none).keep(ScheduleUpkeep())
    clock.advance(days=1)
    with open_unit() as unit:
        kinds = {deadline.kind for deadline in unit.deadlines.list_due(clock.now)}
    assert DeadlineKind.ARCHIVES not in kinds


def test_nothing_is_read_for_a_vote_that_is_over(
    door: Door, bench: Bench, call: OutgoingMail, archive: PonyMailSimulator
) -> None:
    cast_vote(door, "alice")
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    archive.asked.clear()
    read_archive(bench)
    assert archive.asked == []
    with pytest.raises(Denied):
        door.ask(act_as(door, "rm"), PlanReading(KEY, 1))
    with pytest.raises(Invalid):
        ReadArchive.parse("demo")


def test_nothing_is_looked_for_once_the_archive_is_not_configured_any_more(
    door: Door,
    bench: Bench,
    queue: RecordedQueue,
    clock: SettableClock,
    open_unit: OpenUnit,
    surroundings: Surroundings,
) -> None:
    door.keep(ScheduleUpkeep())
    queue.forget()
    clock.advance(minutes=5)
    none = replace(surroundings, foundation=replace(surroundings.foundation, read_archives_every=None))
    Door(open_unit, clock, none).keep(CollectDue())
    assert queue.list_arguments(JobKind.READ_ARCHIVE) == []
    clock.advance(minutes=5)
    door.keep(CollectDue())
    assert queue.list_arguments(JobKind.READ_ARCHIVE) == []


def test_a_vote_held_elsewhere_is_not_looked_for(
    door: Door, queue: RecordedQueue, clock: SettableClock
) -> None:
    make_project(door)
    set_policy(door, manual_vote=True)
    seal_release(door)
    start_vote(door)
    door.keep(ScheduleUpkeep())
    clock.advance(minutes=5)
    door.keep(CollectDue())
    assert queue.list_arguments(JobKind.READ_ARCHIVE) == []
