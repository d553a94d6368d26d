# SPDX-License-Identifier: Apache-2.0
"""What is kept for a time only is gone afterwards, by the same settings that the privacy page tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.errors import NotFound
from atr.domain.names import ParticipantId
from atr.domain.people import ANONYMOUS
from atr.domain.personal_data import DataCategory
from atr.domain.privacy import Retention
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.deadlines import CollectDue, ScheduleUpkeep
from atr.services.door import Door
from atr.services.participants import EraseParticipant, ShowParticipant
from atr.services.privacy_views import PrivacyView, ShowPrivacy
from atr.services.surroundings import Foundation, Surroundings
from atr.services.votes import CancelRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.visitors import ADDRESS, NAME, ask_for_ballot, read_mail, vote_as_visitor
from tests.support.voting import KEY, Bench, make_bench, seal_release, show_round, start_vote


@pytest.fixture
def foundation(foundation: Foundation) -> Foundation:
    kept = Retention(timedelta(days=12), timedelta(hours=6), timedelta(days=3))
    return replace(foundation, retention=kept)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    start_vote(door)
    door.keep(ScheduleUpkeep())
    return make_bench(door, surroundings, queue)


def pass_time(door: Door, clock: SettableClock, **amount: float) -> None:
    clock.advance(**amount)
    door.keep(CollectDue())


def list_removals(open_unit: OpenUnit) -> list[dict[str, object]]:
    with open_unit() as unit:
        found = unit.events.list(EventFilter(name="personal_data.removed"), PageRequest(50)).items
    return [dict(each.details) for each in reversed(found)]


def test_an_unconfirmed_ballot_goes_with_its_visitor(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    ask_for_ballot(door)
    links = read_mail(bench)
    with open_unit() as unit:
        assert unit.participants.list_rounds() == ((KEY, 1),)
    pass_time(door, clock, hours=6)
    with pytest.raises(NotFound, match="never confirmed"):
        door.ask(ANONYMOUS, ShowParticipant(links.own))
    with open_unit() as unit:
        assert unit.participants.list_rounds() == ()
    assert list_removals(open_unit) == [
        {"unconfirmed": 2, "contacts": 0, "mails": 0, "stray_mails": 0, "traces": 0}
    ]
    ask_for_ballot(door)


def test_a_contact_is_kept_until_some_days_after_the_result(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    token = str(vote_as_visitor(bench).link)
    clock.advance(hours=1)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    pass_time(door, clock, days=12, seconds=-1)
    assert door.ask(ANONYMOUS, ShowParticipant(token)).contact == ADDRESS
    pass_time(door, clock, minutes=10)
    view = door.ask(ANONYMOUS, ShowParticipant(token))
    assert (view.contact, view.participant.display_name) == (None, NAME)
    with open_unit() as unit:
        assert unit.participants.list_rounds() == ()
    assert list_removals(open_unit)[-1] == {
        "unconfirmed": 0,
        "contacts": 1,
        "mails": 0,
        "stray_mails": 0,
        "traces": 0,
    }


def test_what_keeps_one_ballot_a_person_outlives_an_erasure_only_until_then(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    confirmed = vote_as_visitor(bench)
    door.perform(ANONYMOUS, EraseParticipant(str(confirmed.link)))
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    pass_time(door, clock, days=12)
    with open_unit() as unit:
        assert unit.participants.list_rounds() == ()
        assert unit.participants.find(ParticipantId(confirmed.participant.id)) is not None


def test_traces_against_abuse_are_kept_for_some_days(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    vote_as_visitor(bench)
    pass_time(door, clock, days=3, seconds=-1)
    before = list_removals(open_unit)
    pass_time(door, clock, minutes=10)
    assert list_removals(open_unit)[len(before) :] == [
        {"unconfirmed": 0, "contacts": 0, "mails": 0, "stray_mails": 0, "traces": 3}
    ]


def test_when_nothing_is_removed_nothing_is_told(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    pass_time(door, clock, days=20)
    assert list_removals(open_unit) == []
    assert show_round(door).vote.opened_at == NOON


def find_kept(view: PrivacyView, column: str) -> str:
    uses = (use for group in view.groups for use in group.uses)
    return next(use.kept for use in uses if column in use.columns)


def test_the_privacy_page_tells_the_settings_that_are_obeyed(door: Door, bench: Bench) -> None:
    view = door.ask(ANONYMOUS, ShowPrivacy())
    assert find_kept(view, "participants.sealed_contact") == "12 days after the result, or until you erase it"
    assert find_kept(view, "confirmations.display_name") == "6 hours"
    assert find_kept(view, "visitor_attempts.digest") == "3 days"
    assert [group.category for group in view.groups] == list(DataCategory)


def test_the_version_of_the_privacy_page_follows_its_words(door: Door, bench: Bench) -> None:
    view = door.ask(ANONYMOUS, ShowPrivacy())
    assert view.version == door.ask(ANONYMOUS, ShowPrivacy()).version
    assert view.version != replace(view, groups=view.groups[1:]).version
