# SPDX-License-Identifier: Apache-2.0
"""A podling's vote has two rounds on the same bytes, the second by its sponsor's PMC on its own list."""

from dataclasses import replace

import pytest

from atr.domain.errors import Refused
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind
from atr.domain.names import MailAddress, ProjectKey, UserId
from atr.domain.policy import FOUNDATION_DEFAULT, PolicyOverride
from atr.domain.project import MailingLists
from atr.domain.vote import Counts, RoundKind, RoundState
from atr.ports.jobs import JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.release_phases import MoveRelease
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRound
from atr.services.votes import CancelRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    change_project,
    list_mails,
    make_bench,
    read_release,
    seal_release,
    show_round,
    start_vote,
)

PPMC = ("alice", "bob", "carol")
SPONSORS = ("ines", "jan", "kim")


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door, "incubator", pmc=SPONSORS)
    make_project(door, sponsor="incubator")
    seal_release(door)
    return make_bench(door, surroundings, queue)


def hold_round(door: Door, clock: SettableClock, bench: Bench, voters: tuple[str, ...], number: int) -> None:
    for voter in voters:
        cast_vote(door, voter, number=number)
    clock.advance(hours=72)
    door.keep(CollectDue())
    bench.work_off()


def test_the_first_round_is_the_podlings_own(door: Door, bench: Bench) -> None:
    vote = start_vote(door)
    assert (vote.kind, vote.number) == (RoundKind.PODLING, 1)
    assert vote.roster == set(map(UserId, PPMC))
    (mail,) = list_mails(door)
    assert mail.subject == "[VOTE] Release Sample Demo 1.0 (round 1/2)"


def test_the_sponsors_round_opens_by_itself_on_the_same_bytes(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    first = start_vote(door)
    hold_round(door, clock, bench, PPMC, 1)
    assert show_round(door, 1).vote.state is RoundState.PASSED
    second = show_round(door, 2).vote
    assert (second.kind, second.state) == (RoundKind.SPONSOR, RoundState.OPEN)
    assert second.voting_project == ProjectKey("incubator")
    assert second.manifest_digest == first.manifest_digest
    assert second.roster == set(map(UserId, SPONSORS))
    assert second.policy.mail_to == (MailAddress("dev@incubator.example.org"),)
    assert read_release(door).phase is Phase.VOTE


def test_binding_is_computed_from_each_rounds_own_roster(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    start_vote(door)
    hold_round(door, clock, bench, (*PPMC, "ines"), 1)
    assert show_round(door, 1).tally.community == Counts(1)
    hold_round(door, clock, bench, (*PPMC, *SPONSORS), 2)
    tally = show_round(door, 2).tally
    assert (tally.binding, tally.community) == (Counts(3), Counts(3))


def test_only_both_rounds_together_release(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    hold_round(door, clock, bench, PPMC, 1)
    assert bench.queue.list_arguments(JobKind.PUBLISH_RELEASE) == []
    hold_round(door, clock, bench, SPONSORS, 2)
    assert read_release(door).phase is Phase.DISTRIBUTE
    assert bench.queue.list_arguments(JobKind.PUBLISH_RELEASE) == ["demo/main/1.0"]


def test_both_results_go_to_both_threads(door: Door, bench: Bench, clock: SettableClock) -> None:
    start_vote(door)
    hold_round(door, clock, bench, PPMC, 1)
    hold_round(door, clock, bench, SPONSORS, 2)
    podling, sponsor = MailAddress("dev@demo.example.org"), MailAddress("dev@incubator.example.org")
    mails = list_mails(door)
    starts = [mail for mail in mails if mail.in_reply_to is None]
    assert [mail.to for mail in starts] == [(podling,), (sponsor,)]
    assert "The Sample Demo PPMC has voted for it" in " ".join(starts[1].body.split())
    answers = [(mail.subject[-4:-1], mail.to, mail.in_reply_to) for mail in mails if mail.in_reply_to]
    threads = [start.message_id for start in starts]
    assert sorted(answers) == sorted(
        (place, to, thread)
        for place in ("1/2", "2/2")
        for to, thread in (((podling,), threads[0]), ((sponsor,), threads[1]))
    )
    assert [
        each.message_id for each in bench.mail.sent.values() if each.kind is not MailKind.BALLOT_RECEIPT
    ] == [mail.message_id for mail in mails]


def test_a_failed_first_round_never_reaches_the_sponsor(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    start_vote(door)
    clock.advance(hours=72)
    door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    assert read_release(door).phase is Phase.FAILED
    assert {mail.to for mail in list_mails(door)} == {(MailAddress("dev@demo.example.org"),)}


def test_a_cancelled_second_round_is_told_in_both_threads(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    start_vote(door)
    hold_round(door, clock, bench, PPMC, 1)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 2, "licence missing"))
    assert read_release(door).phase is Phase.COMPOSE
    *_, one, two = list_mails(door)
    assert {one.to, two.to} == {
        (MailAddress("dev@demo.example.org"),),
        (MailAddress("dev@incubator.example.org"),),
    }


def test_a_vote_after_a_cancelled_one_begins_with_the_podling_again(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    start_vote(door)
    hold_round(door, clock, bench, PPMC, 1)
    rm = act_as(door, "rm")
    door.perform(rm, CancelRound(KEY, 2, "licence missing"))
    seal_again(door)
    third = start_vote(door)
    assert (third.number, third.kind) == (3, RoundKind.PODLING)
    door.perform(rm, CancelRound(KEY, 3, "once more"))
    assert list_mails(door)[-1].to == (MailAddress("dev@demo.example.org"),)


def seal_again(door: Door) -> None:
    door.perform(act_as(door, "rm"), MoveRelease(KEY, Phase.EVALUATE))


def test_a_podling_without_a_sponsor_cannot_begin(door: Door, bench: Bench) -> None:
    change_project(door, sponsor=None)
    with pytest.raises(Refused, match="has no sponsor whose PMC votes in the second round"):
        start_vote(door)


def test_a_sponsor_without_a_list_is_noticed_at_the_beginning(door: Door, bench: Bench) -> None:
    change_project(door, "incubator", mailing_lists=MailingLists())
    with pytest.raises(Refused, match="set the dev list of Sample Incubator"):
        start_vote(door)


def test_a_sponsor_that_votes_elsewhere_still_votes_here_on_podlings(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    change_project(door, "incubator", policy=PolicyOverride(manual_vote=True))
    start_vote(door)
    hold_round(door, clock, bench, PPMC, 1)
    assert not show_round(door, 2).vote.policy.manual_vote


def test_a_sponsor_whose_policy_is_older_than_the_floor_votes_by_the_floor(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit, surroundings: Surroundings
) -> None:
    change_project(door, policy=PolicyOverride(min_binding=4))
    change_project(door, "incubator", policy=PolicyOverride(min_binding=3))
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members | {UserId("dave")}))
    higher = replace(surroundings.foundation, default_policy=replace(FOUNDATION_DEFAULT, min_binding=4))
    stricter = Door(open_unit, clock, replace(surroundings, foundation=higher))
    start_vote(stricter)
    for voter in (*PPMC, "dave"):
        cast_vote(stricter, voter)
    clock.advance(hours=72)
    stricter.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    second = show_round(stricter, 2).vote
    assert (second.kind, second.policy.min_binding) == (RoundKind.SPONSOR, 4)
